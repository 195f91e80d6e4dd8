/* What is still all right? */
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

int reader_lost(struct reader *r, const cJSON *value, int64_t *lost)
{
    double number = value->valuedouble;

    if (!cJSON_IsNumber(value) || number != floor(number) || number > MOST_LOST)
        return reader_must(r, value, "must be a whole number");
    if (number < 0)
        return reader_must(r, value, "must not be negative");
    *lost = (int64_t)number;
    return 0;
}

struct lane *reader_lane(struct reader *r, const cJSON *value)
{
    const struct scenario *sc = r->sc;
    struct nearest n = { 0 };

    for (size_t i = 0; i < sc->n_lanes; i++) {
        if (strcmp(sc->lanes[i].name, value->string) == 0)
            return &sc->lanes[i];
        nearest_offer(&n, value->string, sc->lanes[i].name, strlen(sc->lanes[i].name));
    }
    if (n.best)
        reader_bad(r, value, "no such lane; did you mean \"%s\"?", n.best);
    else
        reader_bad(r, value, "no such lane");
    return NULL;
}

/* One for each lane: those that are not named may lose none. */
int read_lost(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *item;

    if (cJSON_IsNumber(value))
        return reader_lost(r, value, &sc->limits.lost);
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be a whole number, or an object of lanes and numbers");
    for (size_t i = 0; i < sc->n_lanes; i++)
        sc->lanes[i].lost = 0;
    cJSON_ArrayForEach(item, value)
    {
        struct lane *lane = reader_lane(r, item);

        if (!lane)
            return -1;
        if (member(value, item->string) != item)
            return reader_bad(r, item, "given twice");
        if (reader_lost(r, item, &lane->lost))
            return -1;
        sc->limits.lost += lane->lost;
    }
    return 0;
}
