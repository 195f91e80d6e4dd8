/* How are command lines read?  One table of options a command; the help walks
   the same table. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void options_start(struct options *o, const struct command *c, int argc, char **argv)
{
    *o = (struct options){ .command = c, .argc = argc, .argv = argv, .dashes = -1 };
}

int usage_error(const struct command *c, const char *fmt, ...)
{
    va_list args;

    fprintf(stderr, "hupproof%s%s: ", c ? " " : "", c ? c->name : "");
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fprintf(stderr, " (see hupproof%s%s --help)\n", c ? " " : "", c ? c->name : "");
    return EXIT_BAD_INPUT;
}

static int take(struct options *o, const char *arg)
{
    const char *equals = strchr(arg, '=');
    size_t n = equals ? (size_t)(equals - arg) : strlen(arg);

    for (const struct option_row *row = o->command->options; row->name; row++) {
        if (strlen(row->name) != n || strncmp(row->name, arg, n) != 0)
            continue;
        o->name = row->name;
        o->value = equals ? equals + 1 : NULL;
        if (!row->value && equals)
            return usage_error(o->command, "--%s takes no value", row->name), -1;
        if (row->value && !equals) {
            if (o->next >= o->argc)
                return usage_error(o->command, "--%s: %s is missing", row->name, row->value), -1;
            o->value = o->argv[o->next++];
        }
        return 1;
    }
    return usage_error(o->command, "--%.*s: no such option", (int)n, arg), -1;
}

int options_next(struct options *o)
{
    while (o->next < o->argc) {
        char *arg = o->argv[o->next++];

        if (!o->rest && strcmp(arg, "--") == 0) {
            o->rest = true;
            o->dashes = o->kept;
        } else if (!o->rest && strncmp(arg, "--", 2) == 0) {
            return take(o, arg + 2);
        } else if (!o->rest && arg[0] == '-' && arg[1]) {
            return usage_error(o->command, "%s: no such option", arg), -1;
        } else {
            o->argv[o->kept++] = arg;
        }
    }
    return 0;
}

void command_help(FILE *to, const struct command *c)
{
    fprintf(to, "usage: hupproof %s %s\n\n%s\n", c->name, c->arguments, c->meaning);
    if (c->options->name)
        fprintf(to, "\n");
    for (const struct option_row *row = c->options; row->name; row++) {
        char left[64];

        snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "",
                 row->value ? row->value : "");
        fprintf(to, "  %-22s %s\n", left, row->meaning);
    }
    if (c->more)
        fprintf(to, "\n%s", c->more);
}

int flush_output(void)
{
    static int error;

    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && !error)
        error = errno ? errno : EIO;
    return error;
}

bool parse_count(const char *text, uint64_t min, uint64_t max, uint64_t *n)
{
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    *n = strtoull(text, &end, 10);
    return *end == '\0' && *n >= min && *n <= max;
}

int exit_worse(int a, int b)
{
    static const int badness[] = { [EXIT_PASS] = 0,
                                   [EXIT_UNKNOWN] = 1,
                                   [EXIT_FAIL] = 2,
                                   [EXIT_COULD_NOT_RUN] = 3,
                                   [EXIT_BAD_INPUT] = 4 };

    return badness[a] >= badness[b] ? a : b;
}

int exit_of(enum verdict v)
{
    return v == PASS ? EXIT_PASS : v == FAIL ? EXIT_FAIL : EXIT_UNKNOWN;
}
