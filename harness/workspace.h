/* Where does a run keep its things?  A work directory of its own (${work}),
   a free port, and the directory that takes its reports. */
#ifndef HUPPROOF_WORKSPACE_H
#define HUPPROOF_WORKSPACE_H

#include "core/scenario.h"

struct workspace {
    char work[4096], bin[4096], dir[4096]; /* what ${work}, ${bin}, ${dir} stand for */
    char port[8];
    int reserved; /* keeps the port from other runs; -1: none */
};

/* Where hupproof's own programs are. */
int workspace_find_bin(char bin[4096], struct err *err);

/* dir: of the scenario file `file`. */
int workspace_open(struct workspace *w, const char *file, struct err *err);

/* The scenario's `files`. */
int workspace_write_files(const struct workspace *w, const struct server *server, struct err *err);

/* Makes the directory out/name[-round] and proves that it can be written. */
int workspace_make_directory(const char *out, const char *name, unsigned round, unsigned rounds,
                             char directory[4096], struct err *err);

/* Enough file descriptors for the scenario, or err says how many it takes. */
int workspace_check_descriptors(const struct scenario *sc, struct err *err);

/* keep: the work directory stays, unless it is empty.  Whether it does. */
bool workspace_close(struct workspace *w, bool keep);

#endif
