/* Where does a run keep its things? */
#include "workspace.h"
#include "core/demand.h"
#include "io/address.h"
#include "io/replace.h"
#include "io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWN_DESCRIPTORS = 128 };

static int absolute_directory(const char *file, char dir[4096])
{
    char copy[4096], full[4096];

    snprintf(copy, sizeof copy, "%s", file);
    if (!realpath(dirname(copy), full))
        return -1;
    memcpy(dir, full, sizeof full);
    return 0;
}

int workspace_find_bin(char bin[4096], struct err *err)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

    if (n <= 0)
        return err_set(err, "/proc/self/exe: %s", strerror(errno));
    exe[n] = '\0';
    snprintf(bin, 4096, "%s", dirname(exe));
    return 0;
}

int workspace_open(struct workspace *w, const char *file, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    int port;

    *w = (struct workspace){ .reserved = -1 };
    if (workspace_find_bin(w->bin, err) != 0)
        return -1;
    if (absolute_directory(file, w->dir) != 0)
        return err_input(err, "%s: %s", file, strerror(errno));
    if (snprintf(w->work, sizeof w->work, "%s/hupproof-XXXXXX", tmp && *tmp ? tmp : "/tmp") >=
        (int)sizeof w->work)
        return err_set(err, "TMPDIR: too long");
    if (!mkdtemp(w->work)) {
        err_set(err, "work directory %s: %s", w->work, strerror(errno));
        w->work[0] = '\0';
        return -1;
    }
    if (address_pick_port(&port, &w->reserved, err) != 0)
        return -1;
    snprintf(w->port, sizeof w->port, "%d", port);
    return 0;
}

static int make_directories(const char *path)
{
    char part[4096];
    size_t n = strlen(path);

    if (n >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return -1;
    }
    return 0;
}

int workspace_write_files(const struct workspace *w, const struct server *server, struct err *err)
{
    for (size_t i = 0; i < server->n_files; i++) {
        char path[8192], parent[8192];

        snprintf(path, sizeof path, "%s/%s", w->work, server->files[i].name);
        memcpy(parent, path, sizeof parent);
        if (make_directories(dirname(parent)) != 0)
            return err_set(err, "server.files: %s: %s", path, strerror(errno));
        if (server->files[i].link && symlink(server->files[i].link, path) != 0)
            return err_set(err, "server.files: %s: %s", path, strerror(errno));
        if (server->files[i].text && write_file(path, server->files[i].text, err) != 0)
            return err_prefix(err, "server.files");
    }
    return 0;
}

int workspace_make_directory(const char *out, const char *name, unsigned round, unsigned rounds,
                             char directory[4096], struct err *err)
{
    char probe[4200];
    int n, fd;

    if (rounds > 1)
        n = snprintf(directory, 4096, "%s/%s-%u", out, name, round);
    else
        n = snprintf(directory, 4096, "%s/%s", out, name);
    if (n >= 4096)
        return err_set(err, "report directory: name too long");
    for (char *p = directory + strlen(out) + 1; *p; p++)
        if (*p == '/')
            *p = '_';
    if (make_directories(directory) != 0)
        return err_set(err, "report directory %s: %s", directory, strerror(errno));
    snprintf(probe, sizeof probe, "%s/.hupproof-%d", directory, getpid());
    fd = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(err, "report directory %s: not writable: %s", directory, strerror(errno));
    close(fd);
    unlink(probe);
    return 0;
}

int workspace_check_descriptors(const struct scenario *sc, struct err *err)
{
    double need = OWN_DESCRIPTORS + demand_connections(sc);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    spawn_keep_file_limit();
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (need <= (double)limit.rlim_cur)
        return 0;
    return err_set(err,
                   "this scenario needs about %.0f file descriptors, and the limit is %llu: raise "
                   "it (ulimit -Hn %.0f as root) or lower lanes[].rate or its burst_at_upgrade",
                   need, (unsigned long long)limit.rlim_cur, need);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    remove(path);
    return 0;
}

bool workspace_close(struct workspace *w, bool keep)
{
    if (w->reserved >= 0)
        close(w->reserved);
    w->reserved = -1;
    if (!w->work[0])
        return false;
    if (keep)
        return rmdir(w->work) != 0;
    nftw(w->work, remove_one, 32, FTW_DEPTH | FTW_PHYS);
    return false;
}
