/* Who may have our listener? */
#include "pass.h"

#include "log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_WITHIN_S = 5 };

union room_for_fd {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr alignment;
};

static int set_path(struct sockaddr_un *address, const char *path, struct err *err)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address->sun_path))
        return err_set(err, "handover at %.40s...: a path of at most %zu characters", path,
                       sizeof(address->sun_path) - 1);
    strcpy(address->sun_path, path);
    return 0;
}

static int receive(int from, struct handover *h, struct err *err)
{
    union room_for_fd room;
    char text[16] = "";
    struct iovec part = { .iov_base = text, .iov_len = sizeof(text) - 1 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = room.bytes,
                              .msg_controllen = sizeof(room.bytes) };
    const struct cmsghdr *c;
    ssize_t n;

    do
        n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    c = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
        return err_set(err, "handover: no listener came: %s",
                       n < 0 ? strerror(errno) : "the other server turned us away");
    memcpy(&h->listen_fd, CMSG_DATA(c), sizeof(int));
    h->generation = atoi(text) + 1;
    return 0;
}

int pass_ask(const char *path, struct handover *h, struct err *err)
{
    const struct timeval within = { .tv_sec = ANSWER_WITHIN_S };
    struct sockaddr_un address;
    int fd;

    if (set_path(&address, path, err) < 0)
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(err, "socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof(within));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        bool nobody = errno == ENOENT || errno == ECONNREFUSED;

        err_set(err, "handover at %s: %s", path, strerror(errno));
        close(fd);
        return nobody ? 0 : -1;
    }
    if (receive(fd, h, err) < 0) {
        close(fd);
        return -1;
    }
    h->passed_fd = fd;
    return 1;
}

static void on_turned_away(uv_handle_t *handle)
{
    struct pass *p = handle->data;

    p->is_asked = false;
}

static void turn_away(struct pass *p)
{
    int fd;

    uv_fileno((uv_handle_t *)&p->asker, &fd);
    uv_close((uv_handle_t *)&p->asker, on_turned_away);
    close(fd);
}

static void on_said(uv_poll_t *poll, int status, int events)
{
    struct pass *p = poll->data;
    struct ucred who = { 0 };
    socklen_t len = sizeof(who);
    char text[sizeof(HANDOVER_READY)];
    ssize_t n;
    int fd;

    (void)status, (void)events;
    uv_fileno((uv_handle_t *)poll, &fd);
    n = recv(fd, text, sizeof(text), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len);
    turn_away(p);
    if (n == sizeof(HANDOVER_READY) - 1 && memcmp(text, HANDOVER_READY, (size_t)n) == 0)
        p->events.on_ready(p->events.data, who.pid);
    else
        log_line("process %d, which had our listener, left without being ready", (int)who.pid);
}

static int give(const struct pass *p, int to)
{
    union room_for_fd room = { 0 };
    char text[16];
    struct iovec part = { .iov_base = text };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = room.bytes,
                              .msg_controllen = sizeof(room.bytes) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);

    part.iov_len = (size_t)snprintf(text, sizeof(text), "%d\n", p->generation);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &p->listen_fd, sizeof(int));
    return sendmsg(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static void on_asked(uv_poll_t *poll, int status, int events)
{
    struct pass *p = poll->data;
    int door, fd;

    (void)status, (void)events;
    uv_fileno((uv_handle_t *)poll, &door);
    fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (p->is_asked || give(p, fd) < 0) {
        log_line("turned one away who asked for the listener");
        close(fd);
        return;
    }
    log_line("handed the listener out");
    uv_poll_init(poll->loop, &p->asker, fd);
    p->asker.data = p;
    p->is_asked = true;
    uv_poll_start(&p->asker, UV_READABLE, on_said);
}

/* Put beside its place and moved there, so that at no time there is nobody. */
static int put_door(const char *path, struct err *err)
{
    char name[PATH_MAX];
    struct sockaddr_un address;
    mode_t mask;
    bool bound;
    int fd;

    snprintf(name, sizeof(name), "%s.%d", path, (int)getpid());
    if (set_path(&address, name, err) < 0)
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    mask = umask(077);
    bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    umask(mask);
    if (bound && listen(fd, 8) == 0 && rename(name, path) == 0)
        return fd;
    err_set(err, "handover at %s: %s", path, strerror(errno));
    unlink(name);
    if (fd >= 0)
        close(fd);
    return -1;
}

int pass_open(struct pass *p, uv_loop_t *loop, const char *path, int listen_fd, int generation,
              const struct pass_events *events, struct err *err)
{
    int fd = put_door(path, err);
    struct stat st;

    if (fd < 0)
        return -1;
    *p = (struct pass){
        .path = path, .listen_fd = listen_fd, .generation = generation, .events = *events
    };
    if (stat(path, &st) == 0) {
        p->dev = st.st_dev;
        p->ino = st.st_ino;
    }
    uv_poll_init(loop, &p->door, fd);
    p->door.data = p;
    uv_poll_start(&p->door, UV_READABLE, on_asked);
    return 0;
}

void pass_close(struct pass *p)
{
    struct stat st;
    int fd;

    if (!p->path)
        return;
    if (p->is_asked && !uv_is_closing((uv_handle_t *)&p->asker))
        turn_away(p);
    uv_fileno((uv_handle_t *)&p->door, &fd);
    uv_close((uv_handle_t *)&p->door, NULL);
    close(fd);
    if (stat(p->path, &st) == 0 && st.st_dev == p->dev && st.st_ino == p->ino)
        unlink(p->path);
    p->path = NULL;
}
