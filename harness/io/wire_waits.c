/* Which connections have still to be accepted by somebody, before a request leaves on them, and
   when is it worth to look again? */
#include "io/wire_waits.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SOONEST (50 * NS_PER_US)
#define LATEST  (5 * NS_PER_MS)

/* After a fourth of the time that it has waited: so often that few are asked much too late, and
   so seldom that many that wait for long cost little. */
static int64_t pause_at(int64_t age)
{
    return age / 4 < SOONEST ? SOONEST : age / 4 > LATEST ? LATEST : age / 4;
}

static void set_timer(const struct wire_waits *w, int64_t now)
{
    struct itimerspec when = { .it_value.tv_nsec = pause_at(now - w->latest) };

    timerfd_settime(w->timer, 0, &when, NULL);
}

int wire_waits_open(struct wire_waits *w, int epoll)
{
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = w };

    *w =
        (struct wire_waits){ .timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK) };
    if (w->timer < 0)
        return -1;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, w->timer, &e);
}

void wire_waits_close(struct wire_waits *w)
{
    if (w->timer >= 0)
        close(w->timer);
    free(w->all);
    *w = (struct wire_waits){ .timer = -1 };
}

void wire_waits_add(struct wire_waits *w, struct wire *one, int64_t now)
{
    if (!one->listed) {
        if (w->n == w->room) {
            w->room = w->room ? 2 * w->room : 16;
            w->all = mem_grow(w->all, w->room, sizeof(struct wire *));
        }
        w->all[w->n++] = one;
        one->listed = true;
    }
    one->waits = one->looked = w->latest = now;
    set_timer(w, now);
}

static bool is_due(const struct wire *one, int64_t now)
{
    return one->awaits_owner && now - one->looked >= pause_at(one->looked - one->waits);
}

void wire_waits_look(struct wire_waits *w, int64_t now, void (*go_on)(void *arg, struct wire *one),
                     void *arg)
{
    size_t n = w->n, kept = 0;
    uint64_t expirations;

    if (read(w->timer, &expirations, sizeof expirations) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        if (!is_due(w->all[i], now))
            continue;
        w->all[i]->looked = now;
        go_on(arg, w->all[i]);
    }
    for (size_t i = 0; i < w->n; i++) {
        w->all[i]->listed = w->all[i]->awaits_owner;
        if (w->all[i]->listed)
            w->all[kept++] = w->all[i];
    }
    w->n = kept;
    if (w->n)
        set_timer(w, now);
}
