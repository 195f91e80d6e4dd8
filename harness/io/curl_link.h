/* Which connection carries a request, and what is known of it?  libcurl says little of its
   connections; what the sockets and TLS say of theirs is kept here. */
#ifndef HUPPROOF_CURL_LINK_H
#define HUPPROOF_CURL_LINK_H

#include "core/history.h"
#include "io/owners.h"

#include <curl/curl.h>

/* One connection; freed once it is closed and no request asks for it any more. */
struct curl_link {
    struct curl_link *next; /* of the same slot */
    unsigned holders;
    unsigned users; /* requests under way on it */
    int fd;         /* -1: closed */
    uint16_t port;  /* ours; 0: none, or not connected */
    bool ended;     /* its server had ended it, or it had broken, by the time it was closed */
    struct sample *opener; /* the request that waits for it to be opened; NULL: none any more */
    const struct curl_plan *plan;
    struct owned other_end;
    struct {
        int64_t began;
        int64_t session; /* when the one that was offered was last in a handshake */
        bool offered, done;
        bool wrong; /* the server said, or OpenSSL found, that something is */
    } tls;
    bool going_away;      /* HTTP/2: takes no streams beyond the last */
    uint32_t last_stream; /* if so */
};

/* The connections of one name, by which libcurl keeps them apart: one, as a rule, and those
   that it replaced but that still have something to do. */
struct curl_slot {
    struct curl_link *links;
    CURLSH *sessions;                        /* of TLS, to be resumed */
    struct curl_slist *connect_to, *resolve; /* its name */
};

/* A socket that is to be connected; the caller holds it. */
struct curl_link *link_new(struct curl_slot *slot, int fd);
void link_hold(struct curl_link *l);
void link_release(struct curl_link *l); /* NULL: nothing to do */

/* It has connected. */
void link_note_port(struct curl_link *l);

/* The open one whose port it is, or, where ports say nothing, the newest; NULL: none. */
struct curl_link *link_find(const struct curl_slot *slot, uint16_t port);

/* Is there one that takes another stream? */
bool slot_has_link(const struct curl_slot *slot);

/* Has its server ended it, or has it broken?  Of one that is closed: had it, by then? */
bool link_has_ended(const struct curl_link *l);

/* Did the server say that it would not take up that stream?  By GOAWAY, or by refusing it
   on a connection that goes on. */
bool link_refused(const struct curl_link *l, uint32_t stream);

/* Idle ones that their server has ended are made to look so: libcurl looks at the first byte
   that waits to be read, takes a farewell (close_notify, GOAWAY) for an answer to come, and
   would use them. */
void slot_drop_ended(struct curl_slot *slot, bool tls);

/* It is closed, or about to be: nothing of the slot asks for it any more. */
void slot_forget_link(struct curl_slot *slot, struct curl_link *l);

/* For CURLOPT_CLOSESOCKETFUNCTION; arg: a slot. */
int slot_close_socket(void *arg, curl_socket_t fd);

#endif
