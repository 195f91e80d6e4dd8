/* How does a program see the table of fields? */
#include "json/fields.h"

#include <cJSON.h>

static void add_words(cJSON *row, const struct word *words)
{
    cJSON *list = cJSON_AddArrayToObject(row, "words");
    cJSON *meanings = cJSON_AddObjectToObject(row, "meanings");

    for (size_t i = 0; words[i].name; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateString(words[i].name));
        cJSON_AddStringToObject(meanings, words[i].name, words[i].meaning);
    }
}

static cJSON *row_of(const struct field *f)
{
    bool is_number = f->type == FIELD_DURATION || f->type == FIELD_NUMBER || f->type == FIELD_COUNT;
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "name", f->path);
    cJSON_AddStringToObject(row, "type", field_type_names[f->type]);
    cJSON_AddBoolToObject(row, "required", f->required);
    if (f->preset)
        cJSON_AddRawToObject(row, "default", f->preset);
    if (f->otherwise)
        cJSON_AddStringToObject(row, "otherwise", f->otherwise);
    if (is_number)
        cJSON_AddNumberToObject(row, f->above ? "above" : "min", f->min);
    if (f->max > 0)
        cJSON_AddNumberToObject(row, "max", f->max);
    if (f->words)
        add_words(row, f->words);
    cJSON_AddStringToObject(row, "meaning", f->meaning);
    return row;
}

char *fields_json(void)
{
    cJSON *list = cJSON_CreateArray();
    char *text;

    for (size_t i = 0; i < n_fields; i++)
        cJSON_AddItemToArray(list, row_of(&fields[i]));
    text = cJSON_Print(list);
    cJSON_Delete(list);
    return text;
}
