/* How did a request end, by what libcurl says of it, and the connection?  Pure. */
#ifndef HUPPROOF_CURL_OUTCOME_H
#define HUPPROOF_CURL_OUTCOME_H

#include "core/history.h"

#include <curl/curl.h>

struct curl_ending {
    CURLcode code;    /* not CURLE_OK */
    long error;       /* CURLINFO_OS_ERRNO, 0 if there was none */
    enum phase phase; /* how far it had come */
    bool tls, http2;
    bool ended; /* the connection was, by the server */
    bool wrong; /* TLS: the server said, or OpenSSL found, that something is */
};

enum outcome curl_outcome(const struct curl_ending *e);

#endif
