/* What is looked at again and again while the run lasts? */
#include "io/evidence.h"

/* An upgrade is watched closely until nobody from before it holds a listener, though a
   master may hold it for ever. */
#define CLOSELY (10 * NS_PER_S)
#define LEAST   (500 * NS_PER_MS)

enum { LOOK_EVERY_MS = 50 };

static void look_closely(struct evidence *e, bool closely)
{
    queues_look_often(&e->queues, closely);
    listeners_look_often(&e->listeners, closely);
}

/* What of it is known when the next one begins, or nothing of it is to come any more. */
static void end_upgrade(struct evidence *e)
{
    if (!e->upgrade_over)
        return;
    uv_timer_stop(&e->timer);
    look_closely(e, false);
    net_stat_note(&e->net_stat, e->record);
    e->upgrade_over = 0;
}

static void on_time(uv_timer_t *timer)
{
    struct evidence *e = timer->data;
    int64_t left = e->upgrade_over - recorder_now(e->record);

    if (left <= 0 || (left < CLOSELY - LEAST && !listeners_held_by_old(&e->listeners)))
        end_upgrade(e);
}

void evidence_start(struct evidence *e, uv_loop_t *loop, const struct scenario *sc, struct watch *w,
                    struct recorder *r)
{
    *e = (struct evidence){ .record = r };
    uv_timer_init(loop, &e->timer);
    e->timer.data = e;
    uv_unref((uv_handle_t *)&e->timer);
    usage_start(&e->usage, loop, w, r);
    queues_start(&e->queues, loop, &sc->server, r);
    listeners_start(&e->listeners, loop, sc, &e->queues, w, r);
    pidfile_start(&e->pidfile, loop, scenario_pidfile(sc), w, r);
}

void evidence_look(struct evidence *e)
{
    usage_look(&e->usage);
    listeners_look(&e->listeners);
    pidfile_look(&e->pidfile);
}

void evidence_upgrade(struct evidence *e, enum upgrade_role role)
{
    if (!e->record || role == UPGRADE_NONE)
        return;
    evidence_look(e); /* the generation that served is complete */
    if (role != UPGRADE_CONTINUES) {
        end_upgrade(e);
        net_stat_begin(&e->net_stat);
    }
    look_closely(e, true);
    e->upgrade_over = recorder_now(e->record) + CLOSELY;
    uv_timer_start(&e->timer, on_time, LOOK_EVERY_MS, LOOK_EVERY_MS);
}

void evidence_end(struct evidence *e)
{
    if (!e->record)
        return;
    evidence_look(e);
    end_upgrade(e);
}

void evidence_hear(struct evidence *e)
{
    listeners_hear(&e->listeners);
}

void evidence_stop(struct evidence *e)
{
    if (!e->record)
        return;
    usage_stop(&e->usage);
    queues_stop(&e->queues);
    listeners_stop(&e->listeners);
    pidfile_stop(&e->pidfile);
    uv_close((uv_handle_t *)&e->timer, NULL);
    e->record = NULL;
}
