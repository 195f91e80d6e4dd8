/* What does the client want?  One request at a time, from bytes that may arrive
 * in any pieces.  No I/O here, and nothing grows with what a client sends. */
#ifndef RELOADABLE_REQUEST_H
#define RELOADABLE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <llhttp.h>

enum { REQUEST_TARGET_MAX = 512, REQUEST_ID_MAX = 64, REQUEST_HEADERS_MAX = 64 * 1024 };

enum request_step {
    REQUEST_MORE,     /* feed it more */
    REQUEST_EXPECTS,  /* the body comes only after "100 Continue" */
    REQUEST_COMPLETE, /* answer it, then request_next */
    REQUEST_BAD,      /* answer it, then close: the rest cannot be understood */
};

struct word { /* is what arrives, in pieces, this word? */
    uint8_t n;
    bool same;
};

struct request {
    llhttp_t parser;
    enum request_step step;
    unsigned status;    /* what to answer: 200 or why not */
    uint64_t sleep_ms;  /* before the answer */
    uint64_t stream_ms; /* between its first part and the rest; 0: it goes out whole */
    bool begun, keep_alive, head;
    struct word header, value, id_header;
    bool expects_continue;
    uint32_t header_bytes;
    uint16_t target_len;
    char target[REQUEST_TARGET_MAX];
    char id[REQUEST_ID_MAX + 1]; /* X-Request-Id; "": none that fits in a ledger */
    uint8_t id_len;
};

void request_init(struct request *r);

/* Stops at the end of a request, with *used bytes of `data` consumed. */
enum request_step request_feed(struct request *r, const char *data, size_t len, size_t *used);
void request_next(struct request *r);

#endif
