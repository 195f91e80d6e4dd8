/* How is a slow client slow, through libcurl? */
#include "io/curl_pace.h"

#include <stdlib.h>

enum { EVERY_MS = 5 };

struct curl_pace {
    uv_timer_t timer;
    void (*on_tick)(void *arg);
    void *arg;
};

static void on_time(uv_timer_t *timer)
{
    struct curl_pace *p = timer->data;

    p->on_tick(p->arg);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct curl_pace *curl_pace_open(uv_loop_t *loop, void (*on_tick)(void *arg), void *arg)
{
    struct curl_pace *p = mem_new(1, sizeof *p);

    p->on_tick = on_tick;
    p->arg = arg;
    uv_timer_init(loop, &p->timer);
    p->timer.data = p;
    uv_timer_start(&p->timer, on_time, EVERY_MS, EVERY_MS);
    return p;
}

void curl_pace_close(struct curl_pace *p)
{
    if (p)
        uv_close((uv_handle_t *)&p->timer, on_closed);
}

size_t curl_pace_allows(double rate, int64_t since, int64_t now, size_t done)
{
    double most;

    if (rate <= 0)
        return SIZE_MAX;
    most = rate * (double)(now - since) / NS_PER_S - (double)done;
    return most < 1 ? 0 : (size_t)most;
}
