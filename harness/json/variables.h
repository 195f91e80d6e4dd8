/* What does ${NAME} stand for? */
#ifndef HUPPROOF_VARIABLES_H
#define HUPPROOF_VARIABLES_H

#include "json/reader.h"
#include "json/scenario_read.h"

/* Puts them into every text below tree, which is r->root or a part of it. */
int variables_put_in(struct reader *r, cJSON *tree, const struct scenario_vars *vars);

#endif
