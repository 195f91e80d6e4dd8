/* How is libcurl told to send a request once, and only once?  libcurl sends one
   again when a reused connection dies before any answer, and then reports
   success; here the second sending is refused and the outcome is `resent`.
   Sources: CURLOPT_PREREQFUNCTION(3), CURLOPT_OPENSOCKETFUNCTION(3). */
#ifndef HUPPROOF_CURL_TRANSFER_H
#define HUPPROOF_CURL_TRANSFER_H

#include "io/answer.h"
#include "io/record.h"

#include <curl/curl.h>

/* What all requests of a lane have in common. */
struct curl_plan {
    const struct server *server;
    const struct lane *lane;
    const struct answer_reader *answers;
    const struct recorder *clock;
    const char *ids; /* see client.h */
    struct curl_slist *headers;
    char *url, *body;
    CURLU *parsed; /* the url; NULL: libcurl will say at each request what is wrong */
    char host[64], port[8];
};

void curl_plan_open(struct curl_plan *p); /* the first five are set */
void curl_plan_close(struct curl_plan *p);

/* One easy handle; used again and again, so that its set-up is paid once. */
struct transfer {
    const struct curl_plan *plan;
    CURL *easy;
    struct transfer *next; /* in a list of the idle */
    bool pooled;           /* has a kept-alive connection of its own */
    unsigned busy_at;      /* index among the client's busy ones */
    unsigned sends;        /* how often libcurl was about to send the request */
    int fd;                /* of its latest connection */
    bool opens;            /* a connection of its own, instead of a kept one */
    bool stray;            /* something was there to read before the request left */
    bool refused_resend;
    struct curl_slist *connect_to, *resolve;
    char id[96];               /* the header that names the request */
    struct curl_slist headers; /* that, and then those of all */
    struct sample sample;
    struct answer answer;
};

/* pool: a number of its own among the pooled ones, -1: a connection for each
   request.  NULL: no memory. */
struct transfer *transfer_new(const struct curl_plan *p, int pool);
void transfer_free(struct transfer *t);

/* Makes it ready for the request that *s begins. */
void transfer_begin(struct transfer *t, const struct sample *s);

/* It has ended: by libcurl's code (CURLE_OK: with an answer), or, if cut, because
   the run is over.  The finished sample. */
struct sample transfer_end(struct transfer *t, CURLcode code, bool cut, struct history *texts);

#endif
