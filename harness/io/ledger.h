/* Which requests did the server really do, and how often?  Its ledger says so: a file to
   which it appends, for each request it executes,

       ID
       ID PID

   in one line, where ID is what the request's header X-Request-Id was and PID, if it is
   there, who did it.  What was in the file before the load is nobody's business. */
#ifndef HUPPROOF_LEDGER_H
#define HUPPROOF_LEDGER_H

#include "io/record.h"

struct ledger {
    const char *path; /* NULL: the server keeps none */
    char ids[64];     /* what the ids of this run begin with; a number follows */
    int64_t from;     /* its size when the load began */
};

/* The caller has set path and ids. */
void ledger_begin(struct ledger *l);

/* Reads what has been appended since and records what is not as it should be: see
   EVENT_LEDGER.  Requests have the numbers from 0 to below n; their samples are in the
   history, which is not frozen yet. */
void ledger_read(const struct ledger *l, uint32_t n, struct recorder *r);

#endif
