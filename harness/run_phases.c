/* What happens when?  The server gets its load and its steps, drains, and is stopped. */
#include "run_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define REAPED_WITHIN NS_PER_S

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

static bool command_is_over(struct run *r)
{
    return !r->steps.cut->alive || r->interrupts > 1;
}

/* What a command has begun to do to a server that is not ours, it may do to the end. */
static void wait_for_command(struct run *r)
{
    if (r->sc->server.command || !r->steps.cut)
        return;
    run_until(r, command_is_over, r->sc->steps[r->steps.now].within);
    if (!r->steps.cut->alive)
        watch_release(&r->watch);
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
    /* The answers that showed it to be ready, show as well whether they name anybody. */
    r->owners.early |= owners_begin_anew(&r->owners);
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
    wait_for_command(r);
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
