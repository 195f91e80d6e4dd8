/* How does a program see the words of a scenario and of a report? */
#ifndef HUPPROOF_WORDS_JSON_H
#define HUPPROOF_WORDS_JSON_H

#include "core/scenario.h"

/* Lists of {name, meaning}; to be freed. */
char *words_json(const struct word *words);

/* With `class`: ok, lost, wrong (an answer that is not what was asked for) or ours. */
char *outcomes_json(void);

/* With `path`: which of a scenario's paths its first request asks for. */
char *states_json(void);

#endif
