/* How is a JSON tree read by the table of fields?  Values go where their rows
   say; every complaint names file, line and path. */
#ifndef HUPPROOF_READER_H
#define HUPPROOF_READER_H

#include "json/fields.h"

#include <cJSON.h>

struct reader {
    const char *name; /* of the file */
    const char *text; /* as it stands there, for line numbers */
    const cJSON *root;
    struct scenario *sc;
    struct err *err;
};

/* "name:line: path: ..."; returns -1. */
int reader_bad(struct reader *r, const cJSON *value, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "..., got VALUE". */
int reader_must(struct reader *r, const cJSON *value, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int reader_missing(struct reader *r, const cJSON *parent, const char *key);
/* A word that none of the allowed ones is; lists them. */
int reader_no_such_word(struct reader *r, const cJSON *value, const struct word *words);

/* Reads the members of an object, whose path as a pattern is prefix ("lanes[]"),
   into base.  object NULL: it is absent, so only presets hold. */
int reader_object(struct reader *r, const cJSON *object, const char *prefix, void *base);

/* A list of texts, ended by NULL. */
int reader_texts(struct reader *r, const cJSON *value, char ***texts);

/* The lane that a member is named after; NULL: there is none, and it was said. */
struct lane *reader_lane(struct reader *r, const cJSON *value);

/* How many requests may be lost. */
int reader_lost(struct reader *r, const cJSON *value, int64_t *lost);

/* A member by its exact name, or NULL. */
const cJSON *member(const cJSON *object, const char *key);

#endif
