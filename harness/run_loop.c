/* How does a run wait for something?  Signals, deadlines and the progress line. */
#include "run_parts.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { PROGRESS_EVERY_MS = 100 };

static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };

static void on_deadline(uv_timer_t *timer)
{
    struct run *r = timer->data;

    r->late = true;
}

bool run_until(struct run *r, bool (*over)(struct run *r), int64_t within)
{
    r->late = false;
    uv_update_time(&r->loop);
    uv_timer_start(&r->deadline, on_deadline, (uint64_t)(within / NS_PER_MS + 1), 0);
    while (!over(r) && !r->late)
        uv_run(&r->loop, UV_RUN_ONCE);
    uv_timer_stop(&r->deadline);
    return over(r);
}

static void on_signal(uv_signal_t *handle, int signal)
{
    struct run *r = handle->data;
    char text[32];

    snprintf(text, sizeof text, "SIG%s", sigabbrev_np(signal));
    record(&r->record, EVENT_INTERRUPTED, 0, signal, text);
    r->interrupts++;
}

size_t run_in_flight(const struct run *r)
{
    size_t n = states_in_flight(&r->states);

    for (size_t i = 0; i < r->n_lanes_open; i++)
        n += client_in_flight(r->lanes[i].client);
    return n;
}

static void tell_who_answers(const struct run *r, struct run_progress *p)
{
    for (size_t i = r->watch.n; i-- > 0;) {
        const struct watched *w = r->watch.all[i];

        if (!w->answers)
            continue;
        if (p->n_pids < COUNT(p->pids))
            p->pids[p->n_pids++] = (struct run_pid){ w->pid, w->epoch + 1, w->answers };
        p->n_answering++;
    }
}

static void tell_step(const struct run *r, struct run_progress *p)
{
    const struct steps *s = &r->steps;

    p->step_in = -1;
    p->steps_begun = s->begun;
    if (r->load_began < 0 || s->state == STEPS_OVER)
        return;
    scenario_say_step(&s->sc->steps[s->now], p->step);
    if (s->state == STEPS_WAITING) {
        p->step_in = s->planned - recorder_now(&r->record);
        p->step_in = p->step_in > 0 ? p->step_in : 0;
    }
}

static void on_ticker(uv_timer_t *timer)
{
    struct run *r = timer->data;
    struct run_progress p = { .name = r->sc->name,
                              .duration = r->sc->duration,
                              .sent = r->next_id,
                              .by_outcome = r->by_outcome,
                              .in_flight = run_in_flight(r),
                              .doing = r->doing };

    if (r->load_began >= 0)
        p.elapsed = recorder_now(&r->record) - r->load_began;
    for (size_t i = OUTCOME_OK + 1; i < N_OUTCOMES; i++)
        p.lost += r->by_outcome[i];
    tell_who_answers(r, &p);
    tell_step(r, &p);
    r->o->on_progress(r->o->arg, &p);
}

int run_open_loop(struct run *r, struct err *err)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error to tell, as a full disk is */
    if (uv_loop_init(&r->loop) != 0)
        return err_set(err, "event loop: %s", strerror(errno));
    r->loop_open = true;
    for (size_t i = 0; i < COUNT(r->signals); i++) {
        uv_signal_init(&r->loop, &r->signals[i]);
        r->signals[i].data = r;
        sigaction(interrupts[i], NULL, &r->before[i]);
        /* nohup means it; a script that starts us with & does not. */
        if (interrupts[i] != SIGHUP || r->before[i].sa_handler != SIG_IGN)
            uv_signal_start(&r->signals[i], on_signal, interrupts[i]);
    }
    uv_timer_init(&r->loop, &r->deadline);
    uv_timer_init(&r->loop, &r->ticker);
    r->deadline.data = r->ticker.data = r;
    if (r->o->on_progress)
        uv_timer_start(&r->ticker, on_ticker, 0, PROGRESS_EVERY_MS);
    return 0;
}

void run_close_loop(struct run *r)
{
    sigset_t all, before;

    /* libuv gives each signal its deadly default back, for a moment. */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    for (size_t i = 0; i < COUNT(r->signals); i++)
        uv_close((uv_handle_t *)&r->signals[i], NULL);
    uv_close((uv_handle_t *)&r->deadline, NULL);
    uv_close((uv_handle_t *)&r->ticker, NULL);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    uv_loop_close(&r->loop);
    /* The verdict is written whatever comes; who started us with a handler hears of it. */
    for (size_t i = 0; i < COUNT(r->signals); i++) {
        if (r->before[i].sa_handler == SIG_DFL)
            signal(interrupts[i], SIG_IGN);
        else
            sigaction(interrupts[i], &r->before[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void run_restore_signals(struct run *r)
{
    for (size_t i = 0; r->loop_open && i < COUNT(r->signals); i++)
        sigaction(interrupts[i], &r->before[i], NULL);
}
