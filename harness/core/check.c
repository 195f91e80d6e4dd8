/* Is the claim true?  The table of claims, and how a finding is made. */
#include "core/checks.h"

#include <stdarg.h>
#include <stdio.h>

const struct check checks[] = {
    { "no_request_lost", "Every request gets an answer.", ABOUT_CLIENTS, no_request_lost },
    { "no_wrong_answer", "Every answer is whole and what was asked for.", ABOUT_CLIENTS,
      no_wrong_answer },
    { "no_long_gap", "Answers never stop coming for longer than the limit.", ABOUT_CLIENTS,
      no_long_gap },
    { "no_slow_answer", "No answer takes longer than the limit.", ABOUT_CLIENTS, no_slow_answer },
    { "no_request_done_twice", "No request is executed more than once, by the server's ledger.",
      ABOUT_CLIENTS, no_request_done_twice },
    { "every_state_survived",
      "Connections survive an upgrade whatever state it finds them in, but for those excused.",
      ABOUT_CLIENTS, every_state_survived },
    { "new_certificate_served",
      "New connections are served the certificate that an upgrade brought, and no older one.",
      ABOUT_CLIENTS, new_certificate_served },
    { "sessions_resumed", "TLS sessions from before an upgrade are resumed after it.",
      ABOUT_CLIENTS, sessions_resumed },

    { "upgrade_took_effect", "After each upgrade new processes run the program that is on disk.",
      ABOUT_PROCESSES, upgrade_took_effect },
    { "old_finished_its_requests", "Requests in flight when an upgrade begins are finished.",
      ABOUT_PROCESSES, old_finished_its_requests },
    { "new_took_the_new", "Once the new processes serve, the old ones stop taking new requests.",
      ABOUT_PROCESSES, new_took_the_new },
    { "only_one_generation_serves",
      "Outside the upgrades all answers come from one generation and one version.", ABOUT_PROCESSES,
      only_one_generation_serves },
    { "no_return_to_old", "An old process that has fallen silent does not serve again.",
      ABOUT_PROCESSES, no_return_to_old },
    { "old_exited", "The old processes exit within the drain limit.", ABOUT_PROCESSES, old_exited },
    { "last_upgrade_won",
      "Who serves in the end has begun after the last upgrade, also of several in succession.",
      ABOUT_PROCESSES, last_upgrade_won },
    { "failed_upgrade_kept_serving",
      "After an upgrade that is meant to fail the old processes go on, and nobody new serves.",
      ABOUT_PROCESSES, failed_upgrade_kept_serving },
    { "none_left_over", "After the stop no process and no listener remains.", ABOUT_PROCESSES,
      none_left_over },
    { "listener_not_leaked",
      "No process holds the listening socket that neither serves nor is the parent of one that "
      "does.",
      ABOUT_PROCESSES, listener_not_leaked },
    { "pidfile_was_true",
      "The pidfile names a living process of the server that serves, but for a handover's time.",
      ABOUT_PROCESSES, pidfile_was_true },
    { "no_descriptor_growth",
      "Open descriptors do not become steadily more from generation to generation.",
      ABOUT_PROCESSES, no_descriptor_growth },
    { "no_memory_growth", "Memory does not become steadily more from generation to generation.",
      ABOUT_PROCESSES, no_memory_growth },

    { "load_was_on_time", "Requests and steps leave when they are due.", ABOUT_BELIEF,
      load_was_on_time },
    { "upgrade_was_seen", "Every planned upgrade happens while requests are sent.", ABOUT_BELIEF,
      upgrade_was_seen },
    { "steps_went_as_planned", "Every step does what it is meant to.", ABOUT_BELIEF,
      steps_went_as_planned },
    { "requests_straddled_it", "Requests are in flight when each upgrade begins.", ABOUT_BELIEF,
      requests_straddled_it },
    { "enough_requests", "There are enough requests to judge by, before and after.", ABOUT_BELIEF,
      enough_requests },
    { "every_request_accounted_for", "Every planned request is in the history, once.", ABOUT_BELIEF,
      every_request_accounted_for },
    { "answers_were_attributed", "It is known which process gave each answer.", ABOUT_BELIEF,
      answers_were_attributed },
    { "nobody_else_listened", "Nobody but the server listens where its requests go.", ABOUT_BELIEF,
      nobody_else_listened },
    { "timeline_was_complete", "Every process of the server is seen to come and go.", ABOUT_BELIEF,
      timeline_was_complete },
};

const size_t n_checks = COUNT(checks);

enum verdict check_all(const struct facts *f, struct finding *findings)
{
    enum verdict worst = PASS;

    for (size_t i = 0; i < n_checks; i++) {
        findings[i] = checks[i].run(f);
        if (findings[i].verdict > worst)
            worst = findings[i].verdict;
    }
    return worst;
}

struct finding finding(enum verdict verdict, const struct sample *sample, const char *fmt, ...)
{
    struct finding found = { .verdict = verdict,
                             .applies = true,
                             .sample = sample ? sample->id : NO_SAMPLE };
    va_list args;

    va_start(args, fmt);
    vsnprintf(found.why, sizeof(found.why), fmt, args);
    va_end(args);
    return found;
}

struct finding finding_not_applicable(const char *fmt, ...)
{
    struct finding found = { .verdict = PASS, .applies = false, .sample = NO_SAMPLE };
    va_list args;

    va_start(args, fmt);
    vsnprintf(found.why, sizeof(found.why), fmt, args);
    va_end(args);
    return found;
}
