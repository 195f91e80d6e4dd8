/* What does a process have open?  Source: proc_pid_fd(5). */
#include "io/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_COUNTED = 4096, /* one by one: more would take too long */
    LINK = 64
};

/* Of a longer one only the beginning: sockets have short ones. */
static bool read_link(int dir, const char *path, char link[LINK])
{
    ssize_t n = readlinkat(dir, path, link, LINK - 1);

    link[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

int proc_each_descriptor(pid_t pid, proc_descriptor_fn *found, void *arg)
{
    const struct dirent *e;
    char path[32], link[LINK];
    bool more = true;
    DIR *d;

    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    d = opendir(path);
    if (!d)
        return -1;
    while (more && (e = readdir(d)))
        if (e->d_name[0] != '.' && read_link(dirfd(d), e->d_name, link))
            more = found(arg, atoi(e->d_name), link);
    closedir(d);
    return 0;
}

uint64_t proc_socket(const char *link)
{
    static const char socket[] = "socket:[";

    return strncmp(link, socket, sizeof socket - 1) == 0
               ? strtoull(link + sizeof socket - 1, NULL, 10)
               : 0;
}

uint64_t proc_socket_at(pid_t pid, int number)
{
    char path[48], link[LINK];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, number);
    return read_link(AT_FDCWD, path, link) ? proc_socket(link) : 0;
}

static bool count(void *arg, int number, const char *link)
{
    int64_t *n = arg;

    (void)number;
    (void)link;
    return ++*n <= MOST_COUNTED;
}

/* Since Linux 6.2 the directory's size is their number. */
int64_t proc_descriptors(pid_t pid)
{
    struct stat st;
    char path[32];
    int64_t n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    if (stat(path, &st) != 0)
        return -1;
    if (st.st_size > 0)
        return st.st_size;
    if (proc_each_descriptor(pid, count, &n) != 0)
        return -1;
    errno = EOVERFLOW;
    return n > MOST_COUNTED ? -1 : n;
}
