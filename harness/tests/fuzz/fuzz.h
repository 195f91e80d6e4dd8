/* What do all fuzz targets have in common? */
#ifndef HUPPROOF_FUZZ_H
#define HUPPROOF_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's name for it: judges one input, and aborts if something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(is)                                                                                   \
    do {                                                                                           \
        if (!(is)) {                                                                               \
            fprintf(stderr, "%s:%d: must be: %s\n", __FILE__, __LINE__, #is);                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The path of a file with that content, which is the same file each time. */
const char *fuzz_file(const uint8_t *data, size_t size);

#endif
