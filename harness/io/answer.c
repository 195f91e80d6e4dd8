/* What does an answer say of who gave it, and of which version? */
#include "io/answer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char default_body[] = "ospid:([0-9]+)";
static const char default_header[] = "X-Pid";

static int compile(regex_t *regex, const char *what, const char *text, struct err *err)
{
    int code = regcomp(regex, text, REG_EXTENDED);
    char why[128];

    if (code == 0)
        return 0;
    regerror(code, regex, why, sizeof why);
    return err_input(err, "%s: not a regular expression: %s: %s", what, text, why);
}

int answer_reader_start(struct answer_reader *r, const struct server *server, struct err *err)
{
    *r = (struct answer_reader){ .who = server->who, .version = server->version };
    if (r->who == WHO_AUTO || r->who == WHO_BODY) {
        if (compile(&r->who_body, "server.who.body",
                    r->who == WHO_AUTO ? default_body : server->who_text, err) != 0) {
            r->who = WHO_NONE;
            r->version = TOKEN_NONE;
            return -1;
        }
    }
    r->who_is_ospid =
        r->who == WHO_AUTO || (r->who == WHO_BODY && strcmp(server->who_text, default_body) == 0);
    if (r->who == WHO_AUTO)
        r->who_header = default_header;
    if (r->who == WHO_HEADER)
        r->who_header = server->who_text;
    if (r->version == TOKEN_HEADER)
        r->version_header = server->version_text;
    if (r->version == TOKEN_BODY &&
        compile(&r->version_body, "server.version.body", server->version_text, err) != 0) {
        r->version = TOKEN_NONE;
        answer_reader_free(r);
        return -1;
    }
    r->wants_body = r->who == WHO_AUTO || r->who == WHO_BODY || r->version == TOKEN_BODY;
    return 0;
}

void answer_reader_free(struct answer_reader *r)
{
    if (r->who == WHO_AUTO || r->who == WHO_BODY)
        regfree(&r->who_body);
    if (r->version == TOKEN_BODY)
        regfree(&r->version_body);
    *r = (struct answer_reader){ .who = WHO_NONE };
}

/* The value of header `name`, trimmed, or NULL when the line is another one. */
static const char *value_of(const char *line, size_t n, const char *name, size_t *length)
{
    size_t name_length = strlen(name);

    if (n <= name_length || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0)
        return NULL;
    line += name_length + 1;
    n -= name_length + 1;
    while (n && isspace((unsigned char)*line))
        line++, n--;
    while (n && isspace((unsigned char)line[n - 1]))
        n--;
    *length = n;
    return line;
}

/* 0 when it is no whole number that a pid could be. */
static uint32_t pid_from(const char *text, size_t n)
{
    uint64_t pid = 0;

    if (n == 0 || n > 10)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)text[i]))
            return 0;
        pid = pid * 10 + (uint64_t)(text[i] - '0');
    }
    return pid <= INT32_MAX ? (uint32_t)pid : 0;
}

static void keep_version(struct answer *a, const char *text, size_t n)
{
    snprintf(a->version, sizeof a->version, "%.*s", (int)n, text);
}

const char *answer_header_name(const struct answer_reader *r, enum answer_header which)
{
    return which == ANSWER_WHO ? r->who_header : r->version_header;
}

void answer_header_value(struct answer *a, enum answer_header which, const char *value, size_t n)
{
    if (which == ANSWER_WHO)
        a->pid = pid_from(value, n);
    else
        keep_version(a, value, n);
}

/* libcurl passes over a length that is none, and reads on until the connection ends. */
static bool is_length(const char *text, size_t n)
{
    static const size_t most = 18; /* digits that fit in its numbers */

    for (size_t i = 0; i < n; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return n > 0 && n <= most;
}

void answer_header(const struct answer_reader *r, struct answer *a, const char *line, size_t n)
{
    const char *value;
    size_t length;

    if (n > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        /* A 1xx came before: what counts begins here. */
        a->framed = false;
        a->pid = 0;
        a->version[0] = '\0';
        return;
    }
    if (((value = value_of(line, n, "Content-Length", &length)) && is_length(value, length)) ||
        ((value = value_of(line, n, "Transfer-Encoding", &length)) && length >= 7 &&
         strncasecmp(value + length - 7, "chunked", 7) == 0))
        a->framed = true;
    for (enum answer_header i = 0; i < N_ANSWER_HEADERS; i++) {
        const char *name = answer_header_name(r, i);

        if (name && (value = value_of(line, n, name, &length)))
            answer_header_value(a, i, value, length);
    }
}

void answer_body(const struct answer_reader *r, struct answer *a, const char *data, size_t n)
{
    size_t room = ANSWER_BODY_KEPT - 1u - a->body_length;

    if (!r->wants_body)
        return;
    if (!a->body)
        a->body = mem_grow(NULL, 1, ANSWER_BODY_KEPT);
    if (n > room) {
        n = room;
        a->cut = true;
    }
    memcpy(a->body + a->body_length, data, n);
    a->body_length = (uint16_t)(a->body_length + n);
    a->body[a->body_length] = '\0';
}

struct found {
    const char *text; /* NULL: nothing */
    size_t n;
};

/* What default_body matches, at a tenth of regexec's cost. */
static struct found find_ospid(const char *body)
{
    while ((body = strstr(body, "ospid:"))) {
        size_t n = strspn(body += strlen("ospid:"), "0123456789");

        if (n)
            return (struct found){ body, n };
    }
    return (struct found){ NULL, 0 };
}

static struct found find_group(const regex_t *regex, const char *body)
{
    regmatch_t m[2];

    if (regexec(regex, body, 2, m, 0) != 0 || m[1].rm_so < 0)
        return (struct found){ NULL, 0 };
    return (struct found){ body + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so) };
}

/* What ends where the kept part ends may have gone on: that is no finding. */
static struct found unless_cut(const struct answer *a, struct found f)
{
    if (f.text && a->cut && f.text + f.n == a->body + a->body_length)
        return (struct found){ NULL, 0 };
    return f;
}

void answer_end(const struct answer_reader *r, struct answer *a)
{
    struct found f;

    if (a->body && (r->who == WHO_AUTO || r->who == WHO_BODY)) {
        f = r->who_is_ospid ? find_ospid(a->body) : find_group(&r->who_body, a->body);
        f = unless_cut(a, f);
        if (f.text && pid_from(f.text, f.n))
            a->pid = pid_from(f.text, f.n);
    }
    if (a->body && r->version == TOKEN_BODY) {
        f = unless_cut(a, find_group(&r->version_body, a->body));
        if (f.text)
            keep_version(a, f.text, f.n);
    }
    a->bad = (r->who == WHO_BODY || r->who == WHO_HEADER) && a->pid == 0;
    free(a->body);
    a->body = NULL;
    a->body_length = 0;
}
