/* In which turns do the scenarios of a matrix run, and what becomes of each run? */
#ifndef HUPPROOF_MATRIX_ROUNDS_H
#define HUPPROOF_MATRIX_ROUNDS_H

#include "cli.h"
#include "core/matrix.h"

/* Makes a row of each scenario, before any runs, so that none is found wrong after an hour.
   An exit status. */
int matrix_rounds_read(struct matrix *m, struct run_options *o, int n, char **files);

/* All of them once, o->rounds times; an interrupt ends it after the run under way.  The worst
   exit status of all runs. */
int matrix_rounds_run(struct matrix *m, struct run_options *o, bool quiet);

#endif
