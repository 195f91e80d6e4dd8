/* How does a function say what went wrong, and where does memory come from? */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bad input is quoted, and may be hostile: the message stays one line, and the terminal
   that shows it as it is. */
static void make_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

static __attribute__((format(printf, 3, 0))) int set(struct err *err, enum err_kind kind,
                                                     const char *fmt, va_list args)
{
    err->kind = kind;
    vsnprintf(err->text, sizeof(err->text), fmt, args);
    return -1;
}

int err_set(struct err *err, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    set(err, ERR_ENVIRONMENT, fmt, args);
    va_end(args);
    return -1;
}

int err_input(struct err *err, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    set(err, ERR_INPUT, fmt, args);
    va_end(args);
    make_one_line(err->text);
    return -1;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
    char prefix[sizeof(err->text)];
    size_t length, rest;
    va_list args;

    va_start(args, fmt);
    vsnprintf(prefix, sizeof(prefix) - 2, fmt, args);
    va_end(args);
    make_one_line(prefix);
    strcat(prefix, ": ");

    length = strlen(prefix);
    rest = strlen(err->text);
    if (rest > sizeof(err->text) - 1 - length)
        rest = sizeof(err->text) - 1 - length;
    memmove(err->text + length, err->text, rest);
    memcpy(err->text, prefix, length);
    err->text[length + rest] = '\0';
    return -1;
}

static void *mem_or_abort(void *p)
{
    if (!p) {
        fputs("hupproof: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_grow(void *p, size_t count, size_t size)
{
    return mem_or_abort(reallocarray(p, count ? count : 1, size));
}

void *mem_new(size_t count, size_t size)
{
    return mem_or_abort(calloc(count ? count : 1, size));
}

char *mem_text(const char *text)
{
    return mem_or_abort(strdup(text));
}

char *mem_printf(const char *fmt, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0)
        text = NULL;
    va_end(args);
    return mem_or_abort(text);
}
