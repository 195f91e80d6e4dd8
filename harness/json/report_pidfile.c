/* What does the report say of the pidfile? */
#include "json/report_values.h"

enum { MOST_CHANGES = 100 };

static void put_change(cJSON *row, const struct event *e, const char *text)
{
    put_ms(row, "at_ms", e->at);
    put_text(row, "names",
             e->value >= 0 && e->value < N_PIDFILE_STATES ? pidfile_states[e->value] : NULL);
    if (e->pid > 0)
        put_number(row, "pid", e->pid);
    else
        cJSON_AddNullToObject(row, "pid");
    put_text(row, "detail", text);
}

void put_pidfile(cJSON *to, const struct facts *f)
{
    cJSON *pidfile, *list;
    size_t n = 0;

    if (!scenario_pidfile(f->sc)) {
        cJSON_AddNullToObject(to, "pidfile");
        return;
    }
    pidfile = cJSON_AddObjectToObject(to, "pidfile");
    put_text(pidfile, "path", scenario_pidfile(f->sc));
    list = cJSON_AddArrayToObject(pidfile, "changes");
    for (size_t i = 0; i < f->h->n_events && n < MOST_CHANGES; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind != EVENT_PIDFILE)
            continue;
        put_change(put_row(list), e, history_text_of(f->h, e->text));
        n++;
    }
}
