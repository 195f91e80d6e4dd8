/* What is done to the server, and when? */
#include "json/reader.h"
#include "json/specials.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

const struct word gone_words[] = {
    { "old", "the processes from before the upgrade" },
    { NULL, NULL },
};

int read_true(struct reader *r, const cJSON *value, void *base)
{
    (void)base;
    return cJSON_IsTrue(value) ? 0 : reader_must(r, value, "must be true");
}

static int read_true_or_object(struct reader *r, const cJSON *value, const char *path, void *base)
{
    if (cJSON_IsTrue(value))
        return 0;
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be true or an object");
    return reader_object(r, value, path, base);
}

int read_stop_start(struct reader *r, const cJSON *value, void *base)
{
    return read_true_or_object(r, value, "steps[].stop_start", base);
}

int read_start(struct reader *r, const cJSON *value, void *base)
{
    return read_true_or_object(r, value, "steps[].start", base);
}

int read_stop(struct reader *r, const cJSON *value, void *base)
{
    return read_true_or_object(r, value, "steps[].stop", base);
}

int read_wait_for(struct reader *r, const cJSON *value, void *base)
{
    struct step *step = base;
    int given = 0;

    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be an object");
    if (reader_object(r, value, "steps[].wait_for", base))
        return -1;
    for (int i = 0; wait_words[i].name; i++) {
        if (member(value, wait_words[i].name)) {
            step->wait_for = (enum wait_kind)i;
            given++;
        }
    }
    if (given != 1)
        return reader_must(r, value,
                           "must have one of \"new_pid\", \"gone\", \"file\", \"pidfile_changes\"");
    return 0;
}

int read_to(struct reader *r, const cJSON *value, void *base)
{
    struct step *step = base;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    if (cJSON_IsObject(value)) {
        step->to = TO_PID;
        return reader_object(r, value, "steps[].to", base);
    }
    if (strcmp(text, "leader") == 0) {
        step->to = TO_LEADER;
    } else if (strcmp(text, "all") == 0) {
        step->to = TO_ALL;
    } else if (strchr(text, '/')) {
        step->to = TO_PIDFILE;
        step->to_pidfile = mem_text(text);
    } else {
        return reader_must(r, value,
                           "must be \"leader\", \"all\", the path of a pidfile or {\"pid\": N}");
    }
    return 0;
}

static int find_action(struct reader *r, const cJSON *item, struct step *step)
{
    const char *first = NULL;
    char list[200] = "";

    for (int i = 0; action_words[i].name; i++) {
        const char *name = action_words[i].name;

        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", name);
        if (!member(item, name))
            continue;
        if (first)
            return reader_bad(r, item, "one action each, got both \"%s\" and \"%s\"", first, name);
        first = name;
        step->action = (enum action)i;
    }
    return first ? 0 : reader_bad(r, item, "needs an action, one of %s", list);
}

static enum upgrade_role usual_role(const struct step *step)
{
    static const enum upgrade_role roles[] = {
        [ACTION_STOP_START] = UPGRADE_BEGINS, [ACTION_START] = UPGRADE_CONTINUES,
        [ACTION_STOP] = UPGRADE_BEGINS,       [ACTION_RUN] = UPGRADE_BEGINS,
        [ACTION_REPLACE] = UPGRADE_DEPLOYS,   [ACTION_WRITE] = UPGRADE_DEPLOYS,
        [ACTION_WAIT] = UPGRADE_NONE,         [ACTION_WAIT_FOR] = UPGRADE_NONE,
    };

    if (step->action != ACTION_SIGNAL)
        return roles[step->action];
    switch (step->signal) {
    case SIGHUP:
    case SIGUSR1:
    case SIGUSR2:
    case SIGTERM:
    case SIGINT:
    case SIGKILL:
        return UPGRADE_BEGINS;
    case SIGWINCH:
    case SIGQUIT:
        return UPGRADE_CONTINUES;
    default:
        return UPGRADE_NONE;
    }
}

static bool starts_or_stops(enum action action)
{
    return action == ACTION_STOP_START || action == ACTION_START || action == ACTION_STOP;
}

/* Fields that only some actions have. */
static int check_fields(struct reader *r, const cJSON *item, const struct step *step)
{
    const char *action = action_words[step->action].name;
    const cJSON *within = member(item, "within");
    bool lasts = step->action != ACTION_SIGNAL && step->action != ACTION_REPLACE &&
                 step->action != ACTION_WRITE && step->action != ACTION_WAIT;

    if (step->role == UPGRADE_FAILS && starts_or_stops(step->action))
        return reader_bad(r, member(item, "upgrade"),
                          "\"%s\" cannot be meant to fail: the old ones have to go on", action);
    if (r->sc->server.attach != ATTACH_NOT && starts_or_stops(step->action))
        return reader_bad(r, member(item, action), "attached: it's not ours to start or stop");
    if (member(item, "to") && step->action != ACTION_SIGNAL)
        return reader_bad(r, member(item, "to"), "only \"signal\" has it");
    if (member(item, "expect_exit") && step->action != ACTION_RUN)
        return reader_bad(r, member(item, "expect_exit"), "only \"run\" has it");
    if (within && !lasts)
        return reader_bad(r, within, "\"%s\" does not take time", action);
    if (within && member(member(item, action), "within"))
        return reader_bad(r, within, "given twice, here and in \"%s\"", action);
    if (member(item, "every") && step->repeat == 1)
        return reader_bad(r, member(item, "every"), "needs \"repeat\" to be more than 1");
    if (step->repeat > 1 && !member(item, "every"))
        return reader_bad(r, member(item, "repeat"), "needs \"every\"");
    return 0;
}

static int check_time(struct reader *r, const cJSON *item, const struct step *step, int64_t *last)
{
    if (step->at < 0)
        return 0;
    if (member(item, "after"))
        return reader_bad(r, member(item, "after"),
                          "there is an \"at\" already; use one or the other");
    if (step->at >= r->sc->duration)
        return reader_must(r, member(item, "at"), "must be before the load's end (\"for\")");
    if (step->at < *last)
        return reader_must(r, member(item, "at"), "must not be before an earlier step's");
    *last = step->at;
    return 0;
}

static void fill_in(const struct server *server, const cJSON *item, struct step *step)
{
    bool stops = step->action == ACTION_STOP_START || step->action == ACTION_STOP;

    if (stops && step->signal == 0)
        step->signal = server->stop_signal;
    if (step->within == 0)
        step->within = stops                          ? server->stop_within
                       : step->action == ACTION_START ? server->ready_within
                       : step->action == ACTION_RUN   ? 60 * NS_PER_S
                                                      : 10 * NS_PER_S;
    if (!member(item, "upgrade"))
        step->role = usual_role(step);
}

static int check_certificate(struct reader *r, const cJSON *item, const struct step *step)
{
    const cJSON *value = member(item, "certificate");

    if (!step->certificate)
        return 0;
    if (step->role == UPGRADE_NONE || step->role == UPGRADE_FAILS)
        return reader_bad(r, value,
                          "only a step of an upgrade that is meant to succeed brings one");
    if (!r->sc->server.https)
        return reader_bad(r, value, "needs an https:// url");
    return 0;
}

static int check_version(struct reader *r, const cJSON *item, const struct step *step)
{
    if (!step->version)
        return 0;
    if (step->role == UPGRADE_NONE || step->role == UPGRADE_FAILS)
        return reader_bad(r, member(item, "version"),
                          "only a step of an upgrade that is meant to succeed brings one");
    if (r->sc->server.version == TOKEN_NONE)
        return reader_bad(r, member(item, "version"),
                          "needs \"server.version\", to see which one serves");
    return 0;
}

int read_steps(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *item;
    int64_t last = 0;

    if (!cJSON_IsArray(value))
        return reader_must(r, value, "must be a list");
    sc->steps = mem_new((size_t)cJSON_GetArraySize(value), sizeof *sc->steps);
    cJSON_ArrayForEach(item, value)
    {
        struct step *step = &sc->steps[sc->n_steps++];

        *step = (struct step){ .at = -1 };
        if (!cJSON_IsObject(item))
            return reader_must(r, item, "must be an object");
        if (reader_object(r, item, "steps[]", step) || find_action(r, item, step) ||
            check_fields(r, item, step) || check_time(r, item, step, &last))
            return -1;
        fill_in(&sc->server, item, step);
        if (check_version(r, item, step) || check_certificate(r, item, step))
            return -1;
    }
    return 0;
}
