/* How did a request end, by where it was and what the kernel said?  Pure. */
#ifndef HUPPROOF_WIRE_OUTCOME_H
#define HUPPROOF_WIRE_OUTCOME_H

#include "core/history.h"

/* error: errno of socket, connect, send or recv in that phase. */
enum outcome wire_outcome_of_error(enum phase phase, int error);

/* The server closed in good order (FIN) before the answer was whole; answered: a first
   byte of it had come. */
enum outcome wire_outcome_of_close(bool answered);

#endif
