/* How does one connection of the wire client carry one request after another, or several at a
   time?  Every step is a system call whose result is kept; nothing is ever sent twice. */
#ifndef HUPPROOF_WIRE_H
#define HUPPROOF_WIRE_H

#include "io/owners.h"
#include "io/record.h"
#include "io/wire_answer.h"
#include "io/wire_request.h"
#include "io/wire_socket.h"

/* For so long a request waits until it is known who has accepted its connection. */
#define WIRE_OWNER_WITHIN (20 * NS_PER_MS)

/* What all connections of a lane have in common. */
struct wire_plan {
    const struct recorder *clock;
    const struct answer_reader *answers;
    struct history *texts;
    struct owners *owners; /* who answers, if no answer says so; NULL: nobody wants to know */
    const struct lane *lane;
    struct wire_request request;
    struct wire_socket_plan socket;
    bool to_head; /* the answers have no body */
    int epoll;    /* where they wait; data.ptr: the connection */
    char *buffer;
    size_t buffer_size; /* for what is read, whoever reads */
};

/* The requests that it carries stand in a ring, in the order in which they leave:
   `gone` are given up, but their answers are still to come, or `over` have ended and are
   to be taken, never both; behind them those that wait.  `left` of all have left whole. */
struct wire {
    struct wire *next, *previous; /* its owner's */
    int fd;                       /* -1: not open */
    bool pooled;                  /* its owner's: it is kept after an answer, if that allows it */
    bool connects;
    bool stray;   /* something came that nobody asked for */
    bool ends;    /* nothing more may be asked on it */
    bool polled;  /* it waits at the plan's epoll */
    bool to_send; /* it waits there to write as well */
    bool closed_by_server;
    bool awaits_owner;      /* nothing leaves before it is known who has accepted it */
    int64_t accepted;       /* when it was seen to be, while it awaits its owner; 0: not yet */
    bool listed;            /* it waits for something: wire_waits.h, whose three these are */
    int64_t waits, looked;  /* since when, and when it had its latest chance */
    struct owned other_end; /* of a connection that is there */
    uint16_t port;          /* ours; 0: none, or not known */
    unsigned room, first, n, gone, over, left;
    size_t done;               /* bytes of the next to leave that have */
    size_t received;           /* of the answers, since one was begun to be waited for */
    struct wire_answer answer; /* to the eldest that has not ended */
    struct sample ring[];
};

/* depth: how many requests it can carry at a time, 1 at least.  free() after wire_close. */
struct wire *wire_new(unsigned depth);
void wire_close(struct wire *w);

/* It can carry one more, behind those that it carries. */
bool wire_has_room(const struct wire *w);

/* The request that *s begins leaves: by the connection that is open or by a new one. */
void wire_begin(struct wire *w, const struct wire_plan *p, const struct sample *s);

/* The kernel says by epoll that there is something to do; 0: time has passed, and a slow
   one may go on. */
void wire_go_on(struct wire *w, const struct wire_plan *p, uint32_t events);

/* The next that has ended; false: none has.  To be called until then. */
bool wire_take(struct wire *w, struct sample *s);

/* The eldest that has not ended, as long as it carries any that is not given up. */
const struct sample *wire_eldest(const struct wire *w);

/* Nobody waits for that one any more, be it our doing or its time.  Those behind it may still
   be answered. */
struct sample wire_give_up(struct wire *w, const struct wire_plan *p, enum outcome why);

/* It carries nothing any more: closes what cannot be kept. */
void wire_rest(struct wire *w);

#endif
