/* Which commands are hupproof-report's?  It gets their arguments, and its exit status is ours. */
#include "cli.h"
#include "viewer.h"

#include <stdlib.h>

static int run(const struct command *c, int argc, char **argv)
{
    const char **all = mem_new((size_t)argc + 3, sizeof *all);
    struct err err = { 0 };

    all[1] = c->name;
    for (int i = 0; i < argc; i++)
        all[i + 2] = argv[i];
    viewer_become(all, &err);
    free(all);
    fprintf(stderr, "hupproof %s: %s\n", c->name, err.text);
    return EXIT_COULD_NOT_RUN;
}

const struct command command_compare = {
    "compare",
    "BASE NEW",
    "did anything get worse between two runs, or many",
    "Its options are those of `hupproof-report compare`, which it becomes: --baseline DIR finds "
    "the base\n"
    "by the scenario's name, --anyway compares what is refused.\n",
    NULL,
    run
};
