/* Why did it fail?  One sentence, built where it happened, for a person. */
#ifndef RELOADABLE_ERR_H
#define RELOADABLE_ERR_H

struct err {
    char text[1600]; /* room for the names of all faults */
};

/* Always -1, so that one can `return err_set(...)`. */
__attribute__((format(printf, 2, 3))) int err_set(struct err *err, const char *format, ...);

#endif
