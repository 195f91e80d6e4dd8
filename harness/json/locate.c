#include "json/locate.h"

#include <string.h>

struct place locate_offset(const char *text, size_t offset)
{
    struct place at = { 1, 1 };

    for (size_t i = 0; i < offset && text[i]; i++) {
        at.column++;
        if (text[i] == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return at;
}

static const char *after_string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

struct place locate_value(const char *text, size_t nth)
{
    const char *key = NULL;
    const char *p = text;

    while (*(p += strspn(p, " \t\r\n,]}"))) {
        const char *begin = p;

        if (*p == '"') {
            p = after_string(p);
            const char *next = p + strspn(p, " \t\r\n");
            if (*next == ':') {
                key = begin;
                p = next + 1;
                continue;
            }
        } else if (*p == '{' || *p == '[') {
            p++;
        } else {
            p += strcspn(p, " \t\r\n,]}");
        }
        if (nth-- == 0)
            return locate_offset(text, (size_t)((key ? key : begin) - text));
        key = NULL;
    }
    return locate_offset(text, (size_t)(p - text));
}
