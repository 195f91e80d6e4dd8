/* Who holds the server's listening sockets? */
#include "io/listeners.h"
#include "io/holds.h"
#include "io/proc.h"

#include <errno.h>

#define SELDOM  (250 * NS_PER_MS)
#define OFTEN   (20 * NS_PER_MS)
#define SOON    (5 * NS_PER_MS)
#define AT_ONCE (5 * NS_PER_MS) /* of many processes the rest comes next time */

/* Who has exec'd holds what it did not close: that is said anew, so that it may be told
   from what a child shares with its parent until it execs. */
static bool is_news(const struct watched *p, const struct holds *h)
{
    if (h->how == HOLDS_NOT && (p->holds == HOLDS_NOT || p->holds == HOLDS_NOT_LOOKED))
        return false;
    return p->holds != h->how || p->holds_n != h->n || p->holds_ino != h->ino ||
           p->holds_execs != p->execs;
}

/* Whose end has begun belongs to root, as far as /proc goes: it hides nothing from us. */
static bool is_going(const struct watched *p)
{
    struct proc_stat st;

    return errno == ENOENT || errno == ESRCH || proc_stat(p->pid, &st) != 0 || st.exiting ||
           st.state == 'Z' || st.state == 'X' || st.start != p->start;
}

static void look_at(struct listeners *l, struct watched *p)
{
    int64_t at = recorder_now(l->record);
    struct holds h;
    bool news;

    if (holds_find(p->pid, &l->queues->set, &h) != 0) {
        if (is_going(p))
            return;
        h = (struct holds){ .how = HOLDS_NOT_KNOWN };
    }
    strangers_note(&l->strangers, &h);
    news = is_news(p, &h);
    p->holds = h.how;
    p->holds_n = h.n;
    p->holds_ino = h.ino;
    p->holds_execs = p->execs;
    if (news)
        history_add_event(l->record->h, &(struct event){ .at = at,
                                                         .kind = EVENT_LISTENER,
                                                         .pid = p->pid,
                                                         .start = p->start,
                                                         .index = (int32_t)h.n,
                                                         .value = h.how,
                                                         .ino = h.ino });
}

static void look_at_processes(struct listeners *l, int64_t began)
{
    size_t n = l->watch->n, i = 0;

    strangers_begin(&l->strangers, &l->queues->set);
    for (; i < n && recorder_now(l->record) - began < AT_ONCE; i++) {
        struct watched *p = l->watch->all[(l->next + i) % n];

        if (p->alive)
            look_at(l, p);
    }
    l->next = n ? (l->next + i) % n : 0;
    strangers_end(&l->strangers);
}

static void on_time(uv_timer_t *timer);

static void look_within(struct listeners *l, int64_t within)
{
    int64_t now = recorder_now(l->record), due = now + within;

    if (due < l->rested)
        due = l->rested;
    if (l->due > now && l->due <= due)
        return;
    l->due = due;
    uv_update_time(l->timer.loop);
    uv_timer_start(&l->timer, on_time, (uint64_t)((due - now) / NS_PER_MS + 1), 0);
}

void listeners_look(struct listeners *l)
{
    int64_t cpu = recorder_cpu_time();

    if (!l->watch)
        return;
    if (queues_look(l->queues) == 0)
        look_at_processes(l, recorder_now(l->record));
    l->rested = recorder_now(l->record) + queues_rest(cpu);
    look_within(l, l->often ? OFTEN : SELDOM);
}

static void on_time(uv_timer_t *timer)
{
    struct listeners *l = timer->data;

    l->due = 0;
    listeners_look(l);
}

void listeners_hear(struct listeners *l)
{
    if (l->watch)
        look_within(l, SOON);
}

void listeners_look_often(struct listeners *l, bool often)
{
    l->often = often;
    if (l->watch && often)
        look_within(l, OFTEN);
}

bool listeners_held_by_old(const struct listeners *l)
{
    for (size_t i = 0; l->watch && i < l->watch->n; i++) {
        const struct watched *p = l->watch->all[i];

        if (p->alive && p->epoch < l->watch->epoch && p->holds != HOLDS_NOT)
            return true;
    }
    return false;
}

void listeners_start(struct listeners *l, uv_loop_t *loop, const struct scenario *sc,
                     struct queues *q, struct watch *w, struct recorder *r)
{
    *l = (struct listeners){ .watch = w, .record = r, .queues = q };
    strangers_start(&l->strangers, sc, w, r);
    uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    uv_unref((uv_handle_t *)&l->timer);
    listeners_look(l);
}

void listeners_stop(struct listeners *l)
{
    if (!l->watch)
        return;
    uv_close((uv_handle_t *)&l->timer, NULL);
    l->watch = NULL;
}
