/* What do the bytes that came amount to?  One HTTP/1.1 answer at a time, by llhttp;
   pure.  What comes is hostile: whatever it is, it has an end with a name. */
#ifndef HUPPROOF_WIRE_ANSWER_H
#define HUPPROOF_WIRE_ANSWER_H

#include "core/history.h"
#include "io/answer.h"

#include <llhttp.h>

/* Of all headers of an answer, those of 1xx before it and its trailers included;
   what libcurl allows (MAX_HTTP_RESP_HEADER_SIZE). */
#define WIRE_MOST_HEADERS (300 * 1024)

enum wire_progress { WIRE_MORE, WIRE_WHOLE, WIRE_BROKEN };

struct wire_answer {
    llhttp_t parser;
    const struct answer_reader *reader;
    struct answer said;
    const char *body_end;  /* of what came just now; NULL: none of it was body */
    uint32_t header_bytes; /* since any of its body came */
    uint16_t status;       /* of the last head that was whole; 0: none was */
    uint16_t name_length;  /* of the header's name, as far as it has come */
    uint8_t candidates;    /* a bit for each enum answer_header that it may still be */
    uint8_t value_length;
    char value[ANSWER_VERSION_KEPT];
    uint8_t progress; /* enum wire_progress */
    bool value_is_cut;
    bool to_head;     /* the answer to a HEAD has no body */
    bool keeps_alive; /* whole: another request may follow on its connection */
};

/* The reader must outlive the answer. */
void wire_answer_begin(struct wire_answer *w, const struct answer_reader *r, bool to_head);

/* n bytes came.  *used: how many are of this answer; less than n once it is whole, if
   more came.  WIRE_WHOLE and WIRE_BROKEN are final. */
enum wire_progress wire_answer_take(struct wire_answer *w, const char *data, size_t n,
                                    size_t *used);

/* Nothing more will come.  WIRE_BROKEN: it is not whole. */
enum wire_progress wire_answer_finish(struct wire_answer *w);

/* Of its head, or of a 1xx as long as no other is whole; 0: none is. */
uint16_t wire_answer_status(const struct wire_answer *w);

/* It says neither its length nor that it is chunked, but has a body. */
bool wire_answer_is_unframed(const struct wire_answer *w);

/* What a whole one is worth: works out who gave it.  Once for each that was begun;
   frees what it holds. */
enum outcome wire_answer_end(struct wire_answer *w);

#endif
