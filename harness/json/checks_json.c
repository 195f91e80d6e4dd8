/* How does a program see the table of checks? */
#include "json/checks_json.h"
#include "core/check.h"

#include <cJSON.h>

static const char *const about_names[] = {
    [ABOUT_CLIENTS] = "clients",
    [ABOUT_PROCESSES] = "processes",
    [ABOUT_BELIEF] = "belief",
};

char *checks_json(void)
{
    cJSON *list = cJSON_CreateArray();
    char *text;

    for (size_t i = 0; i < n_checks; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "name", checks[i].name);
        cJSON_AddStringToObject(row, "claim", checks[i].claim);
        cJSON_AddStringToObject(row, "about", about_names[checks[i].about]);
        cJSON_AddItemToArray(list, row);
    }
    text = cJSON_Print(list);
    cJSON_Delete(list);
    return text;
}
