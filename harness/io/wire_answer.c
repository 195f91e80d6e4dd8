/* What do the bytes that came amount to?  One HTTP/1.1 answer at a time. */
#include "io/wire_answer.h"

#include <string.h>
#include <strings.h>

static struct wire_answer *of(llhttp_t *parser)
{
    return parser->data;
}

static bool is_interim(const llhttp_t *parser)
{
    return parser->status_code / 100 == 1 && parser->status_code != 101;
}

/* A 1xx may have come before: what counts begins here. */
static int on_message_begin(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);

    w->said.framed = false;
    w->said.pid = 0;
    w->said.version[0] = '\0';
    return 0;
}

/* llhttp lets it through. */
static int on_reason(llhttp_t *parser, const char *text, size_t n)
{
    (void)parser;
    return memchr(text, '\0', n) ? HPE_USER : 0;
}

static int on_name(llhttp_t *parser, const char *text, size_t n)
{
    struct wire_answer *w = of(parser);

    if (w->name_length == 0)
        w->candidates = (1 << N_ANSWER_HEADERS) - 1;
    for (enum answer_header i = 0; i < N_ANSWER_HEADERS; i++) {
        const char *name = answer_header_name(w->reader, i);

        if (!(w->candidates & 1 << i))
            continue;
        if (!name || strlen(name) < w->name_length + n ||
            strncasecmp(name + w->name_length, text, n) != 0)
            w->candidates &= (uint8_t) ~(1 << i);
    }
    w->name_length = (uint16_t)(w->name_length + n < UINT16_MAX ? w->name_length + n : UINT16_MAX);
    return 0;
}

static int on_value(llhttp_t *parser, const char *text, size_t n)
{
    struct wire_answer *w = of(parser);
    size_t room = sizeof w->value - w->value_length;

    if (!w->candidates)
        return 0;
    w->value_is_cut |= n > room;
    memcpy(w->value + w->value_length, text, n < room ? n : room);
    w->value_length = (uint8_t)(w->value_length + (n < room ? n : room));
    return 0;
}

static int on_value_complete(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);
    size_t n = w->value_length;

    /* What is left of a longer one ends where it was cut: "1   " of "1   2" is not 1. */
    while (!w->value_is_cut && n && (w->value[n - 1] == ' ' || w->value[n - 1] == '\t'))
        n--;
    for (enum answer_header i = 0; i < N_ANSWER_HEADERS; i++)
        if (w->candidates & 1 << i && strlen(answer_header_name(w->reader, i)) == w->name_length)
            answer_header_value(&w->said, i, w->value, n);
    w->candidates = 0;
    w->name_length = w->value_length = 0;
    w->value_is_cut = false;
    return 0;
}

static bool has_body(const struct wire_answer *w)
{
    return !w->to_head && w->status != 204 && w->status != 304 && w->status / 100 != 1;
}

/* Lengths that are said where there is no body are of one that another request would
   have got.  1 tells llhttp that there is none, which it would wait for. */
static int on_headers_complete(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);

    if (parser->http_major != 1 || parser->status_code < 100)
        return -1;
    w->status = parser->status_code;
    w->said.framed = (parser->flags & (F_CONTENT_LENGTH | F_CHUNKED)) != 0;
    return !has_body(w);
}

static int on_body(llhttp_t *parser, const char *data, size_t n)
{
    struct wire_answer *w = of(parser);

    answer_body(w->reader, &w->said, data, n);
    w->body_end = data + n;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);

    if (is_interim(parser))
        return 0;
    w->keeps_alive = llhttp_should_keep_alive(parser) && parser->status_code != 101;
    w->progress = WIRE_WHOLE;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_status = on_reason,
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void wire_answer_begin(struct wire_answer *w, const struct answer_reader *r, bool to_head)
{
    *w = (struct wire_answer){ .reader = r, .progress = WIRE_MORE, .to_head = to_head };
    llhttp_init(&w->parser, HTTP_RESPONSE, &settings);
    llhttp_set_lenient_keep_alive(&w->parser, 1); /* of a 1xx: the answer follows, it must */
    w->parser.data = w;
}

/* No more at once than makes it too much: so its end is the same however it came. */
static size_t take_some(struct wire_answer *w, const char *data, size_t n)
{
    size_t room = WIRE_MOST_HEADERS + 1 - w->header_bytes;

    if (n > room)
        n = room;
    w->body_end = NULL;
    if (llhttp_execute(&w->parser, data, n) != HPE_OK) {
        if (w->progress == WIRE_WHOLE)
            return (size_t)(llhttp_get_error_pos(&w->parser) - data);
        w->progress = WIRE_BROKEN;
        return n;
    }
    w->header_bytes =
        (uint32_t)(w->body_end ? (size_t)(data + n - w->body_end) : w->header_bytes + n);
    if (w->header_bytes > WIRE_MOST_HEADERS)
        w->progress = WIRE_BROKEN;
    return n;
}

enum wire_progress wire_answer_take(struct wire_answer *w, const char *data, size_t n, size_t *used)
{
    *used = 0;
    while (w->progress == WIRE_MORE && *used < n)
        *used += take_some(w, data + *used, n - *used);
    return w->progress;
}

enum wire_progress wire_answer_finish(struct wire_answer *w)
{
    if (w->progress == WIRE_MORE && llhttp_finish(&w->parser) != HPE_OK &&
        w->progress != WIRE_WHOLE)
        w->progress = WIRE_BROKEN;
    if (w->progress == WIRE_MORE)
        w->progress = WIRE_BROKEN; /* before its first byte, or after a 1xx */
    return w->progress;
}

uint16_t wire_answer_status(const struct wire_answer *w)
{
    return w->status;
}

bool wire_answer_is_unframed(const struct wire_answer *w)
{
    return w->status && has_body(w) && !w->said.framed;
}

enum outcome wire_answer_end(struct wire_answer *w)
{
    answer_end(w->reader, &w->said);
    if (w->progress != WIRE_WHOLE)
        return OUTCOME_BAD_BODY;
    if (wire_answer_is_unframed(w))
        return OUTCOME_TRUNCATED; /* nobody can know whether it is whole */
    if (w->status < 200 || w->status > 299)
        return OUTCOME_BAD_STATUS;
    return w->said.bad ? OUTCOME_BAD_BODY : OUTCOME_OK;
}
