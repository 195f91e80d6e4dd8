/* What do all parts share?  Units of time, and how a function says what went
   wrong.  Nothing else belongs here. */
#ifndef HUPPROOF_BASE_H
#define HUPPROOF_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)
#define TIME_MAX  (INT64_C(1) << 60)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Whose fault it is; decides hupproof's exit status (3 or 4). */
enum err_kind { ERR_ENVIRONMENT, ERR_INPUT };

/* One clear line: what, where, what to do.  Start with `struct err e = {0}`. */
struct err {
    enum err_kind kind;
    char text[1024];
};

/* Both set *err and return -1, so that one can write `return err_set(...)`. */
int err_set(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_input(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before the text that is there; returns -1. */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline double ms(int64_t ns)
{
    return (double)ns / 1e6;
}

/* Like realloc, calloc, strdup and asprintf, but memory that runs out is a failed
   assumption: says so and aborts. */
void *mem_grow(void *p, size_t count, size_t size);
void *mem_new(size_t count, size_t size);
char *mem_text(const char *text);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
