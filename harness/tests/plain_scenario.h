/* A plain scenario, and ways to change it. */
#ifndef HUPPROOF_PLAIN_SCENARIO_H
#define HUPPROOF_PLAIN_SCENARIO_H

#include "sample_run.h"

static const struct scenario_vars vars = { "8080", "/dir/run", "/bin", "/dir" };

static const char *const plain =
    "{\n"
    "  \"server\": {\"command\": [\"app\"], \"url\": \"http://[::1]:80\"},\n"
    "  \"lanes\": [\n"
    "    {\"name\": \"new\", \"rate\": 300},\n"
    "    {\"name\": \"slow\", \"rate\": 10, \"path\": \"/?a=1&sleep=2.5\"}\n"
    "  ],\n"
    "  \"for\": \"8s\",\n"
    "  \"steps\": [\n"
    "    {\"at\": \"3s\", \"signal\": \"HUP\"}\n"
    "  ]\n"
    "}\n";

/* plain with a part replaced; the caller frees it. */
static inline char *with(const char *part, const char *replacement)
{
    const char *at = strstr(plain, part);
    char *text;

    assert_non_null(at);
    text = mem_new(strlen(plain) + strlen(replacement) + 1, 1);
    sprintf(text, "%.*s%s%s", (int)(at - plain), plain, replacement, at + strlen(part));
    return text;
}

static inline struct scenario read_good(const char *text)
{
    struct err err = { 0 };
    struct scenario sc;

    if (scenario_read_text("some/s.json", text, &vars, &sc, &err))
        fail_msg("%s", err.text);
    return sc;
}

static inline struct scenario read_with(const char *part, const char *replacement)
{
    char *text = with(part, replacement);
    struct scenario sc = read_good(text);

    free(text);
    return sc;
}

#define LANE   "{\"name\": \"new\", \"rate\": 300}"
#define STEP   "{\"at\": \"3s\", \"signal\": \"HUP\"}"
#define SERVER "\"command\": [\"app\"]"
#define URL    "\"http://[::1]:80\""
#define FOR    "\"for\": \"8s\""

#endif
