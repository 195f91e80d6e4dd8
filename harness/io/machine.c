#include "io/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first line that has one of these, the best of them: x86 has a name for people, others
   have less. */
static void look_at_cpu(struct machine *m, const char *architecture)
{
    static const char *const keys[] = { "model name\t", "cpu model\t", "cpu\t", "CPU part\t" };
    FILE *file = fopen("/proc/cpuinfo", "re");
    size_t room = 0, best = COUNT(keys);
    char *line = NULL;

    snprintf(m->cpu, sizeof m->cpu, "%s", architecture);
    while (file && best > 0 && getline(&line, &room, file) > 0) {
        const char *value = strchr(line, ':');

        for (size_t i = 0; value && i < best; i++) {
            if (strncmp(line, keys[i], strlen(keys[i])) != 0)
                continue;
            best = i;
            value += 1 + strspn(value + 1, " ");
            line[strcspn(line, "\n")] = '\0';
            snprintf(m->cpu, sizeof m->cpu, "%s%s%s", i ? architecture : "", i ? " " : "", value);
            break;
        }
    }
    free(line);
    if (file)
        fclose(file);
}

void machine_look(struct machine *m)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    struct utsname names;
    cpu_set_t cpus;

    *m = (struct machine){ .cpus = sysconf(_SC_NPROCESSORS_ONLN) };
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
        m->cpus = CPU_COUNT(&cpus);
    if (pages > 0 && page > 0)
        m->memory = (int64_t)pages * page;
    if (uname(&names) != 0)
        return;
    snprintf(m->kernel, sizeof m->kernel, "%.15s %.60s", names.sysname, names.release);
    look_at_cpu(m, names.machine);
}
