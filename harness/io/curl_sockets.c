/* How does libcurl's multi interface run on a libuv loop?  See
   curl_multi_socket_action(3), CURLMOPT_SOCKETFUNCTION(3), CURLMOPT_TIMERFUNCTION(3). */
#include "io/curl_sockets.h"

#include <stdlib.h>

/* libuv closes late: the handles live on for a moment after their owner. */
struct curl_loop {
    uv_timer_t timer;
    struct curl_sockets *owner;
    struct curl_socket *spare;
    unsigned open; /* handles that libuv has not given back */
    bool closing;
};

struct curl_socket {
    uv_poll_t poll;
    struct curl_loop *loop;
    struct curl_socket *next;
    curl_socket_t fd;
    int wish; /* UV_READABLE, UV_WRITABLE */
};

static void given_back(struct curl_loop *l)
{
    if (--l->open > 0 || !l->closing)
        return;
    while (l->spare) {
        struct curl_socket *next = l->spare->next;

        free(l->spare);
        l->spare = next;
    }
    free(l);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct curl_socket *s = handle->data;

    s->next = s->loop->spare;
    s->loop->spare = s;
    given_back(s->loop);
}

static void on_timer_closed(uv_handle_t *handle)
{
    given_back(handle->data);
}

static void act(struct curl_sockets *s, curl_socket_t fd, int mask)
{
    int running;

    curl_multi_socket_action(s->multi, fd, mask, &running);
    s->on_messages(s->arg);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct curl_socket *s = poll->data;
    int mask = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

    /* After a reset there may still be an answer to read, and then the errno:
       libcurl looks for itself (mask 0).  libuv has stopped polling. */
    if (status < 0) {
        uv_poll_start(&s->poll, s->wish, on_socket);
        mask = 0;
    }
    act(s->loop->owner, s->fd, mask);
}

static void on_time(uv_timer_t *timer)
{
    struct curl_loop *l = timer->data;

    act(l->owner, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer_wish(CURLM *multi, long timeout_ms, void *arg)
{
    struct curl_sockets *s = arg;

    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(&s->live->timer);
    else
        uv_timer_start(&s->live->timer, on_time, (uint64_t)timeout_ms, 0);
    return 0;
}

static struct curl_socket *socket_new(struct curl_sockets *owner, curl_socket_t fd)
{
    struct curl_loop *l = owner->live;
    struct curl_socket *s = l->spare;

    if (s)
        l->spare = s->next;
    else
        s = mem_new(1, sizeof *s);
    *s = (struct curl_socket){ .loop = l, .fd = fd };
    if (uv_poll_init_socket(owner->loop, &s->poll, fd) != 0) {
        free(s);
        return NULL;
    }
    s->poll.data = s;
    l->open++;
    return s;
}

static int on_socket_wish(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct curl_sockets *owner = arg;
    struct curl_socket *s = known;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (s) {
            curl_multi_assign(owner->multi, fd, NULL);
            uv_close((uv_handle_t *)&s->poll, on_socket_closed);
        }
        return 0;
    }
    if (!s) {
        s = socket_new(owner, fd);
        if (!s)
            return -1;
        curl_multi_assign(owner->multi, fd, s);
    }
    s->wish = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    uv_poll_start(&s->poll, s->wish, on_socket);
    return 0;
}

int curl_sockets_open(struct curl_sockets *s, uv_loop_t *loop, void (*on_messages)(void *arg),
                      void *arg, struct err *err)
{
    *s = (struct curl_sockets){ .loop = loop, .on_messages = on_messages, .arg = arg };
    s->multi = curl_multi_init();
    if (!s->multi)
        return err_set(err, "libcurl: no memory");
    s->live = mem_new(1, sizeof *s->live);
    s->live->owner = s;
    s->live->open = 1;
    s->live->timer.data = s->live;
    uv_timer_init(loop, &s->live->timer);
    curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s);
    curl_multi_setopt(s->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s);
    return 0;
}

void curl_sockets_go(struct curl_sockets *s)
{
    act(s, CURL_SOCKET_TIMEOUT, 0);
}

void curl_sockets_close(struct curl_sockets *s)
{
    curl_multi_cleanup(s->multi);
    s->live->closing = true;
    uv_close((uv_handle_t *)&s->live->timer, on_timer_closed);
    s->live = NULL;
}
