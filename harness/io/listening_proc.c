/* And where the kernel refuses to be asked?  Its tables in /proc tell as much but for the
   limits of the queues, and take longer.  Source: proc_pid_net(5); tcp and tcp6 name the
   listening sockets before all others. */
#include "io/listening_parts.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCEPTS = 1 << 16 }; /* __SO_ACCEPTCON of the kernel's net.h */

/* "0: 0100007F:1F90 00000000:0000 0A 00000000:00000002 00:00000000 00000000 0 0 4711 ...": in
   the column of what waits to be read a listener has the length of its queue. */
static bool read_line(const struct listening_at *l, int family, const char *line,
                      struct listening_set *found)
{
    unsigned in_order = family == AF_INET6 ? 4 : 1, port, state, queue;
    char address[33], word[9] = "";
    uint32_t source[4] = { 0 };
    unsigned long long ino;

    if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%x %*s %x %*x:%x %*s %*s %*u %*u %llu", address, &port,
               &state, &queue, &ino) != 5)
        return true; /* the heading */
    if (state != TCP_LISTEN)
        return false;
    for (unsigned i = 0; i < in_order && strlen(address) >= 8 * (size_t)(i + 1); i++) {
        memcpy(word, address + 8 * (size_t)i, 8);
        source[i] = (uint32_t)strtoul(word, NULL, 16);
    }
    if (htons((uint16_t)port) == (l->address.any.sa_family == AF_INET6 ? l->address.v6.sin6_port
                                                                       : l->address.v4.sin_port) &&
        listening_is_there(l, family, source))
        listening_add(found,
                      (struct listening){ ino, queue, 0, listening_is_exact(family, source) });
    return true;
}

static int read_inet(const struct listening_at *l, const char *path, int family,
                     struct listening_set *found)
{
    FILE *f = fopen(path, "re");
    char line[512];

    if (!f)
        return -1;
    while (fgets(line, sizeof line, f) && read_line(l, family, line, found))
        continue;
    fclose(f);
    return 0;
}

static int read_unix(struct listening_at *l, struct listening_set *found)
{
    FILE *f = fopen("/proc/net/unix", "re");
    char line[512];

    if (!f)
        return -1;
    while (fgets(line, sizeof line, f)) {
        unsigned long long ino;
        unsigned flags;
        int path = 0;

        if (sscanf(line, "%*s %*x %*x %x %*x %*x %llu %n", &flags, &ino, &path) != 2 || !path)
            continue;
        line[strcspn(line, "\n")] = '\0';
        if (flags & ACCEPTS && listening_was_seen(l, ino, strcmp(line + path, l->unix_path) == 0))
            listening_add(found, (struct listening){ ino, 0, 0, true });
    }
    fclose(f);
    return 0;
}

int listening_read(struct listening_at *l, struct listening_set *found)
{
    if (l->unix_path)
        return read_unix(l, found);
    if (l->address.any.sa_family == AF_INET && read_inet(l, "/proc/net/tcp", AF_INET, found) != 0)
        return -1;
    return found->n == 0 && read_inet(l, "/proc/net/tcp6", AF_INET6, found) != 0 && errno != ENOENT
               ? -1
               : 0;
}
