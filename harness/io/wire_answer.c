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
    memcpy(w->value + w->value_length, text, n < room ? n : room);
    w->value_length = (uint8_t)(w->value_length + (n < room ? n : room));
    return 0;
}

static int on_value_complete(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);
    size_t n = w->value_length;

    while (n && (w->value[n - 1] == ' ' || w->value[n - 1] == '\t'))
        n--;
    for (enum answer_header i = 0; i < N_ANSWER_HEADERS; i++)
        if (w->candidates & 1 << i && strlen(answer_header_name(w->reader, i)) == w->name_length)
            answer_header_value(&w->said, i, w->value, n);
    w->candidates = 0;
    w->name_length = w->value_length = 0;
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct wire_answer *w = of(parser);

    w->said.framed = (parser->flags & (F_CONTENT_LENGTH | F_CHUNKED)) != 0;
    return w->to_head && !is_interim(parser);
}

static int on_body(llhttp_t *parser, const char *data, size_t n)
{
    struct wire_answer *w = of(parser);

    answer_body(w->reader, &w->said, data, n);
    w->has_moved = true;
    return 0;
}

static int on_chunk_header(llhttp_t *parser)
{
    of(parser)->has_moved = true;
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
    .on_header_field = on_name,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_chunk_header = on_chunk_header,
    .on_message_complete = on_message_complete,
};

void wire_answer_begin(struct wire_answer *w, const struct answer_reader *r, bool to_head)
{
    llhttp_init(&w->parser, HTTP_RESPONSE, &settings);
    w->parser.data = w;
    w->reader = r;
    w->said = (struct answer){ 0 };
    w->header_bytes = 0;
    w->name_length = 0;
    w->candidates = w->value_length = 0;
    w->progress = WIRE_MORE;
    w->to_head = to_head;
    w->keeps_alive = false;
}

enum wire_progress wire_answer_take(struct wire_answer *w, const char *data, size_t n, size_t *used)
{
    *used = 0;
    if (w->progress != WIRE_MORE)
        return w->progress;
    w->has_moved = false;
    *used = n;
    if (llhttp_execute(&w->parser, data, n) != HPE_OK) {
        if (w->progress == WIRE_WHOLE)
            *used = (size_t)(llhttp_get_error_pos(&w->parser) - data);
        else
            w->progress = WIRE_BROKEN;
    } else {
        w->header_bytes = w->has_moved ? 0 : w->header_bytes + (uint32_t)n;
        if (w->header_bytes > WIRE_MOST_HEADERS)
            w->progress = WIRE_BROKEN;
    }
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
    return w->parser.http_major ? w->parser.status_code : 0;
}

static bool has_body(const struct wire_answer *w)
{
    unsigned status = w->parser.status_code;

    return !w->to_head && status != 204 && status != 304 && status / 100 != 1;
}

bool wire_answer_is_unframed(const struct wire_answer *w)
{
    return wire_answer_status(w) && has_body(w) && !w->said.framed;
}

enum outcome wire_answer_end(struct wire_answer *w)
{
    unsigned status = w->parser.status_code;

    answer_end(w->reader, &w->said);
    if (w->progress != WIRE_WHOLE)
        return OUTCOME_BAD_BODY;
    if (wire_answer_is_unframed(w))
        return OUTCOME_TRUNCATED; /* nobody can know whether it is whole */
    if (status < 200 || status > 299)
        return OUTCOME_BAD_STATUS;
    return w->said.bad ? OUTCOME_BAD_BODY : OUTCOME_OK;
}
