/* What of the server is not ours to see, why, and what is to be done about it? */
#ifndef HUPPROOF_UNSEEN_H
#define HUPPROOF_UNSEEN_H

#include "io/watch.h"

enum { USER_NAME = 40 };

/* The user that a process acts as; returns name. */
const char *unseen_user(pid_t pid, char name[USER_NAME]);

/* Says one sentence for each user whose processes hide something. */
void unseen_say(const struct watch *w, void (*say)(void *arg, const char *sentence), void *arg);

#endif
