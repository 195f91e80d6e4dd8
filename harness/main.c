/* What was asked?  Finds the command, and answers with its exit status. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_run, &command_try, &command_check, &command_matrix, &command_compare, &command_list,
};

const struct command *command_at(size_t i)
{
    return i < COUNT(commands) ? commands[i] : NULL;
}

static void help(FILE *to)
{
    fprintf(to, "usage: hupproof COMMAND ...\n\n"
                "When a server is reloaded or upgraded under load, does anybody notice?\n\n");
    for (size_t i = 0; i < COUNT(commands); i++) {
        char call[80];

        snprintf(call, sizeof call, "%s %s", commands[i]->name, commands[i]->arguments);
        fprintf(to, "  hupproof %-32s %s\n", call, commands[i]->meaning);
    }
    fprintf(to,
            "\n"
            "  hupproof COMMAND --help               more about one of them\n"
            "  hupproof --version\n"
            "\n"
            "exit status: 0 pass, 1 fail (the server broke a claim), 2 unknown (the run proves\n"
            "nothing), 3 could not run, 4 bad input\n");
}

/* What nobody could read was not told. */
static int flushed(int status)
{
    int error = flush_output();

    if (!error)
        return status;
    fprintf(stderr, "hupproof: standard output: %s\n", strerror(error));
    return exit_worse(status, EXIT_COULD_NOT_RUN);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return EXIT_BAD_INPUT;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return flushed(EXIT_PASS);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("hupproof %s\n", HUPPROOF_VERSION);
        return flushed(EXIT_PASS);
    }
    for (size_t i = 0; i < COUNT(commands); i++) {
        const struct command *c = commands[i];

        if (strcmp(argv[1], c->name) != 0)
            continue;
        for (int a = 2; c->options && a < argc && strcmp(argv[a], "--") != 0; a++) {
            if (strcmp(argv[a], "--help") == 0 || strcmp(argv[a], "-h") == 0) {
                command_help(stdout, c);
                return EXIT_PASS;
            }
        }
        return flushed(c->run(c, argc - 2, argv + 2));
    }
    return usage_error(NULL, "%s: no such command", argv[1]);
}
