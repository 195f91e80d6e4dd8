/* What does a plan take at most? */
#include "core/demand.h"

/* The burst at an upgrade may be over by then. */
static double most_at_once(const struct lane *l, int64_t takes)
{
    int64_t lasts = l->at_upgrade.before + l->at_upgrade.after;
    double most = l->rate * (double)takes;

    if (l->at_upgrade.rate > l->rate)
        most += (l->at_upgrade.rate - l->rate) * (double)(lasts < takes ? lasts : takes);
    most /= NS_PER_S;
    return l->count && most > (double)l->count ? (double)l->count : most;
}

static double sum(const struct scenario *sc, int64_t lingers)
{
    double sum = 0;

    for (size_t i = 0; i < sc->n_lanes; i++) {
        const struct lane *l = &sc->lanes[i];
        int64_t takes = l->work + lane_pace(l, 0) + sc->limits.latency;

        if (l->connection == CONNECTION_NEW)
            sum += most_at_once(l, takes + lingers);
        else
            sum += most_at_once(l, takes) + l->pool;
    }
    for (int i = 0; i < N_STATES; i++)
        sum += scenario_holds(sc, (enum state)i) ? sc->hold.connections : 0;
    return sum;
}

double demand_connections(const struct scenario *sc)
{
    return sum(sc, 0);
}

double demand_ports(const struct scenario *sc, int64_t lingers)
{
    return sum(sc, lingers);
}
