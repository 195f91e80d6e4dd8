/* What do the connections of each state send? */
#include "io/states_message.h"
#include "io/wire_request.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_SIZE = 1024 };

/* A request with the headers of the first lane; appended.  *head: how long its head is. */
static void append(struct held_message *m, const struct scenario *sc, const char *path,
                   bool has_body, size_t *head)
{
    struct lane lane = sc->lanes[0];
    struct wire_request q;

    lane.path = (char *)path;
    lane.method = has_body ? "POST" : "GET";
    lane.body_bytes = has_body ? BODY_SIZE : 0;
    lane.connection = CONNECTION_REUSED;
    wire_request_open(&q, &sc->server, &lane, NULL);
    m->bytes = mem_grow(m->bytes, m->size + q.head_size + q.body_size + 1, 1);
    memcpy(m->bytes + m->size, q.head, q.head_size);
    if (q.body_size)
        memcpy(m->bytes + m->size + q.head_size, q.body, q.body_size);
    *head = q.head_size;
    m->size += q.head_size + q.body_size;
    m->answers++;
    wire_request_close(&q);
}

/* The request line and half of what follows. */
static size_t half_head(const char *bytes, size_t head)
{
    const char *end = memchr(bytes, '\n', head);
    size_t line = end ? (size_t)(end - bytes) + 1 : 0;

    return line + (head - line) / 2;
}

void states_message(struct held_message *m, const struct scenario *sc, const struct state_row *row)
{
    size_t head, first, ignored;

    *m = (struct held_message){ 0 };
    append(m, sc, sc->hold.paths[row->path], row->has_body, &head);
    first = m->size;
    if (row->has_second)
        append(m, sc, sc->hold.paths[STATE_PATH], false, &ignored);
    switch (row->before) {
    case SENT_NOTHING:
        break;
    case SENT_HALF_HEAD:
        m->before = half_head(m->bytes, head);
        break;
    case SENT_HALF_BODY:
        m->before = head + (first - head) / 2;
        break;
    case SENT_FIRST:
        m->before = first;
        m->answers_before = 1;
        break;
    case SENT_ALL:
        m->before = m->size;
        break;
    }
    m->may_reopen = row->before == SENT_NOTHING || row->before == SENT_FIRST;
}
