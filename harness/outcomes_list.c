/* How are outcomes told in a line? */
#include "outcomes_list.h"

const char *outcomes_list(FILE *to, const uint64_t by_outcome[N_OUTCOMES], const char *before)
{
    for (size_t i = OUTCOME_OK + 1; i < N_OUTCOMES; i++) {
        if (by_outcome[i] == 0)
            continue;
        fprintf(to, "%s%llu %s", before, (unsigned long long)by_outcome[i], outcomes[i].name);
        before = ", ";
    }
    return before;
}
