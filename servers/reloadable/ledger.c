/* Who did which request? */
#include "ledger.h"

#include "log.h"
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int ledger_open(struct ledger *ledger, const char *path, struct err *err)
{
    ledger->fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (path && ledger->fd < 0)
        return err_set(err, "ledger %s: %s", path, strerror(errno));
    return 0;
}

void ledger_note(struct ledger *ledger, const char *id)
{
    char line[REQUEST_ID_MAX + 16];
    int n;

    if (ledger->fd < 0)
        return;
    n = snprintf(line, sizeof(line), "%s %d\n", id, (int)getpid());
    if (write(ledger->fd, line, (size_t)n) != n && !ledger->failed) {
        ledger->failed = true; /* once is enough */
        log_line("ledger: %s", strerror(errno));
    }
}
