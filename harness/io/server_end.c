/* Which socket stands at the server's end of one of our connections?  Sources: sock_diag(7),
   linux/inet_diag.h. */
#include "io/server_end.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 of;
};

int server_end_of(int fd, struct server_end *e)
{
    socklen_t size = sizeof e->ours;

    if (getsockname(fd, &e->ours.any, &size) != 0)
        return -1;
    size = sizeof e->server;
    if (getpeername(fd, &e->server.any, &size) != 0)
        return -1;
    return e->ours.any.sa_family == AF_INET || e->ours.any.sa_family == AF_INET6 ? 0 : -1;
}

static void put_addresses(struct inet_diag_sockid *id, const struct server_end *e)
{
    if (e->ours.any.sa_family == AF_INET) {
        id->idiag_sport = e->server.v4.sin_port;
        id->idiag_dport = e->ours.v4.sin_port;
        id->idiag_src[0] = e->server.v4.sin_addr.s_addr;
        id->idiag_dst[0] = e->ours.v4.sin_addr.s_addr;
    } else {
        id->idiag_sport = e->server.v6.sin6_port;
        id->idiag_dport = e->ours.v6.sin6_port;
        memcpy(id->idiag_src, &e->server.v6.sin6_addr, sizeof id->idiag_src);
        memcpy(id->idiag_dst, &e->ours.v6.sin6_addr, sizeof id->idiag_dst);
    }
    id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

static enum server_end_state state_of(const struct inet_diag_msg *m)
{
    switch (m->idiag_state) {
    case TCP_SYN_RECV:
        return END_DEFERRED;
    case TCP_ESTABLISHED:
    case TCP_CLOSE_WAIT:
        return m->idiag_inode ? END_ACCEPTED : END_QUEUED;
    default: /* TCP_LISTEN, too: so it is told of a connection that is not there any more */
        return END_CLOSING;
    }
}

enum server_end_state server_end_find(struct server_ends *ask, const struct server_end *e,
                                      uint64_t *ino)
{
    struct question q = { .header = { .nlmsg_len = sizeof q,
                                      .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                                      .nlmsg_flags = NLM_F_REQUEST },
                          .of = { .sdiag_family = (uint8_t)e->ours.any.sa_family,
                                  .sdiag_protocol = IPPROTO_TCP,
                                  .idiag_states = ~0U } };
    _Alignas(struct nlmsghdr) char buffer[1024];
    const struct nlmsghdr *h = (const struct nlmsghdr *)buffer;
    ssize_t n;

    *ino = 0;
    put_addresses(&q.of.id, e);
    q.header.nlmsg_seq = ++ask->number;
    if (send(ask->diag, &q, sizeof q, 0) < 0)
        return END_NOT_KNOWN;
    do { /* an answer that came too late is to another question */
        n = recv(ask->diag, buffer, sizeof buffer, 0);
        if (n < 0 || !NLMSG_OK(h, (size_t)n))
            return END_NOT_KNOWN;
    } while (h->nlmsg_seq != ask->number);
    if (h->nlmsg_type == NLMSG_ERROR)
        return ((const struct nlmsgerr *)NLMSG_DATA(h))->error == -ENOENT ? END_CLOSING
                                                                          : END_NOT_KNOWN;
    if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        h->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
        return END_NOT_KNOWN;
    *ino = ((const struct inet_diag_msg *)NLMSG_DATA(h))->idiag_inode;
    return state_of(NLMSG_DATA(h));
}
