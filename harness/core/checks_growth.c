/* Does every reload leave a little more behind than the one before? */
#include "core/checks.h"
#include "core/stats.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FEWEST = 5,   /* generations: of fewer, chance alone is too often in order */
    MOST = 256,   /* of more, evenly picked ones: a trend costs the square of them */
    MOST_STAY = 8 /* processes that outlive the upgrades: masters */
};

/* Rising pairs less falling ones, of all. */
#define STEADY 0.8

struct resource {
    enum event_kind kind;
    const char *what, *unit;
    double size; /* of a unit, in what the event counts */
    bool least;  /* connections come and go, but what has leaked is there at every look */
};

static const struct resource descriptors = { EVENT_DESCRIPTORS, "descriptors", "", 1, true };
static const struct resource memory = { EVENT_MEMORY, "memory", " KB", 1024, false };

/* Generation and what it held, of those for which that is known. */
struct series {
    double *x, *y;
    size_t n, unseen;
};

/* A generation is looked at when its time is up: it has served as long as it was to,
   and those that fill pools and caches have done so. */
static int64_t end_of(const struct facts *f, size_t generation)
{
    return generation <= f->n_upgrades ? f->upgrades[generation - 1].begun : f->load_ended;
}

static bool lives_at(const struct process *p, int64_t time)
{
    return p->born <= time && (p->exited < 0 || p->exited >= time) &&
           (p->execd_away < 0 || p->execd_away >= time);
}

static bool held(const struct facts *f, const struct resource *r, const struct process *p,
                 int64_t since, int64_t end, double *value)
{
    int64_t last, least;

    /* The second half: connections that are kept have been made by then. */
    if (!facts_usage(f, r->kind, p, since + (end - since) / 2, end, &last, &least))
        return false;
    *value = (double)(r->least ? least : last) / r->size;
    return true;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void add(struct series *s, size_t generation, double value)
{
    s->x[s->n] = (double)generation;
    s->y[s->n++] = value;
}

/* No upgrade brought the first generation, and whoever is started otherwise may begin
   with more or less.  It counts only where there are too few others. */
static size_t first_of(const struct facts *f)
{
    return f->n_upgrades >= FEWEST ? 2 : 1;
}

static size_t stride(const struct facts *f)
{
    return f->n_upgrades / MOST + 1;
}

/* The median of those who serve when its time is up: how many of them have answered
   by then is up to the load, so a sum would follow that.  Processes are in the order
   of their generations; *next is the first of this one or a later one. */
static void add_generation(const struct facts *f, const struct resource *r, size_t generation,
                           size_t *next, double *values, struct series *s)
{
    int64_t end = end_of(f, generation);
    size_t n = 0, serving = 0;

    while (*next < f->n_processes && f->processes[*next].generation < generation)
        ++*next;
    for (; *next < f->n_processes && f->processes[*next].generation == generation; ++*next) {
        const struct process *p = &f->processes[*next];

        if (p->first_answer < 0 || p->first_answer > end || !lives_at(p, end))
            continue;
        serving++;
        n += held(f, r, p, p->first_answer, end, &values[n]);
    }
    qsort(values, n, sizeof(values[0]), compare);
    if (n)
        add(s, generation, values[(n - 1) / 2]);
    else
        s->unseen += serving > 0;
}

/* One that stays while generations come and go. */
static void add_stages(const struct facts *f, const struct resource *r, const struct process *p,
                       struct series *s)
{
    s->n = s->unseen = 0;
    for (size_t g = first_of(f); g <= f->n_upgrades + 1; g += stride(f)) {
        int64_t end = end_of(f, g), since = g > 1 ? end_of(f, g - 1) : p->born;
        double value;

        if (held(f, r, p, since, end, &value))
            add(s, g, value);
        else
            s->unseen++;
    }
}

/* The fewer there are, the straighter the line has to be: of five numbers that mean
   nothing one series in 23 rises steadily, but one in 350 straight enough. */
static bool grows(const struct trend *t, size_t n, double limit)
{
    double straight = t->slope * (double)(n - FEWEST + 1) / 4;

    return t->slope > limit && t->tau >= STEADY && t->deviation <= straight;
}

static struct finding judge(const struct resource *r, const struct series *s, double limit,
                            const char *whose)
{
    struct trend t;

    if (s->n < FEWEST && s->n + s->unseen >= FEWEST)
        return finding(UNKNOWN, NULL,
                       "the %s of %s could be looked at in %zu of %zu generations only; it takes "
                       "%d to tell growth from chance",
                       r->what, whose, s->n, s->n + s->unseen, FEWEST);
    if (s->n < FEWEST)
        return finding_not_applicable(
            "%zu generations served until their time was up; it takes %d to tell growth from "
            "chance",
            s->n, FEWEST);
    t = stats_trend(s->x, s->y, s->n);
    if (grows(&t, s->n, limit))
        return finding(FAIL, NULL,
                       "the %s of %s grew by %.1f%s with each generation, from %.0f to %.0f%s over "
                       "%zu of them (limit %.1f%s)",
                       r->what, whose, t.slope, r->unit, s->y[0], s->y[s->n - 1], r->unit, s->n,
                       limit, r->unit);
    return finding(PASS, NULL, "over %zu generations, %s of %s %s: %+.1f%s each (limit %.1f%s)",
                   s->n, r->what, whose,
                   t.slope > limit ? "did not grow steadily" : "did not grow beyond the limit",
                   t.slope, r->unit, limit, r->unit);
}

static struct finding judge_all(const struct facts *f, const struct resource *r, double limit,
                                struct series *s, double *values)
{
    size_t next = 0, staying = 0;
    struct finding worst;

    for (size_t g = first_of(f); g <= f->n_upgrades + 1; g += stride(f))
        add_generation(f, r, g, &next, values, s);
    worst = judge(r, s, limit, "those who serve");
    for (size_t i = 0; i < f->n_processes && staying < MOST_STAY; i++) {
        const struct process *p = &f->processes[i];
        struct finding one;
        char whose[60];

        if (p->generation > 1)
            break;
        if (!lives_at(p, f->load_ended))
            continue;
        staying++;
        add_stages(f, r, p, s);
        snprintf(whose, sizeof(whose), "pid %d, which stays,", (int)p->pid);
        one = judge(r, s, limit, whose);
        if (one.verdict > worst.verdict)
            worst = one;
    }
    return worst;
}

static struct finding judge_growth(const struct facts *f, const struct resource *r, double limit)
{
    struct series s = { 0 };
    struct finding found;
    double *values;

    if (f->sc->server.who == WHO_NONE)
        return finding_not_applicable(NOT_ATTRIBUTED);
    if (f->n_upgrades + 1 < FEWEST)
        return finding_not_applicable(
            "the run has %zu generations; it takes %d to tell growth from chance",
            f->n_upgrades + 1, FEWEST);
    s.x = mem_new(f->n_upgrades + 1, sizeof(*s.x));
    s.y = mem_new(f->n_upgrades + 1, sizeof(*s.y));
    values = mem_new(f->n_processes + 1, sizeof(*values));
    found = judge_all(f, r, limit, &s, values);
    free(s.x);
    free(s.y);
    free(values);
    return found;
}

struct finding no_descriptor_growth(const struct facts *f)
{
    return judge_growth(f, &descriptors, f->sc->limits.descriptor_growth);
}

struct finding no_memory_growth(const struct facts *f)
{
    return judge_growth(f, &memory, f->sc->limits.memory_growth);
}
