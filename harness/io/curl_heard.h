/* What does libcurl hear of HTTP/2 that it tells in words only?  Which stream carries a
   request, and which was the last that a server took up before it said GOAWAY.  Where the
   words are others than those known here, nothing is heard, and a request that a server
   refused is taken for lost. */
#ifndef HUPPROOF_CURL_HEARD_H
#define HUPPROOF_CURL_HEARD_H

#include "core/base.h"

struct transfer;

void curl_heard_set_up(struct transfer *t);

/* Of a text, not ended by NUL: a GOAWAY, and the last stream. */
bool curl_heard_goaway(const char *text, size_t n, uint32_t *last);
/* The stream that a request was given. */
bool curl_heard_stream(const char *text, size_t n, uint32_t *stream);

#endif
