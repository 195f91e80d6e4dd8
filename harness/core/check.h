/* Is the claim true?  A check reads facts and answers with one sentence. */
#ifndef HUPPROOF_CHECK_H
#define HUPPROOF_CHECK_H

#include "core/facts.h"

#define NO_SAMPLE UINT32_MAX

struct finding {
    enum verdict verdict;
    bool applies;    /* false: the run could not put this claim to the test; why says so */
    uint32_t sample; /* id of the request that shows it, or NO_SAMPLE */
    char why[360];
};

enum check_about { ABOUT_CLIENTS, ABOUT_PROCESSES, ABOUT_BELIEF };

typedef struct finding check_fn(const struct facts *);

struct check {
    const char *name;
    const char *claim; /* one sentence, true when the check passes */
    enum check_about about;
    check_fn *run;
};

extern const struct check checks[];
extern const size_t n_checks;

/* findings has room for n_checks, in their order; returns the worst verdict. */
enum verdict check_all(const struct facts *f, struct finding *findings);

/* Makes a finding; sample may be NULL. */
struct finding finding(enum verdict verdict, const struct sample *sample, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct finding finding_not_applicable(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
