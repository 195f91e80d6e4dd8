/* What does the server's pidfile say, whenever it changes, and is that one of its
   processes?  Heard of by inotify; where that is not to be had, looked at often. */
#ifndef HUPPROOF_PIDFILE_H
#define HUPPROOF_PIDFILE_H

#include "io/watch.h"

enum { PIDFILE_TEXT = 64 };

/* The pid of its first line; 0: there is none, and text says what is there instead;
   -1 with errno.  Never waits: it may be a pipe. */
pid_t pidfile_read(const char *path, char text[PIDFILE_TEXT]);

struct pidfile {
    const char *path;
    struct watch *watch;
    struct recorder *record;
    uv_fs_event_t changes;
    uv_timer_t timer;
    bool said; /* there is a last state: */
    struct event last;
    unsigned n_changes;
};

/* path NULL: there is none to watch. */
void pidfile_start(struct pidfile *p, uv_loop_t *loop, const char *path, struct watch *w,
                   struct recorder *r);

/* Records what has changed.  Does nothing before the start. */
void pidfile_look(struct pidfile *p);

void pidfile_stop(struct pidfile *p);

#endif
