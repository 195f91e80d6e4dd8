/* Which file is this program? */
#include "program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(char path[PATH_MAX], const char *directory, size_t len, const char *name)
{
    int n = snprintf(path, PATH_MAX, "%.*s/%s", (int)len, directory, name);

    return n > 0 && n < PATH_MAX && access(path, X_OK) == 0;
}

/* An empty entry of PATH means the current directory, as for execvp. */
static bool search_path(char path[PATH_MAX], const char *cwd, const char *name)
{
    const char *entry = getenv("PATH");

    while (entry) {
        size_t len = strcspn(entry, ":");
        char relative[PATH_MAX];

        if (len && entry[0] == '/' && join(path, entry, len, name))
            return true;
        if (len == 0 && join(path, cwd, strlen(cwd), name))
            return true;
        if (len && entry[0] != '/' &&
            snprintf(relative, sizeof(relative), "%.*s/%s", (int)len, entry, name) < PATH_MAX &&
            join(path, cwd, strlen(cwd), relative))
            return true;
        entry = entry[len] ? entry + len + 1 : NULL;
    }
    return false;
}

/* Last resort, for a caller that made up argv[0]: the kernel's own answer. */
static int ask_kernel(char path[PATH_MAX], struct err *err)
{
    static const char deleted[] = " (deleted)";
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (n < 0)
        return err_set(err, "readlink /proc/self/exe: %s", strerror(errno));
    path[n] = '\0';
    if ((size_t)n > sizeof(deleted) && strcmp(path + n - sizeof(deleted) + 1, deleted) == 0)
        path[(size_t)n - sizeof(deleted) + 1] = '\0';
    return 0;
}

int program_find(struct program *p, char **argv, struct err *err)
{
    const char *name = argv[0] ? argv[0] : "";
    char cwd[PATH_MAX];

    p->argv = argv;
    if (!getcwd(cwd, sizeof(cwd)))
        strcpy(cwd, "/");
    if (name[0] == '/' && strlen(name) < PATH_MAX && access(name, X_OK) == 0) {
        strcpy(p->path, name);
        return 0;
    }
    if (name[0] != '/' && strchr(name, '/') && join(p->path, cwd, strlen(cwd), name))
        return 0;
    if (*name && !strchr(name, '/') && search_path(p->path, cwd, name))
        return 0;
    return ask_kernel(p->path, err);
}
