/* What does the kernel tell, by perf events, of whoever we fork from now on?
   Sources: perf_event_open(2), linux/perf_event.h. */
#include "io/perf_rings.h"

#include "io/record.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What an ordinary user may lock for each CPU (kernel.perf_event_mlock_kb), and the
   least that is of use. */
enum { MOST_ROOM = 512 << 10, LEAST_ROOM = 32 << 10, LONGEST = 128 };

struct ring { /* one for each CPU: inherited events are to be had in no other way */
    int fd;
    struct perf_event_mmap_page *page;
    size_t room;
};

struct taken {
    struct told told;
    size_t order;
};

struct perf_rings {
    struct ring *all;
    size_t n_rings;
    int epoll;           /* of all of them */
    struct taken *taken; /* in order from next on */
    size_t n, room, next, order;
    int64_t until; /* what is not younger has been taken from every ring */
    bool lost;
};

static void take(struct perf_rings *p, const char *record, const struct perf_event_header *h)
{
    struct { /* of an exec only: pid, tid */
        int32_t pid, parent, tid, parent_tid;
    } f;
    struct taken t = { .order = p->order++ };

    memcpy(&f, record + sizeof *h, sizeof f);
    memcpy(&t.told.at, record + h->size - sizeof t.told.at, sizeof t.told.at);
    t.told.pid = t.told.tid = f.pid;
    if (h->type == PERF_RECORD_COMM && h->misc & PERF_RECORD_MISC_COMM_EXEC) {
        t.told.kind = TOLD_EXEC;
    } else if (h->type == PERF_RECORD_FORK || h->type == PERF_RECORD_EXIT) {
        t.told.kind = h->type == PERF_RECORD_FORK ? TOLD_FORK : TOLD_EXIT;
        t.told.tid = f.tid;
        t.told.parent = f.parent;
    } else {
        p->lost |= h->type == PERF_RECORD_LOST;
        return;
    }
    if (p->n == p->room) {
        p->room = p->room ? 2 * p->room : 256;
        p->taken = mem_grow(p->taken, p->room, sizeof *p->taken);
    }
    p->taken[p->n++] = t;
}

static void drain(struct perf_rings *p, struct ring *r)
{
    uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
    uint64_t tail = r->page->data_tail;
    const char *data = (const char *)r->page + r->page->data_offset;

    if (head == tail)
        return;
    /* The record of a loss comes only when there is room again. */
    p->lost |= head - tail > r->room - LONGEST;
    while (tail < head) {
        struct perf_event_header h;
        char record[LONGEST];
        size_t at = tail % r->room, to_end = r->room - at;

        memcpy(&h, data + at, sizeof h); /* whole words: it never wraps */
        if (h.size <= sizeof record) {
            memcpy(record, data + at, h.size < to_end ? h.size : to_end);
            if (h.size > to_end)
                memcpy(record + to_end, data, h.size - to_end);
            take(p, record, &h);
        }
        tail += h.size;
    }
    __atomic_store_n(&r->page->data_tail, tail, __ATOMIC_RELEASE);
}

static int by_time(const void *a, const void *b)
{
    const struct taken *x = a, *y = b;

    if (x->told.at != y->told.at)
        return x->told.at < y->told.at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

void perf_rings_read(struct perf_rings *p)
{
    p->until = recorder_monotonic();
    if (p->next > 0)
        memmove(p->taken, p->taken + p->next, (p->n - p->next) * sizeof *p->taken);
    p->n -= p->next;
    p->next = 0;
    for (size_t i = 0; i < p->n_rings; i++)
        drain(p, &p->all[i]);
    if (p->n > 1)
        qsort(p->taken, p->n, sizeof *p->taken, by_time);
}

/* The younger ones wait: a ring read before may hold their causes by now. */
bool perf_rings_next(struct perf_rings *p, struct told *t)
{
    if (p->next == p->n || p->taken[p->next].told.at > p->until)
        return false;
    *t = p->taken[p->next++].told;
    return true;
}

bool perf_rings_have_lost(struct perf_rings *p)
{
    bool lost = p->lost;

    p->lost = false;
    return lost;
}

int perf_rings_fd(const struct perf_rings *p)
{
    return p->epoll;
}

static int open_ring(struct perf_rings *p, int cpu)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof attr,
        .config = PERF_COUNT_SW_DUMMY,
        .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
        .sample_id_all = 1,
        .task = 1,
        .comm = 1,
        .comm_exec = 1,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .use_clockid = 1,
        .clockid = CLOCK_MONOTONIC,
        .watermark = 1,
        .wakeup_watermark = 1,
    };
    struct ring *r = &p->all[p->n_rings];
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *at = MAP_FAILED;

    r->fd = (int)syscall(SYS_perf_event_open, &attr, 0, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (r->fd < 0)
        return errno == ENODEV ? 0 : -1; /* that CPU is switched off */
    for (size_t room = MOST_ROOM; at == MAP_FAILED && room >= LEAST_ROOM; room /= 2) {
        at = mmap(NULL, page + room, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
        r->room = room;
    }
    if (at == MAP_FAILED) {
        close(r->fd);
        return -1;
    }
    r->page = at;
    p->n_rings++;
    return epoll_ctl(p->epoll, EPOLL_CTL_ADD, r->fd, &(struct epoll_event){ .events = EPOLLIN });
}

void perf_rings_close(struct perf_rings *p)
{
    for (size_t i = 0; i < p->n_rings; i++) {
        munmap(p->all[i].page, (size_t)sysconf(_SC_PAGESIZE) + p->all[i].room);
        close(p->all[i].fd);
    }
    if (p->epoll >= 0)
        close(p->epoll);
    free(p->all);
    free(p->taken);
    free(p);
}

struct perf_rings *perf_rings_open(void)
{
    struct perf_rings *p = mem_new(1, sizeof *p);
    int n = (int)sysconf(_SC_NPROCESSORS_CONF);

    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    p->all = mem_new((size_t)n, sizeof *p->all);
    for (int cpu = 0; cpu < n; cpu++) {
        if (open_ring(p, cpu) != 0) {
            perf_rings_close(p);
            return NULL;
        }
    }
    return p;
}
