/* What does libcurl's multi interface on libuv cost by itself?  The least that
   sends requests and knows which failed: easy handles are used again, nothing
   is recorded, no header or body is looked at.  As in curl's own multi-uv.c,
   but for timers of 0 ms, which are honoured here. */
#include "load.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct handle {
    CURL *easy;
    struct handle *next;
};

struct bare {
    struct load load;
    CURLM *multi;
    uv_timer_t timer;
    struct curl_slist *headers;
    char url[128];
    CURLU *parsed;
    struct handle *idle;
    struct poll *spare;
};

struct poll {
    uv_poll_t poll;
    struct bare *bare;
    struct poll *next;
    curl_socket_t fd;
};

static size_t discard(char *data, size_t size, size_t n, void *arg)
{
    (void)data, (void)arg;
    return size * n;
}

static struct handle *handle_new(struct bare *b)
{
    struct handle *h = calloc(1, sizeof *h);

    h->easy = curl_easy_init();
    curl_easy_setopt(h->easy, CURLOPT_PRIVATE, h);
    curl_easy_setopt(h->easy, CURLOPT_CURLU, b->parsed);
    curl_easy_setopt(h->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(h->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(h->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h->easy, CURLOPT_BUFFERSIZE, 1024L);
    curl_easy_setopt(h->easy, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(h->easy, CURLOPT_USERAGENT, "hupproof/" HUPPROOF_VERSION);
    curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, b->headers);
    curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, discard);
    if (b->load.new_connections) {
        curl_easy_setopt(h->easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(h->easy, CURLOPT_FORBID_REUSE, 1L);
    }
    return h;
}

static void send_request(void *arg)
{
    struct bare *b = arg;
    struct handle *h = b->idle;

    if (h)
        b->idle = h->next;
    else
        h = handle_new(b);
    curl_multi_add_handle(b->multi, h->easy);
}

static void act(struct bare *b, curl_socket_t fd, int mask)
{
    CURLMsg *m;
    int running, left;

    curl_multi_socket_action(b->multi, fd, mask, &running);
    while ((m = curl_multi_info_read(b->multi, &left))) {
        CURLcode code = m->data.result;
        struct handle *h;

        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&h);
        curl_multi_remove_handle(b->multi, h->easy);
        h->next = b->idle;
        b->idle = h;
        load_on_ended(&b->load, code == CURLE_OK);
    }
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct poll *p = poll->data;
    int mask = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

    act(p->bare, p->fd, status < 0 ? CURL_CSELECT_ERR : mask);
}

static void on_time(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer_wish(CURLM *multi, long timeout_ms, void *arg)
{
    struct bare *b = arg;

    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(&b->timer);
    else
        uv_timer_start(&b->timer, on_time, (uint64_t)timeout_ms, 0);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct poll *p = handle->data;

    p->next = p->bare->spare;
    p->bare->spare = p;
}

static int on_socket_wish(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct bare *b = arg;
    struct poll *p = known;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (p) {
            curl_multi_assign(b->multi, fd, NULL);
            uv_close((uv_handle_t *)&p->poll, on_closed);
        }
        return 0;
    }
    if (!p) {
        p = b->spare;
        if (p)
            b->spare = p->next;
        else
            p = malloc(sizeof *p);
        p->bare = b;
        p->fd = fd;
        uv_poll_init_socket(&b->load.loop, &p->poll, fd);
        p->poll.data = p;
        curl_multi_assign(b->multi, fd, p);
    }
    uv_poll_start(&p->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_socket);
    return 0;
}

int main(int argc, char **argv)
{
    struct bare b = { 0 };

    load_open(&b.load, argc, argv);
    b.load.send = send_request;
    b.load.arg = &b;
    snprintf(b.url, sizeof b.url, "%s%s", b.load.url, b.load.path);
    b.parsed = curl_url();
    curl_url_set(b.parsed, CURLUPART_URL, b.url, 0);
    b.headers = curl_slist_append(NULL, "Expect:");
    if (b.load.new_connections)
        b.headers = curl_slist_append(b.headers, "Connection: close");
    b.multi = curl_multi_init();
    uv_timer_init(&b.load.loop, &b.timer);
    b.timer.data = &b;
    curl_multi_setopt(b.multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    curl_multi_setopt(b.multi, CURLMOPT_SOCKETDATA, &b);
    curl_multi_setopt(b.multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(b.multi, CURLMOPT_TIMERDATA, &b);
    curl_multi_setopt(b.multi, CURLMOPT_MAXCONNECTS, 64L);
    load_pace(&b.load);
    load_run(&b.load);
    return b.load.failed != 0;
}
