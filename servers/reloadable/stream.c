/* Over what does a client talk to us? */
#include "stream.h"

#include <sys/socket.h>

void stream_init(union stream *s, uv_loop_t *loop, int family)
{
    if (family == AF_UNIX)
        uv_pipe_init(loop, &s->pipe, 0);
    else
        uv_tcp_init(loop, &s->tcp);
}

int stream_open(union stream *s, int fd)
{
    return s->handle.type == UV_NAMED_PIPE ? uv_pipe_open(&s->pipe, fd) : uv_tcp_open(&s->tcp, fd);
}

int stream_fd(const union stream *s)
{
    uv_os_fd_t fd = -1;

    uv_fileno(&s->handle, &fd);
    return fd;
}
