/* Over what does a client talk to us?  TCP or a unix socket; for all but opening
 * it is the same. */
#ifndef RELOADABLE_STREAM_H
#define RELOADABLE_STREAM_H

#include <uv.h>

union stream {
    uv_handle_t handle;
    uv_stream_t any;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

void stream_init(union stream *s, uv_loop_t *loop, int family);

/* 0, or what libuv says; then the descriptor is still the caller's. */
int stream_open(union stream *s, int fd);
int stream_fd(const union stream *s);

#endif
