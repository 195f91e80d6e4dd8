/* What is this process doing?  One line each on standard error:
 *
 *     reload_server[1234] gen 2: listening on 127.0.0.1:8080
 */
#ifndef RELOADABLE_LOG_H
#define RELOADABLE_LOG_H

void log_open(unsigned generation);
__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);

#endif
