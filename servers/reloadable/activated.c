/* Which listener did systemd, or whoever speaks its protocol, give us? */
#include "activated.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_FD = 3 };

static int number(const char *name, long *n, struct err *err)
{
    const char *text = getenv(name);
    char *end;

    if (!text)
        return err_set(err, "%s is not set, though LISTEN_%s is: a listener is announced by both",
                       name, strcmp(name, "LISTEN_PID") == 0 ? "FDS" : "PID");
    errno = 0;
    *n = strtol(text, &end, 10);
    if (errno || end == text || *end || *n < 0)
        return err_set(err, "%s: wanted a number, got '%.40s'", name, text);
    return 0;
}

static int check(struct err *err)
{
    long pid = 0, n = 0;

    if (number("LISTEN_PID", &pid, err) < 0 || number("LISTEN_FDS", &n, err) < 0)
        return -1;
    if (pid != getpid())
        return err_set(err,
                       "LISTEN_PID: the listeners are for process %ld, this is %d: start it "
                       "directly, or exec it",
                       pid, (int)getpid());
    if (n != 1)
        return err_set(err, "LISTEN_FDS: wanted 1 listener, got %ld", n);
    if (fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) < 0)
        return err_set(err, "LISTEN_FDS: descriptor %d: %s", FIRST_FD, strerror(errno));
    return 0;
}

int activated_take(struct handover *h, struct err *err)
{
    int checked;

    if (!getenv("LISTEN_PID") && !getenv("LISTEN_FDS"))
        return 0;
    checked = check(err);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (checked < 0)
        return -1;
    h->listen_fd = FIRST_FD;
    h->activated = 1;
    return 1;
}

void activated_put(void)
{
    char pid[16];

    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "http", 1);
}
