/* What do a scenario's server and lanes speak, and do they go together? */
#include "json/reader.h"
#include "json/specials.h"

#include <ctype.h>
#include <string.h>

int look_at_tls(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (cJSON_IsObject(value) && !sc->server.https)
        return reader_bad(r, value, "needs an https:// url");
    sc->server.tls.verify = member(value, "ca") != NULL;
    return 0;
}

int look_at_tls_name(struct reader *r, const cJSON *value, void *base)
{
    (void)base;
    if (!cJSON_IsString(value))
        return 0;
    for (const char *p = value->valuestring; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-._", *p))
            return reader_must(r, value, "must be the name of a host");
    if (strlen(value->valuestring) > 253)
        return reader_bad(r, value, "longer than a host's name can be");
    return 0;
}

int read_tls_verify(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;

    if (!cJSON_IsBool(value))
        return reader_must(r, value, "must be true or false");
    sc->server.tls.verify = cJSON_IsTrue(value);
    return 0;
}

int lane_speaks(struct reader *r, const cJSON *item, struct lane *lane)
{
    bool https = r->sc->server.https;
    const cJSON *client = member(item, "client");

    if (!client && (https || lane->http == HTTP_2))
        lane->client = CLIENT_CURL;
    if (lane->client == CLIENT_WIRE && https)
        return reader_bad(r, client, "\"wire\" knows no TLS; an https:// url needs \"curl\"");
    if (lane->client == CLIENT_WIRE && lane->http == HTTP_2)
        return reader_bad(r, client, "\"wire\" knows no HTTP/2; \"http\": \"2\" needs \"curl\"");
    if (lane->streams > 1 && (lane->http != HTTP_2 || lane->connection != CONNECTION_REUSED))
        return reader_bad(r, member(item, "streams"),
                          "needs \"http\": \"2\" and \"connection\": \"reused\"");
    if (member(item, "tls_resume") && !https)
        return reader_bad(r, member(item, "tls_resume"), "needs an https:// url");
    return 0;
}

/* A server that speaks HTTP/2 alone answers nothing else; one without TLS speaks either, but
   rarely both. */
static void fill_in_ready(struct scenario *sc)
{
    struct server *server = &sc->server;

    server->ready_http = HTTP_2;
    for (size_t i = 0; i < sc->n_lanes; i++)
        if (sc->lanes[i].http == HTTP_1_1)
            server->ready_http = HTTP_1_1;
    if (server->https || server->ready_http == HTTP_2)
        server->ready_client = CLIENT_CURL;
}

int protocols_fit(struct reader *r)
{
    const cJSON *limits = member(r->root, "limits");

    if (r->sc->hold.of && r->sc->server.https)
        return reader_bad(r, member(r->root, "states"),
                          "connections are held without TLS; leave it out for an https:// url");
    if (member(limits, "resumed") && !r->sc->server.https)
        return reader_bad(r, member(limits, "resumed"), "needs an https:// url");
    if (r->sc->server.who == WHO_SOCKET && r->sc->server.unix_path)
        for (size_t i = 0; i < r->sc->n_lanes; i++)
            if (r->sc->lanes[i].client != CLIENT_WIRE)
                return reader_bad(
                    r, member(member(r->root, "server"), "who"),
                    "of a unix socket \"socket\" is for lanes of client \"wire\", and \"%s\" has "
                    "\"curl\"; use a body or header that names the pid, or \"none\"",
                    r->sc->lanes[i].name);
    fill_in_ready(r->sc);
    return 0;
}
