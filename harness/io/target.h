/* How is the server started, made ready, told things and stopped? */
#ifndef HUPPROOF_TARGET_H
#define HUPPROOF_TARGET_H

#include "core/scenario.h"
#include "io/keeper.h"
#include "io/lane.h"
#include "io/watch.h"

struct target {
    const struct server *plan;
    uv_loop_t *loop;
    struct watch *watch;
    struct recorder *record;
    struct keeper *keeper;
    const struct answer_reader *answers;
    struct owners *owners; /* see client.h */
    const char *work;      /* ${work}: its files, its working directory is ours */
    const char *log;       /* file that takes its output */
    pid_t started;         /* the process we started last, or attached to; 0: none */
    struct lane probe_lane;
    struct client *probe;
    uv_timer_t probe_timer;
    bool probing, ready;
    pid_t ready_by; /* the answer said; 0: nothing */
};

/* The caller has set the first nine members.  Fails when somebody already
   answers where the server should. */
int target_open(struct target *t, struct err *err);

int target_start(struct target *t, struct err *err);

/* Runs any other program as part of the run; its pid, or -1. */
pid_t target_run(struct target *t, char **argv, struct err *err);

/* Asks `ready` again and again until t->ready. */
void target_probe(struct target *t);
void target_probe_stop(struct target *t);

/* Whoever waits on the loop gets to look again, whether anything happens or not. */
void target_wake_soon(struct target *t);

/* Who answers, as the lanes see it. */
void target_note_answer(struct target *t, const struct sample *s);

/* The process that gets the signals: see contract of server.pid.  NULL: none
   is alive, or the pidfile names none; then err says why. */
struct watched *target_leader(const struct target *t, struct err *err);

/* The living process that pidfile names. */
struct watched *target_from_pidfile(const struct target *t, const char *path, struct err *err);

int target_signal(struct target *t, struct watched *w, int signal, struct err *err);

/* We may send signals to it; false: errno says why not. */
bool target_may_signal(const struct watched *w);

/* Somebody accepts connections where the server listens (or listened). */
bool target_is_listening(const struct target *t);

/* The last lines the server wrote; malloc'd. */
char *target_last_output(const struct target *t);

void target_close(struct target *t);

#endif
