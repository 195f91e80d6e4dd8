/* How is the kernel asked about sockets?  Source: sock_diag(7). */
#include "io/sock_diag.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { ANSWER_WITHIN_MS = 200 };

int sock_diag_open(void)
{
    struct timeval within = { .tv_usec = ANSWER_WITHIN_MS * 1000 };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof within);
    return fd;
}
