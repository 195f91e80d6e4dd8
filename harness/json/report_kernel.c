/* What does the report say of the kernel's evidence on an upgrade? */
#include "json/report_values.h"

static void put_count(cJSON *to, const char *key, int64_t count)
{
    if (count < 0)
        cJSON_AddNullToObject(to, key);
    else
        put_number(to, key, (double)count);
}

static void put_queue(cJSON *row, const struct queue_row *q)
{
    put_number(row, "inode", (double)q->ino);
    put_number(row, "queue_most", q->most);
    put_number(row, "queue_limit", q->limit);
    put_ms(row, "closed_ms", q->closed);
    put_ms(row, "last_seen_ms", q->seen);
    put_count(row, "queue_at_close", q->closed < 0 ? -1 : (int64_t)q->last);
}

void put_kernel(cJSON *to, const struct facts *f, size_t upgrade)
{
    cJSON *kernel = cJSON_AddObjectToObject(to, "kernel"), *list;
    cJSON *counters = cJSON_AddObjectToObject(kernel, "counters");

    for (size_t i = 0; i < N_NET_COUNTERS; i++)
        put_count(counters, net_counters[i].name, f->upgrades[upgrade].net[i]);
    list = cJSON_AddArrayToObject(kernel, "listeners");
    for (size_t i = facts_first_queue(f, upgrade);
         i < f->n_queues && f->queues[i].upgrade == upgrade + 1; i++)
        put_queue(put_row(list), &f->queues[i]);
}
