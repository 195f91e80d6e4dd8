/* Who does what to the server, and when? */
#include "io/steps.h"
#include "io/actions.h"
#include "io/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_EVERY_MS = 5, PIDFILE_READ = 64 };

static void wait_for_next(struct steps *s);

static void read_pidfile(const char *path, char text[PIDFILE_READ])
{
    FILE *f = fopen(path, "re");

    text[0] = '\0';
    if (f) {
        if (!fgets(text, PIDFILE_READ, f))
            text[0] = '\0';
        fclose(f);
    }
}

/* A later step may ask whether a pidfile has changed since the upgrade began. */
static void remember_pidfiles(struct steps *s)
{
    for (size_t i = 0; i < s->sc->n_steps; i++) {
        const struct step *step = &s->sc->steps[i];

        if (step->action == ACTION_WAIT_FOR && step->wait_for == WAIT_PIDFILE_CHANGES)
            read_pidfile(step->file, s->pidfiles_before[i]);
    }
}

/* Which certificate is in the file, now that the step has done its work? */
static int note_certificate(struct steps *s, struct err *err)
{
    const char *file = s->sc->steps[s->now].certificate;
    char serial[CERTIFICATE_SERIAL];

    if (!file)
        return 0;
    if (certificate_read(file, serial, err) != 0)
        return -1;
    record(s->record, EVENT_CERTIFICATE, (int32_t)s->now, 0, serial);
    return 0;
}

static void end_step(struct steps *s, enum progress how, struct err *err)
{
    bool failed = how == ACTION_FAILED || note_certificate(s, err) != 0;

    record(s->record, EVENT_STEP_ENDED, (int32_t)s->now, failed ? -1 : 0, failed ? err->text : "");
    if (failed && !s->has_failed) {
        s->has_failed = true;
        s->failed = *err;
        err_prefix(&s->failed, "steps[%zu]", s->now);
    }
    uv_timer_stop(&s->tick);
    if (++s->round >= s->sc->steps[s->now].repeat) {
        s->now++;
        s->round = 0;
    }
    wait_for_next(s);
}

static void act(struct steps *s)
{
    const struct step *step = &s->sc->steps[s->now];
    char *said = NULL;
    struct err err = { 0 };
    enum progress how;
    pid_t to = 0;
    size_t event;

    evidence_upgrade(s->evidence, step->role);
    watch_record_files(s->watch);
    watch_look(s->watch); /* who is there already is not of this upgrade */
    s->state = STEPS_ACTING;
    s->data = (struct step_state_data){ 0 };
    s->began = recorder_now(s->record);
    s->begun++;
    if (step->role == UPGRADE_BEGINS || step->role == UPGRADE_FAILS)
        remember_pidfiles(s);
    if (s->holds)
        states_strike(s->states);
    /* The event carries the moment before the act: nothing the act causes may
       seem to have come earlier. */
    event = s->record->h->n_events;
    record(s->record, EVENT_STEP_BEGAN, (int32_t)s->now, s->planned, "");
    if (step->role == UPGRADE_BEGINS || step->role == UPGRADE_FAILS)
        watch_new_epoch(s->watch, step->role == UPGRADE_FAILS);
    s->busy = true;
    how = actions[step->action].begin(s, step, &said, &to, &err);
    s->busy = false;
    if (s->holds)
        states_struck(s->states);
    s->holds = false;
    s->record->h->events[event].pid = to;
    s->record->h->events[event].text = history_text(s->record->h, said);
    free(said);
    if (how != ACTION_PENDING)
        end_step(s, how, &err);
    else
        uv_timer_again(&s->tick);
}

void steps_look(struct steps *s)
{
    const struct step *step;
    struct err err = { 0 };
    enum progress how;

    if (s->state != STEPS_ACTING || s->busy)
        return;
    step = &s->sc->steps[s->now];
    if (!actions[step->action].look)
        return;
    s->busy = true;
    how = actions[step->action].look(s, step, &err);
    s->busy = false;
    if (how != ACTION_PENDING)
        end_step(s, how, &err);
}

static void on_tick(uv_timer_t *timer)
{
    steps_look(timer->data);
}

static void on_due(uv_timer_t *timer);

/* libuv's clock is cut to milliseconds: it may ring a little early. */
static void ring_at(struct steps *s, int64_t time)
{
    int64_t left = time - recorder_now(s->record);

    uv_update_time(s->due.loop);
    uv_timer_start(&s->due, on_due, left > 0 ? (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS) : 0,
                   0);
}

static bool is_to_hold(const struct steps *s)
{
    return s->states->is_open && scenario_begins_upgrade(s->sc, s->now, s->round);
}

static void on_due(uv_timer_t *timer)
{
    struct steps *s = timer->data;
    int64_t now = recorder_now(s->record);

    if (is_to_hold(s) && !s->holds && now >= s->planned - STATES_LEAD) {
        s->holds = true;
        states_prepare(s->states);
    }
    if (now < s->planned)
        ring_at(s, is_to_hold(s) && !s->holds ? s->planned - STATES_LEAD : s->planned);
    else if (s->holds && !states_all_stand(s->states) && now < s->planned + STATES_WITHIN)
        ring_at(s, s->planned + STATES_WITHIN);
    else
        act(s);
}

void steps_on_stand(struct steps *s)
{
    int64_t now = recorder_now(s->record);

    if (s->state == STEPS_WAITING && s->holds && now >= s->planned) {
        uv_timer_stop(&s->due);
        s->planned = now; /* it was not to begin before they stood: that is not late */
        act(s);
    }
}

static void foretell(struct steps *s, size_t step, unsigned round, int64_t at)
{
    if (scenario_begins_upgrade(s->sc, step, round))
        s->on_upgrade_ahead(s->arg, at - s->load_began);
}

static void foretell_all(struct steps *s, size_t step, int64_t first)
{
    for (unsigned round = 0; round < s->sc->steps[step].repeat; round++)
        foretell(s, step, round, first + round * s->sc->steps[step].every);
}

static void wait_for_next(struct steps *s)
{
    int64_t now = recorder_now(s->record);
    const struct step *step;

    if (s->now >= s->sc->n_steps || s->load_is_over || s->has_failed) {
        s->state = STEPS_OVER;
        return;
    }
    step = &s->sc->steps[s->now];
    if (s->round > 0)
        s->planned = s->planned + step->every;
    else if (step->at >= 0)
        s->planned = s->load_began + step->at;
    else
        s->planned = now + step->after;
    if (s->round == 0 && step->at < 0)
        foretell_all(s, s->now, s->planned);
    else if (s->planned < now) /* the step before took too long */
        foretell(s, s->now, s->round, now);
    s->state = STEPS_WAITING;
    ring_at(s, is_to_hold(s) ? s->planned - STATES_LEAD : s->planned);
}

void steps_open(struct steps *s, uv_loop_t *loop)
{
    s->state = STEPS_OVER;
    uv_timer_init(loop, &s->due);
    uv_timer_init(loop, &s->tick);
    s->due.data = s->tick.data = s;
    uv_timer_start(&s->tick, on_tick, LOOK_EVERY_MS, LOOK_EVERY_MS);
    uv_timer_stop(&s->tick);
    s->pidfiles_before = mem_new(s->sc->n_steps + 1, sizeof(char *));
    for (size_t i = 0; i < s->sc->n_steps; i++)
        s->pidfiles_before[i] = mem_new(1, PIDFILE_READ);
}

void steps_begin(struct steps *s, int64_t load_began)
{
    s->load_began = load_began;
    s->now = 0;
    s->round = 0;
    remember_pidfiles(s);
    for (size_t i = 0; i < s->sc->n_steps; i++)
        if (s->sc->steps[i].at >= 0)
            foretell_all(s, i, load_began + s->sc->steps[i].at);
    wait_for_next(s);
}

void steps_begin_no_more(struct steps *s)
{
    s->load_is_over = true;
    uv_timer_stop(&s->due);
    if (s->holds)
        states_drop(s->states);
    s->holds = false;
    if (s->state == STEPS_WAITING)
        s->state = STEPS_OVER;
}

void steps_end(struct steps *s, const char *why)
{
    struct err err = { 0 };

    steps_begin_no_more(s);
    if (s->state == STEPS_ACTING) {
        err_set(&err, "not over when the load ended: %s", why);
        record(s->record, EVENT_STEP_ENDED, (int32_t)s->now, -1, err.text);
        s->cut = s->sc->steps[s->now].action == ACTION_RUN ? s->data.process : NULL;
    }
    uv_timer_stop(&s->tick);
    s->state = STEPS_OVER;
}

void steps_close(struct steps *s)
{
    if (!s->pidfiles_before)
        return;
    uv_close((uv_handle_t *)&s->due, NULL);
    uv_close((uv_handle_t *)&s->tick, NULL);
    for (size_t i = 0; i < s->sc->n_steps; i++)
        free(s->pidfiles_before[i]);
    free(s->pidfiles_before);
    s->pidfiles_before = NULL;
}
