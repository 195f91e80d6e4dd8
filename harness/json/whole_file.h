/* How does a file become whole or stay absent?  It is written under a temporary
   name beside its place, synced, and renamed. */
#ifndef HUPPROOF_WHOLE_FILE_H
#define HUPPROOF_WHOLE_FILE_H

#include "core/base.h"

#include <stdio.h>

struct whole_file {
    FILE *out; /* write here; errors may wait until the end */
    char *path, *temporary;
    int why; /* errno of the first write that failed */
};

int whole_file_begin(struct whole_file *f, const char *path, struct err *err);

/* May be asked after every line: false when it is no use to go on. */
bool whole_file_goes_on(struct whole_file *f);

/* Frees f in either case; after a failure nothing new is left on disk. */
int whole_file_end(struct whole_file *f, struct err *err);

/* All of it: one text and the end of its line. */
int whole_file_write(const char *path, const char *text, struct err *err);

/* Reads all of a file; the text is ended by NUL and the caller's to free.
 *length does not count that NUL.  A file that cannot be read is bad input. */
int whole_file_read(const char *path, char **text, size_t *length, struct err *err);

#endif
