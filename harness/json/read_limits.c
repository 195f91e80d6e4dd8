/* What is still all right, and what does a test expect? */
#include "core/check.h"
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <math.h>
#include <string.h>

#define MOST_LOST 1e9

int look_at_name(struct reader *r, const cJSON *value, void *base)
{
    const char *name = cJSON_IsString(value) ? value->valuestring : "name";

    (void)base;
    if (!*name || *name == '.')
        return reader_must(r, value, "must not be empty or begin with a dot");
    for (; *name; name++)
        if (*name == '/' || (unsigned char)*name < ' ')
            return reader_must(r, value, "must have no \"/\" or control characters");
    return 0;
}

static int read_one_lost(struct reader *r, const cJSON *value, int64_t *lost)
{
    double number = value->valuedouble;

    if (!cJSON_IsNumber(value) || number != floor(number) || number > MOST_LOST)
        return reader_must(r, value, "must be a whole number");
    if (number < 0)
        return reader_must(r, value, "must not be negative");
    *lost = (int64_t)number;
    return 0;
}

static struct lane *lane_called(struct scenario *sc, const char *name)
{
    for (size_t i = 0; i < sc->n_lanes; i++)
        if (strcmp(sc->lanes[i].name, name) == 0)
            return &sc->lanes[i];
    return NULL;
}

static int no_such_lane(struct reader *r, const cJSON *value, const struct scenario *sc)
{
    struct nearest n = { 0 };

    for (size_t i = 0; i < sc->n_lanes; i++)
        nearest_offer(&n, value->string, sc->lanes[i].name, strlen(sc->lanes[i].name));
    return n.best ? reader_bad(r, value, "no such lane; did you mean \"%s\"?", n.best)
                  : reader_bad(r, value, "no such lane");
}

/* One for each lane: those that are not named may lose none. */
int read_lost(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *item;

    if (cJSON_IsNumber(value))
        return read_one_lost(r, value, &sc->limits.lost);
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be a whole number, or an object of lanes and numbers");
    for (size_t i = 0; i < sc->n_lanes; i++)
        sc->lanes[i].lost = 0;
    cJSON_ArrayForEach(item, value)
    {
        struct lane *lane = lane_called(sc, item->string);

        if (!lane)
            return no_such_lane(r, item, sc);
        if (member(value, item->string) != item)
            return reader_bad(r, item, "given twice");
        if (read_one_lost(r, item, &lane->lost))
            return -1;
        sc->limits.lost += lane->lost;
    }
    return 0;
}

int look_at_expect(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (cJSON_IsObject(value) && !member(value, "verdict"))
        return reader_missing(r, value, "verdict");
    sc->expect.given = true;
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
