/* What did the kernel tell of who gave the answers? */
#include "core/facts_parts.h"

#define ASKED_OF_KERNEL 0.95

void facts_find_attributions(struct facts *f)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_ATTRIBUTED || e->index < 0 || e->index >= N_ATTRIBUTIONS ||
            e->value < 0)
            continue;
        f->kernel_asked = true;
        f->attributions[e->index] += (uint64_t)e->value;
    }
}

double facts_attributed(const struct facts *f)
{
    return f->kernel_asked && !f->sc->limits.attributed_given ? ASKED_OF_KERNEL
                                                              : f->sc->limits.attributed;
}
