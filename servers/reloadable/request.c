/* What does the client want? */
#include "request.h"

#include "duration.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static void word_match(struct word *w, const char *want, const char *at, size_t len)
{
    for (size_t i = 0; i < len && w->same; i++) {
        w->same = want[w->n] && want[w->n] == tolower((unsigned char)at[i]);
        w->n++;
    }
}

static bool word_is(const struct word *w, const char *want)
{
    return w->same && w->n == strlen(want);
}

/* Only `/` is here; a client that takes us for a proxy sends http://host/. */
static const char *find_query(const char *target, size_t len)
{
    static const char scheme[] = "http://";
    const char *end = target + len;

    if (len >= sizeof(scheme) - 1 && memcmp(target, scheme, sizeof(scheme) - 1) == 0) {
        target += sizeof(scheme) - 1;
        while (target < end && *target != '/' && *target != '?')
            target++;
    }
    if (target < end && *target == '/')
        target++;
    else if (target != end && *target != '?')
        return NULL;
    if (target < end && *target != '?')
        return NULL;
    return target < end ? target + 1 : target;
}

static const struct {
    const char *key;
    size_t len, offset;
} times[] = {
    { "sleep=", 6, offsetof(struct request, sleep_ms) },
    { "stream=", 7, offsetof(struct request, stream_ms) },
};

static int read_time(struct request *r, const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        if (len >= times[i].len && memcmp(at, times[i].key, times[i].len) == 0)
            return duration_parse_seconds(at + times[i].len, len - times[i].len,
                                          (uint64_t *)(void *)((char *)r + times[i].offset));
    return 0;
}

static unsigned read_target(struct request *r)
{
    const char *end = r->target + r->target_len;
    const char *at = find_query(r->target, r->target_len);

    if (!at)
        return 404;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));

        if (!stop)
            stop = end;
        if (read_time(r, at, (size_t)(stop - at)) < 0)
            return 400;
        at = stop + 1;
    }
    return 200;
}

static unsigned judge(struct request *r)
{
    uint8_t method = r->parser.method;

    if (r->parser.http_major != 1)
        return 400;
    if (method != HTTP_GET && method != HTTP_HEAD && method != HTTP_POST)
        return 405;
    return r->status != 200 ? r->status : read_target(r);
}

static int on_message_begin(llhttp_t *parser)
{
    struct request *r = parser->data;

    r->begun = true;
    return 0;
}

static int count_header_bytes(struct request *r, size_t len)
{
    r->header_bytes += (uint32_t)len;
    if (r->header_bytes <= REQUEST_HEADERS_MAX)
        return 0;
    r->status = 431;
    r->step = REQUEST_BAD;
    return -1;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    struct request *r = parser->data;

    if (len > sizeof(r->target) - r->target_len) {
        len = sizeof(r->target) - r->target_len;
        r->status = 414;
    }
    memcpy(r->target + r->target_len, at, len);
    r->target_len = (uint16_t)(r->target_len + len);
    return count_header_bytes(r, len);
}

static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
    struct request *r = parser->data;

    word_match(&r->header, "expect", at, len);
    word_match(&r->id_header, "x-request-id", at, len);
    return count_header_bytes(r, len);
}

/* It becomes part of a line, where a space would forge another word. */
static void add_to_id(struct request *r, const char *at, size_t len)
{
    for (size_t i = 0; i < len && r->id_len <= REQUEST_ID_MAX; i++) {
        if (at[i] > ' ' && at[i] <= '~' && r->id_len < REQUEST_ID_MAX)
            r->id[r->id_len++] = at[i];
        else
            r->id_len = REQUEST_ID_MAX + 1; /* none after all */
    }
    r->id[r->id_len <= REQUEST_ID_MAX ? r->id_len : 0] = '\0';
}

static int on_header_value(llhttp_t *parser, const char *at, size_t len)
{
    struct request *r = parser->data;

    word_match(&r->value, "100-continue", at, len);
    if (word_is(&r->id_header, "x-request-id"))
        add_to_id(r, at, len);
    return count_header_bytes(r, len);
}

static int on_header_value_complete(llhttp_t *parser)
{
    struct request *r = parser->data;

    if (word_is(&r->header, "expect") && word_is(&r->value, "100-continue"))
        r->expects_continue = true;
    r->header = r->value = r->id_header = (struct word){ .same = true };
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct request *r = parser->data;
    bool has_body = parser->content_length > 0 || (parser->flags & F_CHUNKED);

    /* We switch to no other protocol: `Upgrade` is just a header. */
    parser->upgrade = 0;
    r->head = parser->method == HTTP_HEAD;
    r->status = judge(r);
    if (!r->expects_continue || !has_body || parser->http_minor == 0)
        return 0;
    /* Refused before the body is sent: it may now come or not, so close. */
    r->step = r->status == 200 ? REQUEST_EXPECTS : REQUEST_BAD;
    return HPE_PAUSED;
}

static int on_message_complete(llhttp_t *parser)
{
    struct request *r = parser->data;

    r->keep_alive = llhttp_should_keep_alive(parser) && parser->method != HTTP_CONNECT;
    r->step = REQUEST_COMPLETE;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_message_complete = on_message_complete,
};

void request_init(struct request *r)
{
    llhttp_init(&r->parser, HTTP_REQUEST, &settings);
    r->parser.data = r;
    request_next(r);
}

void request_next(struct request *r)
{
    r->step = REQUEST_MORE;
    r->status = 200;
    r->sleep_ms = r->stream_ms = 0;
    r->begun = r->keep_alive = r->head = r->expects_continue = false;
    r->header = r->value = r->id_header = (struct word){ .same = true };
    r->id[0] = '\0';
    r->id_len = 0;
    r->header_bytes = r->target_len = 0;
}

enum request_step request_feed(struct request *r, const char *data, size_t len, size_t *used)
{
    llhttp_errno_t error;

    r->step = REQUEST_MORE;
    *used = len;
    error = llhttp_execute(&r->parser, data, len);
    if (error == HPE_OK)
        return REQUEST_MORE;
    if (error == HPE_PAUSED) {
        *used = (size_t)(llhttp_get_error_pos(&r->parser) - data);
        llhttp_resume(&r->parser);
    } else {
        if (r->step != REQUEST_BAD)
            r->status = 400;
        r->step = REQUEST_BAD;
    }
    if (r->step == REQUEST_BAD)
        r->keep_alive = r->head = false;
    return r->step;
}
