/* What do the words in a scenario's texts say?  Durations, signals, addresses,
   and the name that was probably meant. */
#ifndef HUPPROOF_VALUES_H
#define HUPPROOF_VALUES_H

#include "core/base.h"

#define LONGEST_DURATION_S 604800.0

/* "250ms", "2s", "1m"; units ns, us, ms, s, m, h.  May be negative or longer
   than is allowed; false: not a duration. */
bool value_duration(const char *text, double *seconds);

/* "HUP" or "SIGHUP"; -1: no such signal. */
int value_signal(const char *name);
/* "HUP", or its number; the buffer holds it when it has no name. */
const char *value_signal_name(int signal, char buffer[16]);

/* Seconds that a request asks the server to take: `sleep=` in its query; 0: none. */
double value_sleep(const char *path);
/* The same for any key, "sleep=". */
double value_seconds(const char *path, const char *key);

/* What is wrong with an address hupproof is to load, or NULL.  *end is the
   length of it without a "/" at the end. */
const char *value_url_wrong(const char *url, size_t *end);

/* Is it a header's name? */
bool value_is_token(const char *text);

/* The candidate closest to a name that does not exist, when it is close enough
   to be meant.  Start with {0}, offer all, then ask for best. */
struct nearest {
    const char *best;
    size_t distance;
};
void nearest_offer(struct nearest *n, const char *wrong, const char *candidate, size_t length);

#endif
