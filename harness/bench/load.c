/* How is the load paced, and what did it cost the client? */
#include "load.h"

#include "resident.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { NS = 1000000000, DEADLINE_MS = 60000, LOOK_MS = 100, SETTLED_LOOKS = 5 };

static int64_t ns_of(struct timespec t)
{
    return t.tv_sec * (int64_t)NS + t.tv_nsec;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return ns_of(t);
}

static struct load_cost cost_now(void)
{
    struct rusage u;
    struct load_cost c = { .wall_ns = clock_ns(CLOCK_MONOTONIC), .rss = resident() };

    getrusage(RUSAGE_SELF, &u);
    c.cpu_ns = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * (int64_t)NS +
               (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
    c.in_use = mallinfo2().uordblks + mallinfo2().hblkhd;
    return c;
}

static void usage(const char *name)
{
    fprintf(stderr, "usage: %s PORT new|reused paced|flight|held NUMBER COUNT\n", name);
    exit(2);
}

void load_open(struct load *l, int argc, char **argv)
{
    static const char *const kinds[] = { "paced", "flight", "held" };
    struct rlimit files;

    *l = (struct load){ .timer = -1 };
    if (argc != 6)
        usage(argv[0]);
    l->port = (unsigned)strtoul(argv[1], NULL, 10);
    l->new_connections = strcmp(argv[2], "new") == 0;
    while (strcmp(argv[3], kinds[l->kind]) != 0)
        if (++l->kind > LOAD_HELD)
            usage(argv[0]);
    l->number = (unsigned)strtoul(argv[4], NULL, 10);
    l->count = strtoul(argv[5], NULL, 10);
    if (!l->number || !l->count)
        usage(argv[0]);
    l->warm = l->kind == LOAD_HELD ? 0 : l->count / 10;
    snprintf(l->url, sizeof l->url, "http://127.0.0.1:%u", l->port);
    snprintf(l->path, sizeof l->path, "/?sleep=%d", l->kind == LOAD_HELD ? 5 : 0);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    uv_loop_init(&l->loop);
}

static void set_alarm(const struct load *l)
{
    int64_t at = l->began + (int64_t)(l->sent * (double)NS / l->number);
    struct itimerspec when = { .it_value = { at / NS, at % NS } };

    timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void send_one(struct load *l)
{
    load_on_sent(l);
    l->send(l->arg);
}

static bool is_due(const struct load *l)
{
    return l->began + (int64_t)(l->sent * (double)NS / l->number) <= clock_ns(CLOCK_MONOTONIC);
}

static void on_alarm(uv_poll_t *poll, int status, int events)
{
    struct load *l = poll->data;
    uint64_t expirations;

    (void)status, (void)events;
    if (read(l->timer, &expirations, sizeof expirations) < 0)
        return;
    while (l->sent < l->count && is_due(l))
        send_one(l);
    if (l->sent < l->count)
        set_alarm(l);
}

/* Before the loop sleeps: answers may have come while timers ran. */
static void on_top_up(uv_prepare_t *prepare)
{
    struct load *l = prepare->data;

    while (l->sent < l->count && l->sent - l->ended < l->number)
        send_one(l);
}

void load_pace(struct load *l)
{
    if (l->kind == LOAD_FLIGHT) {
        uv_prepare_init(&l->loop, &l->top_up);
        l->top_up.data = l;
        uv_prepare_start(&l->top_up, on_top_up);
        return;
    }
    l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    uv_poll_init(&l->loop, &l->alarm, l->timer);
    l->alarm.data = l;
    uv_poll_start(&l->alarm, UV_READABLE, on_alarm);
    l->began = clock_ns(CLOCK_MONOTONIC);
    set_alarm(l);
}

void load_on_sent(struct load *l)
{
    l->sent++;
}

void load_on_ended(struct load *l, bool well)
{
    l->ended++;
    l->failed += !well;
    if (l->ended == l->warm)
        l->first = cost_now();
    if (l->ended == l->count && l->kind != LOAD_HELD) {
        l->last = cost_now();
        l->over = true;
    }
}

static void on_deadline(uv_timer_t *timer)
{
    (void)timer;
    fprintf(stderr, "not all requests ended within %d s\n", DEADLINE_MS / 1000);
    exit(1);
}

/* Held: all have left, and had time to get where they wait for their answers. */
static void on_look(uv_timer_t *timer)
{
    static unsigned looks;
    struct load *l = timer->data;

    if (l->sent < l->count || ++looks < SETTLED_LOOKS)
        return;
    l->last = cost_now();
    l->over = true;
}

void load_run(struct load *l)
{
    uint64_t held;

    uv_timer_init(&l->loop, &l->deadline);
    uv_timer_start(&l->deadline, on_deadline, DEADLINE_MS, 0);
    if (l->kind == LOAD_HELD) {
        uv_timer_init(&l->loop, &l->look);
        l->look.data = l;
        uv_timer_start(&l->look, on_look, LOOK_MS, LOOK_MS);
    }
    if (l->warm == 0)
        l->first = cost_now();
    if (l->kind == LOAD_FLIGHT)
        on_top_up(&l->top_up);
    while (!l->over)
        uv_run(&l->loop, UV_RUN_ONCE);
    held = l->sent - l->ended;
    printf(
        "{\"sent\": %ju, \"requests\": %ju, \"failed\": %ju, \"cpu_us\": %.3f, \"wall_us\": %.3f, "
        "\"in_flight\": %ju, \"rss\": %zd, \"in_use\": %zd}\n",
        (uintmax_t)l->sent, (uintmax_t)(l->count - l->warm), (uintmax_t)l->failed,
        (double)(l->last.cpu_ns - l->first.cpu_ns) / 1e3 / (double)(l->count - l->warm),
        (double)(l->last.wall_ns - l->first.wall_ns) / 1e3 / (double)(l->count - l->warm),
        (uintmax_t)held, (ssize_t)(l->last.rss - l->first.rss),
        (ssize_t)(l->last.in_use - l->first.in_use));
}
