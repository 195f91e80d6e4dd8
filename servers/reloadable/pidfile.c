/* Which process serves? */
#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_whole(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    int written;

    if (fd < 0)
        return err_set(err, "pidfile %s: %s", path, strerror(errno));
    written = dprintf(fd, "%d\n", (int)getpid());
    if (close(fd) < 0 || written < 0)
        return err_set(err, "pidfile %s: %s", path, strerror(errno));
    return 0;
}

int pidfile_write(const char *path, struct err *err)
{
    char temporary[PATH_MAX];
    int n;

    if (!path)
        return 0;
    n = snprintf(temporary, sizeof(temporary), "%s.%d", path, (int)getpid());
    if (n < 0 || (size_t)n >= sizeof(temporary))
        return err_set(err, "pidfile %.100s...: %s", path, strerror(ENAMETOOLONG));
    if (write_whole(temporary, err) < 0)
        goto fail;
    if (rename(temporary, path) < 0) {
        err_set(err, "pidfile %s: %s", path, strerror(errno));
        goto fail;
    }
    return 0;

fail:
    unlink(temporary);
    return -1;
}

static bool names_us(const char *path)
{
    FILE *file = path ? fopen(path, "re") : NULL;
    int pid = 0;

    if (!file)
        return false;
    if (fscanf(file, "%d", &pid) != 1)
        pid = 0;
    fclose(file);
    return pid == (int)getpid();
}

void pidfile_move(const char *from, const char *to)
{
    if (names_us(from))
        rename(from, to);
}

void pidfile_remove(const char *path)
{
    if (names_us(path))
        unlink(path);
}
