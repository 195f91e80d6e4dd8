/* What does a process get from the one before it?  It travels in environment
 * variables, which are taken out again at once so that nothing started later
 * believes them. */
#ifndef RELOADABLE_HANDOVER_H
#define RELOADABLE_HANDOVER_H

#include "err.h"

#include <stdbool.h>

struct handover {
    int listen_fd, ready_fd; /* -1: none, it is the first of its kind */
    int passed_fd;           /* to the one who passed us the listener; -1: nobody did */
    int parent_fd;           /* see parent.h; -1: nobody wants us to know */
    int kept;                /* 1: whoever started us keeps listener, path and pidfile */
    int activated;           /* 1: the listener comes as activated.h says */
    int port;                /* to bind beside the predecessor; 0: none */
    int generation;          /* of the process that receives it, from 1 */
};

/* Descriptors that were handed over are made close-on-exec. */
int handover_take(struct handover *h, struct err *err);

/* For the moment of starting a process. */
void handover_put_into_environment(const struct handover *h);
void handover_clear_environment(void);

/* Tells the predecessor, once.  False: there was one, which has died meanwhile. */
bool handover_say_ready(struct handover *h);

#define HANDOVER_READY "ready\n"

#endif
