/* What do all requests of a lane have in common, and how are its connections kept apart? */
#include "io/curl_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_address(struct curl_plan *p)
{
    char *part = NULL;

    p->parsed = curl_url();
    if (!p->parsed || curl_url_set(p->parsed, CURLUPART_URL, p->url, 0) != CURLUE_OK) {
        curl_url_cleanup(p->parsed);
        p->parsed = NULL;
        return;
    }
    if (curl_url_get(p->parsed, CURLUPART_HOST, &part, 0) == CURLUE_OK)
        snprintf(p->host, sizeof p->host, "%s", strcmp(part, "localhost") ? part : "127.0.0.1");
    curl_free(part);
    part = NULL;
    if (curl_url_get(p->parsed, CURLUPART_PORT, &part, CURLU_DEFAULT_PORT) == CURLUE_OK)
        snprintf(p->port, sizeof p->port, "%s", part);
    curl_free(part);
    if (p->server->tls.name)
        curl_url_set(p->parsed, CURLUPART_HOST, p->server->tls.name, 0);
}

static CURLSH *new_sessions(void)
{
    CURLSH *sessions = curl_share_init();

    curl_share_setopt(sessions, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return sessions;
}

void curl_plan_open(struct curl_plan *p)
{
    const struct lane *lane = p->lane;
    size_t n = strlen(p->server->url) + strlen(lane->path) + 1;

    p->url = mem_new(1, n);
    snprintf(p->url, n, "%s%s", p->server->url, lane->path);
    read_address(p);
    if (lane->body_bytes) {
        p->body = mem_new(1, lane->body_bytes);
        memset(p->body, 'x', lane->body_bytes);
    }
    p->headers = curl_slist_append(NULL, "Expect:");
    for (char **h = lane->headers; h && *h; h++)
        p->headers = curl_slist_append(p->headers, *h);
    p->closing = (struct curl_slist){ .data = "Connection: close", .next = p->headers };
    for (size_t i = 0; p->server->https && i < PLAN_CLIENTS; i++)
        p->clients[i] = new_sessions();
}

void curl_plan_close(struct curl_plan *p)
{
    for (size_t i = 0; i < PLAN_CLIENTS; i++)
        curl_share_cleanup(p->clients[i]);
    curl_slist_free_all(p->headers);
    curl_url_cleanup(p->parsed);
    free(p->url);
    free(p->body);
}

/* libcurl keeps connections by host name, so each that is to be kept apart has a name of its
   own for the same address.  What is asked for, by TLS as well, is the url's host. */
struct curl_slot *curl_slot_new(const struct curl_plan *p, int pool)
{
    struct curl_slot *slot = mem_new(1, sizeof *slot);
    char text[160];

    if (pool >= 0) {
        snprintf(text, sizeof text, "::pool%d.invalid:%s", pool, p->port);
        slot->connect_to = curl_slist_append(NULL, text);
        snprintf(text, sizeof text, "pool%d.invalid:%s:%s", pool, p->port, p->host);
        slot->resolve = curl_slist_append(NULL, text);
    } else if (p->server->tls.name) {
        snprintf(text, sizeof text, "::%s:%s", p->host, p->port);
        slot->connect_to = curl_slist_append(NULL, text);
    }
    if (p->server->https)
        slot->sessions = new_sessions();
    return slot;
}

void curl_slot_free(struct curl_slot *slot)
{
    curl_share_cleanup(slot->sessions);
    curl_slist_free_all(slot->connect_to);
    curl_slist_free_all(slot->resolve);
    free(slot);
}
