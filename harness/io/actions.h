/* What can a step do?  One row each, in the order of enum action. */
#ifndef HUPPROOF_ACTIONS_H
#define HUPPROOF_ACTIONS_H

#include "io/steps.h"

/* ACTION_FAILED is what err_set returns. */
enum progress { ACTION_FAILED = -1, ACTION_DONE, ACTION_PENDING };

struct action_row {
    /* Says in *said, which the caller frees, what it does, and to whom (*to); begins it. */
    enum progress (*begin)(struct steps *s, const struct step *step, char **said, pid_t *to,
                           struct err *err);
    /* Looked at until it is no longer pending; NULL: never pending. */
    enum progress (*look)(struct steps *s, const struct step *step, struct err *err);
};

extern const struct action_row actions[];

#endif
