/* Where does one connection stand?
 *
 *     READING -> ANSWERING -> READING ...     kept alive
 *                         \-> LINGERING -> CLOSED
 *
 * LINGERING: we have said FIN and discard what still comes until the client
 * closes or LINGER_MS are over.  To close with bytes unread, or to get some
 * afterwards, would send a reset that can destroy an answer on its way.
 *
 * What remains, and no server can mend it: a request that crosses our FIN on an
 * idle connection (F01).  It can no longer be answered, the client sees a clean
 * end of file with nothing received.  The grace period makes it rare, and right
 * before the FIN we look whether a request has already arrived. */
#ifndef RELOADABLE_CONN_H
#define RELOADABLE_CONN_H

#include "conns.h"
#include "request.h"
#include "stream.h"

enum conn_state { CONN_READING, CONN_ANSWERING, CONN_LINGERING, CONN_CLOSED };

struct conn {
    union stream stream;
    uv_timer_t timer; /* sleep, idle grace or linger, as the state says */
    uv_write_t write;
    struct conns *all;
    struct conn *prev, *next;
    char *ahead; /* received behind the request that is being answered */
    uint32_t ahead_len;
    uint8_t state, open_handles, idle_ticks;
    uint8_t kept_back; /* bytes at the end of the answer that are still to be sent */
    uint16_t out_len;
    bool at_eof, reading;
    struct request request;
    char out[RESPONSE_MAX];
};

struct conn *conn_new(struct conns *all);
void conn_open(struct conn *c); /* once it has its socket */
void conn_drain(struct conn *c);
void conn_close(struct conn *c);
void conn_sleep(struct conn *c);            /* as long as the request says, then answer it */
void conn_send(struct conn *c, size_t len); /* of `out`: the answer */
bool conn_is_unanswered(const struct conn *c);

#endif
