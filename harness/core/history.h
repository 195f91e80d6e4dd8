/* What happened?  The evidence: one sample a request, one event for all else.
   Append-only while the run lasts, then frozen.  Times are nanoseconds since
   the run began, by the monotonic clock, and within +-TIME_MAX, so that the
   difference of any two is a number. */
#ifndef HUPPROOF_HISTORY_H
#define HUPPROOF_HISTORY_H

#include "core/base.h"

#include <sys/types.h>

enum outcome {
    OUTCOME_OK,
    OUTCOME_REFUSED,
    OUTCOME_RESET,
    OUTCOME_EMPTY,
    OUTCOME_TRUNCATED,
    OUTCOME_TIMEOUT,
    OUTCOME_BAD_STATUS,
    OUTCOME_BAD_BODY,
    OUTCOME_RESENT,
    OUTCOME_UNSENT,
    OUTCOME_OPEN,
    OUTCOME_TLS,
    N_OUTCOMES
};

/* Which claim an outcome breaks. */
enum outcome_class { CLASS_OK, CLASS_LOST, CLASS_WRONG, CLASS_OURS };

struct outcome_row {
    const char *name;
    const char *meaning;
    enum outcome_class class;
};
extern const struct outcome_row outcomes[N_OUTCOMES];

/* How far a request had come when it ended. */
enum phase {
    PHASE_CONNECT,
    PHASE_TLS, /* connected; hands are being shaken */
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_READ,
    PHASE_DONE,
    N_PHASES
};
extern const char *const phase_names[N_PHASES];

/* 64 bytes.  A time that was never reached is -1; `due` and `sent` always are.
   `connected` is after `sent` only on a connection that this request opened. */
struct sample {
    int64_t due, sent, connected, first_byte, done;
    uint32_t id;      /* number of the request, from 0, over all lanes */
    uint32_t pid;     /* who answered; 0: nobody said */
    uint32_t version; /* text the answer gave as its version; 0: none */
    uint32_t bytes;   /* how far it came, in its phase; see sample_add_bytes */
    uint16_t status;  /* of the answer; 0: none */
    uint16_t port;    /* ours: shows which connection carried it */
    uint16_t error;   /* errno of a failure; 0: none or not known */
    uint8_t lane;
    enum outcome outcome : 4;
    enum phase phase : 3;
    bool unframed : 1; /* the answer had neither length nor chunks */
};

/* As long as it is sent: of the request that have left.  From its first byte on: of the answer that
   came, interim ones included (libcurl does not tell of the framing of chunks).  Between them, and
   while it connects: 0.  UINT32_MAX: that many or more. */
static inline void sample_add_bytes(struct sample *s, size_t n)
{
    s->bytes = n < UINT32_MAX - s->bytes ? s->bytes + (uint32_t)n : UINT32_MAX;
}

static inline enum outcome_class sample_class(const struct sample *s)
{
    return s->outcome < N_OUTCOMES ? outcomes[s->outcome].class : CLASS_OURS;
}
_Static_assert(sizeof(struct sample) <= 64, "a million requests must fit in 64 MB");

enum event_kind {
    EVENT_SERVER_STARTED, /* pid; text: the command */
    EVENT_SERVER_READY,   /* it answered what `ready` asks for */
    EVENT_LOAD_BEGAN,
    EVENT_LOAD_ENDED,     /* no request leaves any more */
    EVENT_INTERRUPTED,    /* text: by what */
    EVENT_LANE_PLANNED,   /* index: lane; value: requests that were due in all */
    EVENT_STEP_BEGAN,     /* index: step; value: when it was due; pid: whom; text: what it does */
    EVENT_STEP_ENDED,     /* index: step; value: 0, or -1 when it failed; text: why */
    EVENT_PROC_BORN,      /* pid, start; value: its parent */
    EVENT_PROC_EXEC,      /* pid, start; text: the program file, dev and ino: which one */
    EVENT_PROC_EXITED,    /* pid, start; value: its wait status, -1: not known */
    EVENT_PROC_ZOMBIE,    /* pid; value: its parent, which has not reaped it */
    EVENT_PROC_LEFT_OVER, /* pid: outlived the stop, so we killed it */
    EVENT_FILE_ON_DISK,   /* text: a program file; dev, ino: what it is now, 0: gone;
                             looked up before a step acts, and as the load begins and ends */
    EVENT_DESCRIPTORS,    /* pid, start; value: how many it has open, -1: not known; said when
                             it has changed since the last look */
    EVENT_MEMORY,         /* pid, start; value: bytes that are its own (not of files, not
                             shared), -1: not known; said likewise */
    EVENT_LISTENING,      /* ino: a socket listens at the server's address (value 1) or no longer
                             does (0; index: us since a look last showed it); -1: not known,
                             text: why */
    EVENT_LISTEN_QUEUE,   /* ino; value: connections that wait in its queue; index: the limit;
                             said when a look shows another number */
    EVENT_LISTENER,       /* pid, start; value: enum listener_hold, as a look showed it; index:
                             how many listening sockets it holds; ino: the first of them */
    EVENT_STRANGER,       /* pid, start: holds ino, a socket that listens at the server's address,
                             and is none of the server's; pid 0: who does is not known; text: its
                             name, or why */
    EVENT_PIDFILE,        /* value: enum pidfile_state; pid, start: whom it names from now on;
                             text: what it says instead, or why it is not known */
    EVENT_NET_COUNTER,    /* index: enum net_counter; value: how much it has grown since the upgrade
                             under way began; text: its name */
    EVENT_STARVED,        /* pid: waited for a CPU `value` ns during the last `index` ms */
    EVENT_STALLED,        /* hupproof's own loop stood still for `value` ns until now */
    EVENT_WATCH,          /* value: enum watched_how_well; text: how processes were watched */
    EVENT_STOP_BEGAN,     /* pid: the server's leader is told to stop */
    EVENT_STOP_ENDED,     /* value: 0 all gone in time, 1 not */
    EVENT_STILL_LISTENING, /* after the stop somebody still accepts; text: where */
    EVENT_LEDGER,          /* of the server's ledger; index: enum ledger_count; value: how many */
    EVENT_DONE_TIMES,      /* by the ledger, of a request that was done more than once, or was
                              answered and never done; value: request; index: how often; text: by
                              which pids; at most a thousand of each */
    EVENT_STATE_HELD,      /* index: number of the upgrade, from 0; text: a state (states.h); value:
                              how many connections stood in it as it struck; all of them end */
    EVENT_STATE_ENDED,     /* such a connection: index, text as above; value: enum outcome; pid,
                              start: who answered; at: when its answer began, or it ended */
    EVENT_STATE_REOPENED,  /* as STATE_ENDED, but of a new connection: the server had closed the
                              one that was held in good order, before a request had left */
    EVENT_LEDGER_UNREAD,   /* it could not be read; text: why */
    EVENT_ATTRIBUTED,      /* of answers that did not say who gave them, so that the kernel was
                              asked; index: enum attribution (attribution.h); value: how
                              many */
    EVENT_TLS_HANDSHAKE,   /* one has succeeded; index: lane; value: ns it took; dev: enum tls_how;
                              start: when the session that was offered was last in a handshake,
                              0: none was; ino: our port, 0: none; text: the protocol's version, and
                              after a space the serial of the certificate, if one was served */
    EVENT_STREAM_REFUSED,  /* index: lane; value: request, which the server said (HTTP/2: GOAWAY or
                              REFUSED_STREAM) it would not take up, and which was sent again */
    EVENT_CERTIFICATE,     /* index: step; text: serial of the one to be served from now on */
    N_EVENT_KINDS
};
extern const char *const event_names[N_EVENT_KINDS];

enum tls_how {
    TLS_FULL,     /* a session that is new */
    TLS_RESUMED,  /* one from before, which the client had offered */
    TLS_DECLINED, /* new, though one was offered */
    N_TLS_HOW
};

enum ledger_count {
    LEDGER_LINES,      /* whole ones; text: the file */
    LEDGER_AGAIN,      /* requests that were done more than once */
    LEDGER_MISSING,    /* requests that were answered, but are not in it */
    LEDGER_UNANSWERED, /* requests that were lost, but are in it */
    LEDGER_STRANGE,    /* lines that name no request of ours; text: the first */
    LEDGER_TORN        /* 1: the last line has no end */
};

enum watched_how_well {
    WATCHED_COMPLETELY,
    WATCHED_WITH_HOLES,     /* anything may have been missed */
    WATCHED_BUT_SHORT_LIVES /* processes that lived shortly may have been missed, but no
                               exec of one that was seen */
};

/* Does a process hold a listening socket, and does it wait for connections?  Only for those
   that do so by epoll that is known. */
enum listener_hold {
    HOLDS_NOT_LOOKED = -2, /* never in a history */
    HOLDS_NOT_KNOWN,       /* its descriptors are not ours to see */
    HOLDS_NOT,
    HOLDS,          /* whether it polls is not known */
    HOLDS_ONLY,     /* a master: it has an epoll, but not for this */
    HOLDS_AND_POLLS /* it accepts */
};

/* What a server's pidfile names. */
enum pidfile_state {
    PIDFILE_NOT_KNOWN = -1,
    PIDFILE_ABSENT,
    PIDFILE_NO_PID,
    PIDFILE_NOBODY,   /* there is no such process */
    PIDFILE_STRANGER, /* one that is none of the server's */
    PIDFILE_OURS,
    N_PIDFILE_STATES
};
extern const char *const pidfile_states[N_PIDFILE_STATES];

struct event {
    int64_t at;
    int64_t start; /* field 22 of /proc/PID/stat; with pid names one process; 0: not known */
    int64_t value;
    uint64_t dev, ino;
    pid_t pid;
    int32_t index;
    uint32_t text; /* history_text; 0: "" */
    enum event_kind kind;
};

/* On what it ran: figures of two runs can be compared only where this is the same. */
struct machine {
    int64_t cpus;    /* that a run may use; 0: nothing is known of the machine */
    int64_t memory;  /* bytes, in all */
    char cpu[128];   /* model, as the kernel names it; "": it does not */
    char kernel[80]; /* name and release */
};

struct history {
    struct sample *samples; /* frozen: in the order they were sent */
    struct event *events;   /* frozen: in the order they happened */
    size_t n_samples, n_events;
    size_t samples_room, events_room;
    char **texts; /* each different text once; [0] is "" */
    size_t n_texts, texts_room;
    uint32_t *slots; /* hash of texts, so that many cost no more than few */
    size_t n_slots;
    char started[32]; /* wall clock, RFC 3339 with milliseconds, UTC */
    struct machine machine;
    bool frozen;
};

/* Both copy what they are given. */
void history_add_sample(struct history *h, const struct sample *s);
void history_add_event(struct history *h, const struct event *e);

/* Number of a text, kept for ever; 0 for NULL and "". */
uint32_t history_text(struct history *h, const char *text);
const char *history_text_of(const struct history *h, uint32_t number);

/* Sorts by time; nothing may be added afterwards. */
void history_freeze(struct history *h);
void history_free(struct history *h);

#endif
