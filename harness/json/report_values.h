/* How do the report's parts get into its tree?  What is not known is null. */
#ifndef HUPPROOF_REPORT_VALUES_H
#define HUPPROOF_REPORT_VALUES_H

#include "core/matrix.h"

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

/* What has to be the same where two runs are compared: the machine, and of the scenario all
   that says which load the server gets, what is done to it, and what it may do. */
void put_machine(cJSON *to, const struct machine *m);
void put_plan(cJSON *to, const struct scenario *sc);

/* An object "figures", one entry for each row of figures[]; and a key of it. */
void put_figures(cJSON *to, const int64_t values[N_FIGURES]);
void put_figures_of(cJSON *to, const struct facts *f);
void put_figure(cJSON *to, const char *key, enum unit unit, int64_t value);
void figure_key(enum figure figure, char key[40]);

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
