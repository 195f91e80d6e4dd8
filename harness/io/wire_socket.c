/* How is a connection begun that tells all that becomes of it? */
#include "io/wire_socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
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
    if (p->names_senders)
        setsockopt(*fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    if (p->sources && sources_bind(p->sources, *fd) != 0)
        return errno;
    if (connect(*fd, &p->address.any, p->address_size) == 0 || errno == EINPROGRESS)
        return 0;
    return errno;
}

static pid_t sender_of(struct msghdr *m)
{
    struct ucred who = { 0 };

    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS &&
            c->cmsg_len >= CMSG_LEN(sizeof who))
            memcpy(&who, CMSG_DATA(c), sizeof who);
    return who.pid > 0 ? who.pid : -1;
}

ssize_t wire_socket_receive(const struct wire_socket_plan *p, int fd, void *data, size_t n,
                            pid_t *sender)
{
    _Alignas(struct cmsghdr) char credentials[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec part = { data, n };
    struct msghdr m = { .msg_iov = &part,
                        .msg_iovlen = 1,
                        .msg_control = credentials,
                        .msg_controllen = sizeof credentials };
    ssize_t got;
    pid_t pid;

    if (!p->names_senders)
        return recv(fd, data, n, 0);
    got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (got <= 0)
        return got;
    pid = sender_of(&m);
    *sender = *sender == 0 || *sender == pid ? pid : -1;
    return got;
}
