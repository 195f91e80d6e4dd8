/* What does the report say of what a process held: its program file, its descriptors and
   memory over time, the listening socket? */
#include "json/report_values.h"

enum { MOST_LOOKS = 100 };

/* Of many looks some, evenly picked; always the first and the last. */
static void put_looks(cJSON *to, const struct facts *f, const struct process *p,
                      enum event_kind kind)
{
    cJSON *list = cJSON_AddArrayToObject(to, event_names[kind]);
    size_t n, shown, last = SIZE_MAX;
    const struct usage_row *rows = facts_usage_rows(f, kind, p, &n);

    shown = n < MOST_LOOKS ? n : MOST_LOOKS;
    for (size_t i = 0; i < shown; i++) {
        size_t k = shown > 1 ? i * (n - 1) / (shown - 1) : 0;
        cJSON *row;

        if (k == last || rows[k].value < 0)
            continue;
        last = k;
        row = put_row(list);
        put_ms(row, "at_ms", rows[k].at);
        put_number(row, "value", (double)rows[k].value);
    }
}

static void put_program(cJSON *to, const struct facts *f, const struct process *p)
{
    int64_t end = p->execd_away >= 0 ? p->execd_away : p->exited;
    const struct event *file = p->exe ? facts_file_at(f, p->exe, end >= 0 ? end : TIME_MAX) : NULL;

    if (p->ino)
        put_number(to, "exe_inode", (double)p->ino);
    else
        cJSON_AddNullToObject(to, "exe_inode");
    put_text(to, "exe_on_disk",
             !file || !p->ino                             ? NULL
             : !file->ino                                 ? "deleted"
             : file->ino == p->ino && file->dev == p->dev ? "same"
                                                          : "replaced");
}

static void put_listener(cJSON *to, const struct facts *f, const struct process *p)
{
    const struct event *looked = facts_first(f, EVENT_LISTENING);
    const struct holding *h = &p->listener;
    cJSON *listener;

    if (!looked || looked->value < 0 || (h->not_known && h->held_from < 0)) {
        cJSON_AddNullToObject(to, "listener");
        return;
    }
    listener = cJSON_AddObjectToObject(to, "listener");
    put_number(listener, "sockets", h->sockets);
    put_ms(listener, "held_from_ms", h->held_from);
    put_ms(listener, "held_until_ms", h->held_until);
    if (h->polls_known)
        put_bool(listener, "polled", h->polled_from >= 0);
    else
        cJSON_AddNullToObject(listener, "polled");
    put_ms(listener, "polled_from_ms", h->polled_from);
    put_ms(listener, "polled_until_ms", h->polled_until);
}

void put_held(cJSON *to, const struct facts *f, const struct process *p)
{
    put_program(to, f, p);
    put_listener(to, f, p);
    put_looks(to, f, p, EVENT_DESCRIPTORS);
    put_looks(to, f, p, EVENT_MEMORY);
}
