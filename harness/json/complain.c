/* Where does a bad value stand, and what is it called? */
#include "json/locate.h"
#include "json/reader.h"
#include "json/values.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_QUOTE 60

struct search {
    const cJSON *wanted;
    size_t nth; /* values before it in the text */
    char path[256];
};

static bool is_plain(const char *key)
{
    if (!isalpha((unsigned char)*key) && *key != '_')
        return false;
    for (; *key; key++)
        if (!isalnum((unsigned char)*key) && *key != '_')
            return false;
    return true;
}

static void extend(char *path, size_t room, size_t length, const cJSON *child, size_t index)
{
    path += length;
    room -= length;
    if (!child->string)
        snprintf(path, room, "[%zu]", index);
    else if (is_plain(child->string))
        snprintf(path, room, "%s%s", length ? "." : "", child->string);
    else
        snprintf(path, room, "[\"%s\"]", child->string);
}

static bool find(struct search *s, const cJSON *here)
{
    size_t length = strlen(s->path), index = 0;

    if (here == s->wanted)
        return true;
    s->nth++;
    for (const cJSON *child = here->child; child; child = child->next) {
        extend(s->path, sizeof s->path, length, child, index++);
        if (find(s, child))
            return true;
        s->path[length] = '\0';
    }
    return false;
}

static int complain(struct reader *r, const cJSON *value, const char *key, const char *what)
{
    struct search s = { .wanted = value };

    find(&s, r->root);
    if (key)
        snprintf(s.path + strlen(s.path), sizeof s.path - strlen(s.path), "%s%s",
                 *s.path ? "." : "", key);
    return err_input(r->err, "%s:%d: %s%s%s", r->name, locate_value(r->text, s.nth).line, s.path,
                     *s.path ? ": " : "", what);
}

int reader_bad(struct reader *r, const cJSON *value, const char *fmt, ...)
{
    char what[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return complain(r, value, NULL, what);
}

int reader_must(struct reader *r, const cJSON *value, const char *fmt, ...)
{
    char *got = cJSON_PrintUnformatted(value);
    char what[512];
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    snprintf(what + n, sizeof what - (size_t)n, ", got %.*s%s", LONGEST_QUOTE, got,
             strlen(got) > LONGEST_QUOTE ? "..." : "");
    cJSON_free(got);
    return complain(r, value, NULL, what);
}

int reader_missing(struct reader *r, const cJSON *parent, const char *key)
{
    return complain(r, parent, key, "is required, but missing");
}

int reader_no_such_word(struct reader *r, const cJSON *value, const struct word *words)
{
    const char *given = cJSON_IsString(value) ? value->valuestring : "";
    struct nearest n = { 0 };
    char list[200] = "";

    for (size_t i = 0; words[i].name; i++) {
        const char *between = i == 0 ? "" : words[i + 1].name ? ", " : " or ";

        snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"", between,
                 words[i].name);
        nearest_offer(&n, given, words[i].name, strlen(words[i].name));
    }
    if (n.best)
        return reader_bad(r, value, "must be %s, got \"%.40s\"; did you mean \"%s\"?", list, given,
                          n.best);
    return reader_must(r, value, "must be %s", list);
}
