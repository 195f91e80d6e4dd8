/* What did many runs of several scenarios say, as matrix.json?  Times are
   milliseconds; what is not known is null. */
#ifndef HUPPROOF_MATRIX_WRITE_H
#define HUPPROOF_MATRIX_WRITE_H

#include "core/matrix.h"

#define MATRIX_SCHEMA "hupproof.matrix/1"

/* Of rows that are summed up.  The text is the caller's to free. */
char *matrix_text(const struct matrix *m);

/* The file is whole or absent. */
int matrix_write(const char *path, const struct matrix *m, struct err *err);

#endif
