/* What does the report say of the connections that were held in a state? */
#include "json/report_values.h"

#include <stdio.h>

static void put_why(cJSON *to, const struct facts *f, size_t state)
{
    const struct state_facts *s = &f->states[state];
    char why[120] = "";

    if (!scenario_holds(f->sc, (enum state)state))
        snprintf(why, sizeof why, "there is no \"%s\"", state_path_names[states[state].path]);
    else if (s->wanted == 0)
        snprintf(why, sizeof why, "no upgrade struck");
    else if (s->held < s->wanted)
        snprintf(why, sizeof why, "%llu of %llu did not stand as they should when it struck",
                 (unsigned long long)(s->wanted - s->held), (unsigned long long)s->wanted);
    put_text(to, "why", why);
}

void put_states(cJSON *to, const struct facts *f)
{
    cJSON *list;

    if (!f->sc->hold.of)
        return;
    list = cJSON_AddArrayToObject(to, "states");
    for (size_t i = 0; i < N_STATES; i++) {
        const struct state_facts *s = &f->states[i];
        cJSON *row;

        if (!(f->sc->hold.of >> i & 1))
            continue;
        row = put_row(list);
        put_text(row, "state", states[i].name);
        put_number(row, "held", (double)s->held);
        put_number(row, "served_by_old", (double)s->by_old);
        put_number(row, "served_by_new", (double)s->by_new);
        put_number(row, "reopened", (double)s->reopened);
        put_number(row, "lost", (double)s->lost);
        put_bool(row, "excused", f->sc->limits.states >> i & 1);
        put_outcomes(row, "outcomes", s->by_outcome);
        put_why(row, f, i);
    }
}
