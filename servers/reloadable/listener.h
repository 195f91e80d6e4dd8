/* Who is let in?  One listening socket, our own or a predecessor's. */
#ifndef RELOADABLE_LISTENER_H
#define RELOADABLE_LISTENER_H

#include "address.h"
#include "conns.h"
#include "err.h"
#include "stream.h"

struct listener {
    union stream stream;
    uv_timer_t last_call;
    struct conns *conns;
    size_t most;    /* connections that our descriptors suffice for */
    bool holds_one; /* accepted, and left with libuv until there is room */
    bool is_open;
    struct address address;
    void (*on_closed)(void *data);
    void *data;
};

/* Takes a bound socket over. */
int listener_open(struct listener *l, uv_loop_t *loop, int fd, struct err *err);

/* One that a predecessor listened on already. */
int listener_inherit(struct listener *l, uv_loop_t *loop, int fd, struct err *err);

/* From here on clients are served. */
int listener_listen(struct listener *l, int backlog, struct conns *conns, struct err *err);
int listener_fd(const struct listener *l);

/* A connection has gone: is somebody waiting for its place? */
void listener_make_room(struct listener *l);

/* Takes all who are in the queue. */
void listener_empty(struct listener *l);

/* Stops accepting and loses nobody in the queue, provided that another process
   holds the socket and accepts from it. */
void listener_close(struct listener *l);

/* The same when nobody else does.  It first takes all who have begun to connect,
   which needs a moment; on_closed tells when it is over. */
void listener_close_last(struct listener *l, void (*on_closed)(void *data), void *data);

#endif
