/* How does a file change as an upgrade changes it?  Whole, by a rename over the
   old one, so that nobody ever sees half of it. */
#ifndef HUPPROOF_REPLACE_H
#define HUPPROOF_REPLACE_H

#include "core/base.h"

/* file becomes a copy of `with`, mode included. */
int replace_file(const char *file, const char *with, struct err *err);

/* file holds text; it keeps its mode if it was there. */
int write_file(const char *file, const char *text, struct err *err);

#endif
