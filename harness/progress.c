/* Where and when is it shown how the run is going? */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct progress *shown; /* there is one terminal */

static void size_of_terminal(int *columns, int *rows)
{
    struct winsize size = { 0 };

    ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
    *columns = size.ws_col ? size.ws_col : 80;
    *rows = size.ws_row ? size.ws_row : 24;
}

/* As setlocale would see it, which nothing else here needs. */
static bool speaks_utf8(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

static int count_lines(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

void progress_clear(void)
{
    if (shown && shown->lines) {
        fprintf(stderr, "\033[%dA\r\033[J", shown->lines);
        fflush(stderr);
        shown->lines = 0;
    }
}

static void show(void *arg, const struct run_progress *r)
{
    struct progress *p = arg;
    char text[PROGRESS_TEXT], frame[PROGRESS_TEXT + 64], up[32] = "";
    int columns, rows, n;

    progress_note(p, r);
    size_of_terminal(&columns, &rows);
    progress_draw(p, r, columns, rows, text);
    if (p->lines)
        snprintf(up, sizeof up, "\033[%dA", p->lines);
    /* At once, so that no half of it is seen. */
    n = snprintf(frame, sizeof frame, "%s\r\033[J%s", up, text);
    fwrite(frame, 1, (size_t)n < sizeof frame ? (size_t)n : sizeof frame - 1, stderr);
    fflush(stderr);
    p->lines = count_lines(text);
    shown = p;
}

void progress_start(struct progress *p, struct run_options *o)
{
    const char *term = getenv("TERM");

    *p = (struct progress){ .utf8 = speaks_utf8() };
    o->on_progress = NULL;
    if (isatty(STDERR_FILENO) && (!term || strcmp(term, "dumb") != 0)) {
        o->on_progress = show;
        o->arg = p;
    }
}

void progress_stop(struct progress *p)
{
    if (shown == p)
        progress_clear();
    shown = NULL;
}
