/* What does a server do wrong, on purpose?
 *
 * Not here, for one server on one machine cannot show them: F05 is a comparison of two
 * versions, F11 needs HTTP/2, F12 WebSockets, F37 logs and counters of which no
 * claim speaks.  Of F13 there is the symptom, slow first answers, without TLS. */
#include "faults/families.h"

/* The strategies that share one listening socket with an heir beside them; that have an
   heir beside them; that are their heir's parents, or their own; that leave it all to a
   supervisor; that reload. */
#define PASSES_IT_ON "fork-exec fdpass"
#define HAS_HEIR     PASSES_IT_ON " reuseport"
#define INHERITS     HAS_HEIR " exec"
#define SUPERVISED   "prefork activation"
#define RELOADS      INHERITS " " SUPERVISED
#define ALL          RELOADS " restart"

const struct fault faults[] = {
    /* The new process is no good. */
    { "crash_at_start", "F22", "upgrade_took_effect", RELOADS, "the new process dies at its start",
      .heir_at = { [FAULT_AT_START] = fault_die } },
    { "hang_at_start", "F14", "upgrade_took_effect", RELOADS, "the new process never becomes ready",
      .heir_at = { [FAULT_AT_START] = fault_hang } },
    { "respawn_forever", "F23", "upgrade_took_effect", HAS_HEIR,
      "the new process dies while it loads and is started again, for ever",
      .at = { [FAULT_AT_CHILD_FAILED] = fault_try_again },
      .heir_at = { [FAULT_AT_LOADED] = fault_die } },
    { "crash_after_ready", "F24", "no_request_lost", RELOADS,
      "the new process dies a second after it said that it is ready",
      .heir_at = { [FAULT_AT_SERVE] = fault_die_in_a_second } },
    { "ready_too_early", "F29", "no_long_gap", HAS_HEIR,
      "the new process says that it is ready before it has loaded",
      .heir_at = { [FAULT_AT_BOUND] = fault_say_ready } },
    { "stall_at_handover", "F14", "no_long_gap", RELOADS,
      "the new process stands still for some seconds after the handover, and loses nobody",
      .heir_at = { [FAULT_AT_SERVE] = fault_stall } },
    { "exec_old_file", "F18", "upgrade_took_effect", RELOADS,
      "executes the program file it was started from, though another is there by now",
      .at = { [FAULT_AT_START] = fault_stay_with_this_file },
      .supervisor_reload = fault_supervise_this_file },

    /* Who wants in meets nobody, or the wrong one. */
    { "close_listener_early", "F20", "no_request_lost", HAS_HEIR,
      "closes the listener before the child accepts",
      .at = { [FAULT_AT_ENDOW] = fault_close_listener } },
    { "recreate_socket", "F07", "no_request_lost", HAS_HEIR,
      "removes its unix socket, and the child makes a new one",
      .at = { [FAULT_AT_ENDOW] = fault_recreate_socket } },
    { "drop_accept_queue", "F04", "no_request_lost", INHERITS " activation",
      "resets those who wait in the accept queue",
      .at = { [FAULT_AT_ENDOW] = fault_stop_accepting, [FAULT_AT_HAND_OVER] = fault_drop_queue },
      .heir_at = { [FAULT_AT_LOADED] = fault_drop_queue } },
    { "close_queue", "F02", "no_request_lost", "reuseport",
      "closes its own listener with connections in the queue",
      .at = { [FAULT_AT_ENDOW] = fault_stop_accepting, [FAULT_AT_HAND_OVER] = fault_close_queue } },
    { "probe_with_listener", "F03", "no_request_lost", "reuseport",
      "tests its configuration by listening on the port beside itself",
      .at = { [FAULT_AT_RELOAD] = fault_probe_port } },
    { "keep_accepting", "F17", "new_took_the_new", HAS_HEIR " prefork",
      "goes on accepting beside the new process",
      .at = { [FAULT_AT_HAND_OVER] = fault_keep_accepting,
              [FAULT_AT_TERM] = fault_ignore_being_relieved } },
    { "come_back", "F19", "no_return_to_old", PASSES_IT_ON, "accepts again when it had drained",
      .at = { [FAULT_AT_HAND_OVER] = fault_come_back,
              [FAULT_AT_DRAINED] = fault_wait_to_come_back } },
    { "hold_port_at_end", "F36", "no_long_gap", "restart",
      "leaves a helper that holds the port for a while, so that the next one cannot bind it",
      .at = { [FAULT_AT_BIND] = fault_wait_for_port, [FAULT_AT_TERM] = fault_leave_holder } },
    { "leak_listener", "F31", "listener_not_leaked", ALL,
      "lets a helper inherit the listener for want of close-on-exec",
      .at = { [FAULT_AT_SERVE] = fault_leak_listener } },

    /* Who is in is not served to the end. */
    { "drop_in_flight", "F06", "old_finished_its_requests", HAS_HEIR,
      "closes all connections at the handover", .at = { [FAULT_AT_HAND_OVER] = fault_close_all } },
    { "cut_drain", "F09", "old_finished_its_requests", HAS_HEIR,
      "drains for a tenth of a second, then cuts",
      .at = { [FAULT_AT_HAND_OVER] = fault_cut_drain } },
    { "cut_at_term", "F33", "old_finished_its_requests", ALL, "takes SIGTERM for leave at once",
      .at = { [FAULT_AT_TERM] = fault_close_all } },
    { "reset_kept_alive", "F01", "no_request_lost", HAS_HEIR,
      "resets kept connections at the handover, with requests unread",
      .at = { [FAULT_AT_HAND_OVER] = fault_reset_idle } },
    { "close_idle_blindly", "F01", "no_request_lost", HAS_HEIR,
      "closes kept connections without looking for the next request",
      .at = { [FAULT_AT_HAND_OVER] = fault_close_idle } },
    { "drop_half_sent", "F06", "every_state_survived", ALL,
      "closes connections with half a request as it begins to drain",
      .at = { [FAULT_AT_DRAIN] = fault_drop_half_sent } },
    { "cut_streams", "F09", "every_state_survived", ALL,
      "closes connections with half an answer as it begins to drain",
      .at = { [FAULT_AT_DRAIN] = fault_cut_streams } },
    { "drop_pipelined", "F01", "every_state_survived", ALL,
      "while it drains, closes after an answer without looking for the next request",
      .answer = fault_drop_pipelined },

    /* The answer is wrong. */
    { "answer_half", "F09", "no_wrong_answer", ALL, "while it drains, closes within the body",
      .answer = fault_answer_half },
    { "answer_unframed", "F10", "no_wrong_answer", ALL,
      "while it drains, answers without saying how long the body is",
      .answer = fault_answer_unframed },
    { "answer_500", "F06", "no_wrong_answer", ALL, "while it drains, answers 500",
      .answer = fault_answer_500 },
    { "answer_503_kept_alive", "F16", "no_wrong_answer", HAS_HEIR " prefork",
      "while it drains, answers 503 and keeps the connection", .answer = fault_answer_503 },
    { "do_twice", "F21", "no_request_done_twice", ALL,
      "while it drains, does again what a request asks for", .answer = fault_do_again },
    { "answer_nothing", "F15", "no_long_gap", RELOADS, "the new process accepts and never answers",
      .heir_answer = fault_answer_nothing },
    { "answer_late", "F13", "no_slow_answer", RELOADS,
      "the new process takes some seconds for each of its first answers",
      .heir_answer = fault_answer_late },
    { "claim_old_pid", "F32", "upgrade_took_effect", HAS_HEIR,
      "the new process says that it is the old one",
      .heir_at = { [FAULT_AT_START] = fault_claim_old_pid } },

    /* It answers by the wrong configuration. */
    { "serve_old_version", "F18", "last_upgrade_won", INHERITS,
      "the new process goes on with the old one's configuration",
      .at = { [FAULT_AT_SERVE] = fault_tell_version },
      .heir_at = { [FAULT_AT_START] = fault_keep_old_version } },
    { "mix_versions", "F19", "only_one_generation_serves", INHERITS,
      "the new process answers now by the new configuration, now by the old one",
      .at = { [FAULT_AT_SERVE] = fault_tell_version },
      .heir_at = { [FAULT_AT_START] = fault_learn_old_version },
      .heir_answer = fault_mix_versions },
    { "accept_bad_version", "F22", "failed_upgrade_kept_serving", HAS_HEIR " prefork",
      "the new process serves although its configuration is wrong, and by the old one",
      .at = { [FAULT_AT_SERVE] = fault_tell_version },
      .heir_at = { [FAULT_AT_CONFIGURE] = fault_fall_back } },

    /* SIGHUPs and reloads that fail. */
    { "ignore_hup", "F18", "upgrade_took_effect", RELOADS, "says that it has reloaded, and has not",
      .at = { [FAULT_AT_RELOAD] = fault_ignore_hup },
      .supervisor_reload = fault_supervisor_ignores_hup },
    { "ignore_second_hup", "F26", "last_upgrade_won", HAS_HEIR,
      "drops a SIGHUP that comes during a reload",
      .at = { [FAULT_AT_RELOAD] = fault_ignore_hup_during_reload } },
    { "kill_middle_generation", "F25", "last_upgrade_won", HAS_HEIR,
      "a SIGHUP during a reload kills the new process, and starts none",
      .at = { [FAULT_AT_RELOAD] = fault_kill_child } },
    { "refuse_after_failure", "F27", "upgrade_took_effect", HAS_HEIR,
      "does not reload again once a new process has failed",
      .at = { [FAULT_AT_CHILD_FAILED] = fault_remember_failure,
              [FAULT_AT_RELOAD] = fault_refuse_after_failure } },
    { "quit_anyway", "F24", "failed_upgrade_kept_serving", HAS_HEIR,
      "leaves although the new process has failed",
      .at = { [FAULT_AT_CHILD_FAILED] = fault_quit_anyway } },
    { "refuse_while_draining", "F35", "last_upgrade_won", HAS_HEIR,
      "does not reload while the one before it drains",
      .heir_at = { [FAULT_AT_START] = fault_remember_old,
                   [FAULT_AT_RELOAD] = fault_refuse_while_old_lives } },
    { "child_for_each_hup", "F28", "new_took_the_new", "fork-exec reuseport",
      "starts one more for each SIGHUP, and forgets the one before",
      .at = { [FAULT_AT_RELOAD] = fault_forget_child } },

    /* The end. */
    { "never_exit", "F28", "old_exited", HAS_HEIR " prefork", "drains and does not exit",
      .at = { [FAULT_AT_DRAINED] = fault_stay } },
    { "respawn_old", "F19", "only_one_generation_serves", "fork-exec",
      "is started again in its own place when it exits",
      .at = { [FAULT_AT_HAND_OVER] = fault_keep_listener, [FAULT_AT_END] = fault_respawn } },
    { "leave_zombie", "F34", "none_left_over", RELOADS, "does not reap a helper",
      .heir_at = { [FAULT_AT_SERVE] = fault_leave_zombie } },
    { "unlink_new_socket", "F08", "no_request_lost", HAS_HEIR " " SUPERVISED,
      "removes the unix socket at its end, which is the new process's by then",
      .at = { [FAULT_AT_END] = fault_unlink_socket } },

    /* The pidfile. */
    { "unlink_new_pidfile", "F08", "pidfile_was_true", HAS_HEIR " " SUPERVISED,
      "removes the pidfile at its end, though that names the new process by then",
      .at = { [FAULT_AT_END] = fault_unlink_pidfile } },
    { "write_pidfile_early", "F32", "pidfile_was_true", HAS_HEIR,
      "the new process writes the pidfile, fails, and nobody puts that right",
      .at = { [FAULT_AT_CHILD_FAILED] = fault_refrain },
      .heir_at = { [FAULT_AT_START] = fault_write_pidfile, [FAULT_AT_LOADED] = fault_die } },
    { "keep_old_pidfile", "F32", "pidfile_was_true", HAS_HEIR,
      "the new process writes no pidfile, so that it names one that has gone",
      .at = { [FAULT_AT_END] = fault_refrain }, .heir_at = { [FAULT_AT_PIDFILE] = fault_refrain } },

    /* What grows. */
    { "leak_descriptors", "F30", "no_descriptor_growth", RELOADS,
      "each generation has four more descriptors open",
      .at = { [FAULT_AT_SERVE] = fault_leak_descriptors } },
    { "leak_memory", "F28", "no_memory_growth", RELOADS,
      "each generation has a megabyte more of memory",
      .at = { [FAULT_AT_SERVE] = fault_leak_memory } },
};

const size_t n_faults = sizeof(faults) / sizeof(faults[0]);
_Static_assert(sizeof(faults) / sizeof(faults[0]) <= MOST_FAULTS, "one can have them all");
