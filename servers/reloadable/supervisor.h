/* What does a process do that holds the listener and serves nobody itself?  It looks
 * after children who do: it starts them, is ready when they are, replaces them, and
 * ends when they have.  How, its strategy says.
 *
 *            STARTING     SERVING                           LEAVING
 * SIGHUP     remembered   the strategy reloads              ignored
 * SIGTERM    leaves       the children drain, then it goes  no effect
 * SIGQUIT    the same as SIGTERM
 * SIGINT     leaves       the children leave at once, then it goes
 * SIGUSR2    ignored      the strategy, if it knows it      ignored
 * SIGWINCH   ignored      the strategy, if it knows it      ignored
 *
 * The children hold the same listening socket, so that its queue outlives each of
 * them.  They have the other end of a pipe that ends when we do, and then drain. */
#ifndef RELOADABLE_SUPERVISOR_H
#define RELOADABLE_SUPERVISOR_H

#include "address.h"
#include "child.h"
#include "handover.h"
#include "options.h"
#include "parent.h"
#include "program.h"

enum supervisor_phase { SUPERVISOR_STARTING, SUPERVISOR_SERVING, SUPERVISOR_LEAVING };

struct supervisor {
    const struct options *options;
    struct program program;
    struct handover handover; /* what we got */
    uv_loop_t loop;
    enum supervisor_phase phase;
    int generation; /* of the newest children */
    int listen_fd;
    struct address address;
    int life[2];          /* the pipe; the children have life[0] */
    struct parent parent; /* another supervisor, whose successor we are */
    uv_signal_t signals[6];
    uv_timer_t last_call;
    bool reload_again; /* SIGHUP came before we were ready */
    int exit_code;
};

/* What a strategy does with its children.  In LEAVING it starts none. */
struct supervision {
    void (*open)(struct supervisor *s); /* starts the first ones */
    void (*reload)(struct supervisor *s);
    void (*upgrade)(struct supervisor *s);       /* SIGUSR2; NULL: ignored */
    void (*release)(struct supervisor *s);       /* SIGWINCH; NULL: ignored */
    void (*drain)(struct supervisor *s);         /* all children are to finish and go */
    void (*cut)(struct supervisor *s);           /* at once */
    bool (*is_over)(const struct supervisor *s); /* no child of ours is left */
    /* Another supervisor, started by us, holds the listener too; NULL: never. */
    bool (*shares)(const struct supervisor *s);
    void (*close)(struct supervisor *s);
};

/* Returns the exit code when all is over; -1 and a sentence if it could not start. */
int supervisor_run(struct supervisor *s, struct err *err);

/* For strategies.  kept: it serves for us; else it is our successor.  NULL has
   been logged. */
struct child *supervisor_start_child(struct supervisor *s, const struct program *program, bool kept,
                                     int generation, const struct child_events *events);
void supervisor_say_ready(struct supervisor *s); /* the first children are */
void supervisor_give_up(struct supervisor *s);   /* there was none who could serve */
void supervisor_child_ended(struct supervisor *s, const struct child *child);

#endif
