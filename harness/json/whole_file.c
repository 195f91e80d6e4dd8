#include "json/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void let_go(struct whole_file *f)
{
    free(f->path);
    free(f->temporary);
    *f = (struct whole_file){ 0 };
}

int whole_file_begin(struct whole_file *f, const char *path, struct err *err)
{
    mode_t mask = umask(0);
    int fd;

    umask(mask);
    *f = (struct whole_file){ .path = mem_text(path) };
    f->temporary = mem_grow(NULL, strlen(path) + sizeof ".XXXXXX", 1);
    sprintf(f->temporary, "%s.XXXXXX", path);
    fd = mkostemp(f->temporary, O_CLOEXEC);
    f->out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f->out || fchmod(fd, 0666 & ~mask)) {
        err_set(err, "%s: cannot write: %s", path, strerror(errno));
        if (f->out)
            fclose(f->out);
        if (fd >= 0)
            unlink(f->temporary);
        let_go(f);
        return -1;
    }
    setvbuf(f->out, NULL, _IOFBF, 1 << 18);
    return 0;
}

bool whole_file_goes_on(struct whole_file *f)
{
    if (ferror(f->out) && !f->why)
        f->why = errno ? errno : EIO;
    return !f->why;
}

/* The new name itself should survive a crash; where a directory cannot be
   synced, the file is there all the same. */
static void sync_directory(const char *path)
{
    char *copy = mem_text(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

int whole_file_end(struct whole_file *f, struct err *err)
{
    int why = whole_file_goes_on(f) ? 0 : f->why;

    if (!why && (fflush(f->out) || fsync(fileno(f->out))))
        why = errno;
    if (fclose(f->out) && !why)
        why = errno;
    if (!why && rename(f->temporary, f->path))
        why = errno;
    if (why) {
        err_set(err, "%s: cannot write: %s", f->path, strerror(why));
        unlink(f->temporary);
    } else {
        sync_directory(f->path);
    }
    let_go(f);
    return why ? -1 : 0;
}

int whole_file_write(const char *path, const char *text, struct err *err)
{
    struct whole_file f;

    if (whole_file_begin(&f, path, err) != 0)
        return -1;
    fprintf(f.out, "%s\n", text);
    return whole_file_end(&f, err);
}

int whole_file_read(const char *path, char **text, size_t *length, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t room = 1 << 16, n = 0;
    char *all = NULL;
    struct stat st;
    ssize_t got;

    if (fd < 0 || fstat(fd, &st))
        goto fail;
    if (S_ISREG(st.st_mode) && st.st_size > 0)
        room = (size_t)st.st_size + 2;
    all = mem_grow(NULL, room, 1);
    while ((got = read(fd, all + n, room - n - 1)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            goto fail;
        n += (size_t)got;
        if (n + 1 == room)
            all = mem_grow(all, room *= 2, 1);
    }
    all[n] = '\0';
    close(fd);
    *text = all;
    *length = n;
    return 0;
fail:
    err_input(err, "%s: %s", path, strerror(errno));
    free(all);
    if (fd >= 0)
        close(fd);
    return -1;
}
