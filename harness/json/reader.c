#include "json/reader.h"

#include "json/values.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* All numbers, whatever they are stored in; unit: what a message says after bounds. */
static int in_range(struct reader *r, const cJSON *value, const struct field *f, double number,
                    double type_max, const char *unit)
{
    double max = f->max > 0 ? f->max : type_max;

    if (number > f->min && number <= max)
        return 0;
    if (number == f->min && !f->above)
        return 0;
    if (number <= f->min && f->above)
        return reader_must(r, value, "must be > %g%s", f->min, f->min != 0 ? unit : "");
    if (f->max > 0 && f->min > 0)
        return reader_must(r, value, "must be between %.16g and %.16g%s", f->min, max, unit);
    if (number < f->min && f->min == 0)
        return reader_must(r, value, "must not be negative");
    if (number < f->min)
        return reader_must(r, value, "must be at least %.16g%s", f->min, unit);
    return reader_must(r, value, "must be at most %.16g%s", max, unit);
}

static int read_duration(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    double seconds = value->valuedouble;

    if (!cJSON_IsNumber(value) &&
        (!cJSON_IsString(value) || !value_duration(value->valuestring, &seconds)))
        return reader_must(r, value,
                           "must be a duration such as \"250ms\", \"2s\" or a number of seconds");
    if (in_range(r, value, f, seconds, LONGEST_DURATION_S, " seconds"))
        return -1;
    int64_t ns = (int64_t)llround(seconds * (double)NS_PER_S);
    if (ns == 0 && f->above)
        return reader_must(r, value, "must be at least a nanosecond");
    *(int64_t *)to = ns;
    return 0;
}

static int read_number(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    if (!cJSON_IsNumber(value))
        return reader_must(r, value, "must be a number");
    if (in_range(r, value, f, value->valuedouble, 1e15, ""))
        return -1;
    *(double *)to = value->valuedouble;
    return 0;
}

static int read_count(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    double number = value->valuedouble;
    double type_max = f->size == sizeof(int32_t) ? INT32_MAX : 9007199254740991.0;

    if (!cJSON_IsNumber(value) || number != floor(number))
        return reader_must(r, value, "must be a whole number");
    if (in_range(r, value, f, number, type_max, ""))
        return -1;
    if (f->size == sizeof(int32_t))
        *(int32_t *)to = (int32_t)number;
    else
        *(int64_t *)to = (int64_t)number;
    return 0;
}

static int read_signal(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    int number = cJSON_IsString(value) ? value_signal(value->valuestring) : -1;

    (void)f;
    if (cJSON_IsNumber(value) && value->valuedouble >= 1 && value->valuedouble <= 64 &&
        value->valuedouble == floor(value->valuedouble))
        number = value->valueint;
    if (number < 0)
        return reader_must(r, value,
                           "must be a signal such as \"HUP\", or its number from 1 to 64");
    *(int *)to = number;
    return 0;
}

static int read_word(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    int number = cJSON_IsString(value) ? word_find(f->words, value->valuestring) : -1;

    if (number < 0)
        return reader_no_such_word(r, value, f->words);
    *(int *)to = number;
    return 0;
}

static int read_text(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    char **text = to;

    if (!cJSON_IsString(value))
        return reader_must(r, value, "must be a text");
    if (!*value->valuestring && f->min > 0)
        return reader_bad(r, value, "must not be empty");
    free(*text);
    *text = mem_text(value->valuestring);
    return 0;
}

static void free_texts(char **texts)
{
    for (size_t i = 0; texts && texts[i]; i++)
        free(texts[i]);
    free(texts);
}

int reader_texts(struct reader *r, const cJSON *value, char ***texts)
{
    size_t n = 0;
    const cJSON *item;

    if (!cJSON_IsArray(value))
        return reader_must(r, value, "must be a list of texts");
    free_texts(*texts);
    *texts = mem_new((size_t)cJSON_GetArraySize(value) + 1, sizeof **texts);
    cJSON_ArrayForEach(item, value)
    {
        if (!cJSON_IsString(item))
            return reader_must(r, item, "must be a text");
        (*texts)[n++] = mem_text(item->valuestring);
    }
    return 0;
}

static int read_texts(struct reader *r, const cJSON *value, const struct field *f, void *to)
{
    if (reader_texts(r, value, to))
        return -1;
    if (f->min > 0 && cJSON_GetArraySize(value) == 0)
        return reader_bad(r, value, "must not be empty");
    return 0;
}

static int read_object(struct reader *r, const cJSON *value, const struct field *f, void *base)
{
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be an object");
    return reader_object(r, value, f->path, base);
}

typedef int read_fn(struct reader *r, const cJSON *value, const struct field *f, void *to);

static read_fn *const readers[] = {
    [FIELD_TEXT] = read_text,   [FIELD_DURATION] = read_duration, [FIELD_NUMBER] = read_number,
    [FIELD_COUNT] = read_count, [FIELD_WORD] = read_word,         [FIELD_SIGNAL] = read_signal,
    [FIELD_TEXTS] = read_texts, [FIELD_OBJECT] = read_object,
};

static int read_field(struct reader *r, const cJSON *value, const struct field *f, void *base)
{
    void *nowhere[1] = { NULL };
    int failed;

    if (f->read && f->read(r, value, base))
        return -1;
    if (f->type == FIELD_SPECIAL || f->type == FIELD_LIST)
        return 0;
    if (f->type == FIELD_OBJECT)
        return read_object(r, value, f, base);
    failed = readers[f->type](r, value, f, f->size ? (char *)base + f->offset : (void *)nowhere);
    if (f->type == FIELD_TEXT)
        free(nowhere[0]);
    return failed;
}

/* The last part of a path that stands directly below prefix, or NULL. */
static const char *key_below(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);

    if (strncmp(path, prefix, n) != 0 || (n > 0 && path[n] != '.'))
        return NULL;
    path += n > 0 ? n + 1 : 0;
    return strpbrk(path, ".[") ? NULL : path;
}

static bool is_known(const char *key, const char *prefix)
{
    for (size_t i = 0; i < n_fields; i++) {
        const char *known = key_below(fields[i].path, prefix);

        if (known && strcmp(known, key) == 0)
            return true;
    }
    return false;
}

static int unknown_key(struct reader *r, const cJSON *value, const char *prefix)
{
    struct nearest n = { 0 };

    for (size_t i = 0; i < n_fields; i++) {
        const char *known = key_below(fields[i].path, prefix);

        if (known)
            nearest_offer(&n, value->string, known, strlen(known));
    }
    if (n.best)
        return reader_bad(r, value, "unknown key; did you mean \"%s\"?", n.best);
    return reader_bad(r, value, "unknown key; \"hupproof list fields\" shows the known ones");
}

static int read_absent(struct reader *r, const cJSON *object, const struct field *f,
                       const char *key, void *base)
{
    cJSON *preset;
    int failed;

    if (f->required && object)
        return reader_missing(r, object, key);
    if (f->type == FIELD_OBJECT)
        return reader_object(r, NULL, f->path, base);
    if (!f->preset)
        return 0;
    preset = cJSON_Parse(f->preset);
    failed = read_field(r, preset, f, base);
    cJSON_Delete(preset);
    return failed;
}

/* In the order of the table, so that a row may rely on those above it. */
int reader_object(struct reader *r, const cJSON *object, const char *prefix, void *base)
{
    const cJSON *value;

    cJSON_ArrayForEach(value, object)
    {
        if (!is_known(value->string, prefix))
            return unknown_key(r, value, prefix);
        if (member(object, value->string) != value)
            return reader_bad(r, value, "given twice");
    }
    for (size_t i = 0; i < n_fields; i++) {
        const char *key = key_below(fields[i].path, prefix);
        int failed;

        if (!key)
            continue;
        value = member(object, key);
        failed = value ? read_field(r, value, &fields[i], base)
                       : read_absent(r, object, &fields[i], key, base);
        if (failed)
            return -1;
    }
    return 0;
}
