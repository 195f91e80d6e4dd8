/* What happened when, and who served from when to when? */
#include "timeline.h"

#include <string.h>
#include <sys/wait.h>

enum { MANY_PROCESSES = 24, MANY_UPGRADES = 8, STEP_SHOWN = 200 };

/* Since the run began, as in the findings and in the report. */
static double seconds(int64_t at)
{
    return (double)at / 1e9;
}

/* A step may run a whole script: of that its first line, or as much as fits. */
static void write_step(FILE *to, const struct history *h, const struct event *e)
{
    const char *text = history_text_of(h, e->text);
    size_t n = 0;

    while (n < STEP_SHOWN && (unsigned char)text[n] >= ' ' && text[n] != '\177')
        n++;
    while (n && (text[n] & 0xc0) == 0x80) /* no half characters */
        n--;
    fprintf(to, "  step     %.3f s  \t%.*s%s\n", seconds(e->at), (int)n, text,
            text[n] ? "..." : "");
}

static void write_steps(FILE *to, const struct facts *f)
{
    const struct history *h = f->h;

    fprintf(to, "  load     %.3f to %.3f s\n", seconds(f->load_began), seconds(f->load_ended));
    for (size_t i = 0; i < h->n_events; i++)
        if (h->events[i].kind == EVENT_STEP_BEGAN)
            write_step(to, h, &h->events[i]);
}

static bool lost_any(const struct facts *f, const struct upgrade *u)
{
    for (size_t i = facts_first_sent(f, u->begun); i < f->h->n_samples; i++) {
        if (f->h->samples[i].sent >= u->ended)
            break;
        if (f->h->samples[i].outcome != OUTCOME_OK)
            return true;
    }
    return false;
}

/* What the kernel saw of an upgrade by which something was lost. */
static void write_kernel(FILE *to, const struct facts *f, size_t upgrade)
{
    const struct upgrade *u = &f->upgrades[upgrade];
    char line[400] = "";
    size_t n = 0;

    for (size_t i = facts_first_queue(f, upgrade);
         i < f->n_queues && f->queues[i].upgrade == upgrade + 1 && n < sizeof(line) / 2; i++)
        if (f->queues[i].closed >= 0 && f->queues[i].closed <= f->load_ended)
            n += (size_t)snprintf(line + n, sizeof(line) - n,
                                  "%sthe listener that closed had %u connections in its queue",
                                  n ? "; " : "", f->queues[i].last);
    for (size_t i = 0; i < N_NET_COUNTERS && n < sizeof(line); i++)
        if (u->net[i] > 0)
            n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s +%lld", n ? "; " : "",
                                  net_counters[i].name, (long long)u->net[i]);
    if (n)
        fprintf(to, "  kernel   %.3f s  \t%s\n", seconds(u->begun), line);
}

static void write_kernels(FILE *to, const struct facts *f)
{
    size_t shown = 0;

    for (size_t i = 0; i < f->n_upgrades; i++) {
        if (!lost_any(f, &f->upgrades[i]))
            continue;
        if (++shown > MANY_UPGRADES) {
            fprintf(to, "  kernel   ... and more: see the report\n");
            return;
        }
        write_kernel(to, f, i);
    }
}

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void write_end(FILE *to, const struct process *r)
{
    if (r->left_over)
        fprintf(to, "had to be killed");
    else if (r->execd_away >= 0)
        fprintf(to, "exec'd at %.3f s", seconds(r->execd_away));
    else if (r->exited < 0)
        fprintf(to, "still runs");
    else if (r->status < 0)
        fprintf(to, "gone at %.3f s", seconds(r->exited));
    else if (WIFSIGNALED(r->status))
        fprintf(to, "killed by SIG%s at %.3f s", sigabbrev_np(WTERMSIG(r->status)),
                seconds(r->exited));
    else
        fprintf(to, "exited %d at %.3f s", WEXITSTATUS(r->status), seconds(r->exited));
}

static void write_processes(FILE *to, const struct facts *f)
{
    size_t shown = 0;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *r = &f->processes[i];

        if (r->requests == 0 && !r->left_over && !r->zombie)
            continue;
        if (++shown > MANY_PROCESSES) {
            fprintf(to, "  pid      ... and more: see the report\n");
            return;
        }
        fprintf(to, "  pid %-7d \tgeneration %u  %s  ", r->pid, r->generation,
                base(history_text_of(f->h, r->exe)));
        if (r->requests)
            fprintf(to, "%u answers, %.3f to %.3f s; ", r->requests, seconds(r->first_answer),
                    seconds(r->last_answer));
        write_end(to, r);
        fprintf(to, "\n");
    }
}

void timeline_write(FILE *to, const struct facts *f)
{
    write_steps(to, f);
    write_kernels(to, f);
    write_processes(to, f);
}
