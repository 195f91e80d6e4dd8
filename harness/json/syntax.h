/* Is this text JSON, and if not, where and why?  Strict, as RFC 8259 has it:
   cJSON lets through what other tools refuse (raw control characters, 01, a
   NUL, bad UTF-8), and says where but not why. */
#ifndef HUPPROOF_SYNTAX_H
#define HUPPROOF_SYNTAX_H

#include "core/base.h"

#define SYNTAX_DEEPEST 100

/* text is ended by NUL, which length does not count.  Messages begin with
   "name:line:column: not JSON: ". */
int syntax_check(const char *name, const char *text, size_t length, struct err *err);

/* Length of the longest beginning that is valid UTF-8. */
size_t syntax_utf8(const char *text, size_t length);

#endif
