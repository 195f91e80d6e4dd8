/* What does the report say of how closely each handover was looked at? */
#include "core/stats.h"
#include "json/report_values.h"

static void put_blind(cJSON *to, const struct exposure *e)
{
    cJSON *blind = cJSON_AddObjectToObject(to, "blind_ms");

    for (size_t i = 0; i < N_CONNECTIONS; i++)
        put_ms(blind, connection_words[i].name, e->blind[i]);
}

static void put_requests(cJSON *to, const struct exposure *e)
{
    put_number(to, "requests", (double)e->requests);
    put_number(to, "lost", (double)e->lost);
}

void put_handover(cJSON *to, const struct upgrade *u)
{
    cJSON *handover = cJSON_AddObjectToObject(to, "handover");

    put_ms(handover, "from_ms", u->begun);
    put_ms(handover, "until_ms", u->handed_over);
    put_requests(handover, &u->exposure);
    put_blind(handover, &u->exposure);
}

static void put_share(cJSON *to, const char *key, double share)
{
    if (share < 0)
        cJSON_AddNullToObject(to, key);
    else
        put_number(to, key, share);
}

void put_loss_bound(cJSON *to, double per_request, double per_upgrade)
{
    cJSON *bound = cJSON_AddObjectToObject(to, "loss_rate_upper_bound");

    put_number(bound, "confidence", STATS_CONFIDENCE);
    put_share(bound, "per_request", per_request);
    put_share(bound, "per_upgrade", per_upgrade);
}

void put_handovers(cJSON *to, const struct facts *f)
{
    cJSON *all = cJSON_AddObjectToObject(to, "handovers");

    put_number(all, "upgrades", (double)f->n_upgrades);
    put_number(all, "upgrades_with_loss", (double)f->upgrades_with_loss);
    put_requests(all, &f->exposure);
    put_loss_bound(all, stats_upper_bound(f->exposure.lost, f->exposure.requests),
                   stats_upper_bound(f->upgrades_with_loss, f->n_upgrades));
    put_blind(all, &f->exposure);
}
