/* Does the process that started us still live?  It holds the other end of a pipe,
 * which the kernel closes for it, however it ends; a pid would not do, it may be
 * another's by now. */
#ifndef RELOADABLE_PARENT_H
#define RELOADABLE_PARENT_H

#include <stdbool.h>
#include <uv.h>

struct parent {
    uv_poll_t poll;
    int fd; /* -1: it is gone, or there never was one */
    void (*on_gone)(void *data);
    void *data;
};

/* fd: of the pipe, ours from now on; -1: there is no parent. */
void parent_open(struct parent *p, uv_loop_t *loop, int fd, void (*on_gone)(void *data),
                 void *data);
bool parent_lives(const struct parent *p);
void parent_close(struct parent *p);

#endif
