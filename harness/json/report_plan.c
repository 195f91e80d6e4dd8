/* On what and with which load was it run?  Whoever compares two runs has to know. */
#include "json/report_values.h"

void put_machine(cJSON *to, const struct machine *m)
{
    cJSON *machine;

    if (m->cpus <= 0) {
        cJSON_AddNullToObject(to, "machine");
        return;
    }
    machine = cJSON_AddObjectToObject(to, "machine");
    put_number(machine, "cpus", (double)m->cpus);
    put_text(machine, "cpu", m->cpu);
    put_text(machine, "kernel", m->kernel);
    put_number(machine, "memory", (double)m->memory);
}

/* How the server is started is left out: that is what users compare. */
void put_plan(cJSON *to, const struct scenario *sc)
{
    static const char *const keys[] = { "for", "lanes", "steps", "states", "limits" };
    cJSON *plan = cJSON_AddObjectToObject(to, "plan");
    cJSON *all = sc->json ? cJSON_Parse(sc->json) : NULL;

    put_text(plan, "url", sc->server.url);
    for (size_t i = 0; i < COUNT(keys); i++) {
        cJSON *part = cJSON_DetachItemFromObjectCaseSensitive(all, keys[i]);

        if (part)
            cJSON_AddItemToObject(plan, keys[i], part);
    }
    cJSON_Delete(all);
}
