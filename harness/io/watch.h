/* Which processes does the server consist of, and what becomes of each?
   The tree is everything hupproof started, whatever descends from it, and
   whatever it was told to adopt.  Forks, execs and exits come from the kernel's
   proc connector; where that is refused, from perf events; where these are, too, from
   polling, and the history says so. */
#ifndef HUPPROOF_WATCH_H
#define HUPPROOF_WATCH_H

#include "io/pids.h"
#include "io/record.h"

#include <uv.h>

enum { WATCH_NUMBERS = 16 };

struct watched {
    pid_t pid, parent;
    int64_t start; /* 0: it was gone before one could look */
    int64_t born;
    int pidfd; /* -1: gone, or not to be had */
    bool alive;
    bool unnoted;   /* one too many: the history says nothing of it */
    bool ours;      /* descends from hupproof itself, so it is ours to stop */
    int status;     /* wait status once it is not alive; -1: not known */
    unsigned epoch; /* upgrades that had begun when it was born, but for those meant to fail */
    bool in_vain;   /* the latest that had was meant to fail */
    char *exe;      /* NULL: not known */
    uint64_t dev, ino;
    uint64_t stack;              /* polling: tells an exec of the same file; 0: not known */
    bool stack_moves, stackless; /* polling: with an exec; at the latest look */
    uint64_t answers;
    int numbers[WATCH_NUMBERS]; /* descriptors that connections had, see owners.h; 0: none */
    unsigned next_number;
    bool in_person;    /* it was alone at the other end of a connection when its answer had come */
    int64_t last_sent; /* latest `sent` of a request it answered; -1: none */
    int more_threads;  /* perf: than one */
    int64_t ended;     /* perf: when its last thread did; 0: not known */
    int64_t run_delay; /* see cpu_wait.c; -1: not looked at yet */
    int64_t descriptors, memory; /* see usage.c; -1: not known, -2: not looked at yet */
    enum listener_hold holds;    /* see listeners.c; and how many, the first of them, and after */
    uint32_t holds_n;            /* how many execs that was */
    uint64_t holds_ino;
    unsigned holds_execs, execs;
    struct exit_poll *poll;
    struct watched *spare; /* unnoted, gone and not needed: the next such */
    struct watch *watch;
};

/* Sources of events, the best first. */
enum watch_how { WATCH_CONNECTOR, WATCH_PERF, WATCH_POLLING, N_WATCH_HOWS };

struct watch {
    uv_loop_t *loop;
    struct recorder *record;
    struct watched **all; /* in order of birth, the dead included */
    size_t n, room;
    size_t most; /* so many are noted; 0: all */
    struct pids by_pid;
    struct watched *spare;
    unsigned epoch;
    int64_t epoch_began;
    uint64_t strange_answers; /* by pids that are none of the tree's */
    bool in_vain;             /* the upgrade under way is meant to fail: nobody is to succeed */
    enum watch_how how;
    bool holes;                   /* events are known to be lost */
    bool misses_execs;            /* polling: of some process the stack tells nothing */
    int64_t looked;               /* polling: when the latest look was over */
    void (*on_change)(void *arg); /* somebody was born, exec'd or exited */
    void (*on_born)(void *arg, const struct watched *w);
    void *arg;
    bool attached;  /* the server is not ours: a step's command is, as long as it runs */
    bool expecting; /* the next child of ours is one that we have started */
    pid_t except;   /* a child of ours that is no part of the server: the keeper */
    uv_signal_t child;
    uv_poll_t connector;
    uv_timer_t poll;
    int connector_fd;
    struct watch_perf *perf;
};

/* Makes hupproof the reaper of orphans.  Where `how` is not to be had, the next
   that is.  The caller sets on_change, on_born, arg, except, most, attached afterwards. */
int watch_start(struct watch *w, uv_loop_t *loop, struct recorder *r, enum watch_how how,
                struct err *err);

/* Notes a process that already runs, and all that descend from it. */
int watch_adopt(struct watch *w, pid_t pid, struct err *err);

/* The same with one of whose birth nothing was heard: it descends from the tree all the same, or
   is its successor.  Where it cannot be, for it is older or the machine's init, does nothing. */
void watch_adopt_heir(struct watch *w, pid_t pid);

/* This very process belongs to the tree and lives. */
bool watch_has(const struct watch *w, pid_t pid, int64_t start);

/* A process we have just forked, before it execs: makes sure it is noted. */
struct watched *watch_expect(struct watch *w, pid_t pid);

/* Makes sure that whatever happened until now is noted. */
void watch_look(struct watch *w);

/* An upgrade begins: whoever is born from now on is of it.  in_vain: it is meant to
   fail, so who served goes on to. */
void watch_new_epoch(struct watch *w, bool in_vain);

/* Records EVENT_WATCH: how processes have been watched. */
void watch_record_how(struct watch *w);

/* By the name that --watch knows; N_WATCH_HOWS: no such. */
enum watch_how watch_how_named(const char *option);

/* The latest process with that pid; NULL: none of the tree. */
struct watched *watch_find(const struct watch *w, pid_t pid);

/* Living processes of the tree; ours_only: those hupproof must stop. */
size_t watch_count_alive(const struct watch *w, bool ours_only);

/* Zombies that a living process of the tree has not reaped: records each. */
size_t watch_find_zombies(struct watch *w, bool record_them);

/* Records what is on disk now at every program path the tree runs. */
void watch_record_files(struct watch *w);

/* Attached: what a step's command has left running when it ended by itself is the server's. */
void watch_release(struct watch *w);

/* Sends SIGKILL to what is ours and alive; marks each as left over in the history.  Attached:
   whoever serves by now is spared. */
void watch_kill_ours(struct watch *w, bool left_over);

void watch_stop(struct watch *w); /* closes its handles; run the loop once more, then: */
void watch_free(struct watch *w);

/* For the other files of the watch: watch_tree.c, watch_ends.c, and the sources of events,
   watch_connector.c, watch_perf.c and watch_polling.c. */

/* What the kernel has to tell, if it does: its own account is exact, so it speaks
   before we draw conclusions. */
void watch_hear(struct watch *w);
void watch_wait_for_children(struct watch *w);
void watch_wait_for_end(struct watch *w, struct watched *p);
void watch_forget_end(struct watched *p);
int watch_connector_start(struct watch *w);
void watch_connector_read(struct watch *w);
void watch_connector_stop(struct watch *w);
int watch_perf_start(struct watch *w);
void watch_perf_read(struct watch *w);
void watch_perf_stop(struct watch *w);
int watch_polling_start(struct watch *w);
void watch_polling_look(struct watch *w);
void watch_polling_stop(struct watch *w);
void watch_event(struct watch *w, const struct watched *p, enum event_kind kind, int64_t at,
                 int64_t value);
bool watch_has_too_many(const struct watch *w);
struct watched *watch_make_room(struct watch *w);
void watch_put_aside(struct watch *w, struct watched *p); /* it is gone and needed no more */
bool watch_in_tree(const struct watch *w, pid_t pid);
struct watched *watch_born(struct watch *w, pid_t pid, pid_t parent, int64_t at);
void watch_execd(struct watch *w, struct watched *p, int64_t at);
void watch_exited(struct watch *w, struct watched *p, int64_t at, int status);
void watch_rescan(struct watch *w);
void watch_by_polling(struct watch *w); /* from now on */

#endif
