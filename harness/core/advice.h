/* A claim did not pass: what is to be looked at, and what is the likely cause? */
#ifndef HUPPROOF_ADVICE_H
#define HUPPROOF_ADVICE_H

#include "core/check.h"

struct advice {
    const char *check;
    enum verdict verdict; /* that it is about: FAIL or UNKNOWN; PASS: both */
    enum outcome outcome; /* that prevails among the lost; OUTCOME_OK: any, or none was lost */
    const char *look_at;  /* what of report.json, history.ndjson or server.log, or what to try */
    const char *likely_cause;
};

/* The special ones of a check before the general one, which each check has. */
extern const struct advice advices[];
extern const size_t n_advices;

/* The first that fits a finding of that check; NULL: it passed, or did not apply. */
const struct advice *advice_find(const char *check, const struct finding *found,
                                 const struct facts *f);

#endif
