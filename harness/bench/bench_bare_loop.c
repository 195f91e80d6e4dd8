/* What does a request cost if nothing is done but to send it and to receive its
   answer?  The floor: epoll, kept connections, one request under way on each;
   nothing is parsed but the first answer, all others are known to be as long. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST_CONNECTIONS = 1024, DEADLINE_MS = 60000 };

static const char request[] = "GET /?sleep=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

struct connection {
    int fd;
    size_t missing; /* bytes of the answer under way */
};

struct bare {
    struct connection connections[MOST_CONNECTIONS];
    size_t n, length; /* of an answer */
    unsigned long count, sent, ended;
    int epoll;
    double first; /* CPU, us, when a tenth was done */
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double cpu_us(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void send_request(struct bare *b, struct connection *c)
{
    c->missing = b->length;
    b->sent++;
    if (send(c->fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1)
        fail("send");
}

static void connect_one(struct bare *b, struct connection *c, unsigned port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event readable = { .events = EPOLLIN, .data.ptr = c };
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
        fail("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (epoll_ctl(b->epoll, EPOLL_CTL_ADD, c->fd, &readable) != 0)
        fail("epoll_ctl");
}

/* Blocks; the one answer that is parsed. */
static size_t learn_length(int fd)
{
    char answer[4096];
    size_t got = 0;

    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        fail("send");
    for (;;) {
        ssize_t n = recv(fd, answer + got, sizeof answer - 1 - got, 0);
        const char *end, *length;

        if (n <= 0)
            fail("the first answer");
        got += (size_t)n;
        answer[got] = '\0';
        end = strstr(answer, "\r\n\r\n");
        length = strcasestr(answer, "\r\nContent-Length:");
        if (!end || !length)
            continue;
        n = end + 4 - answer + strtol(length + 17, NULL, 10);
        if ((size_t)n == got)
            return got;
    }
}

static void receive(struct bare *b, struct connection *c)
{
    char answer[4096];
    ssize_t n = recv(c->fd, answer, sizeof answer, MSG_DONTWAIT);

    if (n <= 0 || (size_t)n > c->missing)
        fail("an answer that is not like the first");
    c->missing -= (size_t)n;
    if (c->missing)
        return;
    if (++b->ended == b->count / 10)
        b->first = cpu_us();
    if (b->sent < b->count)
        send_request(b, c);
}

int main(int argc, char **argv)
{
    static struct bare b;
    unsigned port;

    if (argc != 6 || strcmp(argv[2], "reused") != 0 || strcmp(argv[3], "flight") != 0) {
        fprintf(stderr, "usage: %s PORT reused flight NUMBER COUNT\n", argv[0]);
        return 2;
    }
    port = (unsigned)strtoul(argv[1], NULL, 10);
    b.n = strtoul(argv[4], NULL, 10);
    b.count = strtoul(argv[5], NULL, 10);
    if (b.n < 1 || b.n > MOST_CONNECTIONS || b.count < 10 * b.n)
        return 2;
    b.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < b.n; i++)
        connect_one(&b, &b.connections[i], port);
    b.length = learn_length(b.connections[0].fd);
    for (size_t i = 0; i < b.n; i++)
        send_request(&b, &b.connections[i]);
    while (b.ended < b.count) {
        struct epoll_event ready[MOST_CONNECTIONS];
        int n = epoll_wait(b.epoll, ready, MOST_CONNECTIONS, DEADLINE_MS);

        if (n <= 0)
            fail("epoll_wait");
        for (int i = 0; i < n; i++)
            receive(&b, ready[i].data.ptr);
    }
    printf("{\"sent\": %lu, \"requests\": %lu, \"failed\": 0, \"cpu_us\": %.3f}\n", b.sent,
           b.count - b.count / 10, (cpu_us() - b.first) / (double)(b.count - b.count / 10));
    return 0;
}
