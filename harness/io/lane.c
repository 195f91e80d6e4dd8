/* How does one stream of requests keep to its schedule? */
#include "io/lane.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void set_alarm(struct lane_run *l)
{
    int64_t at = l->record->zero + l->load_began + l->due;
    struct itimerspec when = { .it_value = { at / NS_PER_S, at % NS_PER_S } };

    timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void look_ahead(struct lane_run *l)
{
    l->more = schedule_due(&l->schedule, &l->due);
}

static void send_what_is_due(struct lane_run *l)
{
    client_catch_up(l->client);
    while (l->more && l->load_began + l->due <= recorder_now(l->record)) {
        schedule_next(&l->schedule, &l->due);
        l->planned++;
        client_send(l->client, (*l->next_id)++, l->load_began + l->due);
        look_ahead(l);
    }
}

static void on_alarm(uv_poll_t *poll, int status, int events)
{
    struct lane_run *l = poll->data;
    uint64_t expirations;

    (void)status, (void)events;
    if (read(l->timer, &expirations, sizeof expirations) < 0)
        return;
    send_what_is_due(l);
    if (l->more)
        set_alarm(l);
}

int lane_open(struct lane_run *l, uv_loop_t *loop, const struct server *server,
              const struct answer_reader *answers, uint64_t seed, struct err *err)
{
    struct client_options o = { .loop = loop,
                                .clock = l->record,
                                .handshakes = l->record,
                                .texts = l->record->h,
                                .server = server,
                                .lane = l->lane,
                                .answers = answers,
                                .ids = l->ids,
                                .sources = l->sources,
                                .owners = l->owners,
                                .lane_number = l->number,
                                .on_done = l->on_done,
                                .arg = l->arg };

    l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (l->timer < 0)
        return err_set(err, "lane %s: timer: %s", l->lane->name, strerror(errno));
    l->client = client_open(&o, err);
    if (!l->client) {
        close(l->timer);
        l->timer = -1;
        return -1;
    }
    uv_poll_init(loop, &l->alarm, l->timer);
    l->alarm.data = l;
    schedule_start(&l->schedule, l->lane, seed, l->number);
    return 0;
}

void lane_expect(struct lane_run *l, int64_t upgrade)
{
    int64_t now = l->under_way ? recorder_now(l->record) - l->load_began : INT64_MIN;

    schedule_expect(&l->schedule, upgrade, now);
    if (!l->under_way)
        return;
    look_ahead(l);
    if (l->more)
        set_alarm(l);
}

void lane_begin(struct lane_run *l, int64_t load_began)
{
    l->load_began = load_began;
    l->under_way = true;
    look_ahead(l);
    uv_poll_start(&l->alarm, UV_READABLE, on_alarm);
    if (l->more)
        set_alarm(l);
}

void lane_end(struct lane_run *l)
{
    send_what_is_due(l);
    l->more = l->under_way = false;
    uv_poll_stop(&l->alarm);
    record(l->record, EVENT_LANE_PLANNED, l->number, (int64_t)l->planned, "");
}

void lane_close(struct lane_run *l)
{
    if (l->timer < 0)
        return;
    client_close(l->client);
    schedule_free(&l->schedule);
    uv_close((uv_handle_t *)&l->alarm, NULL);
    close(l->timer);
    l->timer = -1;
}
