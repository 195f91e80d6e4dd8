/* What does an answer look like? */
#ifndef RELOADABLE_RESPONSE_H
#define RELOADABLE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { RESPONSE_TAG_MAX = 64, RESPONSE_MAX = 512 };
#define RESPONSE_TAG_WANTED "1 to 64 printable characters without spaces"

struct identity { /* who answers */
    pid_t pid;
    int generation;
    const char *version_tag;
};

struct response {
    unsigned status;
    bool keep_alive;
    bool without_body; /* as HEAD wants it */
};

/* Its length; it always fits. */
size_t response_format(char buf[RESPONSE_MAX], const struct response *r, const struct identity *id);

extern const char response_continue[];

#endif
