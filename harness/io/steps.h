/* Who does what to the server, and when?  The scenario's steps, one after the
   other, each noted with the time it really took place. */
#ifndef HUPPROOF_STEPS_H
#define HUPPROOF_STEPS_H

#include "io/evidence.h"
#include "io/states_held.h"
#include "io/target.h"

enum step_state { STEPS_WAITING, STEPS_ACTING, STEPS_OVER };

struct steps {
    const struct scenario *sc;
    struct target *target;
    struct watch *watch;
    struct evidence *evidence;
    struct states_held *states;
    struct recorder *record;
    uv_timer_t due, tick;
    int64_t load_began;
    size_t now;      /* the step that waits or acts */
    unsigned round;  /* of its repetitions */
    int64_t planned; /* when it was due */
    bool holds;      /* connections are held for it */
    bool load_is_over;
    int64_t began; /* when it began */
    size_t begun;  /* how many have */
    enum step_state state;
    bool busy;               /* inside an action, whose own doings may call steps_look */
    struct step_state_data { /* what an action under way remembers */
        struct watched *process;
        bool started;
    } data;
    char **pidfiles_before; /* per step: what a watched pidfile said at the upgrade */
    void (*on_upgrade_ahead)(void *arg, int64_t at); /* since the load began; may be told twice */
    void *arg;
    const struct watched *cut; /* the command that still ran when the steps ended; NULL: none */
    struct err failed;         /* the first step that could not be carried out */
    bool has_failed;
};

/* The caller has set sc, target, watch, evidence, states, record, on_upgrade_ahead and arg. */
void steps_open(struct steps *s, uv_loop_t *loop);

/* Tells of all upgrades whose times the plan says; of the others as soon as they are known:
   when the step before has ended. */
void steps_begin(struct steps *s, int64_t load_began);

/* The connections that the next step waits for stand as they should. */
void steps_on_stand(struct steps *s);

/* Something happened that a step may be waiting for. */
void steps_look(struct steps *s);

/* The load is over: no further step begins, but one under way goes on. */
void steps_begin_no_more(struct steps *s);

/* So is the drain: one still under way ends as failed. */
void steps_end(struct steps *s, const char *why);
void steps_close(struct steps *s);

#endif
