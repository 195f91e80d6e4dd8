/* How is one connection brought into a state, and completed when the upgrade has struck?
   What is sent is fixed; how much of it may leave is told step by step. */
#ifndef HUPPROOF_HELD_H
#define HUPPROOF_HELD_H

#include "io/owners.h"
#include "io/record.h"
#include "io/states_message.h"
#include "io/wire_answer.h"
#include "io/wire_socket.h"

/* What all of them have in common. */
struct held_plan {
    const struct recorder *clock;
    const struct answer_reader *answers;
    struct owners *owners; /* see client.h */
    struct wire_socket_plan socket;
    int epoll; /* where they wait; data.ptr: the connection */
    char *buffer;
    size_t buffer_size;
};

struct held {
    struct held *next;
    const struct held_message *message;
    int state;      /* enum state; N_STATES: only shows that those before it were accepted */
    size_t upgrade; /* from 0 */
    int64_t struck; /* when it did; -1: not yet */
    bool completed; /* all of the message may leave */
    int fd;
    size_t allowed, done; /* bytes of the message that may leave, that have left */
    unsigned answers;
    enum phase phase;
    bool begun, has_body; /* a part of the next answer, of its body, has come */
    bool keeps_alive;     /* by the latest answer */
    bool closed;          /* by the server in good order, while no request was under way */
    bool reopened;
    bool ended;
    enum outcome outcome; /* the last three once it has ended */
    uint32_t pid;
    struct owned other_end;
    int64_t at; /* when the last answer began, or it ended without */
    struct wire_answer answer;
};

/* Connects, and sends what goes before the upgrade.  *h is all zero but for message, state
   and upgrade. */
void held_open(struct held *h, const struct held_plan *p);

/* The kernel says by epoll that there is something to do. */
void held_go_on(struct held *h, const struct held_plan *p);

/* The rest may leave.  Where the server has closed it meanwhile and owes no answer, it does
   as any client would: `again` leaves by a new connection. */
void held_complete(struct held *h, const struct held_plan *p, const struct held_message *again);

/* It has come to where it should before the upgrade.  another: one that was connected later
   has been answered. */
bool held_stands(const struct held *h, bool another);

/* It will not come there any more. */
bool held_has_failed(const struct held *h);

void held_cut(struct held *h, const struct held_plan *p, enum outcome why);
void held_close(struct held *h);

#endif
