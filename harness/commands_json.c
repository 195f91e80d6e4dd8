/* How does a program see what one can ask of hupproof? */
#include "commands_json.h"

#include <cJSON.h>

static cJSON *options_of(const struct command *c)
{
    cJSON *list = cJSON_CreateArray();

    for (const struct option_row *o = c->options; o && o->name; o++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "name", o->name);
        if (o->value)
            cJSON_AddStringToObject(row, "value", o->value);
        cJSON_AddStringToObject(row, "meaning", o->meaning);
        cJSON_AddItemToArray(list, row);
    }
    return list;
}

char *commands_json(void)
{
    cJSON *list = cJSON_CreateArray();
    const struct command *c;
    char *text;

    for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "name", c->name);
        cJSON_AddStringToObject(row, "arguments", c->arguments);
        cJSON_AddStringToObject(row, "meaning", c->meaning);
        if (c->more)
            cJSON_AddStringToObject(row, "more", c->more);
        cJSON_AddItemToObject(row, "options", options_of(c));
        cJSON_AddItemToArray(list, row);
    }
    text = cJSON_Print(list);
    cJSON_Delete(list);
    return text;
}
