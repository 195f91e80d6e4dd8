/* How is libcurl told to send a request once, and only once?  libcurl sends one
   again when a reused connection dies before any answer, and then reports
   success; here the second sending is refused and the outcome is `resent`.

   Of HTTP/2 a server may say that it did not take a request up: by GOAWAY, which names the
   last stream that it did, or by REFUSED_STREAM.  Such a request is sent again, as every
   client would (RFC 9113, 6.8 and 8.7): that is noted, and how it then ends counts.
   Sources: CURLOPT_PREREQFUNCTION(3), CURLOPT_OPENSOCKETFUNCTION(3). */
#ifndef HUPPROOF_CURL_TRANSFER_H
#define HUPPROOF_CURL_TRANSFER_H

#include "io/answer.h"
#include "io/curl_link.h"
#include "io/record.h"

/* New connections that resume sessions come from so many clients in turn, so that as many
   sessions from before an upgrade are offered after it. */
enum { PLAN_CLIENTS = 64 };

/* What all requests of a lane have in common. */
struct curl_plan {
    const struct server *server;
    const struct lane *lane;
    uint8_t lane_number;
    const struct answer_reader *answers;
    const struct recorder *clock;
    struct recorder
        *handshakes;       /* where what is seen beside the requests is noted; NULL: nowhere */
    const char *ids;       /* see client.h */
    struct owners *owners; /* likewise */
    struct curl_slist *headers, closing; /* closing: those, and that the connection is to end */
    char *url, *body;
    CURLU *parsed; /* the url; NULL: libcurl will say at each request what is wrong */
    char host[64], port[8];
    double resume;                 /* see curl_tls_choose */
    CURLSH *clients[PLAN_CLIENTS]; /* sessions of those who connect for each request, in turns */
    unsigned turn;
};

void curl_plan_open(struct curl_plan *p); /* the first eight are set */
void curl_plan_close(struct curl_plan *p);

/* A name for connections; pool: a number of its own among the pooled ones, -1: none. */
struct curl_slot *curl_slot_new(const struct curl_plan *p, int pool);
void curl_slot_free(struct curl_slot *slot); /* once libcurl has closed its connections */

/* One easy handle; used again and again, so that its set-up is paid once. */
struct transfer {
    struct curl_plan *plan;
    struct curl_slot *slot;
    CURL *easy;
    struct transfer *next;  /* in a list of the idle */
    bool pooled;            /* has a kept-alive connection, of its own or with other streams */
    unsigned busy_at;       /* index among the client's busy ones */
    unsigned sends;         /* how often libcurl was about to send the request */
    struct curl_link *link; /* its latest connection; NULL: none yet */
    bool rides;             /* it is one of the link's users */
    bool opens;             /* a connection of its own, instead of a kept one */
    bool stray;             /* something was there to read before the request left */
    bool refused_resend;
    bool paused;
    bool reuses;    /* HTTP/2 in the clear: told to use a connection that is there */
    bool misguided; /* and there was none, or told to open one, and there was */
    unsigned starts;
    uint32_t stream; /* HTTP/2 */
    int64_t went;    /* when its body could begin to leave */
    size_t uploaded, downloaded;
    char id[96];               /* the header that names the request */
    struct curl_slist headers; /* that, and then those of all */
    struct sample sample;
    struct answer answer;
    uint32_t holder; /* who holds the other end as the answer begins; 0: not asked, not known */
};

/* NULL: no memory. */
struct transfer *transfer_new(struct curl_plan *p, struct curl_slot *slot, bool pooled);
void transfer_free(struct transfer *t);

/* Makes it ready for the request that *s begins. */
void transfer_begin(struct transfer *t, const struct sample *s);

/* Is it to be added again, and ready for that?  It has ended, by libcurl's code, before anything
   was sent, because libcurl was told the wrong thing; or by a GOAWAY that libcurl takes for an
   error, though it says that the request was not taken up. */
bool transfer_starts_over(struct transfer *t, CURLcode code);

/* Goes on, if it was ahead of its lane's rates. */
void transfer_go_on(struct transfer *t);

/* It has ended: by libcurl's code (CURLE_OK: with an answer), or, if cut, because
   the run is over.  The finished sample. */
struct sample transfer_end(struct transfer *t, CURLcode code, bool cut, struct history *texts);

/* It is no longer libcurl's: holds no connection any more. */
void transfer_let_go(struct transfer *t);

#endif
