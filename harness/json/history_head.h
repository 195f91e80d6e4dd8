/* What does the first line of a history say? */
#ifndef HUPPROOF_HISTORY_HEAD_H
#define HUPPROOF_HISTORY_HEAD_H

#include "core/history.h"
#include "core/scenario.h"

/* Fills sc, and h->started; sc is to be freed even after a failure. */
int history_read_head(const char *path, const char *line, struct scenario *sc, struct history *h,
                      struct err *err);

#endif
