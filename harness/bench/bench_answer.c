/* Who answers so cheaply that the client decides the pace?  One thread, epoll, an
   answer that is always the same; it believes that whatever comes is one whole
   request.  Tells its port by a line "port N"; SIGTERM ends it. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 512, BACKLOG = 4096 };

struct answer {
    char text[512];
    size_t length;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void prepare(struct answer *a, const char *connection)
{
    char body[32];
    int length = snprintf(body, sizeof body, "ospid:%d", (int)getpid());

    a->length = (size_t)snprintf(a->text, sizeof a->text,
                                 "HTTP/1.1 200 OK\r\n"
                                 "Content-Type: text/plain\r\n"
                                 "Content-Length: %d\r\n"
                                 "Connection: %s\r\n\r\n%s",
                                 length, connection, body);
}

static int listen_somewhere(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &length) != 0)
        fail("listen");
    printf("port %u\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event readable = { .events = EPOLLIN, .data.fd = fd };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &readable) != 0)
        fail("epoll_ctl");
}

static void accept_all(int epoll, int listener)
{
    int fd, one = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(epoll, fd);
    }
}

static void serve(int fd, const struct answer *keeps, const struct answer *closes)
{
    char request[4096];
    ssize_t n = recv(fd, request, sizeof request - 1, 0);
    const struct answer *a = keeps;

    if (n <= 0) {
        close(fd);
        return;
    }
    request[n] = '\0';
    if (strcasestr(request, "\r\nConnection: close"))
        a = closes;
    if (send(fd, a->text, a->length, MSG_NOSIGNAL) < 0 || a == closes)
        close(fd);
}

int main(void)
{
    struct answer keeps, closes;
    int listener = listen_somewhere(), epoll = epoll_create1(EPOLL_CLOEXEC);

    prepare(&keeps, "keep-alive");
    prepare(&closes, "close");
    watch(epoll, listener);
    for (;;) {
        struct epoll_event ready[AT_ONCE];
        int n = epoll_wait(epoll, ready, AT_ONCE, -1);

        for (int i = 0; i < n; i++) {
            if (ready[i].data.fd == listener)
                accept_all(epoll, listener);
            else
                serve(ready[i].data.fd, &keeps, &closes);
        }
    }
}
