/* What may "0 lost" be taken to mean? */
#include "none_lost.h"
#include "core/stats.h"

#include <math.h>

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

static void write_bounds(FILE *to, const struct facts *f)
{
    char requests[32], upgrades[32];

    none_lost_percent(requests, stats_upper_bound(f->exposure.lost, f->exposure.requests));
    none_lost_percent(upgrades, stats_upper_bound(f->upgrades_with_loss, f->n_upgrades));
    if (f->exposure.requests)
        fprintf(to,
                "%.0f %% confidence: at most %s %% of requests in a handover and %s %% of upgrades",
                100 * STATS_CONFIDENCE, requests, upgrades);
    else
        fprintf(to, "no request was on its way in a handover");
}

static void write_blind(FILE *to, const struct facts *f)
{
    const int64_t *blind = f->exposure.blind;

    if (blind[CONNECTION_NEW] >= 0)
        fprintf(to, "blind for %.1f ms to new connections", ms(blind[CONNECTION_NEW]));
    else
        fprintf(to, "no lane of new connections");
    if (blind[CONNECTION_REUSED] >= 0)
        fprintf(to, ", %s%.1f ms on reused ones", blind[CONNECTION_NEW] >= 0 ? "" : "blind for ",
                ms(blind[CONNECTION_REUSED]));
    else
        fprintf(to, ", no lane of reused ones");
}

void none_lost_write(FILE *to, const struct facts *f)
{
    if (f->n_upgrades == 0) {
        fprintf(to, " (there was no upgrade to lose any)");
        return;
    }
    fprintf(to, " (");
    write_bounds(to, f);
    fprintf(to, "; ");
    write_blind(to, f);
    fprintf(to, ")");
}
