/* How does a program see the table of checks? */
#ifndef HUPPROOF_CHECKS_JSON_H
#define HUPPROOF_CHECKS_JSON_H

/* A list of {name, claim, about}; about: clients, processes or belief.  To be freed. */
char *checks_json(void);

#endif
