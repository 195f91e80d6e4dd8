/* Which processes lived, and which of them answered what? */
#include "core/facts_parts.h"

#include <stdlib.h>

/* pid -> 1 + index of its latest life, while the events are walked */
struct latest {
    uint32_t *slots;
    size_t n;
};

static uint32_t *latest_of(const struct facts *f, const struct latest *l, pid_t pid)
{
    size_t slot = (uint32_t)pid * UINT32_C(2654435761) & (l->n - 1);

    while (l->slots[slot] && f->processes[l->slots[slot] - 1].pid != pid)
        slot = (slot + 1) & (l->n - 1);
    return &l->slots[slot];
}

static bool same_process(const struct process *p, const struct event *e)
{
    return p->start == e->start || p->start == 0 || e->start == 0;
}

static unsigned generation_at(const struct facts *f, int64_t time)
{
    return 1 + (unsigned)facts_upgrades_by(f, time);
}

static struct process *begin_life(struct facts *f, const struct latest *l, const struct event *e)
{
    uint32_t *latest = latest_of(f, l, e->pid);

    *latest = (uint32_t)++f->n_processes;
    f->processes[*latest - 1] = (struct process){
        .pid = e->pid,
        .start = e->start,
        .born = e->at,
        .execd = -1,
        .mother = NOBODY,
        .before = NOBODY,
        .exited = -1,
        .execd_away = -1,
        .status = -1,
        .generation = generation_at(f, e->at),
        .first_answer = -1,
        .last_answer = -1,
    };
    return &f->processes[*latest - 1];
}

/* The life an event is about, or NULL. */
static struct process *life_of(const struct facts *f, const struct latest *l, const struct event *e)
{
    uint32_t latest = *latest_of(f, l, e->pid);

    if (!latest || !same_process(&f->processes[latest - 1], e))
        return NULL;
    if (f->processes[latest - 1].start == 0)
        f->processes[latest - 1].start = e->start;
    return &f->processes[latest - 1];
}

static void on_born(struct facts *f, const struct latest *l, const struct event *e)
{
    struct process *p = life_of(f, l, e);
    const struct process *parent;
    uint32_t latest = *latest_of(f, l, e->pid);

    if (p && (p->exited < 0 || (p->start && p->start == e->start)))
        return; /* told twice */
    if (latest && f->processes[latest - 1].exited < 0)
        f->processes[latest - 1].exited = e->at; /* its number went to another */
    p = begin_life(f, l, e);
    p->parent = (pid_t)e->value;
    latest = *latest_of(f, l, p->parent);
    if (latest && p->parent != p->pid) {
        parent = &f->processes[latest - 1];
        p->mother = latest - 1;
        p->exe = parent->exe;
        p->dev = parent->dev;
        p->ino = parent->ino;
    }
}

static bool had_answered(const struct facts *f, const struct process *p, int64_t before)
{
    for (size_t i = facts_first_sent(f, p->born); i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];

        if (s->sent >= before)
            return false;
        if (s->outcome == OUTCOME_OK && s->pid == (uint32_t)p->pid && s->done <= before)
            return true;
    }
    return false;
}

/* A process that had work of its own and execs after an upgrade began goes on as
   the next generation.  A fork and its exec that the trigger merely came
   between are one life. */
static void on_exec(struct facts *f, const struct latest *l, const struct event *e)
{
    struct process *p = life_of(f, l, e);

    if (!p)
        p = begin_life(f, l, e);
    if (generation_at(f, e->at) > p->generation && (p->execd >= 0 || had_answered(f, p, e->at))) {
        uint32_t before = (uint32_t)(p - f->processes);
        uint32_t mother = p->mother;
        pid_t parent = p->parent;
        int64_t start = p->start;

        p->execd_away = e->at;
        p = begin_life(f, l, e);
        p->before = before;
        p->mother = mother;
        p->parent = parent;
        p->start = start;
    }
    p->execd = e->at;
    p->exe = e->text;
    p->dev = e->dev;
    p->ino = e->ino;
}

static void on_exited(struct facts *f, const struct latest *l, const struct event *e)
{
    struct process *p = life_of(f, l, e);

    if (!p)
        p = begin_life(f, l, e);
    if (p->exited < 0)
        p->exited = e->at;
    p->status = (int)e->value;
}

static void walk_events(struct facts *f, const struct latest *l)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];
        struct process *p;

        if (e->kind == EVENT_PROC_BORN)
            on_born(f, l, e);
        else if (e->kind == EVENT_PROC_EXEC)
            on_exec(f, l, e);
        else if (e->kind == EVENT_PROC_EXITED)
            on_exited(f, l, e);
        else if (e->kind == EVENT_PROC_ZOMBIE && (p = life_of(f, l, e)))
            p->zombie = true;
        else if (e->kind == EVENT_PROC_LEFT_OVER && (p = life_of(f, l, e)))
            p->left_over = true;
    }
}

/* Lives sorted by pid, then by birth, to find who it was that answered then. */
struct life {
    uint32_t pid, process;
    int64_t born;
};

static int compare_lives(const void *a, const void *b)
{
    const struct life *x = a, *y = b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x->process > y->process) - (x->process < y->process);
}

/* The latest life of pid that had begun by then.  One that has exited counts:
   its last answers may be read after its end. */
static uint32_t who_was(const struct life *lives, size_t n, uint32_t pid, int64_t then)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lives[middle].pid < pid || (lives[middle].pid == pid && lives[middle].born <= then))
            low = middle + 1;
        else
            high = middle;
    }
    return low && lives[low - 1].pid == pid ? lives[low - 1].process : NOBODY;
}

static uint32_t who_answered(const struct facts *f, const struct life *lives,
                             const struct sample *s)
{
    uint32_t who = NOBODY;

    if (s->pid)
        who = who_was(lives, f->n_processes, s->pid, s->first_byte >= 0 ? s->first_byte : s->done);
    /* The last answer before an exec may be read after it.  A kept connection
       that was asked before is the earlier life's; who connected then may have waited in
       the queue for the later one. */
    if (who != NOBODY && f->processes[who].before != NOBODY && s->sent < f->processes[who].born &&
        s->connected <= s->sent)
        who = f->processes[who].before;
    return who;
}

static void find_answers(struct facts *f, const struct life *lives)
{
    f->answered_by = mem_new(f->h->n_samples, sizeof(f->answered_by[0]));
    for (size_t i = 0; i < f->h->n_samples; i++) {
        const struct sample *s = &f->h->samples[i];
        struct process *p;

        f->answered_by[i] = who_answered(f, lives, s);
        if (s->outcome != OUTCOME_OK || f->answered_by[i] == NOBODY)
            continue;
        p = &f->processes[f->answered_by[i]];
        p->requests++;
        if (p->first_answer < 0 || s->done < p->first_answer)
            p->first_answer = s->done;
        if (s->done > p->last_answer)
            p->last_answer = s->done;
    }
}

void facts_find_processes(struct facts *f)
{
    struct latest l = { .n = 64 };
    struct life *lives;

    while (l.n < f->h->n_events * 2)
        l.n *= 2;
    l.slots = mem_new(l.n, sizeof(l.slots[0]));
    f->processes = mem_new(f->h->n_events, sizeof(f->processes[0])); /* one event, one life */
    walk_events(f, &l);
    free(l.slots);

    lives = mem_new(f->n_processes, sizeof(*lives));
    for (uint32_t i = 0; i < f->n_processes; i++)
        lives[i] = (struct life){ (uint32_t)f->processes[i].pid, i, f->processes[i].born };
    qsort(lives, f->n_processes, sizeof(*lives), compare_lives);
    find_answers(f, lives);
    free(lives);
}
