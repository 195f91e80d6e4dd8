/* Was there a CPU for those who needed one? */
#include "io/cpu_wait.h"
#include "io/proc.h"

#include <unistd.h>

enum { EVERY_MS = 50 };

/* Less than this is what any machine does. */
#define WORTH_NOTING (10 * NS_PER_MS)

static void note(struct cpu_wait *s, pid_t pid, int64_t *known, int64_t elapsed)
{
    int64_t delay = proc_run_delay(pid), waited = delay - *known;

    if (delay >= 0 && *known >= 0 && waited >= WORTH_NOTING)
        history_add_event(s->record->h,
                          &(struct event){ .at = recorder_now(s->record),
                                           .kind = EVENT_STARVED,
                                           .pid = pid,
                                           .value = waited,
                                           .index = (int32_t)(elapsed / NS_PER_MS + 1) });
    *known = delay;
}

static void on_time(uv_timer_t *timer)
{
    struct cpu_wait *s = timer->data;
    int64_t now = recorder_now(s->record), elapsed = s->looked < 0 ? 0 : now - s->looked;

    if (elapsed - EVERY_MS * NS_PER_MS >= WORTH_NOTING)
        record(s->record, EVENT_STALLED, 0, elapsed - EVERY_MS * NS_PER_MS, "");
    note(s, getpid(), &s->own_delay, elapsed);
    for (size_t i = 0; i < s->watch->n; i++)
        if (s->watch->all[i]->alive)
            note(s, s->watch->all[i]->pid, &s->watch->all[i]->run_delay, elapsed);
    s->looked = now;
}

void cpu_wait_start(struct cpu_wait *s, uv_loop_t *loop, struct watch *w, struct recorder *r)
{
    *s = (struct cpu_wait){ .watch = w, .record = r, .looked = -1, .own_delay = -1 };
    uv_timer_init(loop, &s->timer);
    s->timer.data = s;
    uv_timer_start(&s->timer, on_time, 0, EVERY_MS);
    uv_unref((uv_handle_t *)&s->timer);
}

void cpu_wait_stop(struct cpu_wait *s)
{
    if (s->watch)
        uv_close((uv_handle_t *)&s->timer, NULL);
    s->watch = NULL;
}
