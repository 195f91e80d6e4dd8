/* Does anybody listen at the server's address who is none of its processes?  Then its requests
   are answered by a stranger, or, where two share the port (SO_REUSEPORT), by two servers.

   Whoever holds a socket that was the server's, and was not heard of, is its heir: with an
   attached server nobody makes orphans our children, and polling may miss their birth.  So is
   whom the pidfile names. */
#ifndef HUPPROOF_STRANGERS_H
#define HUPPROOF_STRANGERS_H

#include "io/holders.h"
#include "io/watch.h"

enum { SOCKETS_KNOWN = 4 * MOST_LISTENING };

struct strangers {
    struct watch *watch;
    struct recorder *record;
    const char *pidfile; /* NULL: none names an heir */
    bool attached;
    struct {
        uint64_t ino;
        bool ours, doubted, told;
    } known[SOCKETS_KNOWN];
    size_t n_known;
    uint64_t strange_answers; /* by the latest look */
    bool ours_seen;           /* some process of the server holds one, or held one */
    bool hidden;              /* of some whether it does is not ours to see */
    struct listening_set set; /* of the latest look: */
    uint64_t asked;           /* a bit for each that gets requests */
    uint64_t ours, strange;   /* of these */
    char who[160];            /* the first of the strange ones; "": nobody */
};

void strangers_start(struct strangers *s, const struct scenario *sc, struct watch *w,
                     struct recorder *r);

/* A look at who holds what begins; ... process p of the server holds these; ... it is over: records
   strangers, adopts heirs.  Those at the end look at all processes of the machine, but only when
   there is somebody to look for. */
void strangers_begin(struct strangers *s, const struct listening_set *set);
void strangers_note(struct strangers *s, const struct holds *h);
void strangers_end(struct strangers *s);

#endif
