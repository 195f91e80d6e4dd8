/* Which sockets listen where the server should, and how full are their queues? */
#include "io/listening_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void listening_add(struct listening_set *set, struct listening one)
{
    if (one.ino && set->n < MOST_LISTENING && !listening_by_ino(set, one.ino))
        set->all[set->n++] = one;
}

static bool is_any(const uint32_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (words[i])
            return false;
    return true;
}

bool listening_is_exact(int family, const uint32_t *source)
{
    return !is_any(source, family == AF_INET6 ? 4 : 1);
}

bool listening_is_there(const struct listening_at *l, int family, const uint32_t *source)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff }; /* ::ffff:0:0/96 */
    bool v6 = family == AF_INET6;

    if (is_any(source, v6 ? 4 : 1))
        return v6 || l->address.any.sa_family == AF_INET;
    if (l->address.any.sa_family == AF_INET6)
        return v6 && memcmp(source, &l->address.v6.sin6_addr, 16) == 0;
    if (v6 && memcmp(source, mapped, sizeof mapped) != 0)
        return false;
    return source[v6 ? 3 : 0] == l->address.v4.sin_addr.s_addr;
}

bool listening_was_seen(struct listening_at *l, uint64_t ino, bool is_there_now)
{
    for (size_t i = 0; i < l->n_seen; i++)
        if (l->seen[i] == ino)
            return true;
    if (!is_there_now || l->n_seen == sizeof l->seen / sizeof l->seen[0])
        return false;
    l->seen[l->n_seen++] = ino;
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct listening *x = a, *y = b;

    return (x->ino > y->ino) - (x->ino < y->ino);
}

int listening_find(struct listening_at *l, struct listening_set *found)
{
    found->n = 0;
    if (listening_ask(l, found) != 0) {
        int error = errno;

        found->n = 0;
        if (listening_read(l, found) != 0) {
            errno = error;
            return -1;
        }
    }
    qsort(found->all, found->n, sizeof found->all[0], compare);
    return 0;
}

void listening_open(struct listening_at *l, const struct server *server)
{
    *l = (struct listening_at){ .unix_path = server->unix_path };
    address_of(server, &l->address);
    listening_connect(l);
}

void listening_close(struct listening_at *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}

const struct listening *listening_by_ino(const struct listening_set *set, uint64_t ino)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->all[i].ino == ino)
            return &set->all[i];
    return NULL;
}
