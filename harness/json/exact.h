/* How are numbers printed so that reading them gives the same?  cJSON keeps 15
   digits where 17 may be needed, and writes large whole numbers as 9.1e+15. */
#ifndef HUPPROOF_EXACT_H
#define HUPPROOF_EXACT_H

#include "core/base.h"

#include <cJSON.h>

/* The text of a tree, the caller's to free with cJSON_free; the tree's numbers are
   no numbers afterwards, only text. */
char *exact_print(cJSON *tree, bool compact);

#endif
