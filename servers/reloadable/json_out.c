/* How does the server tell its tables to a program? */
#include "json_out.h"

#include <stdarg.h>
#include <stdio.h>

static int n_rows;

static void put_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

void json_list_begin(void)
{
    n_rows = 0;
    putchar('[');
}

void json_list_row(const char *name, const char *value, ...)
{
    const char *comma = "";
    va_list args;

    printf("%s\n  {", n_rows++ ? "," : "");
    va_start(args, value);
    while (name) {
        if (value) {
            printf("%s\"%s\": ", comma, name);
            put_text(value);
            comma = ", ";
        }
        name = va_arg(args, const char *);
        value = name ? va_arg(args, const char *) : NULL;
    }
    va_end(args);
    putchar('}');
}

void json_list_end(void)
{
    printf("\n]\n");
}
