/* Who may have our listener?  Whoever asks at a path of the file system: it gets the
 * open descriptor (SCM_RIGHTS, unix(7)), and once it says "ready" over the same
 * connection it is the server.  So does HAProxy's -x. */
#ifndef RELOADABLE_PASS_H
#define RELOADABLE_PASS_H

#include "err.h"
#include "handover.h"

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

struct pass_events {
    void (*on_ready)(void *data, pid_t asker);
    void *data;
};

struct pass {
    uv_poll_t door, asker;     /* where one asks; the one who did */
    const char *path;          /* the caller's; NULL: not open */
    dev_t dev;                 /* the socket that the path named ... */
    ino_t ino;                 /* ... when we had put it there */
    int listen_fd, generation; /* what is handed out */
    struct pass_events events;
    bool is_asked; /* one at a time: the next is turned away */
};

/* Asks the server at `path`, if there is one, for its listener: 1, and the handover
   has it and the connection over which to say ready; 0: nobody is there. */
int pass_ask(const char *path, struct handover *h, struct err *err);

/* From now on one asks us.  Takes the path over from whom we asked. */
int pass_open(struct pass *p, uv_loop_t *loop, const char *path, int listen_fd, int generation,
              const struct pass_events *events, struct err *err);

/* Takes the path away if it is still ours. */
void pass_close(struct pass *p);

#endif
