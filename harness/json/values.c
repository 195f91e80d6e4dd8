#include "json/values.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool value_duration(const char *text, double *seconds)
{
    static const struct {
        const char *unit;
        double per_second; /* divided by, so that "250ms" is exact */
        double seconds;
    } units[] = { { "ns", 1e9, 1 }, { "us", 1e6, 1 }, { "ms", 1e3, 1 },
                  { "s", 1, 1 },    { "m", 1, 60 },   { "h", 1, 3600 } };
    size_t sign = *text == '-';
    size_t n = strspn(text + sign, "0123456789.");
    char *end;
    double number;

    if (n == 0)
        return false;
    number = strtod(text, &end);
    if (end != text + sign + n)
        return false;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(end, units[i].unit) == 0) {
            *seconds = number / units[i].per_second * units[i].seconds;
            return true;
        }
    }
    return false;
}

int value_signal(const char *name)
{
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (int i = 1; i < 65; i++) {
        const char *known = sigabbrev_np(i);
        if (known && strcmp(known, name) == 0)
            return i;
    }
    return -1;
}

const char *value_signal_name(int signal, char buffer[16])
{
    const char *name = sigabbrev_np(signal);

    snprintf(buffer, 16, "%d", signal);
    return name ? name : buffer;
}

double value_sleep(const char *path)
{
    return value_seconds(path, "sleep=");
}

double value_seconds(const char *path, const char *key)
{
    size_t length = strlen(key);
    const char *query = strchr(path, '?');

    while (query) {
        query++;
        if (strncmp(query, key, length) == 0) {
            const char *number = query + length;
            size_t n = strspn(number, "0123456789.");
            char *end;
            double seconds = strtod(number, &end);
            bool whole = n > 0 && end == number + n && (*end == '\0' || strchr("&#", *end));

            return whole && seconds <= LONGEST_DURATION_S ? seconds : 0;
        }
        query = strchr(query, '&');
    }
    return 0;
}

static bool is_loopback(const char *host, size_t length)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;

    if (length >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)length, host);
    return strcasecmp(text, "localhost") == 0 || strcmp(text, "[::1]") == 0 ||
           (inet_pton(AF_INET, text, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

const char *value_url_wrong(const char *url, size_t *end)
{
    const char *begin = url;
    size_t host, digits;

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return "must begin with http:// or https://";
    url = strchr(url, '/') + 2;
    host = *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/?#");
    if (host > strlen(url) || !is_loopback(url, host))
        return "hupproof loads only this machine: must name 127.0.0.0/8, [::1] or localhost";
    url += host;
    *end = (size_t)(url - begin);
    if (*url == ':') {
        digits = strspn(url + 1, "0123456789");
        if (digits == 0 || digits > 5 || atoi(url + 1) < 1 || atoi(url + 1) > 65535)
            return "must have a port between 1 and 65535";
        url += 1 + digits;
        *end += 1 + digits;
    }
    if (strcmp(url, "") != 0 && strcmp(url, "/") != 0)
        return "must end after the port; paths belong to the lanes";
    return NULL;
}

bool value_is_token(const char *text)
{
    return *text && text[strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to change, add, drop or swap with the next one. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t d[3][33];

    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = d[i % 3], *above = d[(i + 2) % 3], *before = d[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);

            now[j] = least(above[j - 1] + (x != y), least(above[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return d[n % 3][m];
}

void nearest_offer(struct nearest *n, const char *wrong, const char *candidate, size_t length)
{
    size_t longer = strlen(wrong) > length ? strlen(wrong) : length;
    size_t far;

    if (longer > 32)
        return;
    far = distance(wrong, strlen(wrong), candidate, length);
    if (far * 3 <= longer + 1 && (!n->best || far < n->distance)) {
        n->best = candidate;
        n->distance = far;
    }
}
