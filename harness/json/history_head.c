#include "json/history_head.h"

#include "json/exact.h"
#include "json/history_file.h"
#include "json/reader.h"
#include "json/scenario_read.h"
#include "json/syntax.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BEGINNING "{\"schema\":\"hupproof.history/"

static int read_seed(const char *path, const cJSON *seed, struct scenario *sc, struct err *err)
{
    double number = cJSON_IsNumber(seed) ? seed->valuedouble : -1;

    if (number < 0 || number > 9007199254740991.0 || number != floor(number))
        return err_input(err, "%s:1: seed: must be a whole number from 0 to 9007199254740991",
                         path);
    sc->seed = (uint64_t)number;
    return 0;
}

static bool text_fits(const cJSON *machine, const char *key, char *to, size_t room)
{
    const cJSON *text = member(machine, key);

    return cJSON_IsString(text) && snprintf(to, room, "%s", text->valuestring) < (int)room;
}

static bool whole_fits(const cJSON *machine, const char *key, int64_t *to)
{
    const cJSON *number = member(machine, key);
    double value = cJSON_IsNumber(number) ? number->valuedouble : -1;

    if (value < 0 || value > 9007199254740991.0 || value != floor(value))
        return false;
    *to = (int64_t)value;
    return true;
}

/* Histories of before do not have it. */
static int read_machine(const char *path, const cJSON *machine, struct machine *m, struct err *err)
{
    if (!machine)
        return 0;
    if (whole_fits(machine, "cpus", &m->cpus) && m->cpus > 0 &&
        whole_fits(machine, "memory", &m->memory) &&
        text_fits(machine, "cpu", m->cpu, sizeof m->cpu) &&
        text_fits(machine, "kernel", m->kernel, sizeof m->kernel))
        return 0;
    *m = (struct machine){ 0 };
    return err_input(err, "%s:1: machine: must have cpus, memory, cpu and kernel", path);
}

static int read_head(const char *path, cJSON *head, struct scenario *sc, struct history *h,
                     struct err *err)
{
    const cJSON *schema = member(head, "schema"), *started = member(head, "started");
    const cJSON *seed = member(head, "seed");
    cJSON *scenario = cJSON_GetObjectItemCaseSensitive(head, "scenario");
    char *text;
    int failed;

    if (!cJSON_IsString(schema) || strncmp(schema->valuestring, "hupproof.history/", 17) != 0)
        return err_input(err, "%s:1: not a history: must begin with {\"schema\":\"%s\",...}", path,
                         HISTORY_SCHEMA);
    if (strcmp(schema->valuestring, HISTORY_SCHEMA) != 0)
        return err_input(err, "%s:1: schema \"%.60s\": this hupproof reads \"%s\"", path,
                         schema->valuestring, HISTORY_SCHEMA);
    if (!cJSON_IsString(started) || strlen(started->valuestring) >= sizeof h->started)
        return err_input(err, "%s:1: started: must be a date and time", path);
    strcpy(h->started, started->valuestring);
    if (read_machine(path, member(head, "machine"), &h->machine, err))
        return -1;
    if (!cJSON_IsObject(scenario))
        return err_input(err, "%s:1: scenario: must be an object", path);
    text = exact_print(scenario, true);
    failed = scenario_read_text(path, text, NULL, sc, err);
    cJSON_free(text);
    return failed || (seed && read_seed(path, seed, sc, err)) ? -1 : 0;
}

int history_read_head(const char *path, const char *line, struct scenario *sc, struct history *h,
                      struct err *err)
{
    cJSON *head;
    int failed;

    if (syntax_check(path, line, strlen(line), err)) {
        if (strncmp(line, BEGINNING, strlen(BEGINNING)) != 0)
            return err_input(err, "%s:1: not a history: must begin with {\"schema\":\"%s\",...}",
                             path, HISTORY_SCHEMA);
        if (!strchr(line, '\n'))
            return err_input(err, "%s:1: cut in the middle: the first line does not end", path);
        return -1;
    }
    head = cJSON_Parse(line);
    failed = read_head(path, head, sc, h, err);
    cJSON_Delete(head);
    return failed;
}
