/* What does an answer look like? */
#include "response.h"

#include <stdio.h>

const char response_continue[] = "HTTP/1.1 100 Continue\r\n\r\n";

static const struct row {
    unsigned status;
    const char *reason, *header, *body; /* no body: ospid:<pid> */
} rows[] = {
    { .status = 200, .reason = "OK" },
    { .status = 404, .reason = "Not Found", .body = "only / is here\n" },
    { .status = 405,
      .reason = "Method Not Allowed",
      .header = "Allow: GET, HEAD, POST\r\n",
      .body = "only GET, HEAD and POST\n" },
    { .status = 414, .reason = "URI Too Long", .body = "the target is too long\n" },
    { .status = 500, .reason = "Internal Server Error", .body = "something went wrong\n" },
    { .status = 503, .reason = "Service Unavailable", .body = "not now\n" },
    { .status = 431,
      .reason = "Request Header Fields Too Large",
      .body = "more than 64 KB of headers\n" },
    /* The last one stands for any other. */
    { .status = 400, .reason = "Bad Request", .body = "cannot make sense of that\n" },
};

static const struct row *find_row(unsigned status)
{
    const struct row *row = rows;

    while (row < &rows[sizeof(rows) / sizeof(rows[0]) - 1] && row->status != status)
        row++;
    return row;
}

size_t response_format(char buf[RESPONSE_MAX], const struct response *r, const struct identity *id)
{
    const struct row *row = find_row(r->status);
    char own[32];
    const char *body = row->body;
    int length = snprintf(own, sizeof(own), "ospid:%d", (int)id->pid);

    if (body)
        length = snprintf(NULL, 0, "%s", body);
    else
        body = own;
    return (size_t)snprintf(buf, RESPONSE_MAX,
                            "HTTP/1.1 %u %s\r\n"
                            "Content-Type: text/plain\r\n"
                            "Content-Length: %d\r\n"
                            "Connection: %s\r\n"
                            "X-Pid: %d\r\n"
                            "X-Generation: %d\r\n"
                            "X-Version: %s\r\n"
                            "%s\r\n%s",
                            row->status, row->reason, length,
                            r->keep_alive ? "keep-alive" : "close", (int)id->pid, id->generation,
                            id->version_tag, row->header ? row->header : "",
                            r->without_body ? "" : body);
}
