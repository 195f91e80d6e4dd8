/* Which process of the server gave an answer that does not say so itself?  Whoever holds the
   server's end of its connection: the socket that the kernel names, looked for among the open
   files of the watched processes.

   Nothing is guessed.  A holder that is seen alone when the answer has come, on a connection
   that is still established, has given it.  Of one that is closed by then only its holder from
   before the request is known: that one counts if it is seen to answer in person at some time of
   the run, for there are servers that accept in one process and answer in another.  Of several
   holders none counts, except that a child that has not exec'd is no rival of its parent that
   has answered on the same connection before.  A process whose open files we may not read is
   taken to hold none.

   Of a unix socket the kernel tells with each answer who sent it (SO_PASSCRED): none of this
   is needed. */
#ifndef HUPPROOF_OWNERS_H
#define HUPPROOF_OWNERS_H

#include "core/attribution.h"
#include "io/server_end.h"
#include "io/watch.h"

/* What one looks for: each costs a tenth of a CPU at most, whatever the others do. */
enum owners_look { LOOK_EARLY, LOOK_LATE, LOOK_AT_NEWBORN, N_OWNERS_LOOKS };

/* Of time that may be spent on looks, so much is saved for when many are wanted at once. */
#define OWNERS_SAVED (5 * NS_PER_MS)

struct held_socket { /* as the latest look found it */
    uint64_t ino;
    struct watched *by;
    int number; /* of its descriptor */
};

struct doubtful { /* an answer that perhaps will be known to be that process's, in the end */
    uint32_t request;
    pid_t pid;
    int64_t start;
    enum attribution as; /* seen: if it turns out to be of the server */
};

struct owners {
    struct watch *watch;
    struct recorder *record;
    bool early;               /* ask before a request leaves, too: answers name nobody */
    bool closes;              /* the server closes connections that were to be kept */
    struct server_ends ask;   /* diag -1: the kernel is not to be asked */
    struct held_socket *held; /* all sockets of the tree, by inode */
    size_t n_held, held_room;
    struct held_socket at_number; /* what owners_look_at_numbers found */
    struct {
        int64_t spent; /* of CPU time, less what has been earned since: ns */
        int64_t at;
    } budgets[N_OWNERS_LOOKS];
    struct doubtful *doubtful;
    size_t n_doubtful, doubtful_room;
    uint64_t counts[N_ATTRIBUTIONS];
};

/* What is known of a connection's other end.  All zero as it is opened. */
struct owned {
    int fd;       /* ours */
    pid_t sender; /* of a unix socket, of what has come of an answer: see wire_socket_receive */
    enum { OWNED_NOT_LOOKED, OWNED_BY_TCP, OWNED_OTHERWISE } kind;
    struct server_end end; /* of TCP */
    uint64_t ino;
    struct watched *by; /* NULL: nobody is known yet */
    int number;
    size_t n_watched; /* processes there were when it was seen to be alone */
    bool in_person;   /* by has answered on it */
    unsigned answers; /* that were named without a look */
};

/* Never fails: where the kernel refuses, nobody is known.  The caller sets `early`. */
void owners_open(struct owners *o, struct watch *w, struct recorder *r);

/* A connection of ours has come about. */
void owned_open(struct owned *c, int fd);

/* Is it worth to hold the requests of new connections back, until it is known who has accepted
   them?  Where they are kept, only if the server closes them all the same. */
bool owners_wait_for_accept(struct owners *o, enum connection kind);

enum owners_early {
    EARLY_IS_QUEUED,   /* nobody has accepted it yet */
    EARLY_IS_ACCEPTED, /* by whom is not known, but another look may tell */
    EARLY_IS_ALL       /* that can be known */
};

/* Who holds it, before a request leaves on it? */
enum owners_early owners_look_early(struct owners *o, struct owned *c);

/* One that is in no history. */
#define NO_REQUEST UINT32_MAX

/* Who gave the answer to that request, which has just come on it whole?  0: not known (yet). */
uint32_t owners_name(struct owners *o, struct owned *c, uint32_t request);

/* Forgets what was asked until now, but not who was seen; true: something was. */
bool owners_begin_anew(struct owners *o); /* owners_settle.c */

/* All have come: names in the history who is known by now, and records how many are, and why
   not more. */
void owners_settle(struct owners *o);

void owners_close(struct owners *o);

/* Counts how an answer was attributed; returns the pid. */
uint32_t owners_count(struct owners *o, enum attribution as, pid_t pid);

/* owners_look.c.  May one look?  And when it began to. */
bool owners_may_look(struct owners *o, enum owners_look why, int64_t *began);
void owners_have_looked(struct owners *o, enum owners_look why, int64_t began);

/* What all processes of the tree hold, anew; false: one may not. */
bool owners_look(struct owners *o, enum owners_look why);

enum held_by { HELD_BY_NONE, HELD_BY_ONE, HELD_BY_SEVERAL };

/* As the latest look found it; *h: one of them. */
enum held_by owners_holders(const struct owners *o, uint64_t ino, const struct held_socket **h);

/* A new connection mostly gets a number that another had before it: such numbers of each process
   are remembered, and a look at those of all is a small part of a whole one. */
void owners_note_number(struct watched *w, int number);
enum held_by owners_look_at_numbers(struct owners *o, uint64_t ino, const struct held_socket **h);

/* That process still has the socket under that number. */
bool owners_still_holds(const struct watched *w, int number, uint64_t ino);

/* The child of the tree, born so lately that the watch has not heard of it, that holds it; 0:
   none does, or several. */
pid_t owners_look_at_newborn(const struct owners *o, uint64_t ino);

#endif
