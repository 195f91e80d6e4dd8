/* What does the kernel tell of who gave an answer that does not say so itself? */
#include "core/attribution.h"

#include <stddef.h>

const struct word attributions[] = {
    [ATTRIBUTED_SEEN] = { "seen", "one process held the connection when the answer had come" },
    [ATTRIBUTED_BEFORE] = { "before", "it was closed by then, but one that answers in person held "
                                      "it before the request left" },
    [ATTRIBUTED_UNPROVEN] = { "unproven", "likewise, but that one was never seen to answer" },
    [ATTRIBUTED_GONE] = { "gone", "the connection was closed before one could look" },
    [ATTRIBUTED_SEVERAL] = { "several", "more than one process held the connection" },
    [ATTRIBUTED_STRANGER] = { "stranger", "none of the server's processes held the connection" },
    [ATTRIBUTED_NO_TIME] = { "no_time",
                             "the server has too many open files to look through so often" },
    [ATTRIBUTED_NOT_KNOWN] = { "not_known", "the kernel does not tell" },
    [N_ATTRIBUTIONS] = { NULL, NULL },
};
