/* What happens when?  The server becomes ready, gets its load and its steps,
   drains, and is stopped. */
#include "run_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define REAPED_WITHIN NS_PER_S

static bool is_ready(struct run *r)
{
    bool dead = r->target.plan->command && watch_count_alive(&r->watch, true) == 0;

    return r->target.ready || dead || r->interrupts;
}

static bool load_is_over(struct run *r)
{
    return r->interrupts > 0 || r->steps.has_failed;
}

static bool is_drained(struct run *r)
{
    return run_in_flight(r) == 0 || r->interrupts > 1;
}

/* Everybody who answered before the latest upgrade is gone, or has no reason to go;
   and so is whoever came in vain. */
static bool old_are_gone(struct run *r)
{
    bool taken_over = false, old = false, in_vain = false;

    for (size_t i = 0; i < r->watch.n; i++) {
        const struct watched *w = r->watch.all[i];

        taken_over |= w->answers && w->epoch == r->watch.epoch;
        old |= w->answers && w->alive && w->epoch < r->watch.epoch;
        in_vain |= w->in_vain && w->alive && !w->answers;
    }
    return ((!old || !taken_over) && !in_vain) || r->interrupts > 0;
}

static bool all_reaped(struct run *r)
{
    return watch_find_zombies(&r->watch, false) == 0 || r->interrupts > 1;
}

/* Of those who live, and came by the latest upgrade that brought anybody: the eldest, as
   long as none of them ever answered.  Nobody can tell whether it has taken over yet. */
static struct watched *untried_successor(const struct run *r)
{
    struct watched *eldest = NULL;

    for (size_t i = 0; i < r->watch.n; i++) {
        struct watched *w = r->watch.all[i];

        if (w->alive && w->ours && w->epoch > (eldest ? eldest->epoch : 0))
            eldest = w;
    }
    for (size_t i = 0; eldest && i < r->watch.n; i++)
        if (r->watch.all[i]->epoch == eldest->epoch && r->watch.all[i]->answers)
            return NULL;
    return eldest;
}

static void tell_to_stop(struct run *r, struct watched *w)
{
    int number = r->sc->server.stop_signal;
    struct err ignored = { 0 };

    r->told = w;
    record_pid(&r->record, EVENT_STOP_BEGAN, w ? w->pid : 0, number, "");
    if (w)
        target_signal(&r->target, w, number, &ignored);
}

/* A stop in the midst of an upgrade finds the old process about to go, and the new
   one must be told as well. */
static bool is_stopped(struct run *r)
{
    struct watched *successor;

    if (r->told && !r->told->alive && (successor = untried_successor(r)))
        tell_to_stop(r, successor);
    return watch_count_alive(&r->watch, true) == 0 || r->interrupts > 1;
}

bool run_ours_are_dead(struct run *r)
{
    return watch_count_alive(&r->watch, true) == 0;
}

static int not_ready(struct run *r, struct err *err)
{
    const struct watched *w = watch_find(&r->watch, r->target.started);
    char *output = target_last_output(&r->target);
    char how[64] = "";

    if (r->interrupts) {
        err_set(err, "interrupted before the server was ready");
    } else if (w && !w->alive && watch_count_alive(&r->watch, true) == 0) {
        if (w->status >= 0 && WIFSIGNALED(w->status))
            snprintf(how, sizeof how, ", killed by SIG%s", sigabbrev_np(WTERMSIG(w->status)));
        else if (w->status >= 0)
            snprintf(how, sizeof how, " with exit status %d", WEXITSTATUS(w->status));
        err_set(err, "the server died at its start%s; its last output:\n%s", how,
                *output ? output : "(none)");
    } else {
        err_set(err, "the server was not ready (GET %s%s) within %.1f s; its last output:\n%s",
                r->sc->server.url, r->sc->server.ready_path,
                (double)r->sc->server.ready_within / 1e9, *output ? output : "(none)");
    }
    free(output);
    return -1;
}

/* A signal that may not be sent is better known before the load than after. */
static int may_signal(struct run *r, struct err *err)
{
    for (size_t i = 0; i < r->sc->n_steps; i++) {
        const struct step *step = &r->sc->steps[i];
        struct watched *w;

        if (step->action != ACTION_SIGNAL || step->to != TO_LEADER)
            continue;
        w = target_leader(&r->target, err);
        if (!w)
            return err_prefix(err, "steps[%zu]", i);
        if (target_may_signal(w))
            return 0;
        return err_set(
            err, "steps[%zu]: SIG%s to pid %d: %s; run hupproof as the user the server runs as", i,
            sigabbrev_np(step->signal), w->pid, strerror(errno));
    }
    return 0;
}

int run_become_ready(struct run *r, struct err *err)
{
    r->doing = "starting";
    if (workspace_write_files(&r->space, &r->sc->server, err) != 0)
        return -1;
    if (r->sc->server.command) {
        if (target_start(&r->target, err) != 0)
            return -1;
    } else if (target_attach(&r->target, err) != 0) {
        return -1;
    }
    target_probe(&r->target);
    run_until(r, is_ready, r->sc->server.ready_within);
    target_probe_stop(&r->target);
    if (!r->target.ready)
        return not_ready(r, err);
    record(&r->record, EVENT_SERVER_READY, 0, 0, "");
    cpu_wait_start(&r->cpu_wait, &r->loop, &r->watch, &r->record);
    evidence_start(&r->evidence, &r->loop, r->sc, &r->watch, &r->record);
    return may_signal(r, err);
}

static int64_t longest_wait(const struct run *r)
{
    int64_t longest = r->sc->hold.of ? r->sc->hold.timeout : 0;

    for (size_t i = 0; i < r->sc->n_lanes; i++)
        if (r->sc->lanes[i].timeout > longest)
            longest = r->sc->lanes[i].timeout;
    return longest;
}

void run_close_lanes(struct run *r)
{
    while (r->n_lanes_open)
        lane_close(&r->lanes[--r->n_lanes_open]);
    states_close(&r->states);
}

void run_load(struct run *r)
{
    r->doing = "load";
    watch_record_files(&r->watch);
    ledger_begin(&r->ledger);
    record(&r->record, EVENT_LOAD_BEGAN, 0, 0, "");
    r->load_began = recorder_now(&r->record);
    steps_begin(&r->steps, r->load_began); /* first: lanes have to know when upgrades come */
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        lane_begin(&r->lanes[i], r->load_began);
    run_until(r, load_is_over, r->sc->duration);
    steps_begin_no_more(&r->steps);
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        lane_end(&r->lanes[i]);
    evidence_look(&r->evidence);
    record(&r->record, EVENT_LOAD_ENDED, 0, 0, "");
    watch_record_files(&r->watch);

    r->doing = "draining";
    run_until(r, is_drained, longest_wait(r) + NS_PER_S);
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        client_abandon(r->lanes[i].client);
    states_abandon(&r->states);
    steps_end(&r->steps, r->interrupts ? "interrupted" : "`for` was over");
    run_until(r, old_are_gone, r->sc->limits.drain);
    run_until(r, all_reaped, REAPED_WITHIN);
    watch_find_zombies(&r->watch, true);
    evidence_end(&r->evidence);
    run_close_lanes(r); /* clients go home before the server closes */
}

void run_stop(struct run *r)
{
    const struct server *plan = &r->sc->server;
    struct err ignored = { 0 };
    struct watched *leader;
    bool gone;

    if (!plan->command)
        return;
    r->doing = "stopping";
    leader = target_leader(&r->target, &ignored);
    tell_to_stop(r, leader ? leader : untried_successor(r));
    gone = run_until(r, is_stopped, r->told ? plan->stop_within : 0) && run_ours_are_dead(r);
    listeners_look(&r->evidence.listeners); /* whoever is left: does it keep the port? */
    /* Interrupted twice: it was given no time, so nothing is said of its stop. */
    if (gone || r->interrupts < 2)
        record(&r->record, EVENT_STOP_ENDED, 0, !gone, "");
    watch_kill_ours(&r->watch, r->interrupts < 2);
    run_until(r, run_ours_are_dead, KILLED_WITHIN);
    pidfile_look(&r->evidence.pidfile); /* and is it gone with the server? */
    if (target_is_listening(&r->target))
        record(&r->record, EVENT_STILL_LISTENING, 0, 0,
               plan->unix_path ? plan->unix_path : plan->url);
}
