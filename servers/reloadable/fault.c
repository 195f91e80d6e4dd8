/* What goes wrong now? */
#include "faults.h"

#include "json_out.h"
#include "options.h"
#include "server.h"
#include "supervisor.h"

#include <stdio.h>
#include <string.h>

const struct fault *fault_find(const char *name)
{
    for (size_t i = 0; i < n_faults; i++) {
        if (strcmp(faults[i].name, name) == 0)
            return &faults[i];
    }
    return NULL;
}

void fault_add(struct fault_set *set, const struct fault *fault)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->all[i] == fault)
            return;
    }
    set->all[set->n++] = fault;
}

bool fault_applies(const struct fault *fault, const char *strategy)
{
    size_t len = strlen(strategy);

    for (const char *at = fault->strategies; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");

        if (word == len && memcmp(at, strategy, len) == 0)
            return true;
        at += word;
    }
    return false;
}

const char *fault_names(void)
{
    static char names[1400];
    size_t used = 0;

    for (size_t i = 0; i < n_faults && used < sizeof(names); i++)
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "one of ",
                                 faults[i].name);
    return names;
}

static void print_json(void)
{
    json_list_begin();
    for (size_t i = 0; i < n_faults; i++)
        json_list_row("name", faults[i].name, "check", faults[i].check, "id", faults[i].id,
                      "strategies", faults[i].strategies, "meaning", faults[i].meaning, NULL);
    json_list_end();
}

void fault_print_all(bool json)
{
    if (json) {
        print_json();
        return;
    }
    printf("fault\tcheck\tid\tstrategies\tmeaning\n");
    for (size_t i = 0; i < n_faults; i++)
        printf("%s\t%s\t%s\t%s\t%s\n", faults[i].name, faults[i].check, faults[i].id,
               faults[i].strategies, faults[i].meaning);
}

static bool is_heir(const struct server *server)
{
    return server->identity.generation > 1;
}

bool fault_at(struct server *server, enum fault_moment moment)
{
    const struct fault_set *set = &server->options->faults;
    bool instead = false;

    for (size_t i = 0; i < set->n; i++) {
        const struct fault *f = set->all[i];

        if (f->at[moment] && f->at[moment](server))
            instead = true;
        if (f->heir_at[moment] && is_heir(server) && f->heir_at[moment](server))
            instead = true;
    }
    return instead;
}

bool fault_answers(struct server *server, struct conn *conn)
{
    const struct fault_set *set = &server->options->faults;

    for (size_t i = 0; i < set->n; i++) {
        const struct fault *f = set->all[i];

        if ((f->answer && f->answer(server, conn)) ||
            (f->heir_answer && is_heir(server) && f->heir_answer(server, conn)))
            return true;
    }
    return false;
}

bool fault_at_supervisor_reload(struct supervisor *supervisor)
{
    const struct fault_set *set = &supervisor->options->faults;
    bool instead = false;

    for (size_t i = 0; i < set->n; i++) {
        if (set->all[i]->supervisor_reload && set->all[i]->supervisor_reload(supervisor))
            instead = true;
    }
    return instead;
}
