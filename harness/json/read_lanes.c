/* Which streams of requests? */
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define MOST_LANES    255 /* struct sample keeps a lane's number in a byte */
#define MOST_REQUESTS 1e8

int look_at_path(struct reader *r, const cJSON *value, void *base)
{
    (void)base;
    if (!cJSON_IsString(value))
        return 0;
    if (value->valuestring[0] != '/')
        return reader_must(r, value, "must begin with \"/\"");
    for (const char *p = value->valuestring; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '#')
            return reader_must(r, value, "must have no spaces, control characters or \"#\"");
    return 0;
}

int look_at_method(struct reader *r, const cJSON *value, void *base)
{
    (void)base;
    if (cJSON_IsString(value) && !value_is_token(value->valuestring))
        return reader_must(r, value, "must be a method such as \"GET\"");
    return 0;
}

static int check_name(struct reader *r, const cJSON *item, const struct lane *lane)
{
    for (const struct lane *other = r->sc->lanes; other < lane; other++)
        if (strcmp(other->name, lane->name) == 0)
            return reader_bad(r, member(item, "name"), "another lane is called \"%s\"", lane->name);
    return 0;
}

static int check_headers(struct reader *r, const cJSON *item)
{
    const cJSON *header;

    cJSON_ArrayForEach(header, member(item, "headers"))
    {
        if (r->sc->server.ledger && strcasecmp(header->string, REQUEST_ID_HEADER) == 0)
            return reader_bad(r, header, "is hupproof's own where there is a \"server.ledger\"");
    }
    return 0;
}

static int check_pipeline(struct reader *r, const cJSON *item, const struct lane *lane)
{
    const cJSON *value = member(item, "pipeline");

    if (lane->pipeline > 1 && lane->connection != CONNECTION_REUSED)
        return reader_bad(r, value, "needs \"connection\": \"reused\"");
    if (lane->pipeline > 1 && (lane->send_rate > 0 || lane->read_rate > 0))
        return reader_bad(r, value, "goes without \"send_rate\" and \"read_rate\"");
    return 0;
}

/* What only our own client can do. */
static int check_client(struct reader *r, const cJSON *item, const struct lane *lane)
{
    const cJSON *value = member(item, "pipeline");

    return value && lane->client != CLIENT_WIRE ? reader_bad(r, value, "needs \"client\": \"wire\"")
                                                : 0;
}

static int finish_lane(struct reader *r, const cJSON *item, struct lane *lane)
{
    if (check_name(r, item, lane) || check_headers(r, item) || lane_speaks(r, item, lane) ||
        check_client(r, item, lane) || check_pipeline(r, item, lane))
        return -1;
    if (lane->work < 0)
        lane->work = llround(value_sleep(lane->path) * (double)NS_PER_S);
    if (lane->timeout < 0)
        lane->timeout = lane->work + lane_pace(lane, 0) + 10 * NS_PER_S;
    if (lane->until < 0)
        lane->until = r->sc->duration;
    if (lane->until > r->sc->duration)
        return reader_must(r, member(item, "until"), "must not be after the load's end (\"for\")");
    if (lane->at_upgrade.rate > 0 && lane->at_upgrade.rate < lane->rate)
        return reader_must(r, member(member(item, "burst_at_upgrade"), "rate"),
                           "must not be below the lane's own (%g)", lane->rate);
    if (lane->from >= lane->until)
        return reader_must(r, member(item, "from"), "must be before the lane's end");
    return 0;
}

int read_lanes(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    int n = cJSON_GetArraySize(value);
    const cJSON *item;

    if (!cJSON_IsArray(value) || n == 0)
        return reader_must(r, value, "must be a list of at least one lane");
    if (n > MOST_LANES)
        return reader_bad(r, value, "must be at most %d lanes, got %d", MOST_LANES, n);
    sc->lanes = mem_new((size_t)n, sizeof *sc->lanes);
    cJSON_ArrayForEach(item, value)
    {
        struct lane *lane = &sc->lanes[sc->n_lanes++];

        *lane = (struct lane){ .work = -1, .timeout = -1, .until = -1, .lost = -1 };
        if (!cJSON_IsObject(item))
            return reader_must(r, item, "must be an object");
        if (reader_object(r, item, "lanes[]", lane) || finish_lane(r, item, lane))
            return -1;
        if (!lane->headers)
            lane->headers = mem_new(1, sizeof *lane->headers);
    }
    return 0;
}

/* Bursts may overlap: then they are fewer. */
static double planned(const struct lane *lane, size_t upgrades)
{
    double span = (double)(lane->until - lane->from);
    double bursts = (double)(lane->at_upgrade.before + lane->at_upgrade.after) * (double)upgrades;
    double due = lane->rate * span;

    if (lane->at_upgrade.rate > 0)
        due += (lane->at_upgrade.rate - lane->rate) * (bursts < span ? bursts : span);
    due /= (double)NS_PER_S;
    return lane->count > 0 && due > (double)lane->count ? (double)lane->count : due;
}

int lanes_fit(struct reader *r)
{
    size_t upgrades = scenario_upgrades(r->sc), n = 0;
    const cJSON *item;
    double all = 0;

    cJSON_ArrayForEach(item, member(r->root, "lanes"))
    {
        all += planned(&r->sc->lanes[n++], upgrades);
        if (all > MOST_REQUESTS)
            return reader_bad(r, item, "the lanes so far plan %.0f requests; at most %.0f fit", all,
                              MOST_REQUESTS);
    }
    return 0;
}
