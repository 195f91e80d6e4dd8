/* Does the wire client's reader come to the same end however the bytes of an answer are
   cut, and is what it calls ok always framed?

   Input: what was asked, how long the pieces are, then the bytes that came. */
#include "fuzz.h"
#include "io/wire_answer.h"

#include <string.h>
#include <strings.h>

enum { N_PIECES = 4, PREFIX = 1 + N_PIECES };
enum { TO_HEAD = 1, BY_HEADERS = 2 }; /* bits of the first byte */

struct end {
    enum wire_progress progress;
    enum outcome outcome;
    uint32_t pid;
    uint16_t status;
    size_t used;
    bool keeps_alive, unframed;
    char version[ANSWER_VERSION_KEPT];
};

static struct end end_of(struct wire_answer *w, size_t used)
{
    struct end e = { .used = used };

    e.progress = wire_answer_finish(w);
    e.unframed = wire_answer_is_unframed(w);
    e.keeps_alive = w->keeps_alive;
    e.status = wire_answer_status(w);
    e.outcome = wire_answer_end(w);
    e.pid = w->said.pid;
    memcpy(e.version, w->said.version, sizeof e.version);
    return e;
}

/* pieces: how many bytes come at once, in turn; 0: all that are left. */
static struct end take(const struct answer_reader *r, bool to_head, const char *data, size_t size,
                       const uint8_t pieces[N_PIECES])
{
    struct wire_answer w;
    size_t at = 0, used;

    memset(&w, 0xa5, sizeof w);
    wire_answer_begin(&w, r, to_head);
    for (size_t i = 0; at < size; i++) {
        size_t n = pieces[i % N_PIECES] ? pieces[i % N_PIECES] : size;
        enum wire_progress progress;

        if (n > size - at)
            n = size - at;
        progress = wire_answer_take(&w, data + at, n, &used);
        MUST(used <= n);
        at += used;
        if (progress != WIRE_MORE)
            break;
        MUST(used == n);
    }
    return end_of(&w, at);
}

static bool says(const char *data, size_t size, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= size; i++)
        if (strncasecmp(data + i, word, n) == 0)
            return true;
    return false;
}

static void judge(const struct end *e, bool to_head, const char *data, size_t size)
{
    MUST(e->progress != WIRE_MORE);
    if (e->outcome != OUTCOME_OK)
        return;
    MUST(e->progress == WIRE_WHOLE && !e->unframed);
    MUST(e->status >= 200 && e->status <= 299);
    MUST(says(data, size, "http/1."));
    MUST(to_head || e->status == 204 || says(data, size, "content-length") ||
         says(data, size, "chunked"));
}

static bool same(const struct end *a, const struct end *b)
{
    /* Where a broken one broke is nobody's business. */
    return a->progress == b->progress && a->outcome == b->outcome && a->status == b->status &&
           a->pid == b->pid && a->keeps_alive == b->keeps_alive && a->unframed == b->unframed &&
           strcmp(a->version, b->version) == 0 &&
           (a->used == b->used || a->progress == WIRE_BROKEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t whole[N_PIECES], bytes[N_PIECES] = { 1, 1, 1, 1 };
    static char pid[] = "pid=([0-9]+)", version[] = "X-Version";
    struct server server = { .who = WHO_AUTO };
    struct answer_reader reader;
    struct err err = { 0 };
    struct end expected, got;

    if (size < PREFIX)
        return 0;
    if (data[0] & BY_HEADERS)
        server = (struct server){
            .who = WHO_BODY, .who_text = pid, .version = TOKEN_HEADER, .version_text = version
        };
    MUST(answer_reader_start(&reader, &server, &err) == 0);

    const char *text = (const char *)data + PREFIX;
    bool to_head = data[0] & TO_HEAD;

    expected = take(&reader, to_head, text, size - PREFIX, whole);
    judge(&expected, to_head, text, size - PREFIX);
    got = take(&reader, to_head, text, size - PREFIX, data + 1);
    MUST(same(&expected, &got));
    got = take(&reader, to_head, text, size - PREFIX, bytes);
    MUST(same(&expected, &got));
    answer_reader_free(&reader);
    return 0;
}
