/* What did TLS and HTTP/2 show around the upgrades, in lines for people? */
#ifndef HUPPROOF_TLS_LINES_H
#define HUPPROOF_TLS_LINES_H

#include "core/facts.h"

#include <stdio.h>

/* Nothing where no lane speaks either. */
void tls_lines_write(FILE *to, const struct facts *f);

#endif
