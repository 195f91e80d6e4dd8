/* Which claims are there?  One function each, after which it is named. */
#ifndef HUPPROOF_CHECKS_H
#define HUPPROOF_CHECKS_H

#include "core/check.h"

#define NOT_ATTRIBUTED "answers are not attributed to processes (who: none)"

/* Did any client suffer?  checks_client.c, checks_gap.c, checks_ledger.c,
   checks_states.c, checks_tls.c */
check_fn no_request_lost, no_wrong_answer, no_slow_answer;
check_fn no_long_gap;
check_fn no_request_done_twice;
check_fn every_state_survived;
check_fn new_certificate_served, sessions_resumed;

/* Did the processes hand over properly?  checks_upgrade.c, checks_handover.c,
   checks_process.c, checks_listener.c, checks_pidfile.c, checks_growth.c,
   checks_winner.c, checks_failing.c, checks_sameness.c */
check_fn upgrade_took_effect;
check_fn last_upgrade_won, failed_upgrade_kept_serving;
check_fn only_one_generation_serves;
check_fn old_finished_its_requests, new_took_the_new, no_return_to_old;
check_fn old_exited, none_left_over;
check_fn listener_not_leaked, pidfile_was_true;
check_fn no_descriptor_growth, no_memory_growth;

/* May this run be believed?  Never FAIL.  checks_belief.c, checks_records.c */
check_fn load_was_on_time, upgrade_was_seen, steps_went_as_planned, requests_straddled_it;
check_fn enough_requests;
check_fn every_request_accounted_for, answers_were_attributed, timeline_was_complete;
check_fn nobody_else_listened; /* checks_stranger.c */

/* Was a process that had to go because of an upgrade gone within the drain limit?  end:
   when we stopped looking.  checks_process.c */
struct finding process_went(const struct facts *f, const struct process *p, const struct upgrade *u,
                            int64_t end);

#endif
