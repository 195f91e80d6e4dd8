#include "json/report_write.h"

#include "core/advice.h"
#include "core/story.h"
#include "json/exact.h"
#include "json/report_values.h"
#include "json/whole_file.h"

#include <string.h>

#define MOST_FAILURES 1000

static void put_counts(cJSON *to, const struct lane_facts *lane)
{
    put_number(to, "requests", (double)lane->requests);
    put_number(to, "ok", (double)lane->ok);
    put_number(to, "lost", (double)lane->lost);
    put_outcomes(to, "by_outcome", lane->by_outcome);
}

static void put_latency(cJSON *to, const struct lane_facts *lane)
{
    cJSON *latency = cJSON_AddObjectToObject(to, "latency_ms");
    bool known = lane->ok > 0;

    put_ms(latency, "p50", known ? lane->p50 : -1);
    put_ms(latency, "p90", known ? lane->p90 : -1);
    put_ms(latency, "p99", known ? lane->p99 : -1);
    put_ms(latency, "max", known ? lane->max : -1);
}

static void put_lanes(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "lanes");

    for (size_t i = 0; i < f->sc->n_lanes; i++) {
        const struct lane_facts *lane = &f->lanes[i];
        bool gap = lane->longest_gap > 0;
        cJSON *row = put_row(list);

        put_text(row, "name", f->sc->lanes[i].name);
        if (lane->planned > 0)
            put_number(row, "planned", (double)lane->planned);
        else
            cJSON_AddNullToObject(row, "planned");
        put_counts(row, lane);
        put_latency(row, lane);
        put_ms(row, "longest_gap_ms", gap ? lane->longest_gap : -1);
        put_ms(row, "longest_gap_at_ms", gap ? lane->longest_gap_at : -1);
    }
}

static void put_story(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "story");
    struct story story;

    story_tell(f, &story);
    for (size_t i = 0; i < story.n; i++)
        put_item(list, story.sentences[i]);
}

static void put_findings(cJSON *to, const struct facts *f, const struct finding *findings)
{
    static const char *const abouts[] = {
        [ABOUT_CLIENTS] = "clients", [ABOUT_PROCESSES] = "processes", [ABOUT_BELIEF] = "belief"
    };
    cJSON *list = cJSON_AddArrayToObject(to, "findings");

    for (size_t i = 0; i < n_checks; i++) {
        const struct advice *advice = advice_find(checks[i].name, &findings[i], f);
        cJSON *row = put_row(list);

        put_text(row, "check", checks[i].name);
        put_text(row, "claim", checks[i].claim);
        put_text(row, "about", abouts[checks[i].about]);
        put_text(row, "verdict", verdict_words[findings[i].verdict].name);
        put_bool(row, "applies", findings[i].applies);
        put_text(row, "why", findings[i].why);
        put_text(row, "look_at", advice ? advice->look_at : NULL);
        put_text(row, "likely_cause", advice ? advice->likely_cause : NULL);
        if (findings[i].sample == NO_SAMPLE)
            cJSON_AddNullToObject(row, "request");
        else
            put_number(row, "request", findings[i].sample);
    }
}

static void put_failure(cJSON *row, const struct facts *f, const struct sample *s)
{
    put_number(row, "request", s->id);
    put_text(row, "lane", s->lane < f->sc->n_lanes ? f->sc->lanes[s->lane].name : NULL);
    put_text(row, "outcome", outcomes[s->outcome].name);
    put_text(row, "phase", phase_names[s->phase]);
    put_ms(row, "due_ms", s->due);
    put_ms(row, "sent_ms", s->sent);
    put_ms(row, "done_ms", s->done);
    put_number(row, "pid", s->pid);
    put_number(row, "status", s->status);
    put_number(row, "bytes", s->bytes);
    put_text(row, "error", s->error ? strerrorname_np(s->error) : NULL);
}

static void put_failures(cJSON *to, const struct facts *f)
{
    cJSON *list = cJSON_AddArrayToObject(to, "failures");
    size_t n = 0;

    for (size_t i = 0; i < f->h->n_samples && n < MOST_FAILURES; i++) {
        if (f->h->samples[i].outcome == OUTCOME_OK)
            continue;
        put_failure(put_row(list), f, &f->h->samples[i]);
        n++;
    }
}

static void put_summary(cJSON *to, const struct facts *f)
{
    cJSON *summary = cJSON_AddObjectToObject(to, "summary");

    put_counts(summary, &f->all);
    put_number(summary, "upgrades", (double)f->n_upgrades);
    put_number(summary, "upgrades_planned", (double)f->upgrades_planned);
    put_attribution(summary, f);
    put_number(summary, "streams_refused", (double)f->streams_refused);
    put_handovers(summary, f);
}

char *report_text(const struct facts *f, const struct finding *findings, enum verdict verdict)
{
    cJSON *root = cJSON_CreateObject();
    char *text;

    put_text(root, "schema", REPORT_SCHEMA);
    put_text(root, "hupproof", HUPPROOF_VERSION);
    put_text(root, "scenario", f->sc->name);
    put_text(root, "why", f->sc->why);
    put_text(root, "verdict", verdict_words[verdict].name);
    put_text(root, "started", f->h->started);
    put_number(root, "seed", (double)f->sc->seed);
    put_machine(root, &f->h->machine);
    put_plan(root, f->sc);
    put_ms(root, "load_began_ms", f->load_began);
    put_ms(root, "load_ended_ms", f->load_ended);
    put_watch(root, f);
    put_summary(root, f);
    put_story(root, f);
    put_figures_of(root, f);
    put_findings(root, f, findings);
    put_lanes(root, f);
    put_upgrades(root, f);
    put_steps(root, f);
    put_processes(root, f);
    put_pidfile(root, f);
    put_states(root, f);
    put_tls(root, f);
    put_failures(root, f);
    text = exact_print(root, false);
    cJSON_Delete(root);
    return text;
}

int report_write(const char *path, const struct facts *f, const struct finding *findings,
                 enum verdict verdict, struct err *err)
{
    char *text = report_text(f, findings, verdict);
    int failed = whole_file_write(path, text, err);

    cJSON_free(text);
    return failed;
}
