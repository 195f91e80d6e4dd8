/* Is every file either a scenario, which reads back as itself, or bad input with a
   complaint? */
#include "fuzz.h"
#include "json/scenario_read.h"

#include <string.h>

static void read_back(const struct scenario *sc)
{
    struct scenario again;
    struct err err = { 0 };

    MUST(scenario_read_text("again", sc->json, NULL, &again, &err) == 0);
    MUST(strcmp(sc->json, again.json) == 0);
    scenario_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct scenario_vars vars = { "8080", "/work", "/bin", "/dir" };
    const char *path = fuzz_file(data, size);
    struct scenario sc;
    struct err err = { 0 };

    if (scenario_read_file(path, &vars, &sc, &err)) {
        MUST(err.kind == ERR_INPUT && strncmp(err.text, path, strlen(path)) == 0);
        MUST(!strchr(err.text, '\n'));
        return 0;
    }
    read_back(&sc);
    scenario_free(&sc);
    return 0;
}
