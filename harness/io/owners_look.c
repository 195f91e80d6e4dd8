/* Which sockets do the processes of the server hold? */
#include "io/owners.h"
#include "io/proc.h"

#include <stdlib.h>
#include <unistd.h>

struct look {
    struct owners *o;
    struct watched *at;
};

static bool note(void *arg, int number, const char *link)
{
    const struct look *l = arg;
    struct owners *o = l->o;
    uint64_t ino = proc_socket(link);

    if (!ino)
        return true;
    if (o->n_held == o->held_room) {
        o->held_room = o->held_room ? 2 * o->held_room : 64;
        o->held = mem_grow(o->held, o->held_room, sizeof *o->held);
    }
    o->held[o->n_held++] = (struct held_socket){ ino, l->at, number };
    return true;
}

static int by_inode(const void *a, const void *b)
{
    const struct held_socket *x = a, *y = b;

    return (x->ino > y->ino) - (x->ino < y->ino);
}

bool owners_may_look(struct owners *o, enum owners_look why, int64_t *began)
{
    int64_t now = recorder_now(o->record), earned = (now - o->budgets[why].at) / 10;

    *began = recorder_cpu_time();
    o->budgets[why].spent = o->budgets[why].spent > earned ? o->budgets[why].spent - earned : 0;
    o->budgets[why].at = now;
    return o->budgets[why].spent < OWNERS_SAVED;
}

void owners_have_looked(struct owners *o, enum owners_look why, int64_t began)
{
    o->budgets[why].spent += recorder_cpu_time() - began;
}

bool owners_look(struct owners *o, enum owners_look why)
{
    int64_t began;

    if (!owners_may_look(o, why, &began))
        return false;
    o->n_held = 0;
    for (size_t i = 0; i < o->watch->n; i++) {
        struct look l = { o, o->watch->all[i] };

        if (l.at->alive)
            proc_each_descriptor(l.at->pid, note, &l);
    }
    if (o->n_held)
        qsort(o->held, o->n_held, sizeof *o->held, by_inode);
    owners_have_looked(o, why, began);
    return true;
}

enum held_by owners_holders(const struct owners *o, uint64_t ino, const struct held_socket **h)
{
    size_t low = 0, high = o->n_held;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (o->held[middle].ino < ino)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == o->n_held || o->held[low].ino != ino)
        return HELD_BY_NONE;
    *h = &o->held[low];
    for (size_t i = low + 1; i < o->n_held && o->held[i].ino == ino; i++)
        if (o->held[i].by != (*h)->by)
            return HELD_BY_SEVERAL;
    return HELD_BY_ONE;
}

bool owners_still_holds(const struct watched *w, int number, uint64_t ino)
{
    return w->alive && proc_socket_at(w->pid, number) == ino;
}

struct search {
    const struct watch *watch;
    uint64_t ino;
    pid_t at, holder;
    bool several;
};

static bool compare(void *arg, int number, const char *link)
{
    struct search *s = arg;

    (void)number;
    if (proc_socket(link) != s->ino)
        return true;
    s->several |= s->holder && s->holder != s->at;
    s->holder = s->at;
    return false;
}

static void search_child(void *arg, pid_t pid)
{
    struct search *s = arg;

    if (watch_find(s->watch, pid) || pid == s->watch->except)
        return;
    s->at = pid;
    proc_each_descriptor(pid, compare, s);
}

pid_t owners_look_at_newborn(const struct owners *o, uint64_t ino)
{
    struct search s = { .watch = o->watch, .ino = ino };

    for (size_t i = 0; i < o->watch->n; i++)
        if (o->watch->all[i]->alive)
            proc_children(o->watch->all[i]->pid, search_child, &s);
    proc_children(getpid(), search_child, &s); /* orphans come to us */
    return s.several ? 0 : s.holder;
}

void owners_note_number(struct watched *w, int number)
{
    for (unsigned i = 0; i < WATCH_NUMBERS; i++)
        if (w->numbers[i] == number)
            return;
    w->numbers[w->next_number++ % WATCH_NUMBERS] = number;
}

static bool has_at_a_number(const struct watched *w, int also, uint64_t ino, int *number)
{
    for (unsigned i = 0; i <= WATCH_NUMBERS; i++) {
        *number = i < WATCH_NUMBERS ? w->numbers[i] : also;
        if (*number > 0 && owners_still_holds(w, *number, ino))
            return true;
    }
    return false;
}

enum held_by owners_look_at_numbers(struct owners *o, uint64_t ino, const struct held_socket **h)
{
    struct held_socket *found = &o->at_number;
    int number;

    *found = (struct held_socket){ .ino = ino };
    *h = found;
    for (size_t i = 0; i < o->watch->n && !found->by; i++)
        if (has_at_a_number(o->watch->all[i], 0, ino, &found->number))
            found->by = o->watch->all[i];
    if (!found->by)
        return HELD_BY_NONE;
    /* Whoever shares it by a fork has it at the same number. */
    for (size_t i = 0; i < o->watch->n; i++)
        if (o->watch->all[i] != found->by &&
            has_at_a_number(o->watch->all[i], found->number, ino, &number))
            return HELD_BY_SEVERAL;
    return HELD_BY_ONE;
}
