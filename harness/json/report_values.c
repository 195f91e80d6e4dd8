#include "json/report_values.h"

#include "json/syntax.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void put_ms(cJSON *to, const char *key, int64_t ns)
{
    if (ns < 0)
        cJSON_AddNullToObject(to, key);
    else
        cJSON_AddNumberToObject(to, key, round((double)ns / 1e3) / 1e3);
}

void put_number(cJSON *to, const char *key, double number)
{
    cJSON_AddNumberToObject(to, key, number);
}

void put_outcomes(cJSON *to, const char *key, const uint64_t by_outcome[N_OUTCOMES])
{
    cJSON *all = cJSON_AddObjectToObject(to, key);

    for (size_t i = 0; i < N_OUTCOMES; i++)
        if (by_outcome[i])
            put_number(all, outcomes[i].name, (double)by_outcome[i]);
}

void put_bool(cJSON *to, const char *key, bool value)
{
    cJSON_AddBoolToObject(to, key, value);
}

static cJSON *text_of(const char *text)
{
    char *copy;
    cJSON *made;
    size_t n, valid;

    if (!text || !*text)
        return cJSON_CreateNull();
    copy = mem_text(text);
    n = strlen(copy);
    while ((valid = syntax_utf8(copy, n)) < n)
        copy[valid] = '?';
    made = cJSON_CreateString(copy);
    free(copy);
    return made;
}

void put_text(cJSON *to, const char *key, const char *text)
{
    cJSON_AddItemToObject(to, key, text_of(text));
}

void put_item(cJSON *list, const char *text)
{
    cJSON_AddItemToArray(list, text_of(text));
}

cJSON *put_row(cJSON *list)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddItemToArray(list, row);
    return row;
}
