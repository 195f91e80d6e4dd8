/* How do listening sockets come to be known?  listening.c asks listening_diag.c, and where
   the kernel refuses to answer, listening_proc.c. */
#ifndef HUPPROOF_LISTENING_PARTS_H
#define HUPPROOF_LISTENING_PARTS_H

#include "io/listening.h"

void listening_add(struct listening_set *set, struct listening one);

/* Bound to one address and not to all.  source: as below. */
bool listening_is_exact(int family, const uint32_t *source);

/* Bound to the address that the requests go to, or to all of them?  source: in network
   order, four words for AF_INET6. */
bool listening_is_there(const struct listening_at *l, int family, const uint32_t *source);

/* A unix socket that is at the path now, or was there once: it still is the server's when
   the path has gone to another. */
bool listening_was_seen(struct listening_at *l, uint64_t ino, bool is_there_now);

/* Each 0, or -1 with errno. */
int listening_connect(struct listening_at *l);
int listening_ask(struct listening_at *l, struct listening_set *found);
int listening_read(struct listening_at *l, struct listening_set *found);

#endif
