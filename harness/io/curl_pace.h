/* How is a slow client slow, through libcurl?  It pauses a transfer that is ahead of its
   rate, and goes on with it later. */
#ifndef HUPPROOF_CURL_PACE_H
#define HUPPROOF_CURL_PACE_H

#include "core/base.h"

#include <uv.h>

struct curl_pace;

/* on_tick is called every few milliseconds, until it is closed; NULL: nothing is slow. */
struct curl_pace *curl_pace_open(uv_loop_t *loop, void (*on_tick)(void *arg), void *arg);
void curl_pace_close(struct curl_pace *p); /* NULL: nothing to do */

/* How much more may have been done by now, since then, of which so much is done; rate in
   bytes per second, 0: as much as one likes. */
size_t curl_pace_allows(double rate, int64_t since, int64_t now, size_t done);

#endif
