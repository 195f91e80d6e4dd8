/* What does a process get from the one before it? */
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct variable {
    const char *name;
    size_t field;
    int absent;
    bool is_fd;
} variables[] = {
    { .name = "RELOAD_SERVER_LISTEN_FD",
      .field = offsetof(struct handover, listen_fd),
      .absent = -1,
      .is_fd = true },
    { .name = "RELOAD_SERVER_READY_FD",
      .field = offsetof(struct handover, ready_fd),
      .absent = -1,
      .is_fd = true },
    { .name = "RELOAD_SERVER_PARENT_FD",
      .field = offsetof(struct handover, parent_fd),
      .absent = -1,
      .is_fd = true },
    { .name = "RELOAD_SERVER_KEPT", .field = offsetof(struct handover, kept), .absent = 0 },
    { .name = "RELOAD_SERVER_PORT", .field = offsetof(struct handover, port), .absent = 0 },
    { .name = "RELOAD_SERVER_GENERATION",
      .field = offsetof(struct handover, generation),
      .absent = 1 },
};

#define N_VARIABLES (sizeof(variables) / sizeof(variables[0]))

static int *field_of(const struct handover *h, const struct variable *v)
{
    return (int *)((char *)h + v->field);
}

int handover_take(struct handover *h, struct err *err)
{
    *h = (struct handover){ .passed_fd = -1 };
    for (size_t i = 0; i < N_VARIABLES; i++) {
        const struct variable *v = &variables[i];
        const char *text = getenv(v->name);
        char *end = NULL;
        long n = v->absent;

        if (text) {
            errno = 0;
            n = strtol(text, &end, 10);
            if (errno || end == text || *end || n < 0 || n > INT_MAX)
                return err_set(err, "%s: wanted a number, got '%.40s'", v->name, text);
            if (v->is_fd && fcntl((int)n, F_SETFD, FD_CLOEXEC) < 0)
                return err_set(err, "%s: descriptor %ld: %s", v->name, n, strerror(errno));
        }
        *field_of(h, v) = (int)n;
    }
    handover_clear_environment();
    return 0;
}

void handover_put_into_environment(const struct handover *h)
{
    for (size_t i = 0; i < N_VARIABLES; i++) {
        char text[16];

        if (*field_of(h, &variables[i]) == variables[i].absent)
            continue;
        snprintf(text, sizeof(text), "%d", *field_of(h, &variables[i]));
        setenv(variables[i].name, text, 1);
    }
}

void handover_clear_environment(void)
{
    for (size_t i = 0; i < N_VARIABLES; i++)
        unsetenv(variables[i].name);
}

static bool say_ready(int *fd)
{
    ssize_t n;

    if (*fd < 0)
        return true;
    do /* it takes these few bytes whole or, its reader gone, not at all */
        n = write(*fd, HANDOVER_READY, sizeof(HANDOVER_READY) - 1);
    while (n < 0 && errno == EINTR);
    close(*fd);
    *fd = -1;
    return n > 0;
}

bool handover_say_ready(struct handover *h)
{
    bool to_parent = say_ready(&h->ready_fd), to_passer = say_ready(&h->passed_fd);

    return to_parent && to_passer;
}
