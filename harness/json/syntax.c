#include "json/syntax.h"

#include "json/locate.h"

#include <string.h>

struct scan {
    const char *p; /* where we are, or what is wrong */
    const char *why;
    int depth;
};

static bool value(struct scan *s);

static bool wrong(struct scan *s, const char *why)
{
    s->why = why;
    return false;
}

static bool skip_space(struct scan *s)
{
    s->p += strspn(s->p, " \t\r\n");
    if (s->p[0] == '/' && (s->p[1] == '/' || s->p[1] == '*'))
        return wrong(s, "comments are not JSON; put what you want to say into \"why\"");
    return true;
}

static bool string(struct scan *s)
{
    const char *begin = s->p++;

    for (; *s->p != '"'; s->p++) {
        if (*s->p == '\0' || *s->p == '\n') {
            s->p = begin;
            return wrong(s, "this string does not end on its line");
        }
        if ((unsigned char)*s->p < 0x20)
            return wrong(s, "a control character in a string; write it as an escape");
        if (*s->p != '\\')
            continue;
        s->p++;
        if (*s->p == 'u') {
            if (strspn(s->p + 1, "0123456789abcdefABCDEF") < 4)
                return wrong(s, "\\u needs four hexadecimal digits");
            if (strncmp(s->p + 1, "0000", 4) == 0)
                return wrong(s, "\\u0000 cannot be in a text here");
            s->p += 4;
        } else if (*s->p == '\0' || !strchr("\"\\/bfnrt", *s->p)) {
            return wrong(s, "no such escape in a string");
        }
    }
    s->p++;
    return true;
}

static bool digits(struct scan *s)
{
    size_t n = strspn(s->p, "0123456789");

    s->p += n;
    return n > 0 || wrong(s, "a digit is missing");
}

static bool number(struct scan *s)
{
    s->p += *s->p == '-';
    if (*s->p == '0' && s->p[1] >= '0' && s->p[1] <= '9')
        return wrong(s, "a number does not begin with 0");
    if (!digits(s))
        return false;
    if (*s->p == '.') {
        s->p++;
        if (!digits(s))
            return false;
    }
    if (*s->p == 'e' || *s->p == 'E') {
        s->p++;
        s->p += *s->p == '+' || *s->p == '-';
        return digits(s);
    }
    return true;
}

static bool member(struct scan *s)
{
    if (*s->p != '"')
        return wrong(s, "expected a name in double quotes");
    if (!string(s) || !skip_space(s))
        return false;
    if (*s->p != ':')
        return wrong(s, "expected \":\" after the name");
    s->p++;
    return skip_space(s) && value(s);
}

static bool collection(struct scan *s, char end, bool (*item)(struct scan *), const char *expected)
{
    if (++s->depth > SYNTAX_DEEPEST)
        return wrong(s, "nested too deep");
    s->p++;
    if (!skip_space(s))
        return false;
    while (*s->p != end) {
        if (!item(s) || !skip_space(s))
            return false;
        if (*s->p == end)
            break;
        if (*s->p != ',')
            return wrong(s, *s->p ? expected : "it ends too early");
        const char *comma = s->p++;
        if (!skip_space(s))
            return false;
        if (*s->p == end) {
            s->p = comma;
            return wrong(s, "a comma after the last one");
        }
    }
    s->p++;
    s->depth--;
    return true;
}

static bool value(struct scan *s)
{
    static const char *const words[] = { "true", "false", "null" };

    if (*s->p == '{')
        return collection(s, '}', member, "expected \",\" or \"}\"");
    if (*s->p == '[')
        return collection(s, ']', value, "expected \",\" or \"]\"");
    if (*s->p == '"')
        return string(s);
    if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))
        return number(s);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strncmp(s->p, words[i], strlen(words[i])) == 0) {
            s->p += strlen(words[i]);
            return true;
        }
    }
    return wrong(s, *s->p ? "expected a value" : "it ends too early");
}

size_t syntax_utf8(const char *text, size_t length)
{
    const unsigned char *t = (const unsigned char *)text;
    size_t i = 0;

    while (i < length) {
        size_t more = t[i] < 0x80   ? 0
                      : t[i] < 0xc2 ? 9
                      : t[i] < 0xe0 ? 1
                      : t[i] < 0xf0 ? 2
                      : t[i] < 0xf5 ? 3
                                    : 9;

        if (more >= length - i)
            return i;
        for (size_t k = 1; k <= more; k++)
            if ((t[i + k] & 0xc0) != 0x80)
                return i;
        /* Too long a form, half of a UTF-16 pair, beyond U+10FFFF. */
        if ((t[i] == 0xe0 && t[i + 1] < 0xa0) || (t[i] == 0xed && t[i + 1] > 0x9f) ||
            (t[i] == 0xf0 && t[i + 1] < 0x90) || (t[i] == 0xf4 && t[i + 1] > 0x8f))
            return i;
        i += more + 1;
    }
    return i;
}

int syntax_check(const char *name, const char *text, size_t length, struct err *err)
{
    struct scan s = { .p = text };
    size_t valid = syntax_utf8(text, length);

    if (valid < length) {
        s.p = text + valid;
        s.why = "a byte that is not UTF-8";
    } else if (skip_space(&s) && value(&s) && skip_space(&s)) {
        if (s.p == text + length)
            return 0;
        s.why = *s.p ? "something follows the end" : "a NUL byte";
    } else if (*s.p == '\0' && s.p < text + length) {
        s.why = "a NUL byte";
    }

    struct place at = locate_offset(text, (size_t)(s.p - text));
    return err_input(err, "%s:%d:%d: not JSON: %s", name, at.line, at.column, s.why);
}
