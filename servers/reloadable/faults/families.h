/* Which misdeeds are there?  A function per moment of each, one file per family;
 * faults[] says what they are. */
#ifndef RELOADABLE_FAMILIES_H
#define RELOADABLE_FAMILIES_H

#include "faults.h"

/* start.c: the new process is no good. */
fault_fn fault_die, fault_hang, fault_die_in_a_second, fault_say_ready, fault_stall;
fault_fn fault_stay_with_this_file;
fault_supervisor_fn fault_supervise_this_file;

/* listener.c: who is let in? */
fault_fn fault_close_listener, fault_recreate_socket;
fault_fn fault_stop_accepting, fault_drop_queue, fault_close_queue;
fault_fn fault_ignore_being_relieved;
fault_fn fault_keep_accepting, fault_come_back, fault_wait_to_come_back;
fault_fn fault_leave_holder, fault_wait_for_port, fault_probe_port, fault_leak_listener;

/* connections.c: who is served to the end? */
fault_fn fault_close_all, fault_cut_drain, fault_reset_idle, fault_close_idle;
fault_fn fault_drop_half_sent, fault_cut_streams;
fault_answer_fn fault_drop_pipelined;

/* answers.c: what is answered? */
fault_answer_fn fault_answer_half, fault_answer_unframed, fault_answer_500, fault_answer_503;
fault_answer_fn fault_answer_nothing, fault_answer_late, fault_do_again;

/* identity.c: as whom does it answer? */
fault_fn fault_claim_old_pid;
fault_fn fault_tell_version, fault_learn_old_version, fault_keep_old_version, fault_fall_back;
fault_answer_fn fault_mix_versions;

/* reloads.c: what does it make of a SIGHUP? */
fault_supervisor_fn fault_supervisor_ignores_hup;
fault_fn fault_ignore_hup, fault_ignore_hup_during_reload, fault_kill_child;
fault_fn fault_forget_child, fault_refuse_while_old_lives, fault_remember_old;
fault_fn fault_remember_failure, fault_refuse_after_failure, fault_quit_anyway, fault_try_again;

/* end.c: what does it leave behind? */
fault_fn fault_refrain; /* from what is usual */
fault_fn fault_stay, fault_keep_listener, fault_respawn, fault_leave_zombie;
fault_fn fault_unlink_socket, fault_unlink_pidfile, fault_write_pidfile;

/* leaks.c: what grows? */
fault_fn fault_leak_descriptors, fault_leak_memory;

#endif
