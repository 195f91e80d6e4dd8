/* Which processes of the machine hold some listening sockets?  What can be seen of it:
   whose descriptors are not ours to see may hold any. */
#ifndef HUPPROOF_HOLDERS_H
#define HUPPROOF_HOLDERS_H

#include "io/holds.h"
#include "io/proc.h"

enum { MOST_HOLDERS = 64 };

struct holder {
    pid_t pid, parent;
    int64_t start;
    uint64_t which; /* as struct holds has it */
    uint64_t ino;
};

struct holders {
    const struct listening_set *set;
    struct holder all[MOST_HOLDERS];
    size_t n;
    uint64_t which; /* of the sockets, those that somebody was seen to hold */
    bool hidden;    /* there are processes whose descriptors are not ours to see */
};

/* Looks at every process of the machine but hupproof itself: some 80 us each. */
void holders_find(const struct listening_set *set, struct holders *found);

/* "pid 4711 (nginx)", and how many others hold it, too; or that nobody was seen to hold socket
   number i of the set, and what to do. */
void holders_say(const struct holders *h, size_t i, char *text, size_t size);

#endif
