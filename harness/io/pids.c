/* Which is the latest process that had a pid? */
#include "io/pids.h"
#include "core/base.h"

#include <stdlib.h>

static bool can_be(pid_t pid)
{
    return pid >= 0 && pid < PIDS_PAGES * PIDS_ON_PAGE;
}

struct watched *pids_find(const struct pids *pids, pid_t pid)
{
    struct watched **page = can_be(pid) ? pids->pages[pid / PIDS_ON_PAGE] : NULL;

    return page ? page[pid % PIDS_ON_PAGE] : NULL;
}

void pids_set(struct pids *pids, pid_t pid, struct watched *w)
{
    struct watched ***page;

    if (!can_be(pid))
        return;
    page = &pids->pages[pid / PIDS_ON_PAGE];
    if (!*page)
        *page = mem_new(PIDS_ON_PAGE, sizeof **page);
    (*page)[pid % PIDS_ON_PAGE] = w;
}

void pids_free(struct pids *pids)
{
    for (size_t i = 0; i < PIDS_PAGES; i++) {
        free(pids->pages[i]);
        pids->pages[i] = NULL;
    }
}
