/* Does the process that started us still live? */
#include "parent.h"

#include <unistd.h>

static void on_end(uv_poll_t *poll, int status, int events)
{
    struct parent *p = poll->data;

    (void)status, (void)events; /* nobody ever writes: it can only be the end */
    parent_close(p);
    p->on_gone(p->data);
}

void parent_open(struct parent *p, uv_loop_t *loop, int fd, void (*on_gone)(void *data), void *data)
{
    *p = (struct parent){ .fd = fd, .on_gone = on_gone, .data = data };
    if (fd < 0)
        return;
    uv_poll_init(loop, &p->poll, fd);
    p->poll.data = p;
    uv_poll_start(&p->poll, UV_READABLE, on_end);
}

bool parent_lives(const struct parent *p)
{
    return p->fd >= 0;
}

void parent_close(struct parent *p)
{
    if (p->fd < 0)
        return;
    uv_close((uv_handle_t *)&p->poll, NULL);
    close(p->fd);
    p->fd = -1;
}
