/* How does a history get to disk and back?  history.ndjson: a header line with
   the scenario, a line per request and per event in order of time, and an end
   line with their counts, so that a file cut short is known as such. */
#ifndef HUPPROOF_HISTORY_FILE_H
#define HUPPROOF_HISTORY_FILE_H

#include "core/history.h"
#include "core/scenario.h"

#define HISTORY_SCHEMA "hupproof.history/1"

/* The history must be frozen.  The file is whole or absent. */
int history_write(const char *path, const struct scenario *sc, const struct history *h,
                  struct err *err);

/* Fills both, the history frozen, or leaves nothing to free.  Whatever is wrong
   with the file is bad input: `history.ndjson:513: cut in the middle: ...`. */
int history_read(const char *path, struct scenario *sc, struct history *h, struct err *err);

#endif
