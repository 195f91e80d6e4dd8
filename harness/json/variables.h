/* What does ${NAME} stand for? */
#ifndef HUPPROOF_VARIABLES_H
#define HUPPROOF_VARIABLES_H

#include "json/reader.h"
#include "json/scenario_read.h"

/* Puts them into every text below tree, which is r->root or a part of it. */
int variables_put_in(struct reader *r, cJSON *tree, const struct scenario_vars *vars);

/* Puts in the text of each of server.files that is said to be {"from": PATH}, so that the
   scenario is whole; in that text only what a run has of its own (port, work, bin, dir) stands
   for something: other programs have a ${NAME} of theirs.  Variables have been put in before. */
int variables_put_files_in(struct reader *r, cJSON *root, const struct scenario_vars *vars);

#endif
