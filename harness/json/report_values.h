/* How do the report's parts get into its tree?  What is not known is null. */
#ifndef HUPPROOF_REPORT_VALUES_H
#define HUPPROOF_REPORT_VALUES_H

#include "core/facts.h"

#include <cJSON.h>

/* Milliseconds with three decimals at most; negative: not known. */
void put_ms(cJSON *to, const char *key, int64_t ns);
void put_number(cJSON *to, const char *key, double number);
void put_bool(cJSON *to, const char *key, bool value);

/* NULL or empty: not known.  Bytes that are not UTF-8 become "?". */
void put_text(cJSON *to, const char *key, const char *text);
void put_item(cJSON *list, const char *text);

/* An object of those that there were, by their names. */
void put_outcomes(cJSON *to, const char *key, const uint64_t by_outcome[N_OUTCOMES]);

/* A new object at the end of a list. */
cJSON *put_row(cJSON *list);

/* The parts that list what happened to processes. */
void put_processes(cJSON *to, const struct facts *f);
void put_held(cJSON *to, const struct facts *f, const struct process *p);
void put_kernel(cJSON *to, const struct facts *f, size_t upgrade);
void put_handover(cJSON *to, const struct upgrade *u);
void put_attribution(cJSON *to, const struct facts *f);
void put_handovers(cJSON *to, const struct facts *f);
void put_loss_bound(cJSON *to, double per_request, double per_upgrade);
void put_states(cJSON *to, const struct facts *f);
void put_upgrades(cJSON *to, const struct facts *f);
void put_steps(cJSON *to, const struct facts *f);
void put_pidfile(cJSON *to, const struct facts *f);
void put_tls(cJSON *to, const struct facts *f);
void put_watch(cJSON *to, const struct facts *f);

#endif
