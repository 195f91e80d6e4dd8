/* How does a program see the table of checks? */
#include "json/checks_json.h"
#include "core/advice.h"

#include <cJSON.h>
#include <string.h>

static const char *const about_names[] = {
    [ABOUT_CLIENTS] = "clients",
    [ABOUT_PROCESSES] = "processes",
    [ABOUT_BELIEF] = "belief",
};

static void add_advices(cJSON *to, const char *check)
{
    cJSON *list = cJSON_AddArrayToObject(to, "advice");

    for (size_t i = 0; i < n_advices; i++) {
        const struct advice *a = &advices[i];
        cJSON *row;

        if (strcmp(a->check, check) != 0)
            continue;
        row = cJSON_CreateObject();
        if (a->verdict != PASS)
            cJSON_AddStringToObject(row, "verdict", verdict_words[a->verdict].name);
        if (a->outcome != OUTCOME_OK)
            cJSON_AddStringToObject(row, "outcome", outcomes[a->outcome].name);
        cJSON_AddStringToObject(row, "look_at", a->look_at);
        cJSON_AddStringToObject(row, "likely_cause", a->likely_cause);
        cJSON_AddItemToArray(list, row);
    }
}

char *checks_json(void)
{
    cJSON *list = cJSON_CreateArray();
    char *text;

    for (size_t i = 0; i < n_checks; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "name", checks[i].name);
        cJSON_AddStringToObject(row, "claim", checks[i].claim);
        cJSON_AddStringToObject(row, "about", about_names[checks[i].about]);
        add_advices(row, checks[i].name);
        cJSON_AddItemToArray(list, row);
    }
    text = cJSON_Print(list);
    cJSON_Delete(list);
    return text;
}
