/* Who makes what people and pipelines look at?  hupproof-report, beside our own program; the
   schemas of the files are all that it shares with us. */
#ifndef HUPPROOF_VIEWER_H
#define HUPPROOF_VIEWER_H

#include "core/base.h"

/* argv[0] is filled in; ended by NULL.  Returns only if it could not: -1. */
int viewer_become(const char **argv, struct err *err);

/* The same in a process of its own, which is waited for; -1 too if it did not exit with 0. */
int viewer_run(const char **argv, struct err *err);

#endif
