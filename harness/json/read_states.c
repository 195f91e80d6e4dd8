/* Which connections are held in which states, and which of these may be lost? */
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <math.h>
#include <string.h>

static const char *const no_such_path[N_STATE_PATHS] = {
    [STATE_WORK_PATH] = "needs a path that takes the server time: \"work_path\", or a lane with "
                        "work",
    [STATE_STREAM_PATH] = "needs a path that is answered in parts: \"stream_path\", or a lane "
                          "whose path has \"stream=\"",
};

static int read_name(struct reader *r, const cJSON *item, uint32_t *of)
{
    struct word words[N_STATES + 1] = { 0 };
    int state = cJSON_IsString(item) ? state_find(item->valuestring) : -1;

    for (size_t i = 0; i < N_STATES; i++)
        words[i].name = states[i].name;
    if (state < 0)
        return reader_no_such_word(r, item, words);
    if (*of >> state & 1)
        return reader_bad(r, item, "given twice");
    *of |= UINT32_C(1) << state;
    return 0;
}

static int read_names(struct reader *r, const cJSON *list, uint32_t *of)
{
    const cJSON *item;

    *of = 0;
    cJSON_ArrayForEach(item, list) if (read_name(r, item, of)) return -1;
    return 0;
}

int read_limit_states(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (!cJSON_IsArray(value))
        return reader_must(r, value, "must be a list of states");
    return read_names(r, value, &sc->limits.states);
}

int read_states_of(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (cJSON_IsTrue(value)) {
        sc->hold.of = (UINT32_C(1) << N_STATES) - 1;
        return 0;
    }
    if (!cJSON_IsArray(value) || cJSON_GetArraySize(value) == 0)
        return reader_must(r, value, "must be true or a list of states");
    return read_names(r, value, &sc->hold.of);
}

static const struct lane *least_work(const struct scenario *sc)
{
    const struct lane *least = &sc->lanes[0];

    for (size_t i = 1; i < sc->n_lanes; i++)
        if (sc->lanes[i].work < least->work)
            least = &sc->lanes[i];
    return least;
}

static const struct lane *most_work(const struct scenario *sc)
{
    const struct lane *most = NULL;

    for (size_t i = 0; i < sc->n_lanes; i++)
        if (sc->lanes[i].work > (most ? most->work : 0))
            most = &sc->lanes[i];
    return most;
}

static const struct lane *streams(const struct scenario *sc)
{
    for (size_t i = 0; i < sc->n_lanes; i++)
        if (value_seconds(sc->lanes[i].path, "stream=") > 0)
            return &sc->lanes[i];
    return NULL;
}

/* As the lanes have it: what they ask for is known to be answered. */
static void find_paths(struct scenario *sc)
{
    const struct lane *from[N_STATE_PATHS] = {
        [STATE_PATH] = least_work(sc),
        [STATE_WORK_PATH] = most_work(sc),
        [STATE_STREAM_PATH] = streams(sc),
    };
    const char *work;

    for (size_t i = 0; i < N_STATE_PATHS; i++)
        if (!sc->hold.paths[i] && from[i])
            sc->hold.paths[i] = mem_text(from[i]->path);
    work = sc->hold.paths[STATE_WORK_PATH];
    if (!sc->hold.timeout)
        sc->hold.timeout =
            llround((work ? value_sleep(work) : 0) * (double)NS_PER_S) + 10 * NS_PER_S;
}

/* Who names a state wants it; of all, those are held that can be. */
static int check_paths(struct reader *r, const cJSON *of)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, of)
    {
        enum state state = (enum state)state_find(item->valuestring);

        if (!scenario_holds(r->sc, state))
            return reader_bad(r, item, "%s", no_such_path[states[state].path]);
    }
    return 0;
}

int read_states(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *of = cJSON_IsObject(value) ? member(value, "of") : value;

    if (!cJSON_IsObject(value) && !cJSON_IsArray(value) && !cJSON_IsTrue(value))
        return reader_must(r, value, "must be true, a list of states or an object");
    if (reader_object(r, cJSON_IsObject(value) ? value : NULL, "states", sc))
        return -1;
    if (of == value && read_states_of(r, value, sc))
        return -1;
    find_paths(sc);
    return of ? check_paths(r, of) : 0;
}
