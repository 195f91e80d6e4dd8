/* From which addresses do our connections come? */
#include "io/sources.h"
#include "core/demand.h"
#include "io/address.h"

#include <stdio.h>
#include <sys/socket.h>

enum { MOST_ADDRESSES = 250, FIRST_PORT = 32768, LAST_PORT = 60999 };

static long read_number(const char *path, long otherwise)
{
    FILE *f = fopen(path, "re");
    long n;

    if (!f || fscanf(f, "%ld", &n) != 1)
        n = otherwise;
    if (f)
        fclose(f);
    return n;
}

/* Those of one address, for connections to one other. */
static double ports_of_one(void)
{
    FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    int first = FIRST_PORT, last = LAST_PORT;

    if (f) {
        if (fscanf(f, "%d %d", &first, &last) != 2)
            first = FIRST_PORT, last = LAST_PORT;
        fclose(f);
    }
    return last >= first ? last - first + 1 : 1;
}

/* TIME_WAIT lasts 60 s; but on the loopback a port is taken again after one, unless that
   is forbidden.  Source: ip-sysctl.rst, tcp_tw_reuse. */
static int64_t lingers(void)
{
    return read_number("/proc/sys/net/ipv4/tcp_tw_reuse", 2) ? NS_PER_S : 60 * NS_PER_S;
}

void sources_plan(struct sources *s, const struct scenario *sc, char *notice, size_t size)
{
    double need = demand_ports(sc, lingers()),
           have = ports_of_one() * 0.8; /* the last are hard to find */
    union any_address to;

    *s = (struct sources){ .n = 1 };
    notice[0] = '\0';
    address_of(&sc->server, &to);
    if (to.any.sa_family == AF_UNIX || need <= have)
        return;
    if (to.any.sa_family != AF_INET || need > have * MOST_ADDRESSES) {
        snprintf(notice, size,
                 "this load may hold %.0f ports at once, and there are %.0f: some requests may be "
                 "unsent",
                 need, have);
        return;
    }
    s->n = (unsigned)(need / have) + 1;
    snprintf(notice, size,
             "this load may hold %.0f ports at once, and an address has %.0f: connections of wire "
             "lanes come from 127.0.0.1 to 127.0.0.%u",
             need, have, s->n);
}

int sources_bind(struct sources *s, int fd)
{
    struct sockaddr_in from = { .sin_family = AF_INET };
    int on = 1;

    if (s->n <= 1)
        return 0;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + s->next);
    s->next = (s->next + 1) % s->n;
    /* the port is found by connect, which knows which are free for that server */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(fd, (struct sockaddr *)&from, sizeof from);
}
