/* What follows from this history?  A test of facts finds them once; they are forgotten
   after it, or when it calls forget. */
#ifndef HUPPROOF_FOUND_FACTS_H
#define HUPPROOF_FOUND_FACTS_H

#include "hand_made.h"

static struct history history;
static struct facts facts;

static inline const struct facts *find(struct history h)
{
    history = h;
    facts_find(&facts, given(), &history);
    return &facts;
}

static inline int forget(void **state)
{
    (void)state;
    facts_free(&facts);
    history_free(&history);
    return 0;
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, plain_plan, forget)

#endif
