/* What is a transfer made of?  For its own files. */
#ifndef HUPPROOF_CURL_PARTS_H
#define HUPPROOF_CURL_PARTS_H

#include "io/curl_transfer.h"

/* curl_once.c: libcurl asks before it connects and before it sends. */
void transfer_set_connecting(struct transfer *t);
/* It has no connection any more, or not yet. */
void transfer_leave_link(struct transfer *t);
/* What may change from one start of a request to the next. */
void transfer_prepare(struct transfer *t);

/* curl_bodies.c: method, bodies, headers of the answer. */
void transfer_set_bodies(struct transfer *t);

#endif
