/* How does the server tell its tables to a program?  Lists of objects whose values are texts. */
#ifndef RELOADABLE_JSON_OUT_H
#define RELOADABLE_JSON_OUT_H

/* One list at a time, on standard output. */
void json_list_begin(void);
/* Names and values in turn, ended by NULL; a value that is NULL is left out. */
void json_list_row(const char *name, const char *value, ...) __attribute__((sentinel));
void json_list_end(void);

#endif
