/* How is the run going?  A few lines that renew themselves, on a terminal only: who answers, as
   it moves from the old process to the new one; what is lost; what comes next. */
#ifndef HUPPROOF_PROGRESS_H
#define HUPPROOF_PROGRESS_H

#include "run.h"

enum { PROGRESS_SLICES = 40, PROGRESS_LIVES = 6, PROGRESS_TEXT = 8192 };

/* Of the load's time, one column each. */
struct progress {
    const char *name;
    struct progress_life {
        pid_t pid;
        unsigned generation;
        uint64_t answers;               /* in all */
        double slices[PROGRESS_SLICES]; /* in each */
    } lives[PROGRESS_LIVES];
    size_t n_lives, left_out;    /* the latest born; how many others have answered */
    bool steps[PROGRESS_SLICES]; /* in which a step began */
    size_t steps_begun;
    uint64_t sent; /* at the last look, for the rate */
    int64_t elapsed;
    int64_t looked; /* when the last look was */
    double rate;
    bool utf8;
    int lines; /* that stand on the terminal */
};

/* Sets on_progress of the options when standard error is a terminal. */
void progress_start(struct progress *p, struct run_options *o);
void progress_stop(struct progress *p);

/* Takes it off the terminal until its next renewal, for whoever has something else to say. */
void progress_clear(void);

/* What a look adds; and what there is to be seen, lines of at most so many columns.  Pure. */
void progress_note(struct progress *p, const struct run_progress *r);
void progress_draw(const struct progress *p, const struct run_progress *r, int columns, int rows,
                   char text[PROGRESS_TEXT]);

#endif
