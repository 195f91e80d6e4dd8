/* Which process serves?  A file names it, always whole, never stale by us. */
#ifndef RELOADABLE_PIDFILE_H
#define RELOADABLE_PIDFILE_H

#include "err.h"

/* A NULL path means that nobody asked for one. */
int pidfile_write(const char *path, struct err *err);

/* Renames it, if it names this process. */
void pidfile_move(const char *from, const char *to);

/* Only if it still names this process: a successor's file must outlive us. */
void pidfile_remove(const char *path);

#endif
