/* What does a lane cost, which keeps a record of every request?  Lane, client
   and history as in a run, the answers read for who gave them; nothing else. */
#include "core/stats.h"
#include "io/lane.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct load load;
    struct history history;
    struct recorder record;
    struct lane_run run;
    uint32_t next_id;
};

static void on_done(void *arg, const struct sample *s)
{
    struct bench *b = arg;

    history_add_sample(&b->history, s);
    b->load.sent = b->next_id;
    load_on_ended(&b->load, s->outcome == OUTCOME_OK);
}

static void send_request(void *arg)
{
    struct bench *b = arg;

    client_send(b->run.client, b->next_id++, recorder_now(&b->record));
}

/* The lane's own pace; what it has sent is known by the numbers it gave out. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct bench *b = prepare->data;

    b->load.sent = b->next_id;
}

/* --clients prints the words; --client WORD chooses; both go before the load. */
static void choose_client(struct lane *lane, int *argc, char ***argv)
{
    int client;

    if (*argc > 1 && strcmp((*argv)[1], "--clients") == 0) {
        for (const struct word *w = client_words; w->name; w++)
            printf("%s\n", w->name);
        exit(0);
    }
    if (*argc < 3 || strcmp((*argv)[1], "--client") != 0)
        return;
    client = word_find(client_words, (*argv)[2]);
    if (client < 0) {
        fprintf(stderr, "%s: no such client\n", (*argv)[2]);
        exit(2);
    }
    lane->client = (enum client_kind)client;
    (*argv)[2] = (*argv)[0];
    *argc -= 2;
    *argv += 2;
}

/* For how long was it ready to run, and did not?  Source: sched-stats.rst of Linux. */
static double waited_for_cpu_us(void)
{
    unsigned long long ran = 0, waited = 0;
    FILE *f = fopen("/proc/self/schedstat", "re");

    if (!f)
        return 0;
    if (fscanf(f, "%llu %llu", &ran, &waited) != 2)
        waited = 0;
    fclose(f);
    return (double)waited / 1e3;
}

/* How late did requests leave, after the first tenth?  Whoever shares its CPU makes it late:
   hence how long it waited for one. */
static void print_lateness(const struct bench *b)
{
    size_t n = 0;
    int64_t *late = mem_new(b->history.n_samples, sizeof *late);

    for (size_t i = 0; i < b->history.n_samples; i++) {
        const struct sample *s = &b->history.samples[i];

        if (s->id >= b->load.warm)
            late[n++] = s->sent - s->due;
    }
    stats_sort(late, n);
    printf("{\"late_p50_us\": %.1f, \"late_p99_us\": %.1f, \"late_max_us\": %.1f, "
           "\"waited_us\": %.1f}\n",
           (double)stats_percentile(late, n, 50) / 1e3, (double)stats_percentile(late, n, 99) / 1e3,
           (double)stats_percentile(late, n, 100) / 1e3, waited_for_cpu_us());
    free(late);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct err err = { 0 };
    struct answer_reader answers;
    struct server server = { .url = b.load.url, .who = WHO_AUTO };
    struct lane lane = { .name = "bench",
                         .path = b.load.path,
                         .method = "GET",
                         .client = CLIENT_CURL,
                         .pool = 64,
                         .pipeline = 1,
                         .timeout = 30 * NS_PER_S,
                         .until = 3600 * NS_PER_S };
    uv_prepare_t prepare;

    choose_client(&lane, &argc, &argv);
    load_open(&b.load, argc, argv);
    lane.connection = b.load.new_connections ? CONNECTION_NEW : CONNECTION_REUSED;
    lane.rate = b.load.number;
    lane.count = b.load.count;
    recorder_start(&b.record, &b.history);
    b.run = (struct lane_run){
        .lane = &lane, .record = &b.record, .next_id = &b.next_id, .on_done = on_done, .arg = &b
    };
    if (answer_reader_start(&answers, &server, &err) != 0 ||
        lane_open(&b.run, &b.load.loop, &server, &answers, 1, &err) != 0) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    if (b.load.kind == LOAD_FLIGHT) {
        b.load.send = send_request;
        b.load.arg = &b;
        load_pace(&b.load);
    } else {
        uv_prepare_init(&b.load.loop, &prepare);
        prepare.data = &b;
        uv_prepare_start(&prepare, on_prepare);
        lane_begin(&b.run, recorder_now(&b.record));
    }
    load_run(&b.load);
    if (b.load.kind == LOAD_PACED)
        print_lateness(&b);
    return b.load.failed != 0;
}
