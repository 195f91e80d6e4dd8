/* Which connections are held when an upgrade strikes, and what becomes of them?  They are
   opened shortly before it, and completed when a new process serves. */
#ifndef HUPPROOF_STATES_HELD_H
#define HUPPROOF_STATES_HELD_H

#include "core/scenario.h"
#include "io/answer.h"
#include "io/watch.h"

#define STATES_LEAD   (100 * NS_PER_MS) /* so long before an upgrade they are opened */
#define STATES_WITHIN (2 * NS_PER_S)    /* so long an upgrade waits for them at most */

struct held;
struct held_plan;
struct held_message;

struct states_held {
    const struct scenario *sc;
    const struct answer_reader *answers;
    struct owners *owners; /* see client.h */
    const struct watch *watch;
    struct recorder *record;
    void (*on_stand)(void *arg); /* all stand as they should, or never will */
    void *arg;
    struct held_plan *plan;
    struct held_message *messages; /* of each state, and last that of any request */
    struct held *first, *another;  /* another: see SHOWN_BY_ANOTHER */
    bool is_open, preparing, another_answered;
    size_t upgrades; /* that have struck */
    uv_poll_t readable;
    uv_timer_t tick;
    int handles;
};

/* The caller has set the first six members.  Where the scenario asks for no states nothing
   is open, and all below do nothing. */
int states_open(struct states_held *s, uv_loop_t *loop, struct err *err);

/* An upgrade is about to be. */
void states_prepare(struct states_held *s);
bool states_all_stand(const struct states_held *s);

/* It strikes now: in this very moment, and as soon as it has. */
void states_strike(struct states_held *s);
void states_struck(struct states_held *s);

/* It did not come. */
void states_drop(struct states_held *s);

/* A process may have answered that is new. */
void states_look(struct states_held *s);

/* Those that an upgrade struck and that have not ended. */
size_t states_in_flight(const struct states_held *s);
void states_abandon(struct states_held *s);
void states_close(struct states_held *s);

#endif
