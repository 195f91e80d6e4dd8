/* What was the server asked to do? */
#include "options.h"

#include "json_out.h"
#include "option_rows.h"
#include "strategy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row *find_row(const char *argument, size_t len)
{
    for (size_t i = 0; i < option_rows_n; i++) {
        if (strlen(option_rows[i].name) == len && memcmp(option_rows[i].name, argument, len) == 0)
            return &option_rows[i];
    }
    return NULL;
}

static const char *wanted(const struct option_row *row)
{
    return row->wanted ? row->wanted : fault_names();
}

static int set_row(struct options *o, const struct option_row *row, const char *from,
                   const char *text, struct err *err)
{
    if (row->set((char *)o + row->field, text) < 0)
        return err_set(err, "%s: wanted %s, got '%.100s'", from, wanted(row), text);
    return 0;
}

static int check_faults(const struct options *o, struct err *err)
{
    for (size_t i = 0; i < o->faults.n; i++) {
        const struct fault *f = o->faults.all[i];

        if (!fault_applies(f, o->strategy->name))
            return err_set(err, "--fault %s: strategy %s cannot have it; those that can: %s",
                           f->name, o->strategy->name, f->strategies);
    }
    return 0;
}

static int set_standards(struct options *o, struct err *err)
{
    const char *tag = getenv("RELOAD_SERVER_VERSION");

    memset(o, 0, sizeof(*o));
    for (size_t i = 0; i < option_rows_n; i++) {
        if (option_rows[i].standard &&
            set_row(o, &option_rows[i], option_rows[i].name, option_rows[i].standard, err) < 0)
            return -1;
    }
    if (tag && *tag)
        return set_row(o, find_row("--version-tag", 13), "RELOAD_SERVER_VERSION", tag, err);
    return 0;
}

int options_parse(struct options *o, enum options_wish *wish, char **argv, struct err *err)
{
    *wish = OPTIONS_RUN;
    if (set_standards(o, err) < 0)
        return -1;
    for (char **arg = argv + 1; *arg; arg++) {
        size_t len = strcspn(*arg, "=");
        const struct option_row *row = find_row(*arg, len);
        const char *text = (*arg)[len] ? *arg + len + 1 : NULL;

        if (!row)
            return err_set(err, "unknown option '%.100s', see --help", *arg);
        if (!row->set) {
            if (text)
                return err_set(err, "%s takes no value", row->name);
            *wish = row->wish;
            return 0;
        }
        if (!text && !(text = *++arg))
            return err_set(err, "%s: wanted %s, got nothing", row->name, wanted(row));
        if (set_row(o, row, row->name, text, err) < 0)
            return -1;
    }
    return check_faults(o, err);
}

void options_print_help(void)
{
    printf("usage: reload_server [OPTION]...\n\n"
           "Answers GET /?sleep=SECONDS with ospid:<pid>, and reloads on SIGHUP.\n"
           "With /?stream=SECONDS so much time passes in the midst of the answer's body.\n"
           "SIGTERM answers what was taken and leaves, SIGINT leaves at once.\n\n");
    for (size_t i = 0; i < option_rows_n; i++) {
        const struct option_row *row = &option_rows[i];
        char left[40];

        snprintf(left, sizeof(left), "%s %s", row->name, row->argument ? row->argument : "");
        printf("  %-24s %s", left, row->meaning);
        if (row->standard)
            printf(" [%s]", row->standard);
        printf("\n");
    }
}

void options_print_json(void)
{
    json_list_begin();
    for (size_t i = 0; i < option_rows_n; i++) {
        const struct option_row *row = &option_rows[i];

        json_list_row("name", row->name, "value", row->argument, "default", row->standard,
                      "meaning", row->meaning, NULL);
    }
    json_list_end();
}
