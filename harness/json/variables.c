#include "json/variables.h"

#include "json/syntax.h"
#include "json/whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of a name followed by "}", else 0: then the "${" stays as it is. */
static size_t name_length(const char *text)
{
    size_t n = strspn(text, "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    return text[n] == '}' && !(text[0] >= '0' && text[0] <= '9') ? n : 0;
}

/* What is put where, and of which texts. */
struct putting {
    struct reader *r;
    const cJSON *said; /* whatever is wrong is said of it */
    const struct scenario_vars *vars;
    bool ours_only; /* the text is for another program, which has variables of its own */
};

/* *value NULL: none of ours, and the text may have others. */
static int look_up(const struct putting *p, const char *name, size_t length, const char **value)
{
    const struct scenario_vars *vars = p->vars;
    const struct {
        const char *name, *value;
    } ours[] = {
        { "port", vars->port }, { "work", vars->work }, { "bin", vars->bin }, { "dir", vars->dir }
    };
    struct reader *r = p->r;
    char key[128];

    if (length >= sizeof key)
        return reader_bad(r, p->said, "${%.20s...}: too long a name", name);
    snprintf(key, sizeof key, "%.*s", (int)length, name);
    for (size_t i = 0; i < COUNT(ours); i++) {
        if (strcmp(ours[i].name, key) == 0) {
            *value = ours[i].value;
            return *value ? 0 : reader_bad(r, p->said, "${%s} is not to be had here", key);
        }
    }
    *value = p->ours_only ? NULL : getenv(key);
    if (p->ours_only)
        return 0;
    if (!*value)
        return reader_bad(r, p->said, "${%s}: no such environment variable", key);
    if (syntax_utf8(*value, strlen(*value)) < strlen(*value))
        return reader_bad(r, p->said, "${%s}: the environment variable is not UTF-8", key);
    return 0;
}

/* The text with all that it stands for; to be freed.  NULL: something was wrong with it. */
static char *put_into(const struct putting *p, const char *rest)
{
    const char *dollar;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int failed = 0;

    while (!failed && (dollar = strstr(rest, "${"))) {
        size_t length = name_length(dollar + 2);
        const char *value = NULL;

        fwrite(rest, 1, (size_t)(dollar - rest), out);
        rest = dollar + 2;
        if (length > 0)
            failed = look_up(p, rest, length, &value);
        if (value)
            rest += length + 1;
        if (!failed)
            fputs(value ? value : "${", out);
    }
    fputs(rest, out);
    fclose(out);
    if (!failed)
        return text;
    free(text);
    return NULL;
}

int variables_put_in(struct reader *r, cJSON *tree, const struct scenario_vars *vars)
{
    const struct putting p = { .r = r, .said = tree, .vars = vars };
    cJSON *item;
    char *text;

    if (cJSON_IsString(tree) && strstr(tree->valuestring, "${")) {
        text = put_into(&p, tree->valuestring);
        if (text)
            cJSON_SetValuestring(tree, text);
        free(text);
        return text ? 0 : -1;
    }
    cJSON_ArrayForEach(item, tree) if (variables_put_in(r, item, vars)) return -1;
    return 0;
}

static char *text_of_file(struct reader *r, const cJSON *from, const struct scenario_vars *vars)
{
    const struct putting p = { .r = r, .said = from, .vars = vars, .ours_only = true };
    struct err why = { 0 };
    char *raw, *text;
    size_t length;

    if (whole_file_read(from->valuestring, &raw, &length, &why)) {
        reader_bad(r, from, "%s", why.text);
        return NULL;
    }
    if (strlen(raw) < length || syntax_utf8(raw, length) < length) {
        reader_bad(r, from, "%s: not a text in UTF-8", from->valuestring);
        free(raw);
        return NULL;
    }
    text = put_into(&p, raw);
    free(raw);
    return text;
}

int variables_put_files_in(struct reader *r, cJSON *root, const struct scenario_vars *vars)
{
    const cJSON *server = cJSON_GetObjectItemCaseSensitive(root, "server");
    cJSON *files = cJSON_GetObjectItemCaseSensitive(server, "files");

    for (cJSON *item = files ? files->child : NULL, *next; item; item = next) {
        const cJSON *from = member(item, "from");
        cJSON *whole;
        char *text;

        next = item->next;
        if (!cJSON_IsObject(item) || !cJSON_IsString(from) || cJSON_GetArraySize(item) != 1)
            continue; /* read_files says what is wrong with it, if anything is */
        text = text_of_file(r, from, vars);
        if (!text)
            return -1;
        whole = cJSON_CreateString(text);
        free(text);
        cJSON_ReplaceItemInObjectCaseSensitive(files, item->string, whole);
    }
    return 0;
}
