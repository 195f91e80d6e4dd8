/* Whose like is a process that came without any upgrade? */
#include "core/lineage.h"

#include <stdlib.h>

int64_t lineage_handed_over(const struct facts *f, const struct upgrade *u)
{
    return (u->takeover >= 0 ? u->takeover : u->begun) + f->sc->limits.overlap;
}

bool lineage_uninvited(const struct facts *f, const struct process *p)
{
    size_t k = p->generation - 2;
    const struct upgrade *u;

    if (p->before != NOBODY) /* it exec'd itself: what it is to be is what it is now */
        return false;
    if (p->generation < 2 || k >= f->n_upgrades)
        return p->born > f->load_began;
    u = &f->upgrades[k];
    return p->born > lineage_handed_over(f, u) + facts_starved(f, u->begun, p->born);
}

unsigned *lineage_generations(const struct facts *f)
{
    unsigned *of = mem_new(f->n_processes, sizeof(*of));
    unsigned *of_children = mem_new(f->n_processes, sizeof(*of_children)); /* 0: none served */
    unsigned none = (unsigned)f->n_upgrades + 1;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        uint32_t mother = p->mother;

        if (mother == NOBODY || !lineage_uninvited(f, p))
            of[i] = p->generation;
        else if (f->processes[mother].requests)
            of[i] = p->execd < 0 ? of[mother] : ++none;
        else
            of[i] = of_children[mother] ? of_children[mother] : of[mother];
        if (mother != NOBODY && p->requests && of[i] > of_children[mother])
            of_children[mother] = of[i];
    }
    free(of_children);
    return of;
}
