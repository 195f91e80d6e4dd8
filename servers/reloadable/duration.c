/* How long is "250ms"? */
#include "duration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *suffix;
    double ms;
} units[] = {
    { .suffix = "", .ms = 1000 },
    { .suffix = "ms", .ms = 1 },
    { .suffix = "s", .ms = 1000 },
    { .suffix = "m", .ms = 60 * 1000 },
};

/* strtod alone would also take "inf", "0x10" and "1e9". */
static int parse_number(const char *text, size_t len, double *number)
{
    char copy[32];

    if (len == 0 || len >= sizeof(copy))
        return -1;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (strspn(copy, "0123456789.") != len || strchr(copy, '.') != strrchr(copy, '.') ||
        strcmp(copy, ".") == 0)
        return -1;
    *number = strtod(copy, NULL);
    return 0;
}

static int round_up(double value, uint64_t *ms)
{
    if (value > (double)DURATION_LONGEST)
        return -1;
    /* Without the sliver 0.3 s would become 301 ms on some machines. */
    *ms = (uint64_t)ceil(value - 1e-6);
    return 0;
}

int duration_parse_seconds(const char *text, size_t len, uint64_t *ms)
{
    double number;

    return parse_number(text, len, &number) == 0 ? round_up(number * 1000, ms) : -1;
}

int duration_parse(const char *text, uint64_t *ms)
{
    size_t digits = strspn(text, "0123456789.");
    double number;

    if (parse_number(text, digits, &number) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(text + digits, units[i].suffix) == 0)
            return round_up(number * units[i].ms, ms);
    }
    return -1;
}
