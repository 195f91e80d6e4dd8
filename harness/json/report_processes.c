/* What does the report say about processes and what was done to them? */
#include "json/report_values.h"
#include "json/values.h"

#include <sys/wait.h>

static void put_exit(cJSON *to, int status)
{
    char buffer[16];

    if (status != -1 && WIFEXITED(status))
        put_number(cJSON_AddObjectToObject(to, "exit"), "code", WEXITSTATUS(status));
    else if (status != -1 && WIFSIGNALED(status))
        put_text(cJSON_AddObjectToObject(to, "exit"), "signal",
                 value_signal_name(WTERMSIG(status), buffer));
    else
        cJSON_AddNullToObject(to, "exit");
}

void put_processes(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "processes");

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        cJSON *row = put_row(list);

        put_number(row, "pid", p->pid);
        put_number(row, "parent", p->parent);
        put_number(row, "generation", p->generation);
        put_text(row, "exe", history_text_of(f->h, p->exe));
        put_ms(row, "born_ms", p->born);
        put_ms(row, "first_answer_ms", p->first_answer);
        put_ms(row, "last_answer_ms", p->last_answer);
        put_ms(row, "execd_away_ms", p->execd_away);
        put_ms(row, "exited_ms", p->exited);
        put_exit(row, p->exited < 0 ? -1 : p->status);
        put_number(row, "requests", p->requests);
        put_bool(row, "left_over", p->left_over);
        put_bool(row, "zombie", p->zombie);
        put_held(row, f, p);
    }
}

void put_upgrades(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "upgrades");

    for (size_t i = 0; i < f->n_upgrades; i++) {
        const struct upgrade *u = &f->upgrades[i];
        cJSON *row = put_row(list);

        put_number(row, "step", (double)u->step);
        put_number(row, "generation", u->generation);
        put_bool(row, "meant_to_fail", u->meant_to_fail);
        put_ms(row, "begun_ms", u->begun);
        put_ms(row, "took_over_ms", u->takeover);
        put_ms(row, "settled_ms", u->settled);
        put_ms(row, "ended_ms", u->ended);
        if (u->new_process == NOBODY)
            cJSON_AddNullToObject(row, "new_pid");
        else
            put_number(row, "new_pid", f->processes[u->new_process].pid);
        put_handover(row, u);
        put_kernel(row, f, i);
    }
}

static const struct event *end_of_step(const struct history *h, size_t began)
{
    for (size_t i = began + 1; i < h->n_events; i++)
        if (h->events[i].kind == EVENT_STEP_ENDED && h->events[i].index == h->events[began].index)
            return &h->events[i];
    return NULL;
}

void put_steps(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "steps");

    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i], *end;
        cJSON *row;

        if (e->kind != EVENT_STEP_BEGAN || (size_t)e->index >= f->sc->n_steps)
            continue;
        end = end_of_step(f->h, i);
        row = put_row(list);
        put_number(row, "step", e->index);
        put_ms(row, "at_ms", e->at);
        put_text(row, "action", action_words[f->sc->steps[e->index].action].name);
        put_text(row, "detail", history_text_of(f->h, e->text));
        put_ms(row, "ended_ms", end ? end->at : -1);
        if (end)
            put_bool(row, "failed", end->value != 0);
        else
            cJSON_AddNullToObject(row, "failed");
        put_text(row, "why", end ? history_text_of(f->h, end->text) : NULL);
    }
}

void put_watch(cJSON *to, const struct facts *f)
{
    const struct event *e = facts_last(f, EVENT_WATCH);
    cJSON *watch;

    if (!e) {
        cJSON_AddNullToObject(to, "watch");
        return;
    }
    watch = cJSON_AddObjectToObject(to, "watch");
    put_bool(watch, "complete", e->value == WATCHED_COMPLETELY);
    put_text(watch, "how", history_text_of(f->h, e->text));
}
