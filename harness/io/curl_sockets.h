/* How does libcurl's multi interface run on a libuv loop? */
#ifndef HUPPROOF_CURL_SOCKETS_H
#define HUPPROOF_CURL_SOCKETS_H

#include "core/base.h"

#include <curl/curl.h>
#include <uv.h>

struct curl_sockets {
    CURLM *multi;
    uv_loop_t *loop;
    struct curl_loop *live; /* what libuv still holds when we are closed */
    void (*on_messages)(void *arg);
    void *arg;
};

/* on_messages is called whenever transfers may have ended: also after the very
   last one, when no transfer runs any more. */
int curl_sockets_open(struct curl_sockets *s, uv_loop_t *loop, void (*on_messages)(void *arg),
                      void *arg, struct err *err);

/* Lets what was just added leave now rather than when the loop comes round. */
void curl_sockets_go(struct curl_sockets *s);

/* All easy handles must be removed. */
void curl_sockets_close(struct curl_sockets *s);

#endif
