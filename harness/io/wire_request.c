/* What is sent?  The bytes of a lane's requests. */
#include "io/wire_request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>

static const char *const own_headers[] = { "Host", "User-Agent", "Accept", "Connection" };

/* A lane may say otherwise, or "Name:", and then there is none. */
static bool is_said(const struct lane *lane, const char *name)
{
    size_t n = strlen(name);

    for (char **h = lane->headers; h && *h; h++)
        if (strncasecmp(*h, name, n) == 0 && (*h)[n] == ':')
            return true;
    return false;
}

static const char *value_of(const char *header)
{
    const char *value = strchr(header, ':');

    return value ? value + 1 + strspn(value + 1, " \t") : "";
}

static void put_own(FILE *f, const struct server *server, const struct lane *lane)
{
    const char *host = strstr(server->url, "://");
    /* Whoever is to be known by the connection that he holds must not end it as he answers. */
    bool closes = lane->connection == CONNECTION_NEW && server->who != WHO_SOCKET;
    const char *values[] = { host ? host + 3 : server->url, "hupproof/" HUPPROOF_VERSION, "*/*",
                             closes ? "close" : NULL };

    for (size_t i = 0; i < COUNT(own_headers); i++)
        if (values[i] && !is_said(lane, own_headers[i]))
            fprintf(f, "%s: %.*s\r\n", own_headers[i], (int)strcspn(values[i], i == 0 ? "/" : ""),
                    values[i]);
}

void wire_request_open(struct wire_request *q, const struct server *server, const struct lane *lane,
                       const char *ids)
{
    FILE *f;

    *q = (struct wire_request){ .ids = ids, .body_size = lane->body_bytes };
    f = open_memstream(&q->head, &q->head_size);
    if (!f)
        abort();
    fprintf(f, "%s %s HTTP/1.1\r\n", lane->method, lane->path);
    put_own(f, server, lane);
    if (lane->body_bytes)
        fprintf(f, "Content-Length: %zu\r\n", lane->body_bytes);
    for (char **h = lane->headers; h && *h; h++)
        if (*value_of(*h))
            fprintf(f, "%s\r\n", *h);
    fputs(ids ? REQUEST_ID_HEADER ": " : "\r\n", f);
    fclose(f);
    if (lane->body_bytes) {
        q->body = mem_new(1, lane->body_bytes);
        memset(q->body, 'x', lane->body_bytes);
    }
}

void wire_request_close(struct wire_request *q)
{
    free(q->head);
    free(q->body);
    *q = (struct wire_request){ 0 };
}

/* What comes after the head; "" where all are the same. */
static size_t tail(const struct wire_request *q, uint32_t id, char *text, size_t size)
{
    if (!q->ids)
        return 0;
    return (size_t)snprintf(text, size, "%s%" PRIu32 "\r\n\r\n", q->ids, id);
}

size_t wire_request_size(const struct wire_request *q, uint32_t id)
{
    char text[96];

    return q->head_size + tail(q, id, text, sizeof text) + q->body_size;
}

ssize_t wire_request_send(const struct wire_request *q, uint32_t id, size_t done, size_t most,
                          int fd)
{
    char text[96];
    struct iovec parts[3] = { { q->head, q->head_size },
                              { text, tail(q, id, text, sizeof text) },
                              { q->body, q->body_size } };
    struct msghdr m = { .msg_iov = parts, .msg_iovlen = COUNT(parts) };

    if (done == 0 && !q->ids && !q->body && most >= q->head_size)
        return send(fd, q->head, q->head_size, MSG_NOSIGNAL);
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t skipped = done < parts[i].iov_len ? done : parts[i].iov_len;

        done -= skipped;
        parts[i].iov_base = (char *)parts[i].iov_base + skipped;
        parts[i].iov_len -= skipped;
        if (parts[i].iov_len > most)
            parts[i].iov_len = most;
        most -= parts[i].iov_len;
    }
    return sendmsg(fd, &m, MSG_NOSIGNAL);
}
