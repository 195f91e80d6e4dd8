/* How is a connection begun that tells all that becomes of it? */
#include "io/wire_socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int wire_socket_open(const struct wire_socket_plan *p, int *fd)
{
    int on = 1;

    *fd = socket(p->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return errno;
    if (p->no_delay && p->address.any.sa_family != AF_UNIX)
        setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (p->receive_buffer)
        setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &p->receive_buffer, sizeof p->receive_buffer);
    if (p->sources && sources_bind(p->sources, *fd) != 0)
        return errno;
    if (connect(*fd, &p->address.any, p->address_size) == 0 || errno == EINPROGRESS)
        return 0;
    return errno;
}
