/* What does an answer say of who gave it, and of which version?  Its headers
   and the beginning of its body, read as the scenario's `who` and `version` ask. */
#ifndef HUPPROOF_ANSWER_H
#define HUPPROOF_ANSWER_H

#include "core/scenario.h"

#include <regex.h>

#define ANSWER_BODY_KEPT    4096
#define ANSWER_VERSION_KEPT 64

struct answer_reader {
    enum who_kind who;
    enum token_kind version;
    const char *who_header, *version_header; /* NULL: not asked for */
    bool wants_body;
    bool who_is_ospid; /* who_body is the usual one, found without regexec */
    regex_t who_body, version_body;
};

/* Grows while an answer arrives.  All zero to begin with. */
struct answer {
    uint32_t pid; /* 0: nobody said */
    bool framed;  /* a length or chunks tell where the body ends */
    bool bad;     /* does not say what the scenario demands */
    bool cut;     /* more body came than was kept */
    uint16_t body_length;
    char *body; /* its beginning; NULL until some arrives */
    char version[ANSWER_VERSION_KEPT];
};

int answer_reader_start(struct answer_reader *r, const struct server *server, struct err *err);
void answer_reader_free(struct answer_reader *r);

/* The headers that are looked at; NULL: this one is not. */
enum answer_header { ANSWER_WHO, ANSWER_VERSION, N_ANSWER_HEADERS };
const char *answer_header_name(const struct answer_reader *r, enum answer_header which);
void answer_header_value(struct answer *a, enum answer_header which, const char *value, size_t n);

/* line: one header as received, its CR LF included; not ended by NUL. */
void answer_header(const struct answer_reader *r, struct answer *a, const char *line, size_t n);
void answer_body(const struct answer_reader *r, struct answer *a, const char *data, size_t n);

/* The answer is whole: works out pid, version and bad; frees the body. */
void answer_end(const struct answer_reader *r, struct answer *a);

#endif
