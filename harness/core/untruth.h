/* When was the pidfile untrue while somebody served?  Pure.

   It is true while it names a process that serves, or one whose descendants do: a master.
   Time counts only as far as somebody serves in it: from the first to the last answer to
   a request that was sent while it was untrue. */
#ifndef HUPPROOF_UNTRUTH_H
#define HUPPROOF_UNTRUTH_H

#include "core/facts.h"

enum wrong {
    IS_ABSENT,
    IS_NO_PID,
    IS_NOBODY,
    IS_STRANGER,
    IS_DEAD,
    SERVES_NOT,
    SERVES_LATER,
    SERVED_BEFORE
};

/* A time in which it is untrue for one reason. */
struct piece {
    int64_t from, to;
    enum wrong wrong;
    const struct event *e;
    const struct process *named; /* NULL: none of ours */
};

/* Adjoining pieces, and the first and last answer that show that somebody served then. */
struct untruth {
    struct piece first, worst; /* worst: the longest */
    int64_t to, first_answer, last_answer;
};

/* Whom the pidfile named then, of the processes that the history knows; NULL: none of them. */
const struct process *untruth_named(const struct facts *f, const struct event *e);

/* -1: nobody served meanwhile. */
int64_t untruth_length(const struct untruth *u);

/* The longest within the time in which the server is to serve, and the one that
   reaches to the end of that; their length may be -1. */
void untruth_find(const struct facts *f, struct untruth *longest, struct untruth *in_the_end);

/* Where that time ends: when we told it to stop, or as the load ended. */
int64_t untruth_end(const struct facts *f);

/* What was wrong: "named pid 7, which does not exist". */
void untruth_say(const struct facts *f, const struct piece *p, char *text, size_t size);

#endif
