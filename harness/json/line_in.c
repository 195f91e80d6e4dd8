#include "json/line_in.h"

#include <string.h>

#define SPACE " \t\r\n"

static bool wrong(struct line_in *in, const char *what)
{
    in->wrong = what;
    return false;
}

static void skip_space(struct line_in *in)
{
    in->p += strspn(in->p, SPACE);
}

static int hex4(const char *p)
{
    int code = 0;

    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *d;

        if (!p[i] || !(d = strchr(digits, p[i] >= 'A' && p[i] <= 'F' ? p[i] + 32 : p[i])))
            return -1;
        code = code * 16 + (int)(d - digits);
    }
    return code;
}

static char *put_utf8(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* in->p stands behind "\u"; the text never grows. */
static bool unicode_escape(struct line_in *in, char **to)
{
    int code = hex4(in->p), low;

    if (code <= 0)
        return wrong(in, "\\u needs four hexadecimal digits, not all 0");
    in->p += 4;
    if (code >= 0xd800 && code < 0xe000) {
        low = code < 0xdc00 && in->p[0] == '\\' && in->p[1] == 'u' ? hex4(in->p + 2) : -1;
        if (low < 0xdc00 || low >= 0xe000)
            return wrong(in, "half of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        in->p += 6;
    }
    *to = put_utf8(*to, (unsigned)code);
    return true;
}

static char *string(struct line_in *in)
{
    static const char from[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char *begin = ++in->p, *to = begin;
    const char *escape;

    while (*in->p != '"') {
        if ((unsigned char)*in->p < 0x20) {
            wrong(in, "a text does not end");
            return NULL;
        }
        if (*in->p != '\\') {
            *to++ = *in->p++;
            continue;
        }
        in->p += 2;
        if (in->p[-1] == 'u') {
            if (!unicode_escape(in, &to))
                return NULL;
        } else if (in->p[-1] && (escape = strchr(from, in->p[-1]))) {
            *to++ = meant[escape - from];
        } else {
            wrong(in, "no such escape in a text");
            return NULL;
        }
    }
    in->p++;
    *to = '\0';
    return begin;
}

static bool number(struct line_in *in, struct pair *pair)
{
    size_t n;

    pair->negative = *in->p == '-';
    in->p += pair->negative;
    n = strspn(in->p, "0123456789");
    if (n == 0 || (n > 1 && *in->p == '0'))
        return wrong(in, "expected a text or a whole number");
    pair->number = 0;
    pair->huge = false;
    for (; n > 0; n--) {
        unsigned digit = (unsigned)(*in->p++ - '0');

        pair->huge |= pair->number > (UINT64_MAX - digit) / 10;
        pair->number = pair->number * 10 + digit;
    }
    return true;
}

void line_begin(struct line_in *in, char *line)
{
    *in = (struct line_in){ .p = line, .first = true };
    skip_space(in);
    if (*in->p++ != '{')
        wrong(in, "expected \"{\"");
}

bool line_next(struct line_in *in, struct pair *pair)
{
    if (in->wrong)
        return false;
    skip_space(in);
    if (*in->p == '}') {
        in->p++;
        skip_space(in);
        return *in->p ? wrong(in, "something follows the \"}\"") : false;
    }
    if (!in->first) {
        if (*in->p++ != ',')
            return wrong(in, "expected \",\" or \"}\"");
        skip_space(in);
    }
    in->first = false;
    if (*in->p != '"')
        return wrong(in, "expected a name in double quotes");
    pair->key = string(in);
    if (!pair->key)
        return false;
    skip_space(in);
    if (*in->p++ != ':')
        return wrong(in, "expected \":\" after a name");
    skip_space(in);
    pair->text = NULL;
    if (*in->p != '"')
        return number(in, pair);
    pair->text = string(in);
    return pair->text != NULL;
}
