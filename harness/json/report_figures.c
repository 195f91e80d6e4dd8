/* Which numbers tell how a run went, and how are they written? */
#include "core/handover.h"
#include "json/report_values.h"

#include <stdio.h>

void put_figure(cJSON *to, const char *key, enum unit unit, int64_t value)
{
    if (value < 0 || value == NEVER)
        cJSON_AddNullToObject(to, key);
    else if (unit == UNIT_TIME)
        put_ms(to, key, value);
    else
        put_number(to, key, (double)value);
}

/* "drain_ms": the unit of a time is in its name, as everywhere in what we write. */
void figure_key(enum figure figure, char key[40])
{
    snprintf(key, 40, "%s%s", figures[figure].name, figures[figure].unit == UNIT_TIME ? "_ms" : "");
}

void put_figures(cJSON *to, const int64_t values[N_FIGURES])
{
    cJSON *all = cJSON_AddObjectToObject(to, "figures");

    for (size_t i = 0; i < N_FIGURES; i++) {
        char key[40];

        figure_key(i, key);
        put_figure(all, key, figures[i].unit, values[i]);
    }
}

void put_figures_of(cJSON *to, const struct facts *f)
{
    int64_t values[N_FIGURES];

    for (size_t i = 0; i < N_FIGURES; i++)
        values[i] = figures[i].of(f);
    put_figures(to, values);
}
