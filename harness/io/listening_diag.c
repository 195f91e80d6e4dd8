/* What does the kernel answer when it is asked for listening sockets?  Sources: sock_diag(7),
   linux/inet_diag.h, linux/unix_diag.h.  Of a listener the two queue members of the answer are the
   length of its accept queue and the limit of it. */
#include "io/listening_parts.h"
#include "io/sock_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MINOR_BITS = 20 };

typedef void heard_fn(struct listening_at *l, const struct nlmsghdr *h, struct listening_set *set);

static void heard_inet(struct listening_at *l, const struct nlmsghdr *h, struct listening_set *set)
{
    const struct inet_diag_msg *m = NLMSG_DATA(h);

    if (h->nlmsg_len >= NLMSG_LENGTH(sizeof *m) && m->idiag_state == TCP_LISTEN &&
        listening_is_there(l, m->idiag_family, m->id.idiag_src))
        listening_add(set,
                      (struct listening){ m->idiag_inode, m->idiag_rqueue, m->idiag_wqueue,
                                          listening_is_exact(m->idiag_family, m->id.idiag_src) });
}

/* Is the path, or the name it was bound to before it was renamed to the path?  One that
   was there once still is the server's when the path has gone to another. */
static bool is_at_path(const struct listening_at *l, const char *name, size_t length,
                       const struct unix_diag_vfs *vfs)
{
    struct stat st;

    if (length == strlen(l->unix_path) && memcmp(name, l->unix_path, length) == 0)
        return true;
    return vfs && stat(l->unix_path, &st) == 0 && (uint32_t)st.st_ino == vfs->udiag_vfs_ino &&
           major(st.st_dev) == vfs->udiag_vfs_dev >> MINOR_BITS &&
           minor(st.st_dev) == (vfs->udiag_vfs_dev & ((1U << MINOR_BITS) - 1));
}

static void heard_unix(struct listening_at *l, const struct nlmsghdr *h, struct listening_set *set)
{
    const struct unix_diag_msg *m = NLMSG_DATA(h);
    unsigned left = h->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof *m);
    const struct unix_diag_rqlen *lengths = NULL;
    const struct unix_diag_vfs *vfs = NULL;
    const char *name = "";
    size_t length = 0;

    if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m) || m->udiag_state != TCP_LISTEN)
        return;
    for (const struct rtattr *a = (const struct rtattr *)(m + 1); RTA_OK(a, left);
         a = RTA_NEXT(a, left)) {
        if (a->rta_type == UNIX_DIAG_NAME) {
            name = RTA_DATA(a);
            length = strnlen(name, RTA_PAYLOAD(a));
        } else if (a->rta_type == UNIX_DIAG_RQLEN && RTA_PAYLOAD(a) >= sizeof *lengths) {
            lengths = RTA_DATA(a);
        } else if (a->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(a) >= sizeof *vfs) {
            vfs = RTA_DATA(a);
        }
    }
    if (!listening_was_seen(l, m->udiag_ino, is_at_path(l, name, length, vfs)))
        return;
    listening_add(set, (struct listening){ m->udiag_ino, lengths ? lengths->udiag_rqueue : 0,
                                           lengths ? lengths->udiag_wqueue : 0, true });
}

/* 1: there is more to come; 0: that was all; -1 with errno. */
static int hear(struct listening_at *l, const char *buffer, ssize_t n, heard_fn *heard,
                struct listening_set *set)
{
    const struct nlmsghdr *h = (const struct nlmsghdr *)buffer;

    for (unsigned left = (unsigned)n; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        if (h->nlmsg_type == NLMSG_DONE)
            return 0;
        if (h->nlmsg_type == NLMSG_ERROR) {
            errno = -((const struct nlmsgerr *)NLMSG_DATA(h))->error;
            return -1;
        }
        heard(l, h, set);
    }
    return 1;
}

static int ask(struct listening_at *l, const void *request, size_t size, heard_fn *heard,
               struct listening_set *set)
{
    _Alignas(struct nlmsghdr) char buffer[16384];
    struct nlmsghdr header = { .nlmsg_len = (uint32_t)(sizeof header + size),
                               .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                               .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP };
    ssize_t n;
    int more;

    memcpy(buffer, &header, sizeof header);
    memcpy(buffer + sizeof header, request, size);
    if (send(l->fd, buffer, sizeof header + size, 0) < 0)
        return -1;
    do {
        n = recv(l->fd, buffer, sizeof buffer, 0);
        if (n <= 0)
            return -1;
    } while ((more = hear(l, buffer, n, heard, set)) > 0);
    return more;
}

static int ask_inet(struct listening_at *l, uint8_t family, struct listening_set *set)
{
    struct inet_diag_req_v2 request = { .sdiag_family = family,
                                        .sdiag_protocol = IPPROTO_TCP,
                                        .idiag_states = 1U << TCP_LISTEN };

    request.id.idiag_sport = family == AF_INET6 && l->address.any.sa_family == AF_INET6
                                 ? l->address.v6.sin6_port
                                 : l->address.v4.sin_port;
    return ask(l, &request, sizeof request, heard_inet, set);
}

static int ask_unix(struct listening_at *l, struct listening_set *set)
{
    const struct unix_diag_req request = { .sdiag_family = AF_UNIX,
                                           .udiag_states = 1U << TCP_LISTEN,
                                           .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS |
                                                         UDIAG_SHOW_RQLEN };

    return ask(l, &request, sizeof request, heard_unix, set);
}

int listening_ask(struct listening_at *l, struct listening_set *found)
{
    errno = l->refused;
    if (l->fd < 0)
        return -1;
    if (l->unix_path)
        return ask_unix(l, found);
    /* One socket of IPv6 may take what comes by IPv4. */
    if (l->address.any.sa_family == AF_INET && ask_inet(l, AF_INET, found) != 0)
        return -1;
    return found->n == 0 && ask_inet(l, AF_INET6, found) != 0 && errno != ENOENT ? -1 : 0;
}

int listening_connect(struct listening_at *l)
{
    l->fd = sock_diag_open();
    l->refused = errno;
    return l->fd < 0 ? -1 : 0;
}
