/* Did nobody but the server listen where the requests went?  Of two that share a port
   (SO_REUSEPORT) each gets a part of them, and what a stranger answered, or lost, says nothing
   of the server.  It does not accuse the server: who the other is, is for people to say. */
#include "core/checks.h"

#include <inttypes.h>
#include <stdio.h>

/* Somebody who came unseen and turned out to be one of the server's, by its pidfile, was none. */
static bool is_of_the_server(const struct facts *f, const struct event *e)
{
    for (size_t i = 0; i < f->n_processes; i++)
        if (e->pid && f->processes[i].pid == e->pid && f->processes[i].start == e->start)
            return true;
    return false;
}

static bool had_holder(const struct facts *f)
{
    for (size_t i = 0; i < f->n_processes; i++)
        if (f->processes[i].listener.held_from >= 0)
            return true;
    return false;
}

static uint64_t answers_by(const struct facts *f, pid_t pid)
{
    uint64_t n = 0;

    for (size_t i = 0; i < f->h->n_samples; i++)
        n += f->h->samples[i].outcome == OUTCOME_OK && f->h->samples[i].pid == (uint32_t)pid;
    return n;
}

static struct finding judge(const struct facts *f, const struct event *e)
{
    const char *text = history_text_of(f->h, e->text);
    char answered[60] = "may have answered any";

    if (!e->pid)
        return finding(UNKNOWN, NULL,
                       "from %.1f ms on a second socket listened at the server's address, held by "
                       "%.100s and by none of the server's: it may have got any of the requests",
                       ms(e->at), text);
    if (f->sc->server.who != WHO_NONE)
        snprintf(answered, sizeof(answered), "answered %" PRIu64, answers_by(f, e->pid));
    return finding(
        UNKNOWN, NULL,
        "from %.1f ms on pid %d (%.30s) listened at the server's address, too, %s of the "
        "requests, and is none of the server's as far as we saw; stop it, or, if it is the "
        "server's heir, have a pidfile name it (server.pidfile)",
        ms(e->at), (int)e->pid, text, answered);
}

struct finding nobody_else_listened(const struct facts *f)
{
    for (size_t i = 0; i < f->h->n_events; i++) {
        const struct event *e = &f->h->events[i];

        if (e->kind == EVENT_STRANGER && e->at <= f->load_ended && !is_of_the_server(f, e))
            return judge(f, e);
    }
    if (!had_holder(f))
        return finding_not_applicable("no process of the server was seen to hold a listening "
                                      "socket");
    return finding(PASS, NULL, "whatever listened where requests went was held by the server's");
}
