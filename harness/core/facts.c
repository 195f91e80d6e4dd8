/* What follows from the history alone?  Brings the parts together. */
#include "core/facts.h"
#include "core/facts_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct event *facts_first(const struct facts *f, enum event_kind kind)
{
    for (size_t i = 0; i < f->h->n_events; i++)
        if (f->h->events[i].kind == kind)
            return &f->h->events[i];
    return NULL;
}

const struct event *facts_last(const struct facts *f, enum event_kind kind)
{
    for (size_t i = f->h->n_events; i-- > 0;)
        if (f->h->events[i].kind == kind)
            return &f->h->events[i];
    return NULL;
}

/* The path of a file that was replaced may end in " (deleted)". */
const struct event *facts_file_at(const struct facts *f, uint32_t exe, int64_t time)
{
    const char *path = history_text_of(f->h, exe), *deleted = strstr(path, " (deleted)");
    size_t length = deleted ? (size_t)(deleted - path) : strlen(path);
    const struct event *found = NULL;

    for (size_t i = 0; i < f->h->n_events && f->h->events[i].at <= time; i++) {
        const struct event *e = &f->h->events[i];
        const char *text = history_text_of(f->h, e->text);

        if (e->kind == EVENT_FILE_ON_DISK && strncmp(text, path, length) == 0 && !text[length])
            found = e;
    }
    return found;
}

size_t facts_first_sent(const struct facts *f, int64_t time)
{
    size_t low = 0, high = f->h->n_samples;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (f->h->samples[middle].sent < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct process *facts_who(const struct facts *f, size_t i)
{
    return f->answered_by[i] == NOBODY ? NULL : &f->processes[f->answered_by[i]];
}

const struct lane *facts_lane(const struct facts *f, const struct sample *s)
{
    return s->lane < f->sc->n_lanes ? &f->sc->lanes[s->lane] : NULL;
}

/* A history that was cut short has no end of the load: the last request is it. */
static void find_load(struct facts *f)
{
    const struct event *began = facts_first(f, EVENT_LOAD_BEGAN);
    const struct event *ended = facts_last(f, EVENT_LOAD_ENDED);

    f->interrupted = facts_first(f, EVENT_INTERRUPTED);
    f->load_began = began ? began->at : 0;
    f->load_ended = f->load_began;
    if (ended)
        f->load_ended = ended->at;
    else if (f->h->n_samples && f->h->samples[f->h->n_samples - 1].sent > f->load_ended)
        f->load_ended = f->h->samples[f->h->n_samples - 1].sent;
}

void facts_find(struct facts *f, const struct scenario *sc, const struct history *h)
{
    assert(h->frozen);
    *f = (struct facts){ .sc = sc, .h = h };
    find_load(f);
    facts_find_upgrades(f);
    facts_find_processes(f);
    facts_find_listeners(f);
    facts_find_takeovers(f);
    facts_find_attributions(f);
    facts_find_lanes(f);
    facts_find_starvation(f);
    facts_find_usage(f);
    facts_find_queues(f);
    facts_find_net(f);
    facts_find_states(f);
    facts_find_exposure(f);
    facts_find_tls(f);
}

void facts_free(struct facts *f)
{
    for (size_t i = 0; f->lanes && i < f->sc->n_lanes; i++)
        free(f->lanes[i].answers);
    free(f->lanes);
    free(f->processes);
    free(f->upgrades);
    free(f->answered_by);
    free(f->starvation);
    free(f->usage);
    free(f->queues);
    free(f->tls);
    free(f->certificates);
    memset(f, 0, sizeof(*f));
}
