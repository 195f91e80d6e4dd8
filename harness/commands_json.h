/* How does a program see what one can ask of hupproof? */
#ifndef HUPPROOF_COMMANDS_JSON_H
#define HUPPROOF_COMMANDS_JSON_H

#include "cli.h"

/* A list of {name, arguments, meaning, more, options: [{name, value, meaning}]}; to be freed. */
char *commands_json(void);

#endif
