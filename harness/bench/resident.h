/* How much memory does this process hold? */
#ifndef HUPPROOF_BENCH_RESIDENT_H
#define HUPPROOF_BENCH_RESIDENT_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Resident bytes; ends the program when that is not to be had. */
static inline size_t resident(void)
{
    unsigned long size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (!f || fscanf(f, "%lu %lu", &size, &pages) != 2)
        exit(1);
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

#endif
