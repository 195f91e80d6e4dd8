/* Which fields may a scenario have?  One table, walked by the reader, by the
   suggestions for a misspelt name, by `hupproof list fields` and by the tests
   of the schema. */
#ifndef HUPPROOF_FIELDS_H
#define HUPPROOF_FIELDS_H

#include "core/scenario.h"

enum field_type {
    FIELD_TEXT,
    FIELD_DURATION,
    FIELD_NUMBER,
    FIELD_COUNT,
    FIELD_WORD,
    FIELD_SIGNAL,
    FIELD_TEXTS,
    FIELD_OBJECT,
    FIELD_LIST,
    FIELD_SPECIAL
};
extern const char *const field_type_names[];

struct reader;
struct cJSON;

/* Reads a value that no other type describes into base (a struct scenario, lane
   or step). */
typedef int field_fn(struct reader *r, const struct cJSON *value, void *base);

struct field {
    const char *path;    /* as users write it: "lanes[].rate" */
    const char *meaning; /* one line */
    enum field_type type;
    bool required;            /* in an object that is there */
    bool above;               /* min itself is not allowed */
    const char *preset;       /* JSON that is read when the field is absent; NULL: none */
    const char *otherwise;    /* what holds when it is absent, in words; NULL: nothing to say */
    double min, max;          /* numbers; seconds of durations; max 0: the type's own */
    const struct word *words; /* FIELD_WORD */
    field_fn *read;           /* FIELD_SPECIAL: reads it; else: may refuse it before it is stored */
    size_t size, offset;      /* where it goes, in the scenario, lane or step; size 0: nowhere */
};
extern const struct field fields[];
extern const size_t n_fields;

/* The table as a JSON array, for `hupproof list fields --json`; the caller frees it. */
char *fields_json(void);

#endif
