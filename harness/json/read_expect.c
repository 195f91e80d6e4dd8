/* What does a test expect? */
#include "core/check.h"
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <string.h>

int look_at_expect(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (cJSON_IsObject(value) && !member(value, "verdict") == !member(value, "behaviour"))
        return reader_bad(r, value, "must have either \"verdict\" or \"behaviour\"");
    sc->expect.by_behaviour = member(value, "behaviour") != NULL;
    return 0;
}

static int check_exists(struct reader *r, const cJSON *name)
{
    struct nearest n = { 0 };

    for (size_t i = 0; i < n_checks; i++) {
        if (strcmp(checks[i].name, name->valuestring) == 0)
            return 0;
        nearest_offer(&n, name->valuestring, checks[i].name, strlen(checks[i].name));
    }
    if (n.best)
        return reader_bad(r, name, "no check is called \"%.60s\"; did you mean \"%s\"?",
                          name->valuestring, n.best);
    return reader_bad(r, name, "no check is called \"%.60s\"; \"hupproof list checks\" shows them",
                      name->valuestring);
}

int read_expect_checks(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *name;

    if (reader_texts(r, value, &sc->expect.checks))
        return -1;
    cJSON_ArrayForEach(name, value) if (check_exists(r, name)) return -1;
    return 0;
}

/* A number, or the least and the most of them. */
static int check_bound(struct reader *r, const cJSON *bound)
{
    int64_t least, most;

    if (!cJSON_IsArray(bound))
        return reader_lost(r, bound, &least);
    if (cJSON_GetArraySize(bound) != 2)
        return reader_must(r, bound, "must be a number or [least, most]");
    if (reader_lost(r, bound->child, &least) || reader_lost(r, bound->child->next, &most))
        return -1;
    return least <= most ? 0 : reader_must(r, bound, "must begin with the lesser");
}

int read_expect_lost(struct reader *r, const cJSON *value, void *base)
{
    const cJSON *item;

    (void)base;
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be an object of lanes and numbers");
    cJSON_ArrayForEach(item, value)
    {
        if (!reader_lane(r, item) || check_bound(r, item))
            return -1;
        if (member(value, item->string) != item)
            return reader_bad(r, item, "given twice");
    }
    return 0;
}
