/* How does one connection of the wire client carry one request after another?  Every
   step is a system call whose result is kept; nothing is ever sent twice. */
#ifndef HUPPROOF_WIRE_H
#define HUPPROOF_WIRE_H

#include "io/address.h"
#include "io/record.h"
#include "io/sources.h"
#include "io/wire_answer.h"
#include "io/wire_request.h"

/* What all connections of a lane have in common. */
struct wire_plan {
    const struct recorder *clock;
    const struct answer_reader *answers;
    const struct lane *lane;
    struct wire_request request;
    union any_address address;
    socklen_t address_size;
    struct sources *sources; /* NULL: the kernel picks */
    int epoll;               /* where they wait; data.ptr: the connection */
    char *buffer;
    size_t buffer_size; /* for what is read, whoever reads */
};

enum wire_state {
    WIRE_RESTS, /* no request: it may or may not be open */
    WIRE_CONNECTS,
    WIRE_SENDS,
    WIRE_WAITS, /* all is sent; what comes is the answer */
    WIRE_ENDED  /* the sample is complete */
};

struct wire {
    struct wire *next, *previous; /* its owner's */
    int fd;                       /* -1: not open */
    uint8_t state;
    bool pooled;  /* its owner's: it is kept after an answer, if that allows it */
    bool stray;   /* something came before a request left */
    bool polled;  /* it waits at the plan's epoll */
    bool to_send; /* it waits there to write as well */
    bool closed_by_server;
    size_t done, received; /* bytes of the request that have left, of the answer that came */
    struct sample sample;
    struct wire_answer answer;
};

/* The request that *s begins leaves, by the connection that is open or by a new one. */
void wire_begin(struct wire *w, const struct wire_plan *p, const struct sample *s);

/* The kernel says by epoll that there is something to do; 0: time has passed, and a slow
   one may go on. */
void wire_go_on(struct wire *w, const struct wire_plan *p, uint32_t events);

/* It ends here, as our doing or for its time being up. */
void wire_cut(struct wire *w, const struct wire_plan *p, enum outcome why);

/* After WIRE_ENDED: takes the finished sample, and rests; closes what cannot be kept. */
struct sample wire_take(struct wire *w, struct history *texts);

void wire_close(struct wire *w);

#endif
