#include "viewer.h"

#include "workspace.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int find(char path[4200], struct err *err)
{
    char bin[4096];

    if (workspace_find_bin(bin, err) != 0)
        return -1;
    snprintf(path, 4200, "%s/hupproof-report", bin);
    if (access(path, X_OK) != 0)
        return err_set(err, "%s: %s: it belongs beside hupproof itself", path, strerror(errno));
    return 0;
}

int viewer_become(const char **argv, struct err *err)
{
    char path[4200];

    if (find(path, err) != 0)
        return -1;
    argv[0] = path;
    execv(path, (char *const *)argv);
    return err_set(err, "%s: %s", path, strerror(errno));
}

int viewer_run(const char **argv, struct err *err)
{
    char path[4200];
    int failed, status;
    pid_t pid;

    if (find(path, err) != 0)
        return -1;
    argv[0] = path;
    failed = posix_spawn(&pid, path, NULL, NULL, (char *const *)argv, environ);
    if (failed)
        return err_set(err, "%s: %s", path, strerror(failed));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_set(err, "%s: %s", path, strerror(errno));
    if (WIFSIGNALED(status))
        return err_set(err, "hupproof-report ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status))
        return err_set(err, "hupproof-report ended with exit status %d", WEXITSTATUS(status));
    return 0;
}
