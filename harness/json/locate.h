/* On which line does a value stand?  cJSON keeps no positions, but it keeps the
   order: the tenth value of the tree is the tenth value of the text. */
#ifndef HUPPROOF_LOCATE_H
#define HUPPROOF_LOCATE_H

#include <stddef.h>

struct place {
    int line, column; /* from 1; columns count bytes */
};

/* Where an offset into any text is. */
struct place locate_offset(const char *text, size_t offset);

/* Where the nth value (0: the outermost; counted in the order in which they
   begin) of a valid JSON text is, or its key when it has one. */
struct place locate_value(const char *text, size_t nth);

#endif
