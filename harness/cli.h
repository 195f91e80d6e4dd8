/* What can one ask of hupproof, and with which exit status does it answer? */
#ifndef HUPPROOF_CLI_H
#define HUPPROOF_CLI_H

#include "run.h"
#include "summary.h"

#include <stdio.h>

enum exit_status { EXIT_PASS, EXIT_FAIL, EXIT_UNKNOWN, EXIT_COULD_NOT_RUN, EXIT_BAD_INPUT };

struct option_row {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, for the help; NULL: nothing */
    const char *meaning;
};

struct command {
    const char *name;
    const char *arguments;            /* for the usage line */
    const char *meaning;              /* one line */
    const char *more;                 /* what else --help says; NULL: nothing */
    const struct option_row *options; /* ended by a NULL name; NULL: another program reads them,
                                         and has the --help */
    int (*run)(const struct command *c, int argc, char **argv);
};
extern const struct command command_run, command_try, command_check, command_matrix,
    command_compare, command_list;

/* All of them, in their order; NULL: there are no more. */
const struct command *command_at(size_t i);

/* The options of a command line, one after the other, in any order with the
   other arguments, which stay in argv. */
struct options {
    const struct command *command;
    int argc;
    char **argv;
    int next, kept;
    bool rest;  /* behind "--": all that follows is arguments */
    int dashes; /* where "--" stood; -1: nowhere */
    const char *name, *value;
};

void options_start(struct options *o, const struct command *c, int argc, char **argv);

/* 1: o->name (and o->value) is set.  0: no more; o->kept arguments are left in
   o->argv.  -1: a wrong one, the line that says so is written. */
int options_next(struct options *o);

/* Writes "hupproof COMMAND: ..." and where to find help; returns EXIT_BAD_INPUT. */
int usage_error(const struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void command_help(FILE *to, const struct command *c);

/* Flushes standard output; 0, or the errno of the first time that failed. */
int flush_output(void);

/* A whole number; false: it is none, or not within these bounds. */
bool parse_count(const char *text, uint64_t min, uint64_t max, uint64_t *n);

/* The worse of two exit statuses: bad input, could not run, fail, unknown, pass. */
int exit_worse(int a, int b);
int exit_of(enum verdict v);

/* Runs one scenario and tells about it; an exit status. */
struct exports;
struct telling {
    bool json;
    enum summary_size size;
    struct exports *exports; /* gets to know of the run */
    bool interrupted;        /* comes back: no further run is wanted */
};
int run_and_tell(struct run_options *o, struct telling *how);

/* On standard error: what went wrong, once with the name of the scenario's file; and
   where what a run kept is. */
void tell_error(const char *file, const struct err *err);
void tell_notice(const char *file, const char *text);
void tell_kept(const struct run_result *result);

#endif
