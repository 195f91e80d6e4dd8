/* What does the report say of how many answers are known to be whose? */
#include "json/report_values.h"

void put_attribution(cJSON *to, const struct facts *f)
{
    cJSON *attribution = cJSON_AddObjectToObject(to, "attribution"), *kernel;
    uint64_t known = 0;

    for (size_t i = 0; i < f->h->n_samples; i++)
        known += f->h->samples[i].outcome == OUTCOME_OK && facts_who(f, i);
    put_number(attribution, "answers", (double)f->all.ok);
    put_number(attribution, "known", (double)known);
    put_number(attribution, "known_percent",
               f->all.ok ? 100.0 * (double)known / (double)f->all.ok : 0);
    if (!f->kernel_asked) {
        cJSON_AddNullToObject(attribution, "kernel");
        return;
    }
    kernel = cJSON_AddObjectToObject(attribution, "kernel");
    for (enum attribution i = 0; i < N_ATTRIBUTIONS; i++)
        put_number(kernel, attributions[i].name, (double)f->attributions[i]);
}
