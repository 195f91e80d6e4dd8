/* Which server, and how does it say who it is? */
#include "json/reader.h"
#include "json/specials.h"
#include "json/values.h"

#include <regex.h>
#include <string.h>
#include <sys/un.h>

int read_url(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const char *wrong;
    size_t end = 0;

    if (!cJSON_IsString(value))
        return reader_must(r, value, "must be a text");
    wrong = value_url_wrong(value->valuestring, &end);
    if (wrong)
        return reader_must(r, value, "%s", wrong);
    sc->server.url = mem_text(value->valuestring);
    sc->server.url[end] = '\0';
    sc->server.https = strncmp(sc->server.url, "https:", 6) == 0;
    return 0;
}

int look_at_attach(struct reader *r, const cJSON *value, void *base)
{
    struct scenario *sc = base;
    const cJSON *pid = member(value, "pid"), *pidfile = member(value, "pidfile");

    if (sc->server.command)
        return reader_bad(r, value, "there is a command already; use one or the other");
    if (cJSON_IsObject(value) && !pid == !pidfile)
        return reader_must(r, value, "must have either \"pid\" or \"pidfile\"");
    sc->server.attach = pid ? ATTACH_PID : ATTACH_PIDFILE;
    return 0;
}

int look_at_unix(struct reader *r, const cJSON *value, void *base)
{
    struct sockaddr_un address;

    (void)base;
    if (cJSON_IsString(value) && strlen(value->valuestring) >= sizeof address.sun_path)
        return reader_bad(r, value, "longer than a socket's path can be (%zu bytes)",
                          sizeof address.sun_path - 1);
    return 0;
}

int look_at_regex(struct reader *r, const cJSON *value, void *base)
{
    regex_t regex;
    char why[120];
    size_t groups;
    int failed;

    (void)base;
    if (!cJSON_IsString(value))
        return 0;
    failed = regcomp(&regex, value->valuestring, REG_EXTENDED);
    if (failed) {
        regerror(failed, &regex, why, sizeof why);
        return reader_bad(r, value, "not a POSIX extended regular expression: %s", why);
    }
    groups = regex.re_nsub;
    regfree(&regex);
    if (groups == 0)
        return reader_must(r, value, "must have a group (...) around what is meant");
    return 0;
}

int look_at_header(struct reader *r, const cJSON *value, void *base)
{
    (void)base;
    if (cJSON_IsString(value) && !value_is_token(value->valuestring))
        return reader_must(r, value, "must be the name of a header");
    return 0;
}

/* {"body": REGEX} or {"header": NAME}. */
static int read_token(struct reader *r, const cJSON *value, void *base, const char *path,
                      const char *expected)
{
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be %s", expected);
    if (reader_object(r, value, path, base))
        return -1;
    if (cJSON_GetArraySize(value) != 1)
        return reader_must(r, value, "must have either \"body\" or \"header\"");
    return 0;
}

int read_who(struct reader *r, const cJSON *value, void *base)
{
    static const struct {
        const char *word;
        enum who_kind who;
    } words[] = { { "socket", WHO_SOCKET }, { "none", WHO_NONE } };
    struct server *server = &((struct scenario *)base)->server;

    for (size_t i = 0; cJSON_IsString(value) && i < COUNT(words); i++) {
        if (strcmp(value->valuestring, words[i].word) == 0) {
            server->who = words[i].who;
            return 0;
        }
    }
    if (read_token(r, value, base, "server.who",
                   "{\"body\": REGEX}, {\"header\": NAME}, \"socket\" or \"none\""))
        return -1;
    server->who = member(value, "body") ? WHO_BODY : WHO_HEADER;
    return 0;
}

int read_version(struct reader *r, const cJSON *value, void *base)
{
    struct server *server = &((struct scenario *)base)->server;

    if (read_token(r, value, base, "server.version", "{\"body\": REGEX} or {\"header\": NAME}"))
        return -1;
    server->version = member(value, "body") ? TOKEN_BODY : TOKEN_HEADER;
    return 0;
}

int read_pid(struct reader *r, const cJSON *value, void *base)
{
    if (cJSON_IsString(value) && strcmp(value->valuestring, "child") == 0)
        return 0;
    if (!cJSON_IsObject(value))
        return reader_must(r, value, "must be \"child\" or {\"pidfile\": PATH}");
    return reader_object(r, value, "server.pid", base);
}
