/* The wiring, on one page: loop, server, lanes, steps, watch, judge. */
#include "run_parts.h"
#include "io/machine.h"
#include "json/history_file.h"
#include "json/report_write.h"
#include "json/scenario_read.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_watch_change(void *arg)
{
    struct run *r = arg;

    steps_look(&r->steps);
    evidence_hear(&r->evidence);
}

static void on_born(void *arg, const struct watched *w)
{
    struct run *r = arg;

    if (w->ours && (w->parent == getpid() || !r->watch.attached))
        keeper_tell(&r->keeper, w->pid, w->start);
}

static void on_sample(void *arg, const struct sample *s)
{
    struct run *r = arg;

    history_add_sample(r->record.h, s);
    r->by_outcome[s->outcome]++;
    if (s->outcome == OUTCOME_OK) {
        target_note_answer(&r->target, s);
        steps_look(&r->steps);
        states_look(&r->states);
    }
}

static void on_upgrade_ahead(void *arg, int64_t at)
{
    struct run *r = arg;

    for (size_t i = 0; i < r->n_lanes_open; i++)
        lane_expect(&r->lanes[i], at);
}

static void on_states_stand(void *arg)
{
    struct run *r = arg;

    steps_on_stand(&r->steps);
}

/* Asked of the kernel: only what no answer is meant to say. */
static struct owners *owners_wanted(struct run *r)
{
    enum who_kind who = r->sc->server.who;

    return who == WHO_SOCKET || who == WHO_AUTO ? &r->owners : NULL;
}

static int open_all(struct run *r, struct err *err)
{
    struct owners *owners = owners_wanted(r);

    r->answers.who = WHO_NONE;
    if (keeper_start(&r->keeper, err) != 0 || run_open_loop(r, err) != 0 ||
        watch_start(&r->watch, &r->loop, &r->record, r->o->watch, err) != 0 ||
        answer_reader_start(&r->answers, &r->sc->server, err) != 0)
        return -1;
    owners_open(&r->owners, &r->watch, &r->record);
    r->owners.early = r->sc->server.who == WHO_SOCKET;
    r->ledger.path = r->sc->server.ledger;
    snprintf(r->ledger.ids, sizeof r->ledger.ids, "%s-", strchr(r->keeper.mark, '=') + 1);
    r->watch.except = r->keeper.pid;
    r->watch.most = (size_t)r->sc->limits.processes;
    r->watch.attached = r->sc->server.attach != ATTACH_NOT;
    r->watch.on_change = on_watch_change;
    r->watch.on_born = on_born;
    r->watch.arg = r;
    r->target = (struct target){ .plan = &r->sc->server,
                                 .loop = &r->loop,
                                 .watch = &r->watch,
                                 .record = &r->record,
                                 .keeper = &r->keeper,
                                 .answers = &r->answers,
                                 .owners = owners,
                                 .work = r->space.work,
                                 .log = r->log };
    r->states = (struct states_held){ .sc = r->sc,
                                      .answers = &r->answers,
                                      .owners = owners,
                                      .watch = &r->watch,
                                      .record = &r->record,
                                      .on_stand = on_states_stand,
                                      .arg = r };
    if (states_open(&r->states, &r->loop, err) != 0)
        return -1;
    r->steps = (struct steps){ .sc = r->sc,
                               .target = &r->target,
                               .watch = &r->watch,
                               .evidence = &r->evidence,
                               .states = &r->states,
                               .record = &r->record,
                               .on_upgrade_ahead = on_upgrade_ahead,
                               .arg = r };
    steps_open(&r->steps, &r->loop);
    if (target_open(&r->target, err) != 0)
        return -1;
    r->lanes = mem_new(r->sc->n_lanes + 1, sizeof *r->lanes);
    for (size_t i = 0; i < r->sc->n_lanes; i++) {
        r->lanes[i] = (struct lane_run){ .lane = &r->sc->lanes[i],
                                         .number = (uint8_t)i,
                                         .record = &r->record,
                                         .next_id = &r->next_id,
                                         .ids = r->ledger.path ? r->ledger.ids : NULL,
                                         .sources = &r->sources,
                                         .owners = owners,
                                         .on_done = on_sample,
                                         .arg = r };
        if (lane_open(&r->lanes[i], &r->loop, &r->sc->server, &r->answers, r->sc->seed, err) != 0)
            return -1;
        r->n_lanes_open++;
    }
    return 0;
}

/* However far it came: nothing of it stays behind. */
static void close_all(struct run *r)
{
    if (r->loop_open) {
        if (r->watch.loop) {
            watch_kill_ours(&r->watch, false);
            run_until(r, run_ours_are_dead, KILLED_WITHIN);
        }
        run_close_lanes(r);
        cpu_wait_stop(&r->cpu_wait);
        evidence_stop(&r->evidence);
        steps_close(&r->steps);
        target_close(&r->target);
        watch_stop(&r->watch);
        run_close_loop(r);
        watch_free(&r->watch);
        owners_close(&r->owners);
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

static int read_scenario(const struct run_options *o, const struct workspace *space,
                         struct scenario *sc, struct err *err)
{
    struct scenario_vars vars = {
        .port = space->port, .work = space->work, .bin = space->bin, .dir = space->dir
    };

    if (o->text)
        return scenario_read_text(o->file, o->text, &vars, sc, err);
    return scenario_read_file(o->file, &vars, sc, err);
}

static void plan_sources(struct run *r)
{
    char notice[200];

    sources_plan(&r->sources, r->sc, notice, sizeof notice);
    if (notice[0] && r->o->on_notice)
        r->o->on_notice(r->o->file, notice);
}

static int read_plan(struct run *r, struct err *err)
{
    struct scenario *sc = &r->result->scenario;

    if (read_scenario(r->o, &r->space, sc, err) != 0)
        return -1;
    r->sc = sc;
    if (r->o->seed_given)
        sc->seed = r->o->seed;
    if (workspace_make_directory(r->o->out, sc->name, r->o->round, r->o->rounds,
                                 r->result->directory, err) != 0)
        return -1;
    snprintf(r->log, sizeof r->log, "%s/server.log", r->result->directory);
    remove(r->log);
    plan_sources(r);
    return workspace_check_descriptors(sc, err);
}

int run_scenario(const struct run_options *o, struct run_result *result, struct err *err)
{
    struct run r = { .o = o, .result = result, .load_began = -1, .doing = "starting" };
    int failed = -1;
    bool keep;

    *result = (struct run_result){ .verdict = UNKNOWN };
    recorder_start(&r.record, &result->history);
    machine_look(&result->history.machine);
    if (workspace_open(&r.space, o->file, err) == 0 && read_plan(&r, err) == 0 &&
        open_all(&r, err) == 0 && run_become_ready(&r, err) == 0) {
        run_load(&r);
        run_stop(&r);
        owners_settle(&r.owners);
        ledger_read(&r.ledger, r.next_id, &r.record);
        watch_record_how(&r.watch);
        failed = 0;
    }
    close_all(&r); /* nothing more may happen once the history is judged */
    if (!failed)
        failed = judge(&r, err);
    run_restore_signals(&r);
    if (!failed && r.steps.has_failed && result->verdict != FAIL)
        failed = err_set(err, "%s", r.steps.failed.text);
    result->could_not_run = failed;
    result->interrupted = r.interrupts > 0;
    keep = r.target.started && (failed || result->verdict != PASS);
    if (workspace_close(&r.space, keep))
        snprintf(result->work, sizeof result->work, "%s", r.space.work);
    return failed;
}

int run_read(const struct run_options *o, struct scenario *sc, struct err *err)
{
    struct workspace space;
    int failed = workspace_open(&space, o->file, err) || read_scenario(o, &space, sc, err);

    workspace_close(&space, false);
    return failed ? -1 : 0;
}

void run_result_free(struct run_result *result)
{
    if (result->judged)
        facts_free(&result->facts);
    free(result->findings);
    history_free(&result->history);
    scenario_free(&result->scenario);
}
