/* Which files, environment and headers?  Objects whose keys users choose. */
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <stdio.h>
#include <string.h>

static int check_map(struct reader *r, const cJSON *map, const char *expected)
{
    const cJSON *item;

    if (!cJSON_IsObject(map))
        return reader_must(r, map, "must be an object of %s", expected);
    cJSON_ArrayForEach(item, map) if (member(map, item->string) !=
                                      item) return reader_bad(r, item, "given twice");
    return 0;
}

/* "NAMEbetweenVALUE", ended by NULL. */
static char **joined(const cJSON *map, const char *between)
{
    char **list = mem_new((size_t)cJSON_GetArraySize(map) + 1, sizeof *list);
    size_t n = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, map)
    {
        size_t room = strlen(item->string) + strlen(between) + strlen(item->valuestring) + 1;

        list[n] = mem_new(room, 1);
        snprintf(list[n++], room, "%s%s%s", item->string, between, item->valuestring);
    }
    return list;
}

/* Both kinds of map hold texts under names; what a name may be differs. */
static int check_texts(struct reader *r, const cJSON *map, bool (*may_be_name)(const char *),
                       const char *not_one)
{
    const cJSON *item;

    if (check_map(r, map, "names and texts"))
        return -1;
    cJSON_ArrayForEach(item, map)
    {
        if (!cJSON_IsString(item))
            return reader_must(r, item, "must be a text");
        if (!may_be_name(item->string))
            return reader_bad(r, item, "%s", not_one);
    }
    return 0;
}

static bool names_a_variable(const char *name)
{
    return *name && !strchr(name, '=');
}

int read_env(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (check_texts(r, value, names_a_variable, "not a name that an environment can have"))
        return -1;
    sc->server.env = joined(value, "=");
    return 0;
}

int read_headers(struct reader *r, const cJSON *value, void *base)
{
    struct lane *lane = base;
    const cJSON *item;

    if (check_texts(r, value, value_is_token, "not a name that a header can have"))
        return -1;
    cJSON_ArrayForEach(item, value) if (strpbrk(item->valuestring, "\r\n")) return reader_must(
        r, item, "must be on one line");
    lane->headers = joined(value, ": ");
    return 0;
}

/* Neither absolute nor with "..": it stays below the work directory. */
static bool stays_below(const char *path)
{
    if (*path == '/' || *path == '\0' || path[strlen(path) - 1] == '/')
        return false;
    for (; path; path = strchr(path, '/')) {
        path += *path == '/';
        if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || path[2] == '\0'))
            return false;
    }
    return true;
}

static char *lines(const cJSON *list)
{
    size_t room = 1;
    const cJSON *line;
    char *text, *end;

    cJSON_ArrayForEach(line, list) room += strlen(line->valuestring) + 1;
    text = end = mem_new(room, 1);
    cJSON_ArrayForEach(line, list) end += sprintf(end, "%s\n", line->valuestring);
    return text;
}

/* That of {"link": TARGET}, else NULL. */
static const char *link_of(const cJSON *item)
{
    const cJSON *link = member(item, "link");

    return cJSON_IsObject(item) && cJSON_GetArraySize(item) == 1 && cJSON_IsString(link) &&
                   *link->valuestring
               ? link->valuestring
               : NULL;
}

int read_files(struct reader *r, const cJSON *value, void *base)
{
    struct server *server = &((struct scenario *)base)->server;
    const cJSON *item, *line;

    if (check_map(r, value, "file names and texts"))
        return -1;
    server->files = mem_new((size_t)cJSON_GetArraySize(value), sizeof *server->files);
    cJSON_ArrayForEach(item, value)
    {
        struct file_text *file = &server->files[server->n_files];

        if (!stays_below(item->string))
            return reader_bad(r, item,
                              "must be a file below the work directory: relative, no \"..\"");
        if (!cJSON_IsString(item) && !cJSON_IsArray(item) && !link_of(item))
            return reader_must(
                r, item, "must be a text, a list of lines, {\"from\": PATH} or {\"link\": TARGET}");
        if (cJSON_IsArray(item))
            cJSON_ArrayForEach(line, item) if (!cJSON_IsString(line)) return reader_must(
                r, line, "must be a text");
        file->name = mem_text(item->string);
        if (link_of(item))
            file->link = mem_text(link_of(item));
        else
            file->text = cJSON_IsString(item) ? mem_text(item->valuestring) : lines(item);
        server->n_files++;
    }
    return 0;
}
