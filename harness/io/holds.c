/* Does a process hold one of the listening sockets, and does it wait for connections?
   Source: proc_pid_fd(5), and of proc_pid_fdinfo(5) the part on epoll. */
#include "io/holds.h"
#include "io/proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_DESCRIPTORS = 1024, /* listeners are opened early: their numbers are low */
    MOST_POLLED = 1024,      /* in an epoll: the kernel locks it while it lists them */
    MOST_EPOLLS = 8
};

_Static_assert(MOST_LISTENING <= 64, "one bit each");

struct look {
    const struct listening_set *set;
    struct holds *found;
    pid_t pid;
    int epolls[MOST_EPOLLS];
    size_t n_epolls, descriptors;
};

static bool look_at_descriptor(void *arg, int number, const char *link)
{
    struct look *l = arg;
    const struct listening *held = NULL;
    uint64_t ino = proc_socket(link);

    if (++l->descriptors > MOST_DESCRIPTORS)
        return false;
    if (ino)
        held = listening_by_ino(l->set, ino);
    else if (strcmp(link, "anon_inode:[eventpoll]") == 0 && l->n_epolls < MOST_EPOLLS)
        l->epolls[l->n_epolls++] = number;
    if (!held)
        return true;
    if (l->found->n++ == 0)
        l->found->ino = held->ino;
    l->found->which |= UINT64_C(1) << (held - l->set->all);
    return true;
}

/* A line "tfd: 5 events: 1 data: 0 pos:0 ino:1d2f sdev:8" for each that it waits for. */
static bool waits_for_listener(const struct look *l, int epoll)
{
    char path[48], line[256];
    bool found = false;
    const char *ino;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", l->pid, epoll);
    f = fopen(path, "re");
    if (!f)
        return false;
    while (!found && fgets(line, sizeof line, f)) {
        ino = strncmp(line, "tfd:", 4) == 0 ? strstr(line, "ino:") : NULL;
        found = ino && listening_by_ino(l->set, strtoull(ino + strlen("ino:"), NULL, 16));
    }
    fclose(f);
    return found;
}

static enum listener_hold how(const struct look *l)
{
    if (l->found->n == 0)
        return HOLDS_NOT;
    if (l->n_epolls == 0 || l->descriptors > MOST_POLLED)
        return HOLDS;
    for (size_t i = 0; i < l->n_epolls; i++)
        if (waits_for_listener(l, l->epolls[i]))
            return HOLDS_AND_POLLS;
    return HOLDS_ONLY;
}

int holds_find(pid_t pid, const struct listening_set *set, struct holds *h)
{
    struct look l = { .set = set, .found = h, .pid = pid };

    *h = (struct holds){ 0 };
    if (proc_each_descriptor(pid, look_at_descriptor, &l) != 0)
        return -1;
    h->how = how(&l);
    if (h->n == 0 && l.descriptors > MOST_DESCRIPTORS) {
        errno = EOVERFLOW;
        return -1;
    }
    return 0;
}
