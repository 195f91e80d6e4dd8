/* When was the pidfile untrue while somebody served? */
#include "core/untruth.h"

#include <stdio.h>
#include <stdlib.h>

static const struct untruth none = { .to = -1, .first_answer = -1, .last_answer = -1 };

/* When requests were sent that somebody of a family answered; -1: never. */
struct service {
    int64_t first, last;
};

struct walk {
    const struct facts *f;
    int64_t end;
    struct untruth now, worst, last;
    const struct process *of; /* whose family this is: what they answer is as good as its */
    bool *family;
    struct service service;
};

static bool is_same(const struct process *p, pid_t pid, int64_t start)
{
    return p->pid == pid && (p->start == start || p->start == 0 || start == 0);
}

const struct process *untruth_named(const struct facts *f, const struct event *e)
{
    const struct process *found = NULL;

    for (size_t i = 0; i < f->n_processes; i++)
        if (is_same(&f->processes[i], e->pid, e->start) &&
            (!found || f->processes[i].born <= e->at))
            found = &f->processes[i]; /* its last life that had begun */
    return found;
}

/* Per process: it is that one, or descends from it. */
static bool *family_of(const struct facts *f, const struct process *named, bool descendants)
{
    bool *is = mem_new(f->n_processes, sizeof(*is));

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];

        is[i] = is_same(p, named->pid, named->start);
        for (size_t k = i; descendants && !is[i] && k-- > 0;) {
            if (f->processes[k].pid == p->parent) {
                is[i] = is[k];
                break;
            }
        }
    }
    return is;
}

static struct service service_of(const struct facts *f, const bool *family)
{
    struct service s = { -1, -1 };

    for (size_t i = 0; i < f->h->n_samples; i++) {
        if (f->answered_by[i] == NOBODY || !family[f->answered_by[i]])
            continue;
        if (s.first < 0)
            s.first = f->h->samples[i].sent;
        s.last = f->h->samples[i].sent;
    }
    return s;
}

/* May an answer show that the piece was untrue while somebody served? */
static bool counts(const struct walk *w, size_t i, const struct piece *p)
{
    const struct process *who = facts_who(w->f, i);
    bool another = who && w->family && !w->family[w->f->answered_by[i]];

    if (w->f->h->samples[i].outcome != OUTCOME_OK)
        return false;
    switch (p->wrong) {
    case SERVES_NOT:
    case SERVES_LATER:
        return another;
    case SERVED_BEFORE:
        return another && who->generation > p->named->generation;
    default:
        return true;
    }
}

static void find_answers(const struct walk *w, const struct piece *p, struct untruth *s)
{
    const struct history *h = w->f->h;

    for (size_t i = facts_first_sent(w->f, p->from); i < h->n_samples; i++) {
        const struct sample *sample = &h->samples[i];

        if (sample->sent >= p->to)
            break;
        if (sample->done >= p->to || !counts(w, i, p))
            continue;
        if (s->first_answer < 0 || sample->done < s->first_answer)
            s->first_answer = sample->done;
        if (sample->done > s->last_answer)
            s->last_answer = sample->done;
    }
}

int64_t untruth_length(const struct untruth *u)
{
    return u->first_answer < 0 ? -1 : u->last_answer - u->first_answer;
}

static void end_untruth(struct walk *w)
{
    if (untruth_length(&w->now) > untruth_length(&w->worst))
        w->worst = w->now;
    w->last = w->now;
    w->now = none;
}

static void add_piece(struct walk *w, struct piece p)
{
    if (p.to > w->end)
        p.to = w->end;
    if (p.from >= p.to)
        return;
    if (w->now.to != p.from) {
        end_untruth(w);
        w->now.first = w->now.worst = p;
    }
    if (p.to - p.from > w->now.worst.to - w->now.worst.from)
        w->now.worst = p;
    w->now.to = p.to;
    find_answers(w, &p, &w->now);
}

static void add_family(struct walk *w, struct piece p, struct service s)
{
    int64_t to = p.to;

    if (s.first < 0) {
        p.wrong = SERVES_NOT;
        add_piece(w, p);
        return;
    }
    p.wrong = SERVES_LATER;
    p.to = s.first < to ? s.first : to;
    add_piece(w, p);
    p.wrong = SERVED_BEFORE;
    p.from = s.last >= p.from ? s.last + 1 : p.from;
    p.to = to;
    add_piece(w, p);
}

/* Of one that never answers, what its descendants do counts: it is a master. */
static void look_at_family(struct walk *w, const struct process *named)
{
    if (w->of == named)
        return;
    w->of = named;
    free(w->family);
    w->family = family_of(w->f, named, false);
    w->service = service_of(w->f, w->family);
    if (w->service.first >= 0)
        return;
    free(w->family);
    w->family = family_of(w->f, named, true);
    w->service = service_of(w->f, w->family);
}

static void add_living(struct walk *w, struct piece p)
{
    look_at_family(w, p.named);
    add_family(w, p, w->service);
}

static void add_interval(struct walk *w, const struct event *e, int64_t from, int64_t to)
{
    static const enum wrong wrongs[] = { [PIDFILE_ABSENT] = IS_ABSENT,
                                         [PIDFILE_NO_PID] = IS_NO_PID,
                                         [PIDFILE_NOBODY] = IS_NOBODY,
                                         [PIDFILE_STRANGER] = IS_STRANGER };
    struct piece p = { .from = from, .to = to, .e = e };
    int64_t exited;

    if (e->value == PIDFILE_NOT_KNOWN || e->value >= N_PIDFILE_STATES)
        return;
    if (e->value != PIDFILE_OURS) {
        p.wrong = wrongs[e->value];
        p.named = e->value == PIDFILE_NOBODY ? untruth_named(w->f, e) : NULL;
        if (p.named && p.named->exited >= 0)
            p.wrong = IS_DEAD;
        add_piece(w, p);
        return;
    }
    p.named = untruth_named(w->f, e);
    if (!p.named)
        return;
    exited = p.named->exited >= 0 ? p.named->exited : INT64_MAX;
    if (w->f->sc->server.who != WHO_NONE && exited > from) {
        p.to = exited < to ? exited : to;
        add_living(w, p);
    }
    p.from = exited > from ? exited : from;
    p.to = to;
    p.wrong = IS_DEAD;
    add_piece(w, p);
}

static void walk(struct walk *w)
{
    const struct event *before = NULL;

    for (size_t i = 0; i <= w->f->h->n_events; i++) {
        const struct event *e = i < w->f->h->n_events ? &w->f->h->events[i] : NULL;
        int64_t from;

        if (e && e->kind != EVENT_PIDFILE)
            continue;
        from = before && before->at > w->f->load_began ? before->at : w->f->load_began;
        if (before)
            add_interval(w, before, from, e ? e->at : w->end);
        before = e;
    }
    end_untruth(w);
}

int64_t untruth_end(const struct facts *f)
{
    const struct event *stop = facts_first(f, EVENT_STOP_BEGAN);

    return stop && stop->at < f->load_ended ? stop->at : f->load_ended;
}

void untruth_find(const struct facts *f, struct untruth *longest, struct untruth *in_the_end)
{
    struct walk w = { .f = f, .end = untruth_end(f), .now = none, .worst = none };

    walk(&w);
    free(w.family);
    *longest = w.worst;
    *in_the_end = w.last;
    if (w.last.to != w.end)
        in_the_end->first_answer = -1;
}

void untruth_say(const struct facts *f, const struct piece *p, char *text, size_t size)
{
    int pid = (int)p->e->pid;

    switch (p->wrong) {
    case IS_ABSENT:
        snprintf(text, size, "was not there");
        break;
    case IS_NO_PID:
        snprintf(text, size, "named no pid (\"%.20s\")", history_text_of(f->h, p->e->text));
        break;
    case IS_NOBODY:
        snprintf(text, size, "named pid %d, which does not exist", pid);
        break;
    case IS_STRANGER:
        snprintf(text, size, "named pid %d, which is none of the server's", pid);
        break;
    case IS_DEAD:
        snprintf(text, size, "named pid %d, which had exited at %.1f ms", pid,
                 ms(p->named->exited));
        break;
    case SERVES_NOT:
        snprintf(text, size, "named pid %d, which never served", pid);
        break;
    case SERVES_LATER:
        snprintf(text, size, "named pid %d, which did not serve yet", pid);
        break;
    case SERVED_BEFORE:
        snprintf(text, size, "named pid %d of generation %u, which served no more", pid,
                 p->named->generation);
        break;
    }
}
