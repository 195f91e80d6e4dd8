/* How did a request end, by what libcurl says of it?  Pure. */
#ifndef HUPPROOF_CURL_OUTCOME_H
#define HUPPROOF_CURL_OUTCOME_H

#include "core/history.h"

#include <curl/curl.h>

/* code: not CURLE_OK.  error: CURLINFO_OS_ERRNO, 0 if there was none.
   phase: how far it had come. */
enum outcome curl_outcome(CURLcode code, long error, enum phase phase);

#endif
