/* What would a scenario ask for in vain, there being no upgrade? */
#include "json/reader.h"
#include "json/specials.h"

int upgrade_needed(struct reader *r)
{
    const char *why = "needs a step that begins an upgrade";
    const cJSON *value = member(r->root, "states"), *lane;

    if (scenario_upgrades(r->sc))
        return 0;
    if (value)
        return reader_bad(r, value, "%s", why);
    cJSON_ArrayForEach(lane, member(r->root, "lanes"))
    {
        if ((value = member(lane, "burst_at_upgrade")))
            return reader_bad(r, value, "%s", why);
    }
    return 0;
}
