/* Who gave the answers that were in doubt as they came? */
#include "io/owners.h"

#include <stdlib.h>

bool owners_begin_anew(struct owners *o)
{
    bool asked = o->n_doubtful > 0;

    for (enum attribution i = 0; i < N_ATTRIBUTIONS; i++) {
        asked |= o->counts[i] > 0;
        o->counts[i] = 0;
    }
    o->n_doubtful = 0;
    return asked;
}

static int by_request(const void *a, const void *b)
{
    const struct doubtful *x = a, *y = b;

    return (x->request > y->request) - (x->request < y->request);
}

static uint32_t settle(struct owners *o, const struct doubtful *d)
{
    const struct watched *w = watch_find(o->watch, d->pid);
    bool ours = w && w->start == d->start;

    if (ours && (d->as == ATTRIBUTED_SEEN || w->in_person))
        return owners_count(o, d->as == ATTRIBUTED_SEEN ? d->as : ATTRIBUTED_BEFORE, d->pid);
    return owners_count(o, ours ? ATTRIBUTED_UNPROVEN : ATTRIBUTED_STRANGER, 0);
}

void owners_settle(struct owners *o)
{
    struct history *h = o->record->h;

    if (o->n_doubtful)
        qsort(o->doubtful, o->n_doubtful, sizeof *o->doubtful, by_request);
    for (size_t i = 0; i < h->n_samples && o->n_doubtful; i++) {
        struct sample *s = &h->samples[i];
        const struct doubtful key = { .request = s->id },
                              *d = bsearch(&key, o->doubtful, o->n_doubtful, sizeof *o->doubtful,
                                           by_request);

        if (d && s->pid == 0)
            s->pid = settle(o, d);
    }
    for (enum attribution i = 0; i < N_ATTRIBUTIONS; i++)
        if (o->counts[i])
            history_add_event(h, &(struct event){ .at = recorder_now(o->record),
                                                  .kind = EVENT_ATTRIBUTED,
                                                  .index = i,
                                                  .value = (int64_t)o->counts[i] });
}
