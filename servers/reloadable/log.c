/* What is this process doing? */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static unsigned log_generation;

void log_open(unsigned generation)
{
    log_generation = generation;
}

void log_line(const char *format, ...)
{
    char line[512];
    va_list args;
    int n;

    n = snprintf(line, sizeof(line), "reload_server[%d] gen %u: ", (int)getpid(), log_generation);
    va_start(args, format);
    n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, args);
    va_end(args);
    if ((size_t)n > sizeof(line) - 2)
        n = sizeof(line) - 2;
    line[n++] = '\n';

    /* One write, so that the lines of two generations never mix.  Nobody to
       tell if it fails. */
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        return;
}
