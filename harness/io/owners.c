/* Which process of the server gave an answer that does not say so itself? */
#include "io/owners.h"
#include "io/proc.h"
#include "io/sock_diag.h"

#include <stdlib.h>
#include <unistd.h>

void owners_open(struct owners *o, struct watch *w, struct recorder *r)
{
    *o = (struct owners){ .watch = w, .record = r, .ask.diag = sock_diag_open() };
}

void owners_close(struct owners *o)
{
    if (o->ask.diag >= 0)
        close(o->ask.diag);
    free(o->held);
    free(o->doubtful);
    *o = (struct owners){ .ask.diag = -1 };
}

void owned_open(struct owned *c, int fd)
{
    *c = (struct owned){ .fd = fd };
}

/* Mostly nobody asks: it costs two system calls. */
static bool can_be_asked(const struct owners *o, struct owned *c)
{
    if (c->kind == OWNED_NOT_LOOKED)
        c->kind = server_end_of(c->fd, &c->end) == 0 ? OWNED_BY_TCP : OWNED_OTHERWISE;
    return o->ask.diag >= 0 && c->kind == OWNED_BY_TCP;
}

static void take(struct owners *o, struct owned *c, const struct held_socket *h)
{
    c->ino = h->ino;
    c->by = h->by;
    c->number = h->number;
    c->n_watched = o->watch->n;
    owners_note_number(h->by, h->number);
}

/* Of a socket that was not there at the latest look another may tell. */
static enum held_by find(struct owners *o, uint64_t ino, const struct held_socket **h)
{
    enum held_by found = owners_holders(o, ino, h);

    if (found == HELD_BY_ONE && owners_still_holds((*h)->by, (*h)->number, ino))
        return found;
    found = owners_look_at_numbers(o, ino, h);
    if (found != HELD_BY_NONE)
        return found;
    return owners_look(o, LOOK_EARLY) ? owners_holders(o, ino, h) : HELD_BY_NONE;
}

enum owners_early owners_look_early(struct owners *o, struct owned *c)
{
    const struct held_socket *h;
    uint64_t ino;

    if (!can_be_asked(o, c))
        return EARLY_IS_ALL;
    switch (server_end_find(&o->ask, &c->end, &ino)) {
    case END_QUEUED:
        return EARLY_IS_QUEUED;
    case END_ACCEPTED:
        if (find(o, ino, &h) != HELD_BY_ONE)
            return EARLY_IS_ACCEPTED;
        take(o, c, h);
        return EARLY_IS_ALL;
    default:
        return EARLY_IS_ALL;
    }
}

static uint32_t doubt(struct owners *o, uint32_t request, pid_t pid, int64_t start,
                      enum attribution as)
{
    if (request == NO_REQUEST)
        return 0;
    if (o->n_doubtful == o->doubtful_room) {
        o->doubtful_room = o->doubtful_room ? 2 * o->doubtful_room : 64;
        o->doubtful = mem_grow(o->doubtful, o->doubtful_room, sizeof *o->doubtful);
    }
    o->doubtful[o->n_doubtful++] = (struct doubtful){ request, pid, start, as };
    return 0;
}

uint32_t owners_count(struct owners *o, enum attribution as, pid_t pid)
{
    o->counts[as]++;
    return (uint32_t)pid;
}

/* The one who held it before the request has given the answer, if it ever does. */
static uint32_t name_earlier(struct owners *o, const struct owned *c, uint32_t request)
{
    if (!c->by)
        return owners_count(o, ATTRIBUTED_GONE, 0);
    if (c->by->in_person)
        return owners_count(o, ATTRIBUTED_BEFORE, c->by->pid);
    return doubt(o, request, c->by->pid, c->by->start, ATTRIBUTED_UNPROVEN);
}

/* A child shares all with its parent until it execs. */
static bool is_rival(const struct owned *c, const struct watched *w)
{
    return !(c->in_person && w->parent == c->by->pid && w->execs == 0);
}

/* Who was born since may have inherited it, under the same number. */
static bool is_still_alone(struct owners *o, struct owned *c)
{
    bool shared = false;

    if (!owners_still_holds(c->by, c->number, c->ino))
        return false;
    for (size_t i = c->n_watched; i < o->watch->n; i++) {
        const struct watched *w = o->watch->all[i];

        if (w == c->by || !owners_still_holds(w, c->number, c->ino))
            continue;
        if (is_rival(c, w))
            return false;
        shared = true;
    }
    if (!shared)
        c->n_watched = o->watch->n;
    return true;
}

static bool is_still_there(struct owners *o, const struct owned *c)
{
    uint64_t ino;

    return server_end_find(&o->ask, &c->end, &ino) == END_ACCEPTED;
}

/* Nobody of the server holds it: it was closed as we looked, or the process that holds it was
   born just now and is known in the end, or it is a stranger (who that is, strangers.h tells). */
static uint32_t name_stranger(struct owners *o, struct owned *c, uint64_t ino, uint32_t request)
{
    struct proc_stat st;
    int64_t began;
    pid_t pid;

    if (!is_still_there(o, c))
        return name_earlier(o, c, request);
    if (!owners_may_look(o, LOOK_AT_NEWBORN, &began))
        return owners_count(o, ATTRIBUTED_NO_TIME, 0);
    pid = owners_look_at_newborn(o, ino);
    owners_have_looked(o, LOOK_AT_NEWBORN, began);
    if (pid && proc_stat(pid, &st) == 0)
        return doubt(o, request, pid, st.start, ATTRIBUTED_SEEN);
    return is_still_there(o, c) ? owners_count(o, ATTRIBUTED_STRANGER, 0)
                                : name_earlier(o, c, request);
}

static uint32_t name_holder(struct owners *o, struct owned *c, uint64_t ino, uint32_t request)
{
    const struct held_socket *h;
    bool alone;

    if (c->ino != ino)
        c->by = NULL;
    if (!c->by && owners_look_at_numbers(o, ino, &h) == HELD_BY_ONE)
        take(o, c, h);
    alone = c->by && is_still_alone(o, c);
    if (alone && c->in_person)
        return owners_count(o, ATTRIBUTED_SEEN, c->by->pid);
    /* One that is used again is worth a look, the first answer may be the last. */
    if (alone && c->by->in_person && c->answers++ == 0)
        return owners_count(o, ATTRIBUTED_BEFORE, c->by->pid);
    if (!owners_look(o, LOOK_LATE))
        return alone ? name_earlier(o, c, request) : owners_count(o, ATTRIBUTED_NO_TIME, 0);
    switch (owners_holders(o, ino, &h)) {
    case HELD_BY_SEVERAL:
        return owners_count(o, ATTRIBUTED_SEVERAL, 0);
    case HELD_BY_NONE:
        return name_stranger(o, c, ino, request);
    default:
        /* Whoever was looked at last may have closed it by then, and it is not he who is found. */
        if (!is_still_there(o, c) || !owners_still_holds(h->by, h->number, ino))
            return name_earlier(o, c, request);
        take(o, c, h);
        c->in_person = h->by->in_person = true;
        return owners_count(o, ATTRIBUTED_SEEN, h->by->pid);
    }
}

uint32_t owners_name(struct owners *o, struct owned *c, uint32_t request)
{
    uint64_t ino;

    if (c->sender > 0)
        return owners_count(o, ATTRIBUTED_SEEN, c->sender);
    if (c->sender < 0 || !can_be_asked(o, c))
        return owners_count(o, ATTRIBUTED_NOT_KNOWN, 0);
    switch (server_end_find(&o->ask, &c->end, &ino)) {
    case END_ACCEPTED:
        return name_holder(o, c, ino, request);
    case END_NOT_KNOWN:
        return owners_count(o, ATTRIBUTED_NOT_KNOWN, 0);
    default:
        return name_earlier(o, c, request);
    }
}

bool owners_wait_for_accept(struct owners *o, enum connection kind)
{
    enum { OFTEN = 10, FEW = 20 };
    uint64_t all = 0;

    for (enum attribution i = 0; i < N_ATTRIBUTIONS; i++)
        all += o->counts[i];
    o->closes |= all > FEW && o->counts[ATTRIBUTED_GONE] > all / OFTEN;
    return o->early && (kind == CONNECTION_NEW || o->closes);
}
