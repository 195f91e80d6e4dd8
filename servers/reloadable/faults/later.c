/* What happens a moment later? */
#include "faults/later.h"

#include "server.h"

#include <errno.h>
#include <time.h>

static uv_timer_t timer;
static void (*what)(struct server *server);

static void on_time(uv_timer_t *t)
{
    what(t->data);
}

void fault_later(struct server *server, uint64_t milliseconds, void (*act)(struct server *server))
{
    if (!what) {
        uv_timer_init(&server->loop, &timer);
        uv_unref((uv_handle_t *)&timer); /* nobody waits for it in order to leave */
        timer.data = server;
    }
    what = act;
    uv_timer_start(&timer, on_time, milliseconds, 0);
}

void fault_nothing_later(void)
{
    if (what)
        uv_close((uv_handle_t *)&timer, NULL);
    what = NULL;
}

void fault_stand_still(unsigned milliseconds)
{
    struct timespec left = { .tv_sec = milliseconds / 1000,
                             .tv_nsec = (long)(milliseconds % 1000) * 1000000 };

    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        continue;
}
