/* Which requests did the server really do, and how often? */
#include "io/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 160, /* a longer one is none of ours */
    MOST_TOLD = 1000,     /* of each kind; the counts tell of all */
    PIDS_TOLD = 4
};
#define MOST_LINES 50000000

/* What is known of one request. */
struct entry {
    uint32_t times;
    uint32_t told; /* 1 + its index in `again`, 0: not there */
    uint32_t pid;  /* who did it first; 0: not said */
};

struct reading {
    const struct ledger *ledger;
    struct recorder *record;
    struct entry *entries;
    uint32_t n;
    uint64_t lines, strange, again_in_all;
    bool torn;
    char first_strange[48];
    struct {
        uint32_t id, n_pids, pids[PIDS_TOLD];
    } again[MOST_TOLD];
    uint32_t n_again;
};

/* Its number, or -1 if we never sent it. */
static int64_t number_of(const struct reading *r, const char *id, size_t length)
{
    size_t prefix = strlen(r->ledger->ids);
    int64_t number = 0;

    if (length <= prefix || length > prefix + 10 || strncmp(id, r->ledger->ids, prefix) != 0 ||
        (id[prefix] == '0' && length > prefix + 1))
        return -1;
    for (size_t i = prefix; i < length; i++) {
        if (id[i] < '0' || id[i] > '9')
            return -1;
        number = number * 10 + (id[i] - '0');
    }
    return number < r->n ? number : -1;
}

static void note_again(struct reading *r, uint32_t id, uint32_t pid)
{
    struct entry *e = &r->entries[id];

    if (e->times == 2) {
        r->again_in_all++;
        if (r->n_again < MOST_TOLD) {
            r->again[r->n_again].id = id;
            r->again[r->n_again].pids[0] = e->pid;
            r->again[r->n_again].n_pids = 1;
            e->told = ++r->n_again;
        }
    }
    if (e->told && r->again[e->told - 1].n_pids < PIDS_TOLD)
        r->again[e->told - 1].pids[r->again[e->told - 1].n_pids++] = pid;
}

/* As much as makes sense in a sentence. */
static void remember_strange(struct reading *r, const char *line)
{
    size_t n = 0;

    r->strange++;
    if (r->first_strange[0])
        return;
    for (; line[n] && n < sizeof r->first_strange - 1; n++)
        r->first_strange[n] = (char)(line[n] >= ' ' && line[n] <= '~' ? line[n] : '?');
    r->first_strange[n] = '\0';
}

static void take_line(struct reading *r, const char *line, bool whole)
{
    size_t length = strcspn(line, " ");
    int64_t id = whole ? number_of(r, line, length) : -1;
    uint32_t pid = 0;
    char *end = NULL;

    r->lines++;
    if (id >= 0 && line[length])
        pid = (uint32_t)strtoul(line + length + 1, &end, 10);
    if (id < 0 || (end && (*end || end == line + length + 1))) {
        remember_strange(r, line);
        return;
    }
    if (++r->entries[id].times == 1)
        r->entries[id].pid = pid;
    else
        note_again(r, (uint32_t)id, pid);
}

/* Line by line, however large it is; only the last one may lack its end. */
static int read_lines(struct reading *r, FILE *in)
{
    char line[LINE_MAX_BYTES];
    size_t n = 0;
    bool whole = true;
    int c;

    while ((c = getc_unlocked(in)) != EOF) {
        if (c == '\n') {
            line[n] = '\0';
            take_line(r, line, whole);
            n = 0;
            whole = true;
            if (r->lines > MOST_LINES)
                return -1;
        } else if (n < sizeof line - 1 && c) {
            line[n++] = (char)c;
        } else {
            whole = false;
        }
    }
    r->torn = n > 0 || !whole;
    return 0;
}

static void say(const struct reading *r, enum ledger_count which, uint64_t n, const char *text)
{
    record(r->record, EVENT_LEDGER, (int32_t)which, (int64_t)n, text);
}

static void record_again(const struct reading *r)
{
    for (uint32_t i = 0; i < r->n_again; i++) {
        char text[16 * PIDS_TOLD] = "";

        for (uint32_t k = 0; k < r->again[i].n_pids; k++)
            if (r->again[i].pids[k])
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s%" PRIu32,
                         text[0] ? ", " : "", r->again[i].pids[k]);
        record(r->record, EVENT_DONE_TIMES, (int32_t)r->entries[r->again[i].id].times,
               r->again[i].id, text);
    }
}

/* Answered, but not in it; and in it, though nobody was answered. */
static void record_others(const struct reading *r)
{
    const struct history *h = r->record->h;
    uint64_t missing = 0, unanswered = 0;

    for (size_t i = 0; i < h->n_samples; i++) {
        const struct sample *s = &h->samples[i];

        if (s->id >= r->n)
            continue;
        unanswered += sample_class(s) == CLASS_LOST && r->entries[s->id].times;
        if (s->outcome == OUTCOME_OK && r->entries[s->id].times == 0 && missing++ < MOST_TOLD)
            record(r->record, EVENT_DONE_TIMES, 0, s->id, "");
    }
    say(r, LEDGER_MISSING, missing, "");
    say(r, LEDGER_UNANSWERED, unanswered, "");
}

static void record_all(const struct reading *r)
{
    say(r, LEDGER_LINES, r->lines, r->ledger->path);
    say(r, LEDGER_AGAIN, r->again_in_all, "");
    say(r, LEDGER_STRANGE, r->strange, r->first_strange);
    say(r, LEDGER_TORN, r->torn, "");
    record_again(r);
    record_others(r);
}

/* NULL: why says why not. */
static FILE *open_ledger(const struct ledger *l, char *why, size_t size)
{
    int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* no pipe makes us wait */
    struct stat st = { 0 };
    const char *wrong = NULL;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= l->from &&
        lseek(fd, l->from, SEEK_SET) == l->from)
        return fdopen(fd, "r");
    if (fd >= 0)
        wrong = S_ISREG(st.st_mode) ? "became shorter during the run" : "not a regular file";
    snprintf(why, size, "%.150s: %s", l->path, wrong ? wrong : strerror(errno));
    if (fd >= 0)
        close(fd);
    return NULL;
}

void ledger_begin(struct ledger *l)
{
    struct stat st;

    l->from = l->path && stat(l->path, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
}

void ledger_read(const struct ledger *l, uint32_t n, struct recorder *record_to)
{
    char why[256] = "out of memory";
    struct reading *r;
    FILE *in;

    if (!l->path)
        return;
    in = open_ledger(l, why, sizeof why);
    if (!in) {
        record(record_to, EVENT_LEDGER_UNREAD, 0, 0, why);
        return;
    }
    r = mem_new(1, sizeof *r);
    r->ledger = l;
    r->record = record_to;
    r->n = n;
    r->entries = mem_new(n, sizeof *r->entries);
    if (read_lines(r, in) != 0 || ferror(in)) {
        snprintf(why, sizeof why, "%.150s: %s", l->path,
                 ferror(in) ? strerror(errno) : "has more than fifty million lines");
        record(record_to, EVENT_LEDGER_UNREAD, 0, 0, why);
    } else {
        record_all(r);
    }
    fclose(in);
    free(r->entries);
    free(r);
}
