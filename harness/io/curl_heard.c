/* What does libcurl hear of HTTP/2 that it tells in words only?  Source: lib/http2.c of
   libcurl 7.88 ("Using Stream ID: 3 (easy handle ...", "recveived GOAWAY, error=0,
   last_stream=1") and of 8.x ("[HTTP/2] [3] OPENED stream for ...", "received GOAWAY, ..."). */
#include "io/curl_heard.h"
#include "io/curl_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 160 };

static const char *after(const char *text, const char *words)
{
    const char *at = strstr(text, words);

    return at ? at + strlen(words) : NULL;
}

static bool number_at(const char *at, uint32_t *number)
{
    if (!at || *at < '0' || *at > '9')
        return false;
    *number = (uint32_t)strtoul(at, NULL, 10);
    return true;
}

bool curl_heard_goaway(const char *text, size_t n, uint32_t *last)
{
    char line[LONGEST];

    snprintf(line, sizeof line, "%.*s", (int)n, text);
    return strstr(line, "GOAWAY") && number_at(after(line, "last_stream="), last);
}

bool curl_heard_stream(const char *text, size_t n, uint32_t *stream)
{
    char line[LONGEST];

    snprintf(line, sizeof line, "%.*s", (int)n, text);
    if (number_at(after(line, "Using Stream ID: "), stream))
        return true;
    return strstr(line, "OPENED stream") && number_at(after(line, "[HTTP/2] ["), stream);
}

static int on_words(CURL *easy, curl_infotype what, char *text, size_t n, void *arg)
{
    struct transfer *t = arg;
    uint32_t number;

    (void)easy;
    if (what != CURLINFO_TEXT || !t->link)
        return 0;
    if (curl_heard_stream(text, n, &number)) {
        t->stream = number;
    } else if (curl_heard_goaway(text, n, &number)) {
        t->link->going_away = true;
        t->link->last_stream = number;
    }
    return 0;
}

void curl_heard_set_up(struct transfer *t)
{
    curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_words);
    curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
}
