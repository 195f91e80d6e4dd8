/* What of a scenario does the table alone not say?  Functions its rows name:
   values that may be one thing or another, and looks at a value before it is
   stored. */
#ifndef HUPPROOF_SPECIALS_H
#define HUPPROOF_SPECIALS_H

#include "json/fields.h"

extern const struct word gone_words[];

field_fn look_at_name, look_at_expect, read_expect_checks, read_expect_lost, read_lost;
field_fn look_at_attach, read_url, look_at_unix, look_at_regex, look_at_header;
field_fn look_at_tls, look_at_tls_name, read_tls_verify;
field_fn read_who, read_version, read_pid, read_files, read_env;
field_fn read_lanes, look_at_path, look_at_method, read_headers;

/* What a lane, and the whole of a scenario, say of TLS and HTTP/2: do they go together? */
struct lane;
int lane_speaks(struct reader *r, const struct cJSON *item, struct lane *lane);
int protocols_fit(struct reader *r);

/* How many requests they plan, once the steps are known as well. */
int lanes_fit(struct reader *r);

/* Nothing is asked for around an upgrade where no step begins one. */
int upgrade_needed(struct reader *r);

field_fn read_states, read_states_of, read_limit_states;

field_fn read_steps, read_stop_start, read_start, read_stop, read_wait_for, read_true, read_to;

#endif
