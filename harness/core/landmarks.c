/* Between which events of a handover did something happen? */
#include "core/landmarks.h"

#include <stdio.h>

/* A failure is noticed a moment after what caused it, or is told a moment before. */
#define AS_ONE (3 * NS_PER_MS)

enum mark {
    MARK_OLD_ENDED, /* of several that are as near the first is told */
    MARK_OLD_CLOSED,
    MARK_NEW_SERVED,
    MARK_BEGIN,
    MARK_HANDED_OVER,
    N_MARKS
};

static const struct {
    const char *noun, *as;
} names[N_MARKS] = {
    [MARK_OLD_ENDED] = { "the old process's end", "as the old process ended" },
    [MARK_OLD_CLOSED] = { "the old listener's close", "as the old listener closed" },
    [MARK_NEW_SERVED] = { "the new one's first request", "as the new one took its first request" },
    [MARK_BEGIN] = { "the upgrade's begin", "as the upgrade began" },
    [MARK_HANDED_OVER] = { "the handover's end", "as the handover ended" },
};

/* The last time that it was known to be open. */
static int64_t old_closed(const struct facts *f, size_t upgrade)
{
    for (size_t i = facts_first_queue(f, upgrade); i < f->n_queues; i++) {
        const struct queue_row *q = &f->queues[i];

        if (q->upgrade != upgrade + 1)
            break;
        if (q->closed >= 0 && q->seen > f->upgrades[upgrade].begun)
            return q->seen;
        if (q->closed >= 0)
            return f->upgrades[upgrade].begun;
    }
    return -1;
}

/* The last of those that had served. */
static int64_t old_ended(const struct facts *f, const struct upgrade *u)
{
    int64_t at = -1;

    for (size_t i = 0; i < f->n_processes; i++) {
        const struct process *p = &f->processes[i];
        int64_t end = p->exited >= 0 ? p->exited : p->execd_away;

        if (p->requests && p->generation < u->generation && end >= u->begun && end > at &&
            end < u->ended)
            at = end;
    }
    return at;
}

static void find(const struct facts *f, size_t upgrade, int64_t at[N_MARKS])
{
    const struct upgrade *u = &f->upgrades[upgrade];

    at[MARK_BEGIN] = u->begun;
    at[MARK_OLD_CLOSED] = old_closed(f, upgrade);
    at[MARK_OLD_ENDED] = old_ended(f, u);
    at[MARK_NEW_SERVED] = u->takeover;
    at[MARK_HANDED_OVER] = u->handed_over < u->ended ? u->handed_over : -1;
}

static bool is_about(int64_t a, int64_t b)
{
    return a - b <= AS_ONE && b - a <= AS_ONE;
}

void landmarks_between(const struct facts *f, size_t period, int64_t from, int64_t to,
                       char text[LANDMARKS_TEXT])
{
    int64_t at[N_MARKS];
    int before = -1, after = -1;

    text[0] = '\0';
    if (period == 0)
        return;
    find(f, period - 1, at);
    for (int i = 0; i < N_MARKS; i++) {
        if (at[i] < 0)
            continue;
        if (is_about(at[i], from) && is_about(at[i], to)) {
            snprintf(text, LANDMARKS_TEXT, "%s", names[i].as);
            return;
        }
        if (at[i] <= from && (before < 0 || at[i] > at[before]))
            before = i;
        if (at[i] >= to && (after < 0 || at[i] < at[after]))
            after = i;
    }
    if (before >= 0 && after >= 0)
        snprintf(text, LANDMARKS_TEXT, "between %s and %s", names[before].noun, names[after].noun);
    else if (before >= 0)
        snprintf(text, LANDMARKS_TEXT, "after %s", names[before].noun);
    else if (after >= 0)
        snprintf(text, LANDMARKS_TEXT, "before %s", names[after].noun);
}
