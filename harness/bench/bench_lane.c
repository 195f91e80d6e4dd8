/* What does a lane cost, which keeps a record of every request?  Lane, client
   and history as in a run, the answers read for who gave them; nothing else. */
#include "io/lane.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    struct load load;
    struct history history;
    struct recorder record;
    struct client *client;
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

    client_send(b->client, b->next_id++, recorder_now(&b->record));
}

/* The lane's own pace; what it has sent is known by the numbers it gave out. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct bench *b = prepare->data;

    b->load.sent = b->next_id;
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
                         .pool = 64,
                         .timeout = 30 * NS_PER_S,
                         .until = 3600 * NS_PER_S };
    struct lane_run run = {
        .lane = &lane, .record = &b.record, .next_id = &b.next_id, .on_done = on_done, .arg = &b
    };
    struct client_options direct = { .clock = &b.record,
                                     .texts = &b.history,
                                     .server = &server,
                                     .lane = &lane,
                                     .answers = &answers,
                                     .on_done = on_done,
                                     .arg = &b };
    uv_prepare_t prepare;

    load_open(&b.load, argc, argv);
    lane.connection = b.load.new_connections ? CONNECTION_NEW : CONNECTION_REUSED;
    lane.rate = b.load.number;
    lane.count = b.load.count;
    recorder_start(&b.record, &b.history);
    if (answer_reader_start(&answers, &server, &err) != 0)
        goto fail;
    if (b.load.kind == LOAD_FLIGHT) {
        direct.loop = &b.load.loop;
        b.client = client_open(&direct, &err);
        if (!b.client)
            goto fail;
        b.load.send = send_request;
        b.load.arg = &b;
        load_pace(&b.load);
    } else {
        if (lane_open(&run, &b.load.loop, &server, &answers, 1, &err) != 0)
            goto fail;
        uv_prepare_init(&b.load.loop, &prepare);
        prepare.data = &b;
        uv_prepare_start(&prepare, on_prepare);
        lane_begin(&run, recorder_now(&b.record));
    }
    load_run(&b.load);
    return b.load.failed != 0;
fail:
    fprintf(stderr, "%s\n", err.text);
    return 1;
}
