/* How does a file change as an upgrade changes it? */
#include "io/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_beside(const char *file, mode_t mode, char beside[4096], struct err *err)
{
    int fd;

    snprintf(beside, 4096, "%s.hupproof-%d", file, getpid());
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return err_set(err, "%s: %s", beside, strerror(errno));
    fchmod(fd, mode);
    return fd;
}

static int put_over(const char *beside, const char *file, int fd, bool whole, struct err *err)
{
    int error = whole ? 0 : errno;

    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && rename(beside, file) == 0)
        return 0;
    if (!error)
        error = errno;
    unlink(beside);
    return err_set(err, "%s: %s", file, strerror(error));
}

int replace_file(const char *file, const char *with, struct err *err)
{
    int from = open(with, O_RDONLY | O_CLOEXEC), to;
    char beside[4096];
    struct stat st;
    ssize_t n = 1;

    if (from < 0)
        return err_set(err, "%s: %s", with, strerror(errno));
    if (fstat(from, &st) != 0 || (to = open_beside(file, st.st_mode & 07777, beside, err)) < 0) {
        close(from);
        return -1;
    }
    for (off_t left = st.st_size; left > 0 && n > 0; left -= n)
        n = sendfile(to, from, NULL, (size_t)left);
    close(from);
    return put_over(beside, file, to, n > 0, err);
}

int write_file(const char *file, const char *text, struct err *err)
{
    size_t length = strlen(text);
    char beside[4096];
    struct stat st;
    int fd = open_beside(file, stat(file, &st) == 0 ? st.st_mode & 07777 : 0644, beside, err);

    if (fd < 0)
        return -1;
    return put_over(beside, file, fd, write(fd, text, length) == (ssize_t)length, err);
}
