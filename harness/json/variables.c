#include "json/variables.h"

#include "json/syntax.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of a name followed by "}", else 0: then the "${" stays as it is. */
static size_t name_length(const char *text)
{
    size_t n = strspn(text, "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    return text[n] == '}' && !(text[0] >= '0' && text[0] <= '9') ? n : 0;
}

static int look_up(struct reader *r, const cJSON *item, const struct scenario_vars *vars,
                   const char *name, size_t length, const char **value)
{
    const struct {
        const char *name, *value;
    } ours[] = {
        { "port", vars->port }, { "work", vars->work }, { "bin", vars->bin }, { "dir", vars->dir }
    };
    char key[128];

    if (length >= sizeof key)
        return reader_bad(r, item, "${%.20s...}: too long a name", name);
    snprintf(key, sizeof key, "%.*s", (int)length, name);
    for (size_t i = 0; i < COUNT(ours); i++) {
        if (strcmp(ours[i].name, key) == 0) {
            *value = ours[i].value;
            return *value ? 0 : reader_bad(r, item, "${%s} is not to be had here", key);
        }
    }
    *value = getenv(key);
    if (!*value)
        return reader_bad(r, item, "${%s}: no such environment variable", key);
    if (syntax_utf8(*value, strlen(*value)) < strlen(*value))
        return reader_bad(r, item, "${%s}: the environment variable is not UTF-8", key);
    return 0;
}

static int put_in(struct reader *r, cJSON *item, const struct scenario_vars *vars)
{
    const char *rest = item->valuestring, *dollar;
    char *text = NULL;
    size_t size = 0;
    FILE *out;
    int failed = 0;

    if (!strstr(rest, "${"))
        return 0;
    out = open_memstream(&text, &size);
    while (!failed && (dollar = strstr(rest, "${"))) {
        size_t length = name_length(dollar + 2);
        const char *value = "${";

        fwrite(rest, 1, (size_t)(dollar - rest), out);
        rest = dollar + 2;
        if (length > 0) {
            failed = look_up(r, item, vars, rest, length, &value);
            rest += length + 1;
        }
        if (!failed)
            fputs(value, out);
    }
    fputs(rest, out);
    fclose(out);
    if (!failed)
        cJSON_SetValuestring(item, text);
    free(text);
    return failed;
}

int variables_put_in(struct reader *r, cJSON *tree, const struct scenario_vars *vars)
{
    cJSON *item;

    if (cJSON_IsString(tree))
        return put_in(r, tree, vars);
    cJSON_ArrayForEach(item, tree) if (variables_put_in(r, item, vars)) return -1;
    return 0;
}
