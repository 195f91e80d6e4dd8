/* What does this scenario file say?  Everything that is wrong with it is bad
   input with file, line and field:
   `scenario.json:14: lanes[1].rate: must be > 0, got -3`. */
#ifndef HUPPROOF_SCENARIO_READ_H
#define HUPPROOF_SCENARIO_READ_H

#include "core/scenario.h"

/* What ${port}, ${work}, ${bin} and ${dir} stand for; NULL: not to be had here,
   so that a text which asks for it is bad input.  Any other ${NAME} is an
   environment variable. */
struct scenario_vars {
    const char *port, *work, *bin, *dir;
};

/* Both fill *sc, to be freed by scenario_free, or leave nothing to free.
   vars NULL: the text has been through this before (sc->json), so that ${ is
   what it says.  sc->json and vars NULL yield the same scenario again. */
int scenario_read_file(const char *path, const struct scenario_vars *vars, struct scenario *sc,
                       struct err *err);

/* name: of the file, for messages; its base name is the default of "name". */
int scenario_read_text(const char *name, const char *text, const struct scenario_vars *vars,
                       struct scenario *sc, struct err *err);

#endif
