/* How does a program see the words of a scenario and of a report? */
#include "json/words_json.h"
#include "core/history.h"

#include <cJSON.h>

static const char *const class_names[] = {
    [CLASS_OK] = "ok",
    [CLASS_LOST] = "lost",
    [CLASS_WRONG] = "wrong",
    [CLASS_OURS] = "ours",
};

static cJSON *add_row(cJSON *list, const char *name, const char *meaning)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddStringToObject(row, "meaning", meaning);
    cJSON_AddItemToArray(list, row);
    return row;
}

static char *printed(cJSON *list)
{
    char *text = cJSON_Print(list);

    cJSON_Delete(list);
    return text;
}

char *words_json(const struct word *words)
{
    cJSON *list = cJSON_CreateArray();

    for (; words->name; words++)
        add_row(list, words->name, words->meaning);
    return printed(list);
}

char *outcomes_json(void)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < N_OUTCOMES; i++) {
        cJSON *row = add_row(list, outcomes[i].name, outcomes[i].meaning);

        cJSON_AddStringToObject(row, "class", class_names[outcomes[i].class]);
    }
    return printed(list);
}

char *states_json(void)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < N_STATES; i++) {
        cJSON *row = add_row(list, states[i].name, states[i].meaning);

        cJSON_AddStringToObject(row, "path", state_path_names[states[i].path]);
    }
    return printed(list);
}
