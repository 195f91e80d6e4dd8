/* What may "0 lost" be taken to mean? */
#include "core/none_lost.h"
#include "core/stats.h"

#include <math.h>
#include <stdio.h>

/* Up, for it is a bound; but not for what a double cannot hold. */
void none_lost_percent(char text[32], double share)
{
    double percent = 100 * share;
    int decimals = percent > 0 && percent < 10 ? (int)(1 - floor(log10(percent))) : 0;
    double unit = pow(10, -decimals);

    if (share < 0)
        snprintf(text, 32, "-");
    else
        snprintf(text, 32, "%.*f", decimals, ceil(percent / unit - 1e-6) * unit);
}

static void say_bounds(const struct facts *f, char *text, size_t size)
{
    char requests[32], upgrades[32];

    none_lost_percent(requests, stats_upper_bound(f->exposure.lost, f->exposure.requests));
    none_lost_percent(upgrades, stats_upper_bound(f->upgrades_with_loss, f->n_upgrades));
    if (f->exposure.requests)
        snprintf(text, size,
                 "%.0f %% confidence: at most %s %% of requests in a handover and %s %% of "
                 "upgrades",
                 100 * STATS_CONFIDENCE, requests, upgrades);
    else
        snprintf(text, size, "no request was on its way in a handover");
}

static void say_blind(const int64_t blind[N_CONNECTIONS], char *text, size_t size)
{
    double of_new = ms(blind[CONNECTION_NEW]), reused = ms(blind[CONNECTION_REUSED]);

    if (of_new >= 0 && reused >= 0)
        snprintf(text, size, "blind for %.1f ms to new connections, %.1f ms on reused ones", of_new,
                 reused);
    else if (of_new >= 0)
        snprintf(text, size, "blind for %.1f ms to new connections, no lane of reused ones",
                 of_new);
    else
        snprintf(text, size, "no lane of new connections, blind for %.1f ms on reused ones",
                 reused);
}

void none_lost_say(const struct facts *f, char text[NONE_LOST_SIZE])
{
    char bounds[144], blind[96];

    if (f->n_upgrades == 0) {
        snprintf(text, NONE_LOST_SIZE, " (there was no upgrade to lose any)");
        return;
    }
    say_bounds(f, bounds, sizeof(bounds));
    say_blind(f->exposure.blind, blind, sizeof(blind));
    snprintf(text, NONE_LOST_SIZE, " (%s; %s)", bounds, blind);
}
