/* Where does one connection stand? */
#include "conn.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* AHEAD_MAX: what a client may send ahead before we let TCP hold it back.
   IDLE_TICKS: the grace period is counted in so many parts, for when the whole
   machine stalls and then wakes us and our clients at once, one late timer must
   not be the end of it before they can send what they were about to.
   STREAMED_LAST: bytes of a body, shorter than any pid's, that `stream=` keeps back. */
enum { LINGER_MS = 1000, AHEAD_MAX = 64 * 1024, IDLE_TICKS = 5, STREAMED_LAST = 3 };

static void parse(struct conn *c, const char *data, size_t len);

struct conn *conn_new(struct conns *all)
{
    struct conn *c = calloc(1, sizeof(*c));

    if (!c)
        abort();
    c->all = all;
    c->next = all->first;
    if (c->next)
        c->next->prev = c;
    all->first = c;
    all->n++;
    c->stream.handle.data = c->timer.data = c->write.data = c;
    c->open_handles = 2;
    stream_init(&c->stream, all->loop, all->family);
    uv_timer_init(all->loop, &c->timer);
    request_init(&c->request);
    return c;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct conn *c = handle->data;
    struct conns *all = c->all;

    if (--c->open_handles)
        return;
    if (c->prev)
        c->prev->next = c->next;
    else
        all->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    all->n--;
    free(c->ahead);
    free(c);
    all->on_one_closed(all->data);
}

void conn_close(struct conn *c)
{
    if (c->state == CONN_CLOSED)
        return;
    c->state = CONN_CLOSED;
    uv_close(&c->stream.handle, on_handle_closed);
    uv_close((uv_handle_t *)&c->timer, on_handle_closed);
}

static void on_linger_end(uv_timer_t *timer)
{
    conn_close(timer->data);
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct conns *all = ((struct conn *)handle->data)->all;

    (void)wanted;
    *buf = uv_buf_init(all->received, sizeof(all->received));
}

static void keep_ahead(struct conn *c, const char *data, size_t len)
{
    char *grown;

    if (len == 0)
        return;
    grown = realloc(c->ahead, c->ahead_len + len);
    if (!grown)
        abort();
    memcpy(grown + c->ahead_len, data, len);
    c->ahead = grown;
    c->ahead_len += (uint32_t)len;
    if (c->ahead_len >= AHEAD_MAX && c->reading) {
        uv_read_stop(&c->stream.any);
        c->reading = false;
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct conn *c = stream->data;

    if (n == UV_EOF) {
        /* It may have closed one way only: what it asked is still answered. */
        c->at_eof = true;
        if (c->state != CONN_ANSWERING)
            conn_close(c);
    } else if (n < 0) {
        conn_close(c);
    } else if (n > 0 && c->state == CONN_ANSWERING) {
        keep_ahead(c, buf->base, (size_t)n);
    } else if (n > 0 && c->state == CONN_READING) {
        parse(c, buf->base, (size_t)n);
    }
}

static void resume_reading(struct conn *c)
{
    if (c->reading || c->at_eof || c->ahead_len >= AHEAD_MAX)
        return;
    c->reading = true;
    if (uv_read_start(&c->stream.any, on_alloc, on_read) < 0)
        conn_close(c);
}

/* We have nothing more to say, and all we said is written: so not uv_shutdown,
   which would say FIN only in the loop's next round. */
static void finish(struct conn *c)
{
    if (shutdown(stream_fd(&c->stream), SHUT_WR) < 0 || c->at_eof) {
        conn_close(c);
        return;
    }
    c->state = CONN_LINGERING;
    c->ahead_len = 0;
    uv_timer_start(&c->timer, on_linger_end, LINGER_MS, 0);
    resume_reading(c);
}

static int bytes_waiting(const struct conn *c)
{
    int n = 0;

    return ioctl(stream_fd(&c->stream), FIONREAD, &n) < 0 ? 0 : n;
}

static void on_idle_tick(uv_timer_t *timer)
{
    struct conn *c = timer->data;

    if (--c->idle_ticks)
        return;
    uv_timer_stop(timer);
    if (bytes_waiting(c) == 0)
        finish(c);
}

static void await_request(struct conn *c)
{
    uint64_t tick = c->all->idle_grace / IDLE_TICKS + 1;

    if (c->at_eof) {
        conn_close(c);
    } else if (c->all->draining && !c->request.begun && !uv_is_active((uv_handle_t *)&c->timer)) {
        c->idle_ticks = IDLE_TICKS;
        uv_timer_start(&c->timer, on_idle_tick, tick, tick);
    }
}

static void next_request(struct conn *c)
{
    char *data = c->ahead;
    size_t len = c->ahead_len;

    c->state = CONN_READING;
    request_next(&c->request);
    c->ahead = NULL;
    c->ahead_len = 0;
    parse(c, data, len);
    free(data);
    if (c->state == CONN_READING || c->state == CONN_ANSWERING)
        resume_reading(c);
}

static void write_out(struct conn *c, size_t from, size_t len);

static void on_stream_pause_end(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    size_t len = c->kept_back;

    c->kept_back = 0;
    write_out(c, c->out_len - len, len);
}

static void on_written(uv_write_t *write, int status)
{
    struct conn *c = write->data;

    if (c->state == CONN_CLOSED)
        return;
    if (status < 0)
        conn_close(c);
    else if (c->kept_back)
        uv_timer_start(&c->timer, on_stream_pause_end, c->request.stream_ms + 1, 0);
    else if (c->request.keep_alive)
        next_request(c);
    else
        finish(c);
}

static void write_out(struct conn *c, size_t from, size_t len)
{
    uv_buf_t buf = uv_buf_init(c->out + from, (unsigned)len);

    if (uv_write(&c->write, &c->stream.any, &buf, 1, on_written) < 0)
        conn_close(c);
}

void conn_send(struct conn *c, size_t len)
{
    write_out(c, 0, len);
}

static void send_answer(struct conn *c, size_t len)
{
    const struct request *r = &c->request;

    c->out_len = (uint16_t)len;
    c->kept_back = r->stream_ms && r->status == 200 && !r->head ? STREAMED_LAST : 0;
    write_out(c, 0, len - c->kept_back);
}

static void answer(struct conn *c)
{
    struct request *r = &c->request;

    /* A pipelined request that has arrived behind this one was taken too: what
       is told to close is the last one we have. */
    if (c->all->draining && c->ahead_len == 0 && bytes_waiting(c) == 0)
        r->keep_alive = false;
    if (c->all->answer_otherwise && c->all->answer_otherwise(c->all->data, c))
        return;
    send_answer(c, response_format(c->out,
                                   &(struct response){ .status = r->status,
                                                       .keep_alive = r->keep_alive,
                                                       .without_body = r->head },
                                   c->all->identity));
}

static void on_sleep_end(uv_timer_t *timer)
{
    answer(timer->data);
}

/* The loop's clock may lag, and counts whole milliseconds: without these two a sleep
   would sometimes be too short. */
void conn_sleep(struct conn *c)
{
    uv_update_time(c->all->loop);
    uv_timer_start(&c->timer, on_sleep_end, c->request.sleep_ms + 1, 0);
}

static void take(struct conn *c)
{
    c->state = CONN_ANSWERING;
    uv_timer_stop(&c->timer);
    if (c->request.status == 200 && c->request.id[0])
        ledger_note(c->all->ledger, c->request.id);
    if (c->request.sleep_ms == 0 || c->request.status != 200)
        answer(c);
    else
        conn_sleep(c);
}

/* Nothing else is being written on this connection, so it goes out whole or the
   client does not read at all. */
static int say_continue(struct conn *c)
{
    int len = (int)strlen(response_continue);
    uv_buf_t buf = uv_buf_init((char *)response_continue, (unsigned)len);

    return uv_try_write(&c->stream.any, &buf, 1) == len ? 0 : -1;
}

static void parse(struct conn *c, const char *data, size_t len)
{
    size_t used = 0;

    while (len) {
        enum request_step step = request_feed(&c->request, data, len, &used);

        data += used;
        len -= used;
        if (step == REQUEST_EXPECTS && say_continue(c) < 0) {
            conn_close(c);
            return;
        }
        if (step == REQUEST_COMPLETE || step == REQUEST_BAD) {
            if (step == REQUEST_COMPLETE)
                keep_ahead(c, data, len);
            take(c);
            return;
        }
    }
    if (c->request.begun)
        uv_timer_stop(&c->timer);
    await_request(c);
}

void conn_open(struct conn *c)
{
    if (c->all->family != AF_UNIX)
        uv_tcp_nodelay(&c->stream.tcp, 1);
    resume_reading(c);
    conn_drain(c);
}

void conn_drain(struct conn *c)
{
    if (c->state == CONN_READING)
        await_request(c);
}

bool conn_is_unanswered(const struct conn *c)
{
    return c->state == CONN_ANSWERING || (c->state == CONN_READING && c->request.begun);
}
