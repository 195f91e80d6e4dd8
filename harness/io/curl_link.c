/* Which connection carries a request, and what is known of it? */
#include "io/curl_link.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct curl_link *link_new(struct curl_slot *slot, int fd)
{
    struct curl_link *l = mem_new(1, sizeof *l);

    l->fd = fd;
    owned_open(&l->other_end, fd);
    l->holders = 2; /* the caller, and the slot as long as it is open */
    l->next = slot->links;
    slot->links = l;
    return l;
}

void link_hold(struct curl_link *l)
{
    l->holders++;
}

void link_release(struct curl_link *l)
{
    if (l && --l->holders == 0)
        free(l);
}

void link_note_port(struct curl_link *l)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = { 0 };
    socklen_t size = sizeof a;

    if (getsockname(l->fd, &a.any, &size) != 0)
        return;
    if (a.any.sa_family == AF_INET)
        l->port = ntohs(a.v4.sin_port);
    else if (a.any.sa_family == AF_INET6)
        l->port = ntohs(a.v6.sin6_port);
}

struct curl_link *link_find(const struct curl_slot *slot, uint16_t port)
{
    for (struct curl_link *l = slot->links; l; l = l->next)
        if (l->port == port || port == 0)
            return l;
    return NULL;
}

static bool has_ended(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };

    return poll(&p, 1, 0) > 0 && p.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

bool link_has_ended(const struct curl_link *l)
{
    return l->fd < 0 ? l->ended : has_ended(l->fd);
}

bool slot_has_link(const struct curl_slot *slot)
{
    for (const struct curl_link *l = slot->links; l; l = l->next)
        if (!l->opener && !l->going_away && !has_ended(l->fd))
            return true;
    return false;
}

bool link_refused(const struct curl_link *l, uint32_t stream)
{
    if (l->going_away && stream > l->last_stream)
        return true;
    return !link_has_ended(l);
}

/* Is the last TLS record that waits to be read an alert?  Of TLS 1.3 it is encrypted, and known
   by its size: nothing else that a server may send unasked is as small. */
static bool waits_an_alert(int fd)
{
    enum { HEAD = 5, ALERT = 21, DATA = 23, ALERT_SIZE = 2 + 1 + 16 };
    unsigned char waiting[8192];
    ssize_t n = recv(fd, waiting, sizeof waiting, MSG_PEEK | MSG_DONTWAIT), at = 0;
    bool alert = false;

    while (n - at >= HEAD) {
        int size = waiting[at + 3] << 8 | waiting[at + 4];

        alert = waiting[at] == ALERT || (waiting[at] == DATA && size == ALERT_SIZE);
        at += HEAD + size;
    }
    return alert;
}

void slot_drop_ended(struct curl_slot *slot, bool tls)
{
    char dropped[4096];

    for (struct curl_link *l = slot->links; l; l = l->next) {
        if (l->users || l->opener || (!has_ended(l->fd) && !(tls && waits_an_alert(l->fd))))
            continue;
        while (recv(l->fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0)
            ;
        shutdown(l->fd, SHUT_RD);
    }
}

void slot_forget_link(struct curl_slot *slot, struct curl_link *l)
{
    for (struct curl_link **at = &slot->links; *at; at = &(*at)->next) {
        if (*at != l)
            continue;
        l->ended = has_ended(l->fd);
        l->fd = -1;
        l->opener = NULL;
        *at = l->next;
        link_release(l);
        return;
    }
}

int slot_close_socket(void *arg, curl_socket_t fd)
{
    struct curl_slot *slot = arg;

    for (struct curl_link *l = slot->links; l; l = l->next) {
        if (l->fd != fd)
            continue;
        slot_forget_link(slot, l);
        break;
    }
    return close(fd);
}
