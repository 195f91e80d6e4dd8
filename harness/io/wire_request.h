/* What is sent?  The bytes of a lane's requests: all the same but for their ids, so that
   whatever is left of one can be made again. */
#ifndef HUPPROOF_WIRE_REQUEST_H
#define HUPPROOF_WIRE_REQUEST_H

#include "core/scenario.h"

#include <sys/types.h>

struct wire_request {
    char *head; /* up to where the id goes, or to its end */
    size_t head_size;
    const char *ids; /* see client.h; NULL: all are the same */
    char *body;      /* NULL: none */
    size_t body_size;
};

/* The lane and the server are read only now; ids must outlive the requests. */
void wire_request_open(struct wire_request *q, const struct server *server, const struct lane *lane,
                       const char *ids);
void wire_request_close(struct wire_request *q);

/* Bytes of the request of that number. */
size_t wire_request_size(const struct wire_request *q, uint32_t id);

/* Sends what is left of it after `done` bytes, at most `most` of it; as send(2) says. */
ssize_t wire_request_send(const struct wire_request *q, uint32_t id, size_t done, size_t most,
                          int fd);

#endif
