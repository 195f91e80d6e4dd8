/* How is the run going?  One line that renews itself, on a terminal only. */
#ifndef HUPPROOF_PROGRESS_H
#define HUPPROOF_PROGRESS_H

#include "run.h"

struct progress {
    bool shown;
    uint64_t sent; /* at the last look, for the rate */
    int64_t elapsed;
    double rate;
};

/* Sets on_progress of the options when standard error is a terminal. */
void progress_start(struct progress *p, struct run_options *o);
void progress_stop(struct progress *p);

#endif
