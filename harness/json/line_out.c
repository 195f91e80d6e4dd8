#include "json/line_out.h"

#include "json/syntax.h"

#include <string.h>

void out_raw(FILE *out, const char *text)
{
    fputs_unlocked(text, out);
}

void out_unsigned(FILE *out, uint64_t number)
{
    char digits[20];
    size_t n = sizeof digits;

    do
        digits[--n] = (char)('0' + number % 10);
    while (number /= 10);
    fwrite_unlocked(digits + n, 1, sizeof digits - n, out);
}

void out_signed(FILE *out, int64_t number)
{
    if (number < 0)
        putc_unlocked('-', out);
    out_unsigned(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void out_text(FILE *out, const char *text)
{
    size_t valid = syntax_utf8(text, strlen(text));

    putc_unlocked('"', out);
    for (size_t i = 0; text[i]; i++) {
        unsigned char c = (unsigned char)text[i];

        if (i == valid) {
            fprintf(out, "\\u%04x", c);
            valid = i + 1 + syntax_utf8(text + i + 1, strlen(text + i + 1));
        } else if (c == '"' || c == '\\') {
            putc_unlocked('\\', out);
            putc_unlocked(c, out);
        } else if (c < 0x20) {
            fprintf(out, "\\u%04x", c);
        } else {
            putc_unlocked(c, out);
        }
    }
    putc_unlocked('"', out);
}
