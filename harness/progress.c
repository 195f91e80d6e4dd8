/* How is the run going? */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { RATE_OVER_MS = 500 };

static int columns(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void show(void *arg, const struct run_progress *r)
{
    struct progress *p = arg;
    char line[512];
    size_t n;

    if (r->elapsed - p->elapsed >= RATE_OVER_MS * NS_PER_MS) {
        p->rate = (double)(r->sent - p->sent) * 1e9 / (double)(r->elapsed - p->elapsed);
        p->sent = r->sent;
        p->elapsed = r->elapsed;
    }
    /* "so far": what "0 lost" means is known when all is over, and not said before */
    n = (size_t)snprintf(line, sizeof line,
                         "%-8s %5.1f/%.0f s  %4.0f/s  %zu in flight  lost so far %llu ", r->doing,
                         (double)r->elapsed / 1e9, (double)r->duration / 1e9, p->rate, r->in_flight,
                         (unsigned long long)r->lost);
    for (size_t i = r->n_pids; i-- > 0 && n < sizeof line - 40;)
        n += (size_t)snprintf(line + n, sizeof line - n, " %d:%llu", r->pids[i].pid,
                              (unsigned long long)r->pids[i].answers);
    fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
    fflush(stderr);
    p->shown = true;
}

void progress_start(struct progress *p, struct run_options *o)
{
    const char *term = getenv("TERM");

    *p = (struct progress){ 0 };
    o->on_progress = NULL;
    if (isatty(STDERR_FILENO) && (!term || strcmp(term, "dumb") != 0)) {
        o->on_progress = show;
        o->arg = p;
    }
}

void progress_stop(struct progress *p)
{
    if (p->shown)
        fprintf(stderr, "\r\033[K");
}
