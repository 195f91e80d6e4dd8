/* How are numbers and times put into a sentence? */
#include "core/pen.h"

#include <stdarg.h>
#include <stdio.h>

#define FEW (10 * NS_PER_MS) /* within that moments need a decimal */

void pen_say(struct pen *pen, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(pen->text + pen->n, pen->room - pen->n, fmt, args);
    va_end(args);
    pen->n += n > 0 ? (size_t)n : 0;
    if (pen->n >= pen->room)
        pen->n = pen->room - 1;
}

const char *pen_thousands(uint64_t n, char text[PEN_NUMBER])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = text;

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

void pen_number(struct pen *pen, uint64_t n)
{
    char text[PEN_NUMBER];

    pen_say(pen, "%s", pen_thousands(n, text));
}

/* A history may be damaged, and tell of times before the run began. */
void pen_ms(struct pen *pen, int64_t at, bool finely)
{
    int64_t tenths = ((at < 0 ? -at : at) + NS_PER_MS / 20) / (NS_PER_MS / 10);

    pen_say(pen, "%s", at < 0 ? "-" : "");
    pen_number(pen, (uint64_t)(finely ? tenths / 10 : (tenths + 5) / 10));
    if (finely)
        pen_say(pen, ".%d", (int)(tenths % 10));
}

void pen_span(struct pen *pen, int64_t from, int64_t to)
{
    bool finely = to - from < FEW;

    pen_ms(pen, from, finely);
    if (to - from >= NS_PER_MS / 10) {
        pen_say(pen, " to ");
        pen_ms(pen, to, finely);
    }
    pen_say(pen, " ms");
}
