/* Which words may a scenario use, and what does it own? */
#include "core/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct word connection_words[] = {
    [CONNECTION_NEW] = { "new", "a connection of its own for every request" },
    [CONNECTION_REUSED] = { "reused",
                            "a pool of kept connections that carry request after request" },
    { NULL, NULL },
};

const struct word shape_words[] = {
    [SHAPE_STEADY] = { "steady", "evenly spaced" },
    [SHAPE_POISSON] = { "poisson", "at random, as independent clients come" },
    [SHAPE_BURST] = { "burst", "`burst` requests at the same instant, again and again" },
    { NULL, NULL },
};

const struct word client_words[] = {
    [CLIENT_WIRE] = { "wire",
                      "hupproof's own: HTTP/1.1 with nothing between a failure and its record" },
    [CLIENT_CURL] = { "curl", "libcurl, never retrying" },
    { NULL, NULL },
};

const struct word http_words[] = {
    [HTTP_1_1] = { "1.1", "HTTP/1.1" },
    [HTTP_2] = { "2", "HTTP/2: as agreed on by TLS, or at once where there is none" },
    { NULL, NULL },
};

const struct word action_words[] = {
    [ACTION_SIGNAL] = { "signal", "send a signal to the server" },
    [ACTION_STOP_START] = { "stop_start",
                            "stop the server, wait until it is gone, start it again" },
    [ACTION_START] = { "start", "start the server" },
    [ACTION_STOP] = { "stop", "stop the server" },
    [ACTION_RUN] = { "run", "run a command and wait for its end" },
    [ACTION_REPLACE] = { "replace", "rename a new file over one, as an upgrade does" },
    [ACTION_WRITE] = { "write", "write a text to a file" },
    [ACTION_WAIT] = { "wait", "let time pass" },
    [ACTION_WAIT_FOR] = { "wait_for", "wait until something has happened" },
    { NULL, NULL },
};

const struct word upgrade_words[] = {
    [UPGRADE_NONE] = { "none", "has nothing to do with an upgrade" },
    [UPGRADE_BEGINS] = { "begins", "begins an upgrade" },
    [UPGRADE_CONTINUES] = { "continues", "goes on with the upgrade that has begun" },
    [UPGRADE_DEPLOYS] = { "deploys", "lays the new files out for the upgrade that follows" },
    [UPGRADE_FAILS] = { "fails",
                        "begins an upgrade that is meant to fail: the old ones must go on" },
    { NULL, NULL },
};

const struct word wait_words[] = {
    [WAIT_NEW_PID] = { "new_pid", "a process that is new since the upgrade has answered" },
    [WAIT_GONE_OLD] = { "gone", "the processes from before the upgrade have exited" },
    [WAIT_FILE] = { "file", "the file exists" },
    [WAIT_PIDFILE_CHANGES] = { "pidfile_changes", "the pidfile names another process" },
    { NULL, NULL },
};

const struct word behaviour_words[] = {
    { "clean", "nobody notices: pass" },
    { "loses", "requests are lost every time: fail, by no_request_lost" },
    { "stalls", "none is lost but clients wait: fail, by no_long_gap or no_slow_answer" },
    { "in_vain", "nobody notices because nothing is upgraded: fail, by upgrade_took_effect or "
                 "last_upgrade_won" },
    { "varies", "now this, now that: pass or fail, and nothing fails but expect.checks" },
    { NULL, NULL },
};

const struct word verdict_words[] = {
    [PASS] = { "pass", "nobody noticed" },
    [UNKNOWN] = { "unknown", "the run proves nothing, and says why" },
    [FAIL] = { "fail", "the server broke a claim" },
    { NULL, NULL },
};

int word_find(const struct word *words, const char *name)
{
    for (int i = 0; words[i].name; i++)
        if (strcmp(words[i].name, name) == 0)
            return i;
    return -1;
}

const char *scenario_pidfile(const struct scenario *sc)
{
    const struct server *server = &sc->server;

    if (server->own_pidfile)
        return server->own_pidfile;
    if (server->pidfile)
        return server->pidfile;
    if (server->attach == ATTACH_PIDFILE)
        return server->attach_pidfile;
    for (size_t i = 0; i < sc->n_steps; i++)
        if (sc->steps[i].action == ACTION_WAIT_FOR && sc->steps[i].wait_for == WAIT_PIDFILE_CHANGES)
            return sc->steps[i].file;
    return NULL;
}

bool scenario_holds(const struct scenario *sc, enum state state)
{
    return (sc->hold.of >> state & 1) && sc->hold.paths[states[state].path];
}

static bool triggers(const struct step *step)
{
    return step->role == UPGRADE_BEGINS || step->role == UPGRADE_CONTINUES ||
           step->role == UPGRADE_FAILS;
}

static bool any_triggers(const struct scenario *sc, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (triggers(&sc->steps[i]))
            return true;
    return false;
}

bool scenario_begins_upgrade(const struct scenario *sc, size_t step, unsigned round)
{
    switch (sc->steps[step].role) {
    case UPGRADE_BEGINS:
    case UPGRADE_FAILS:
        return true;
    case UPGRADE_CONTINUES:
        return round == 0 && !any_triggers(sc, 0, step);
    case UPGRADE_DEPLOYS:
        return !any_triggers(sc, step + 1, sc->n_steps);
    case UPGRADE_NONE:
        break;
    }
    return false;
}

static size_t rounds_of(const struct step *step)
{
    return step->repeat > 1 ? step->repeat : 1;
}

size_t scenario_rounds(const struct scenario *sc)
{
    size_t n = 0;

    for (size_t i = 0; i < sc->n_steps; i++)
        n += rounds_of(&sc->steps[i]);
    return n;
}

size_t scenario_step_of(const struct scenario *sc, size_t round)
{
    size_t i = 0;

    for (; i < sc->n_steps && round >= rounds_of(&sc->steps[i]); i++)
        round -= rounds_of(&sc->steps[i]);
    return i;
}

size_t scenario_upgrades(const struct scenario *sc)
{
    size_t n = 0;

    for (size_t i = 0; i < sc->n_steps; i++)
        for (unsigned round = 0; round < 1 || round < sc->steps[i].repeat; round++)
            n += scenario_begins_upgrade(sc, i, round);
    return n;
}

static void free_list(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

static void free_server(struct server *server)
{
    free_list(server->command);
    free(server->attach_pidfile);
    free(server->url);
    free(server->tls.ca);
    free(server->tls.name);
    free(server->unix_path);
    free(server->ready_path);
    free(server->who_text);
    free(server->version_text);
    free(server->pidfile);
    free(server->ledger);
    free(server->own_pidfile);
    for (size_t i = 0; i < server->n_files; i++) {
        free(server->files[i].name);
        free(server->files[i].text);
        free(server->files[i].link);
    }
    free(server->files);
    free_list(server->env);
}

static void free_lane(struct lane *lane)
{
    free(lane->name);
    free(lane->path);
    free(lane->method);
    free_list(lane->headers);
}

static void free_step(struct step *step)
{
    free(step->version);
    free(step->certificate);
    free(step->to_pidfile);
    free_list(step->argv);
    free(step->file);
    free(step->with);
}

void scenario_free(struct scenario *sc)
{
    free(sc->name);
    free(sc->why);
    free_server(&sc->server);
    for (size_t i = 0; i < sc->n_lanes; i++)
        free_lane(&sc->lanes[i]);
    free(sc->lanes);
    for (size_t i = 0; i < sc->n_steps; i++)
        free_step(&sc->steps[i]);
    free(sc->steps);
    for (size_t i = 0; i < N_STATE_PATHS; i++)
        free(sc->hold.paths[i]);
    free_list(sc->expect.checks);
    free(sc->json);
    memset(sc, 0, sizeof(*sc));
}

static const char *what_of(const struct step *step)
{
    switch (step->action) {
    case ACTION_SIGNAL:
    case ACTION_STOP_START:
    case ACTION_STOP:
        return step->signal ? sigabbrev_np(step->signal) : NULL;
    case ACTION_RUN:
        return step->argv[0];
    case ACTION_REPLACE:
    case ACTION_WRITE:
        return step->file;
    case ACTION_WAIT_FOR:
        return wait_words[step->wait_for].name;
    default:
        return NULL;
    }
}

const char *scenario_say_step(const struct step *step, char text[STEP_WORDS])
{
    const char *what = what_of(step);

    snprintf(text, STEP_WORDS, "%s%s%s", action_words[step->action].name, what ? " " : "",
             what ? what : "");
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == '\177')
            *c = '?';
    return text;
}
