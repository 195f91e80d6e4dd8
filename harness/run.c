/* The wiring, on one page: loop, server, lanes, steps, watch, judge. */
#include "run.h"
#include "io/cpu_wait.h"
#include "io/steps.h"
#include "json/history_file.h"
#include "json/report_write.h"
#include "json/scenario_read.h"
#include "workspace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { PROGRESS_EVERY_MS = 100, KILLED_WITHIN_S = 10, REAPED_WITHIN_S = 1 };

struct run {
    const struct run_options *o;
    struct run_result *result;
    const struct scenario *sc;
    struct workspace space;
    char log[4200];
    uv_loop_t loop;
    struct recorder record;
    struct keeper keeper;
    struct watch watch;
    struct cpu_wait cpu_wait;
    struct answer_reader answers;
    struct target target;
    struct steps steps;
    struct lane_run *lanes;
    size_t n_lanes_open;
    uint32_t next_id;
    uv_signal_t signals[3];
    uv_timer_t deadline, ticker;
    int64_t load_began;
    uint64_t answered, lost;
    const char *doing;
    int interrupts;
    bool late;                /* the deadline of the wait under way has passed */
    bool loop_open;
};

static void on_deadline(uv_timer_t *timer)
{
    struct run *r = timer->data;

    r->late = true;
}

/* Runs the loop until `over` says so or until the deadline; false: too late. */
static bool run_until(struct run *r, bool (*over)(struct run *r), int64_t within)
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
    record(&r->record, EVENT_INTERRUPTED, -1, signal, text);
    r->interrupts++;
}

static void on_watch_change(void *arg)
{
    struct run *r = arg;

    steps_look(&r->steps);
}

static void on_born(void *arg, const struct watched *w)
{
    struct run *r = arg;

    if (w->ours)
        keeper_tell(&r->keeper, w->pid, w->start);
}

static void on_sample(void *arg, const struct sample *s)
{
    struct run *r = arg;

    history_add_sample(r->record.h, s);
    if (s->outcome == OUTCOME_OK) {
        r->answered++;
        target_note_answer(&r->target, s);
        steps_look(&r->steps);
    } else {
        r->lost++;
    }
}

static size_t in_flight(const struct run *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_lanes_open; i++)
        n += client_curl_in_flight(r->lanes[i].client);
    return n;
}

static void on_ticker(uv_timer_t *timer)
{
    struct run *r = timer->data;
    struct run_progress p = { .duration = r->sc->duration,
                              .sent = r->next_id,
                              .answered = r->answered,
                              .lost = r->lost,
                              .in_flight = in_flight(r),
                              .doing = r->doing };

    if (r->load_began >= 0)
        p.elapsed = recorder_now(&r->record) - r->load_began;
    for (size_t i = r->watch.n; i-- > 0 && p.n_pids < COUNT(p.pids);)
        if (r->watch.all[i]->answers)
            p.pids[p.n_pids++] =
                (struct run_pid){ r->watch.all[i]->pid, r->watch.all[i]->answers };
    r->o->on_progress(r->o->arg, &p);
}

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
    return in_flight(r) == 0 || r->interrupts > 1;
}

/* Everybody who answered before the latest upgrade is gone, or has no reason to go. */
static bool old_are_gone(struct run *r)
{
    bool taken_over = false, old = false;

    for (size_t i = 0; i < r->watch.n; i++) {
        const struct watched *w = r->watch.all[i];

        taken_over |= w->answers && w->epoch == r->watch.epoch;
        old |= w->answers && w->alive && w->epoch < r->watch.epoch;
    }
    return !old || !taken_over || r->interrupts > 0;
}

static bool all_reaped(struct run *r)
{
    return watch_find_zombies(&r->watch, false) == 0 || r->interrupts > 1;
}

static bool ours_are_gone(struct run *r)
{
    return watch_count_alive(&r->watch, true) == 0 || r->interrupts > 1;
}

static bool ours_are_dead(struct run *r)
{
    return watch_count_alive(&r->watch, true) == 0;
}

static int open_loop(struct run *r, struct err *err)
{
    static const int numbers[COUNT(r->signals)] = { SIGINT, SIGTERM, SIGHUP };

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error to tell, as a full disk is */
    if (uv_loop_init(&r->loop) != 0)
        return err_set(err, "event loop: %s", strerror(errno));
    r->loop_open = true;
    for (size_t i = 0; i < COUNT(r->signals); i++) {
        uv_signal_init(&r->loop, &r->signals[i]);
        r->signals[i].data = r;
        uv_signal_start(&r->signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&r->loop, &r->deadline);
    uv_timer_init(&r->loop, &r->ticker);
    r->deadline.data = r->ticker.data = r;
    if (r->o->on_progress)
        uv_timer_start(&r->ticker, on_ticker, 0, PROGRESS_EVERY_MS);
    return 0;
}

static int open_all(struct run *r, struct err *err)
{
    r->answers.who = WHO_NONE;
    if (keeper_start(&r->keeper, err) != 0 || open_loop(r, err) != 0 ||
        watch_start(&r->watch, &r->loop, &r->record, r->o->polling ? WATCH_POLLING : WATCH_CONNECTOR,
                    err) != 0 ||
        answer_reader_start(&r->answers, &r->sc->server, err) != 0)
        return -1;
    r->watch.except = r->keeper.pid;
    r->watch.on_change = on_watch_change;
    r->watch.on_born = on_born;
    r->watch.arg = r;
    r->target = (struct target){ .plan = &r->sc->server,
                                 .loop = &r->loop,
                                 .watch = &r->watch,
                                 .record = &r->record,
                                 .keeper = &r->keeper,
                                 .answers = &r->answers,
                                 .work = r->space.work,
                                 .log = r->log };
    r->steps = (struct steps){
        .sc = r->sc, .target = &r->target, .watch = &r->watch, .record = &r->record
    };
    steps_open(&r->steps, &r->loop);
    if (target_open(&r->target, err) != 0)
        return -1;
    r->lanes = mem_new(r->sc->n_lanes + 1, sizeof *r->lanes);
    for (size_t i = 0; i < r->sc->n_lanes; i++) {
        r->lanes[i] = (struct lane_run){ .lane = &r->sc->lanes[i],
                                         .number = (uint8_t)i,
                                         .record = &r->record,
                                         .next_id = &r->next_id,
                                         .on_done = on_sample,
                                         .arg = r };
        if (lane_open(&r->lanes[i], &r->loop, &r->sc->server, &r->answers, r->sc->seed, err) != 0)
            return -1;
        r->n_lanes_open++;
    }
    return 0;
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
                r->sc->server.url, r->sc->server.ready_path, (double)r->sc->server.ready_within / 1e9,
                *output ? output : "(none)");
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
        return err_set(err,
                       "steps[%zu]: SIG%s to pid %d: %s; run hupproof as the user the server runs as",
                       i, sigabbrev_np(step->signal), w->pid, strerror(errno));
    }
    return 0;
}

static int become_ready(struct run *r, struct err *err)
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
    record(&r->record, EVENT_SERVER_READY, -1, 0, "");
    cpu_wait_start(&r->cpu_wait, &r->loop, &r->watch, &r->record);
    return may_signal(r, err);
}

static int64_t longest_wait(const struct run *r)
{
    int64_t longest = 0;

    for (size_t i = 0; i < r->sc->n_lanes; i++)
        if (r->sc->lanes[i].timeout > longest)
            longest = r->sc->lanes[i].timeout;
    return longest;
}

static void close_lanes(struct run *r)
{
    while (r->n_lanes_open)
        lane_close(&r->lanes[--r->n_lanes_open]);
}

static void load(struct run *r)
{
    r->doing = "load";
    watch_record_files(&r->watch);
    record(&r->record, EVENT_LOAD_BEGAN, -1, 0, "");
    r->load_began = recorder_now(&r->record);
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        lane_begin(&r->lanes[i], r->load_began);
    steps_begin(&r->steps, r->load_began);
    run_until(r, load_is_over, r->sc->duration);
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        lane_end(&r->lanes[i]);
    record(&r->record, EVENT_LOAD_ENDED, -1, 0, "");
    watch_record_files(&r->watch);

    r->doing = "draining";
    run_until(r, is_drained, longest_wait(r) + NS_PER_S);
    for (size_t i = 0; i < r->sc->n_lanes; i++)
        client_curl_abandon(r->lanes[i].client);
    steps_end(&r->steps, r->interrupts ? "interrupted" : "`for` was over");
    run_until(r, old_are_gone, r->sc->limits.drain);
    run_until(r, all_reaped, REAPED_WITHIN_S * NS_PER_S);
    watch_find_zombies(&r->watch, true);
    close_lanes(r); /* clients go home before the server closes */
}

static void stop(struct run *r)
{
    const struct server *plan = &r->sc->server;
    struct err ignored = { 0 };
    struct watched *leader;
    bool gone;

    if (!plan->command)
        return;
    r->doing = "stopping";
    leader = target_leader(&r->target, &ignored);
    record_pid(&r->record, EVENT_STOP_BEGAN, leader ? leader->pid : 0, plan->stop_signal, "");
    if (leader)
        target_signal(&r->target, leader, plan->stop_signal, &ignored);
    gone = run_until(r, ours_are_gone, leader ? plan->stop_within : 0) && ours_are_dead(r);
    /* Interrupted twice: it was given no time, so nothing is said of its stop. */
    if (gone || r->interrupts < 2)
        record(&r->record, EVENT_STOP_ENDED, -1, !gone, "");
    watch_kill_ours(&r->watch, r->interrupts < 2);
    run_until(r, ours_are_dead, KILLED_WITHIN_S * NS_PER_S);
    if (target_is_listening(&r->target))
        record(&r->record, EVENT_STILL_LISTENING, -1, 0, plan->unix_path ? plan->unix_path : plan->url);
}

/* However far it came: nothing of it stays behind. */
static void close_all(struct run *r)
{
    if (r->loop_open) {
        if (r->watch.loop) {
            watch_kill_ours(&r->watch, false);
            run_until(r, ours_are_dead, KILLED_WITHIN_S * NS_PER_S);
        }
        close_lanes(r);
        cpu_wait_stop(&r->cpu_wait);
        steps_close(&r->steps);
        target_close(&r->target);
        watch_stop(&r->watch);
        for (size_t i = 0; i < COUNT(r->signals); i++)
            uv_close((uv_handle_t *)&r->signals[i], NULL);
        uv_close((uv_handle_t *)&r->deadline, NULL);
        uv_close((uv_handle_t *)&r->ticker, NULL);
        uv_run(&r->loop, UV_RUN_DEFAULT);
        uv_loop_close(&r->loop);
        watch_free(&r->watch);
    }
    if (r->keeper.pid > 0)
        keeper_stop(&r->keeper);
    answer_reader_free(&r->answers);
    free(r->lanes);
}

static int judge(struct run *r, struct err *err)
{
    struct run_result *result = r->result;
    char path[4200];

    history_freeze(&result->history);
    facts_find(&result->facts, r->sc, &result->history);
    result->findings = mem_new(n_checks, sizeof *result->findings);
    result->verdict = check_all(&result->facts, result->findings);
    result->judged = true;
    snprintf(path, sizeof path, "%s/history.ndjson", result->directory);
    if (history_write(path, r->sc, &result->history, err) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/report.json", result->directory);
    if (report_write(path, &result->facts, result->findings, result->verdict, err) != 0)
        return -1;
    result->written = true;
    return 0;
}

static int read_plan(struct run *r, struct err *err)
{
    struct scenario_vars vars = {
        .port = r->space.port, .work = r->space.work, .bin = r->space.bin, .dir = r->space.dir
    };
    struct scenario *sc = &r->result->scenario;
    int failed;

    if (r->o->text)
        failed = scenario_read_text(r->o->file, r->o->text, &vars, sc, err);
    else
        failed = scenario_read_file(r->o->file, &vars, sc, err);
    if (failed)
        return -1;
    r->sc = sc;
    if (r->o->seed_given)
        sc->seed = r->o->seed;
    if (workspace_make_directory(r->o->out, sc->name, r->o->round, r->o->rounds, r->result->directory,
                                 err) != 0)
        return -1;
    snprintf(r->log, sizeof r->log, "%s/server.log", r->result->directory);
    remove(r->log);
    return workspace_check_descriptors(sc, err);
}

int run_scenario(const struct run_options *o, struct run_result *result, struct err *err)
{
    struct run r = { .o = o, .result = result, .load_began = -1, .doing = "starting" };
    int failed = -1;
    bool keep;

    *result = (struct run_result){ .verdict = UNKNOWN };
    recorder_start(&r.record, &result->history);
    if (workspace_open(&r.space, o->file, err) == 0 && read_plan(&r, err) == 0 &&
        open_all(&r, err) == 0 && become_ready(&r, err) == 0) {
        load(&r);
        stop(&r);
        record(&r.record, EVENT_WATCH, -1, r.watch.holes,
               r.watch.how == WATCH_CONNECTOR ? "kernel events" : "polling");
        failed = 0;
    }
    close_all(&r); /* nothing more may happen once the history is judged */
    if (!failed)
        failed = judge(&r, err);
    if (!failed && r.steps.has_failed && result->verdict != FAIL)
        failed = err_set(err, "%s", r.steps.failed.text);
    result->could_not_run = failed;
    result->interrupted = r.interrupts > 0;
    keep = r.target.started && (failed || result->verdict != PASS);
    workspace_close(&r.space, keep);
    if (keep)
        snprintf(result->work, sizeof result->work, "%s", r.space.work);
    return failed;
}

void run_result_free(struct run_result *result)
{
    if (result->judged)
        facts_free(&result->facts);
    free(result->findings);
    history_free(&result->history);
    scenario_free(&result->scenario);
}
