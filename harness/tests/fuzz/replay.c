/* Does a fuzz target still do well by all that it was ever given?  For builds without
   libFuzzer: each file of each folder that is named, once. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static void replay(const char *folder, const char *name)
{
    char path[4096];
    uint8_t *data = NULL;
    size_t size = 0, got;
    FILE *in;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    in = fopen(path, "re");
    MUST(in);
    do {
        data = realloc(data, size + 4096);
        MUST(data);
        got = fread(data + size, 1, 4096, in);
        size += got;
    } while (got == 4096);
    MUST(!ferror(in));
    fclose(in);
    data = realloc(data, size ? size : 1); /* so that a sanitizer sees where it ends */
    fprintf(stderr, "%s\n", path);         /* the last one is who did it */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static int replay_all(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    int n = 0;

    if (!d) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return 0;
    }
    while ((e = readdir(d)))
        if (e->d_name[0] != '.') {
            replay(folder, e->d_name);
            n++;
        }
    closedir(d);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;

    for (int i = 1; i < argc; i++) {
        int more = replay_all(argv[i]);

        if (more == 0)
            return 1; /* a corpus that is not there tests nothing */
        n += more;
    }
    printf("%d inputs\n", n);
    return n == 0;
}
