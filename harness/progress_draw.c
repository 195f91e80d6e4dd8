/* What is there to be seen of a run that is going on? */
#include "progress.h"

#include "core/pen.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RATE_OVER_MS = 500, LABEL = 20, LEAST_COLUMNS = 20, ROWS_OF_THE_REST = 5 };

struct look {
    const char *done, *ahead, *step, *heights[9];
};

static const struct look plain = { "#", ".", "|", { " ", ".", ".", ":", ":", "+", "+", "#", "#" } };
static const struct look fine = { "█", "░", "┃", { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" } };

static size_t slice_at(const struct run_progress *r)
{
    int64_t slice = r->duration > 0 ? r->elapsed * PROGRESS_SLICES / r->duration : 0;

    return slice < 0 ? 0 : slice < PROGRESS_SLICES ? (size_t)slice : PROGRESS_SLICES - 1;
}

/* Who has answered for longest makes room. */
static struct progress_life *life_of(struct progress *p, const struct run_pid *who)
{
    for (size_t i = 0; i < p->n_lives; i++)
        if (p->lives[i].pid == who->pid && p->lives[i].generation == who->generation)
            return &p->lives[i];
    if (p->n_lives == PROGRESS_LIVES) {
        memmove(p->lives, p->lives + 1, (PROGRESS_LIVES - 1) * sizeof *p->lives);
        p->n_lives--;
    }
    p->lives[p->n_lives] = (struct progress_life){ .pid = who->pid, .generation = who->generation };
    return &p->lives[p->n_lives++];
}

static void note_rate(struct progress *p, const struct run_progress *r)
{
    if (r->elapsed - p->elapsed < RATE_OVER_MS * NS_PER_MS)
        return;
    p->rate = (double)(r->sent - p->sent) * 1e9 / (double)(r->elapsed - p->elapsed);
    p->sent = r->sent;
    p->elapsed = r->elapsed;
}

/* Looks come as they may: what came since the last one is spread over the time since.  After the
   load there is no column any more. */
static void spread(struct progress_life *life, uint64_t more, int64_t from,
                   const struct run_progress *r)
{
    double width = (double)r->duration / PROGRESS_SLICES, span = (double)(r->elapsed - from);

    for (size_t i = 0; i < PROGRESS_SLICES && span > 0; i++) {
        double begin = fmax((double)i * width, (double)from);
        double end = fmin((double)(i + 1) * width, (double)r->elapsed);

        if (end > begin)
            life->slices[i] += (double)more * (end - begin) / span;
    }
}

void progress_note(struct progress *p, const struct run_progress *r)
{
    size_t slice = slice_at(r);

    p->name = r->name;
    note_rate(p, r);
    /* They come the latest first. */
    for (size_t i = r->n_pids < PROGRESS_LIVES ? r->n_pids : PROGRESS_LIVES; i-- > 0;) {
        struct progress_life *life = life_of(p, &r->pids[i]);

        spread(life, r->pids[i].answers - life->answers, p->looked, r);
        life->answers = r->pids[i].answers;
    }
    p->looked = r->elapsed;
    p->left_out = r->n_answering > p->n_lives ? r->n_answering - p->n_lives : 0;
    if (r->steps_begun != p->steps_begun)
        p->steps[slice] = true;
    p->steps_begun = r->steps_begun;
}

struct canvas {
    char *text;
    size_t n;
    int column, columns;
};

/* What does not fit is cut off, between characters. */
static void put(struct canvas *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct canvas *c, const char *fmt, ...)
{
    char text[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (const char *at = text; *at && c->n < PROGRESS_TEXT - 2; at++) {
        bool begins = (*at & 0xc0) != 0x80;

        if (begins && c->column == c->columns)
            return;
        c->column += begins;
        c->text[c->n++] = *at;
    }
}

static void end_line(struct canvas *c)
{
    c->text[c->n++] = '\n';
    c->text[c->n] = '\0';
    c->column = 0;
}

static void draw_bar(struct canvas *c, const struct progress *p, const struct run_progress *r,
                     const struct look *look)
{
    size_t now = r->elapsed > 0 ? slice_at(r) + (r->elapsed >= r->duration) : 0;
    double left = (double)(r->duration - r->elapsed) / 1e9;

    put(c, "  %-*.*s", LABEL - 2, LABEL - 3, r->doing);
    for (size_t i = 0; i < PROGRESS_SLICES; i++)
        put(c, "%s", p->steps[i] ? look->step : i < now ? look->done : look->ahead);
    if (left > 0)
        put(c, "  %.1f s left", left);
    end_line(c);
}

static double highest(const struct progress *p)
{
    double most = 1;

    for (size_t i = 0; i < p->n_lives; i++)
        for (size_t k = 0; k < PROGRESS_SLICES; k++)
            if (p->lives[i].slices[k] > most)
                most = p->lives[i].slices[k];
    return most;
}

static void draw_life(struct canvas *c, const struct progress_life *life, double most,
                      const struct look *look)
{
    char number[PEN_NUMBER], label[LABEL + 16];

    snprintf(label, sizeof label, "pid %d gen %u", (int)life->pid, life->generation);
    put(c, "  %-*.*s", LABEL - 2, LABEL - 3, label);
    for (size_t k = 0; k < PROGRESS_SLICES; k++)
        put(c, "%s", look->heights[(int)ceil(life->slices[k] * 8 / most)]);
    put(c, "  %s", pen_thousands(life->answers, number));
    end_line(c);
}

static void draw_figures(struct canvas *c, const struct progress *p, const struct run_progress *r)
{
    char sent[PEN_NUMBER], lost[PEN_NUMBER];

    put(c, "  %.0f/s, %zu in flight, %s sent, ", p->rate, r->in_flight,
        pen_thousands(r->sent, sent));
    /* "so far": what "0 lost" means is known when all is over, and not said before */
    put(c, "lost so far %s", pen_thousands(r->lost, lost));
    for (size_t i = OUTCOME_OK + 1, n = 0; i < N_OUTCOMES; i++)
        if (r->by_outcome[i])
            put(c, "%s%llu %s", n++ ? ", " : ": ", (unsigned long long)r->by_outcome[i],
                outcomes[i].name);
    end_line(c);
}

static void draw_next(struct canvas *c, const struct run_progress *r)
{
    if (!r->step[0])
        return;
    if (r->step_in >= 0)
        put(c, "  next: %s in %.1f s", r->step, (double)r->step_in / 1e9);
    else
        put(c, "  now: %s", r->step);
    end_line(c);
}

void progress_draw(const struct progress *p, const struct run_progress *r, int columns, int rows,
                   char text[PROGRESS_TEXT])
{
    const struct look *look = p->utf8 ? &fine : &plain;
    /* A line that fills the last column may begin another. */
    struct canvas c = { .text = text,
                        .columns = columns > LEAST_COLUMNS ? columns - 1 : LEAST_COLUMNS };
    size_t room = rows > ROWS_OF_THE_REST ? (size_t)(rows - ROWS_OF_THE_REST) : 0;
    size_t first = p->n_lives > room ? p->n_lives - room : 0;

    text[0] = '\0';
    put(&c, "%s", p->name);
    end_line(&c);
    draw_bar(&c, p, r, look);
    for (size_t i = first; i < p->n_lives; i++)
        draw_life(&c, &p->lives[i], highest(p), look);
    if (first + p->left_out) {
        put(&c, "  and %zu more", first + p->left_out);
        end_line(&c);
    }
    draw_figures(&c, p, r);
    draw_next(&c, r);
}
