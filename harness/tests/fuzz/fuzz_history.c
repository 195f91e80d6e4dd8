/* Is every file either a history, which can be judged, or bad input with a complaint?

   Input: a history.  One without an end line gets the one that fits, so that lines which come
   and go leave a history. */
#include "core/check.h"
#include "fuzz.h"
#include "json/history_file.h"

#include <string.h>

static void judge(const struct scenario *sc, const struct history *h)
{
    struct finding *findings = mem_new(n_checks, sizeof *findings);
    enum verdict verdict;
    struct facts facts;

    facts_find(&facts, sc, h);
    verdict = check_all(&facts, findings);
    for (size_t i = 0; i < n_checks; i++) {
        MUST(findings[i].verdict <= verdict);
        MUST(strlen(findings[i].why) > 0);
    }
    MUST(verdict != PASS || facts.all.ok > 0);
    facts_free(&facts);
    free(findings);
}

static size_t count(const char *text, const char *begin)
{
    size_t n = 0;

    for (; (text = strstr(text, begin)); text++)
        n++;
    return n;
}

static const char *whole_file(const uint8_t *data, size_t size)
{
    char *text = mem_printf("%.*s", (int)size, (const char *)data), *whole;
    const char *path;

    if (strlen(text) < size || strstr(text, "\n{\"end\"")) {
        path = fuzz_file(data, size);
    } else {
        whole = mem_printf("%s{\"end\":{\"requests\":%zu,\"events\":%zu}}\n", text,
                           count(text, "\n{\"request\""), count(text, "\n{\"event\""));
        path = fuzz_file((uint8_t *)whole, strlen(whole));
        free(whole);
    }
    free(text);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = whole_file(data, size);
    struct scenario sc;
    struct history h;
    struct err err = { 0 };

    if (history_read(path, &sc, &h, &err)) {
        MUST(err.kind == ERR_INPUT && strncmp(err.text, path, strlen(path)) == 0);
        return 0;
    }
    judge(&sc, &h);
    scenario_free(&sc);
    history_free(&h);
    return 0;
}
