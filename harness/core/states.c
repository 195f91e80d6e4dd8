/* Where may a connection stand when an upgrade strikes? */
#include "core/states.h"

#include <string.h>

const char *const state_path_names[N_STATE_PATHS] = {
    [STATE_PATH] = "path",
    [STATE_WORK_PATH] = "work_path",
    [STATE_STREAM_PATH] = "stream_path",
};

const struct state_row states[N_STATES] = {
    [STATE_ACCEPT_QUEUE] = { "accept_queue",
                             "connects and asks in the moment before the upgrade, so that most are "
                             "not accepted yet",
                             .before = SENT_ALL, .shown = SHOWN_BY_CONNECT },
    [STATE_ACCEPTED] = { "accepted", "accepted, nothing sent yet", .before = SENT_NOTHING,
                         .shown = SHOWN_BY_ANOTHER, .rest = REST_LATER },
    [STATE_HALF_HEADERS] = { "half_headers", "request line and half the headers sent",
                             .before = SENT_HALF_HEAD, .shown = SHOWN_BY_ANOTHER,
                             .rest = REST_LATER },
    [STATE_HALF_BODY] = { "half_body", "headers and half of the body of a POST sent",
                          .before = SENT_HALF_BODY, .shown = SHOWN_BY_ANOTHER, .rest = REST_LATER,
                          .has_body = true },
    [STATE_WORKING] = { "working", "whole request sent, the server is at work on it",
                        .path = STATE_WORK_PATH, .before = SENT_ALL, .shown = SHOWN_BY_ANOTHER },
    [STATE_HALF_RESPONSE] = { "half_response", "a part of the answer's body received",
                              .path = STATE_STREAM_PATH, .before = SENT_ALL,
                              .shown = SHOWN_BY_BEGINNING },
    [STATE_IDLE] = { "idle", "kept alive after an answer, and nothing is sent for a while",
                     .before = SENT_FIRST, .shown = SHOWN_BY_ANSWER, .rest = REST_LATER,
                     .has_second = true },
    [STATE_NEXT_REQUEST] = { "next_request",
                             "kept alive after an answer, and the next request leaves in the same "
                             "millisecond",
                             .before = SENT_FIRST, .shown = SHOWN_BY_ANSWER, .has_second = true },
    [STATE_PIPELINED] = { "pipelined", "a second request is queued behind one that takes time",
                          .path = STATE_WORK_PATH, .before = SENT_ALL, .shown = SHOWN_BY_ANOTHER,
                          .has_second = true },
};

int state_find(const char *name)
{
    for (int i = 0; i < N_STATES; i++)
        if (strcmp(states[i].name, name) == 0)
            return i;
    return -1;
}
