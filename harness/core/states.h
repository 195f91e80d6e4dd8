/* Where may a connection stand when an upgrade strikes?  One table: how each state is
   brought about, and what completes it afterwards. */
#ifndef HUPPROOF_STATES_H
#define HUPPROOF_STATES_H

#include "core/base.h"

enum state {
    STATE_ACCEPT_QUEUE,
    STATE_ACCEPTED,
    STATE_HALF_HEADERS,
    STATE_HALF_BODY,
    STATE_WORKING,
    STATE_HALF_RESPONSE,
    STATE_IDLE,
    STATE_NEXT_REQUEST,
    STATE_PIPELINED,
    N_STATES
};

/* What its first request asks for. */
enum state_path {
    STATE_PATH,        /* anything */
    STATE_WORK_PATH,   /* what takes the server time */
    STATE_STREAM_PATH, /* what it answers in parts */
    N_STATE_PATHS
};
extern const char *const state_path_names[N_STATE_PATHS];

/* How much is sent before the upgrade. */
enum state_sent { SENT_NOTHING, SENT_HALF_HEAD, SENT_HALF_BODY, SENT_FIRST, SENT_ALL };

/* What shows that it stands there. */
enum state_shown {
    SHOWN_BY_CONNECT,  /* it is about to be connected */
    SHOWN_BY_ANOTHER,  /* one that was connected later is answered, and this one is not */
    SHOWN_BY_ANSWER,   /* its first request is answered */
    SHOWN_BY_BEGINNING /* so is a part of it */
};

/* When the rest is sent. */
enum state_rest { REST_AT_ONCE, REST_LATER };

struct state_row {
    const char *name, *meaning;
    enum state_path path;
    enum state_sent before;
    enum state_shown shown;
    enum state_rest rest;
    bool has_body, has_second; /* a second request, for the plain path */
};
extern const struct state_row states[N_STATES];

/* The state of that name, or -1. */
int state_find(const char *name);

#endif
