/* What does a line of history.ndjson hold?  One table for requests, one for
   events; the writer and the reader walk the same rows. */
#ifndef HUPPROOF_COLUMNS_H
#define HUPPROOF_COLUMNS_H

#include "core/history.h"

enum column_type {
    COLUMN_SIGNED,   /* 4 or 8 bytes */
    COLUMN_UNSIGNED, /* 1, 2, 4 or 8; by get and set: of a few bits */
    COLUMN_TEXT,     /* number of a history_text */
    COLUMN_LANE,     /* number of a lane; its name in the file */
    COLUMN_OUTCOME,
    COLUMN_PHASE,
    COLUMN_EVENT /* the same with these tables */
};

struct column {
    const char *key;
    enum column_type type;
    bool required;
    int64_t absent; /* when it is this, the line leaves it out */
    int64_t min;
    uint64_t max; /* 0: what its size holds */
    size_t size, offset;
    /* Instead of an offset, for what has no address. */
    uint64_t (*get)(const void *row);
    void (*set)(void *row, uint64_t value);
};

#define N_SAMPLE_COLUMNS 16
#define N_EVENT_COLUMNS  9
extern const struct column sample_columns[N_SAMPLE_COLUMNS];
extern const struct column event_columns[N_EVENT_COLUMNS];

/* As 64 bits, signed ones extended. */
uint64_t column_get(const struct column *c, const void *row);
void column_set(const struct column *c, void *row, uint64_t value);

/* Name and number of outcomes, phases and events; NULL and -1: none. */
const char *column_name(enum column_type type, uint64_t number);
int column_number(enum column_type type, const char *name);

#endif
