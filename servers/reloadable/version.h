/* Which version is this?  A tag that each answer carries: given, or read by each new
 * process from a file, which is all the configuration that this server has. */
#ifndef RELOADABLE_VERSION_H
#define RELOADABLE_VERSION_H

#include "err.h"
#include "response.h"

#include <stdbool.h>

/* It travels in a header, where a line break would forge another one. */
bool version_is_tag(const char *text);

int version_read(char tag[RESPONSE_TAG_MAX + 1], const char *path, struct err *err);

#endif
