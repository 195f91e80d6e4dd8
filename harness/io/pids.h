/* Which is the latest process that had a pid?  In two levels, like a page table: pids
   are small numbers. */
#ifndef HUPPROOF_PIDS_H
#define HUPPROOF_PIDS_H

#include <sys/types.h>

/* 4096 x 1024: PID_MAX_LIMIT of the kernel's linux/threads.h. */
enum { PIDS_PAGES = 4096, PIDS_ON_PAGE = 1024 };

struct watched;

struct pids {
    struct watched **pages[PIDS_PAGES];
};

struct watched *pids_find(const struct pids *pids, pid_t pid); /* NULL: none */

/* A pid that cannot be is not remembered. */
void pids_set(struct pids *pids, pid_t pid, struct watched *w);

void pids_free(struct pids *pids);

#endif
