/* When did a process begin, and how did it end? */
#include "io/proc.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int64_t proc_tick(void)
{
    return NS_PER_S / sysconf(_SC_CLK_TCK);
}

/* Since boot, the time of sleep included, which our clock leaves out. */
int64_t proc_began(int64_t start)
{
    struct timespec boot, monotonic;

    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return start * proc_tick() - (boot.tv_sec - monotonic.tv_sec) * NS_PER_S -
           (boot.tv_nsec - monotonic.tv_nsec);
}

/* Source: linux/pidfd.h of Linux 6.15. */
struct exit_info {
    uint64_t mask, cgroup;
    uint32_t ids[11];
    int32_t status;
};
#define GET_EXIT_INFO _IOWR(0xFF, 11, struct exit_info)
enum { HAS_STATUS = 1 << 3 };

int proc_status(pid_t pid, int64_t start, int pidfd)
{
    struct exit_info info = { .mask = HAS_STATUS };
    struct proc_stat st;

    if (proc_stat(pid, &st) == 0 && st.start == start && st.state == 'Z' && st.status)
        return st.status;
    if (ioctl(pidfd, GET_EXIT_INFO, &info) == 0 && info.mask & HAS_STATUS)
        return info.status;
    return -1;
}
