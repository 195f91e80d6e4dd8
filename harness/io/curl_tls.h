/* What does each TLS handshake of a libcurl connection show?  How long it took, whether a
   session was resumed, and which certificate was served: an event each. */
#ifndef HUPPROOF_CURL_TLS_H
#define HUPPROOF_CURL_TLS_H

#include "core/base.h"

#include <curl/curl.h>

struct transfer;

/* For a transfer whose link is the connection that it opens. */
void curl_tls_set_up(struct transfer *t);

/* Would the next request rather resume a session, if it has to connect? */
void curl_tls_choose(struct transfer *t);

#endif
