/* What has to be so before the load?  The server is there, answers, and may be told. */
#include "run_parts.h"
#include "io/address.h"
#include "io/proc.h"
#include "io/unseen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static bool is_attached(struct run *r)
{
    r->attached = attach(&r->target, &r->why_not);
    if (r->attached == ATTACH_LATER)
        target_wake_soon(&r->target);
    return r->attached != ATTACH_LATER || r->interrupts;
}

/* A pidfile may appear late, or be rewritten by a server that is about to start. */
static int find_attached(struct run *r, struct err *err)
{
    run_until(r, is_attached, r->sc->server.ready_within);
    if (r->attached == ATTACHED)
        return 0;
    if (r->interrupts)
        return err_set(err, "interrupted before there was a server to attach to");
    if (r->attached == ATTACH_NEVER)
        return err_set(err, "attach: %s", r->why_not.text);
    return err_set(err, "attach: %s (waited %.1f s): does the server run?", r->why_not.text,
                   (double)r->sc->server.ready_within / 1e9);
}

static bool is_dead(struct run *r)
{
    return watch_count_alive(&r->watch, r->target.plan->command) == 0;
}

static bool is_ready(struct run *r)
{
    return r->target.ready || is_dead(r) || r->interrupts;
}

/* What it writes does not come to us. */
static int attached_not_ready(struct run *r, struct err *err)
{
    const struct server *plan = &r->sc->server;
    char name[PROC_NAME];

    if (is_dead(r))
        return err_set(err, "the server that was attached (pid %d) ended before it was ready",
                       r->target.started);
    return err_set(err,
                   "nobody answered GET %s%s properly within %.1f s; attached was pid %d (%s): is "
                   "that the server, and this its url?",
                   plan->url, plan->ready_path, (double)plan->ready_within / 1e9, r->target.started,
                   proc_name(r->target.started, name));
}

static int not_ready(struct run *r, struct err *err)
{
    const struct watched *w = watch_find(&r->watch, r->target.started);
    char *output;
    char how[64] = "";

    if (r->interrupts)
        return err_set(err, "interrupted before the server was ready");
    if (!r->sc->server.command)
        return attached_not_ready(r, err);
    output = target_last_output(&r->target);
    if (w && is_dead(r)) {
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

static int not_the_server(struct run *r, const char *who, struct err *err)
{
    char where[160], name[PROC_NAME];

    address_text(&r->sc->server, where, sizeof where);
    return err_set(err,
                   "%s is answered by %s, which is not the server that was attached (pid %d, %s); "
                   "attach to it, or, if it only passes requests on, have the answers name their "
                   "process (server.who)",
                   where, who, r->target.started, proc_name(r->target.started, name));
}

/* What a stranger answers says nothing of the server.  One who passes requests on to it is none:
   the answers name the server's process then, or it was not there before we started it. */
static int port_is_the_servers(struct run *r, struct err *err)
{
    const struct strangers *s = &r->evidence.listeners.strangers;
    const struct watched *init = watch_find(&r->watch, 1);
    const struct watched *by = watch_find(&r->watch, r->target.ready_by);
    char where[160];

    if (s->asked & ~s->ours & ~s->strange)
        listeners_look(&r->evidence.listeners); /* a second look makes sure */
    if (init && r->target.started == 1 &&
        (init->holds == HOLDS_NOT || (init->holds == HOLDS_NOT_KNOWN && s->ours)) && s->asked)
        return not_the_server(r, s->who[0] ? s->who : "another process", err);
    if (!s->strange || (!s->ours && (by || r->sc->server.command)))
        return 0;
    if (!s->ours)
        return not_the_server(r, s->who, err);
    address_text(&r->sc->server, where, sizeof where);
    return err_set(err,
                   "%s: %s listens there beside the server and is none of its processes: the "
                   "requests would be answered by two servers; stop it",
                   where, s->who);
}

static void say_notice(void *arg, const char *sentence)
{
    const struct run *r = arg;

    if (r->o->on_notice)
        r->o->on_notice(r->o->file, sentence);
}

static int may_not(size_t step, int signal, const struct watched *w, struct err *err)
{
    int why = errno;
    char user[USER_NAME];

    return err_set(err,
                   "steps[%zu]: SIG%s to pid %d: %s: it runs as user %s; run hupproof as that user "
                   "or as root",
                   step, sigabbrev_np(signal), w->pid, strerror(why), unseen_user(w->pid, user));
}

static int may_signal_all(const struct run *r, size_t step, struct err *err)
{
    for (size_t i = 0; i < r->watch.n; i++) {
        const struct watched *w = r->watch.all[i];

        if (w->alive && w->pidfd >= 0 && !target_may_signal(w) && errno != ESRCH)
            return may_not(step, r->sc->steps[step].signal, w, err);
    }
    return 0;
}

static bool has_leader(struct run *r)
{
    struct err ignored = { 0 };

    return target_leader(&r->target, &ignored) || run_ours_are_dead(r) || r->interrupts;
}

/* A signal that may not be sent is better known before the load than after.  But some, nginx for
   one, answer before they have written their pidfile. */
static int may_signal(struct run *r, struct err *err)
{
    bool leader_known = false;

    for (size_t i = 0; i < r->sc->n_steps; i++) {
        const struct step *step = &r->sc->steps[i];
        struct watched *w;

        if (step->action != ACTION_SIGNAL || (step->to == TO_LEADER && leader_known))
            continue;
        if (step->to == TO_ALL && may_signal_all(r, i, err) != 0)
            return -1;
        if (step->to != TO_LEADER)
            continue;
        if (r->sc->server.command)
            run_until(r, has_leader, r->sc->server.ready_within);
        w = target_leader(&r->target, err);
        if (!w)
            return err_prefix(err, "steps[%zu]", i);
        if (!target_may_signal(w))
            return may_not(i, step->signal, w, err);
        leader_known = true;
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
    } else if (find_attached(r, err) != 0) {
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
    if (port_is_the_servers(r, err) != 0 || may_signal(r, err) != 0)
        return -1;
    unseen_say(&r->watch, say_notice, r);
    return 0;
}
