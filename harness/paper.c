/* How does a text come to fit a width? */
#include "paper.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of a colour's code; 0: there is none. */
static size_t code_at(const char *text)
{
    return text[0] == '\033' && text[1] == '[' ? strcspn(text, "m\n") + 1 : 0;
}

static bool is_inside_a_character(char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* How many bytes of a line fit in that room. */
static size_t fitting(const char *line, size_t n, size_t room)
{
    size_t used = 0, i = 0, code;

    while (i < n) {
        if ((code = code_at(line + i))) {
            i += code;
            continue;
        }
        if (line[i] != '\t' && !is_inside_a_character(line[i]) && used++ == room)
            break;
        i++;
    }
    return i < n ? i : n;
}

/* Where to break: after the last word that ends by then, or after the first, if that is longer. */
static size_t break_at(const char *line, size_t n, size_t fits)
{
    size_t at = fits;

    if (fits == n)
        return n;
    while (at > 0 && line[at] != ' ')
        at--;
    if (strspn(line, " ") < at)
        return at;
    while (fits < n && line[fits] != ' ')
        fits++;
    return fits;
}

static void put(FILE *to, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\t')
            putc(text[i], to);
}

static size_t columns_of(const char *text, size_t n)
{
    size_t columns = 0, code;

    for (size_t i = 0; i < n; i += code ? code : 1) {
        code = code_at(text + i);
        columns += !code && !is_inside_a_character(text[i]);
    }
    return columns;
}

static void write_line(FILE *to, const char *line, size_t n)
{
    const char *tab = memchr(line, '\t', n);
    size_t indent = tab ? columns_of(line, (size_t)(tab - line)) : 0, room = PAPER_WIDTH, at;

    for (;;) {
        at = break_at(line, n, fitting(line, n, room));
        if (tab && line + at < tab) /* not before what it is all aligned to */
            at = break_at(tab, n - (size_t)(tab - line), 0) + (size_t)(tab - line);
        put(to, line, at);
        putc('\n', to);
        line += at;
        n -= at;
        while (n && *line == ' ') {
            line++;
            n--;
        }
        if (!n)
            return;
        tab = NULL;
        room = PAPER_WIDTH - indent;
        fprintf(to, "%*s", (int)indent, "");
    }
}

void paper_write(FILE *to, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        write_line(to, text, n);
        text += n + (text[n] == '\n');
    }
}
