/* What follows from the history alone?  Which processes lived, which upgrades
   struck, who answered what: worked out once, read by every check and by the
   report.  Pure. */
#ifndef HUPPROOF_FACTS_H
#define HUPPROOF_FACTS_H

#include "core/attribution.h"
#include "core/history.h"
#include "core/net_counters.h"
#include "core/scenario.h"

#define NOBODY UINT32_MAX

/* What looks showed of a process and the sockets that listen at the server's address.  From
   the first that showed it on; until one that no longer did, or the end of the life; -1:
   never, or until the end of the run. */
struct holding {
    int64_t held_from, held_until;
    int64_t polled_from, polled_until; /* by epoll: it accepted */
    bool polls_known;                  /* it was seen to have an epoll, while it held one */
    bool not_known;                    /* its descriptors were not to be seen, at times */
    uint32_t sockets;                  /* the most that it held at once */
    uint64_t ino;                      /* the first of them */
};

/* One life of a process under one program: an exec across an upgrade begins a
   new one with the same pid. */
struct process {
    pid_t pid, parent;
    int64_t start;
    int64_t born;        /* or when it exec'd itself anew */
    int64_t execd;       /* when it exec'd the program it runs; -1: it runs its parent's */
    uint32_t mother;     /* its parent's life when it was born; NOBODY: not known */
    uint32_t before;     /* its life before it exec'd itself anew; NOBODY */
    int64_t exited;      /* -1: still lived when the run ended */
    int64_t execd_away;  /* when the same pid went on as the next generation; -1: never */
    int status;          /* wait status; -1: not known */
    unsigned generation; /* 1 + upgrades that had begun when it was born */
    uint32_t exe;        /* text; 0: not known */
    uint64_t dev, ino;   /* of the program file it runs */
    int64_t first_answer, last_answer; /* when an answer was complete; -1: none */
    uint32_t requests;                 /* answered ok */
    struct holding listener;
    bool left_over; /* we had to kill it after the stop */
    bool zombie;
};

/* How closely was a handover looked at?  Of one upgrade, or of all. */
struct exposure {
    uint64_t requests, lost;      /* that were on their way at some time of it, each once; lost: all
                                     but ok.  Without those that we failed to send */
    int64_t blind[N_CONNECTIONS]; /* the longest time in it without an attempt at a new
                                     connection, and without a request on a kept one; -1: no
                                     lane is of that kind, or there was no upgrade */
};

/* From what began it until the next one begins or the load has ended.  One that is
   meant to fail has a generation, for whatever it brings, but no takeover. */
struct upgrade {
    bool meant_to_fail;
    int64_t begun, ended;
    int64_t over;         /* as ended, but upgrades that are meant to fail do not end it */
    int64_t settled;      /* when the last of its steps ended */
    int64_t handed_over;  /* until then it is a handover: a new process has answered, and those
                             whom it told to go are gone; those whom it brought, when it is meant
                             to fail.  As ended, where that is not known */
    size_t step;          /* the step that began it */
    unsigned generation;  /* what its new processes are: 2 for the first */
    int64_t takeover;     /* sent time of the first request a new process answered; -1: none, or
                             meant to fail */
    uint32_t new_process; /* who answered that; NOBODY */
    int64_t net[N_NET_COUNTERS]; /* by how much the kernel's counters grew; -1: not known */
    struct exposure exposure;
};

/* A listening socket in the time of one upgrade, as looks showed it. */
struct queue_row {
    size_t upgrade; /* 1 + its index; 0: before the first */
    uint64_t ino;
    uint32_t most, limit; /* connections that waited in its queue */
    uint32_t last;        /* as many at the last look */
    int64_t closed;       /* when it was seen to be gone; -1: it was not */
    int64_t seen;         /* if so: when it was still there */
    bool beside;          /* if so: another listened then */
};

/* TLS handshakes that began in some time, and how long they took; -1: there was none. */
struct handshakes {
    uint64_t by[N_TLS_HOW];
    int64_t p50, p99;
};

/* From an upgrade's begin to the next one's; index 0: before the first. */
struct tls_period {
    struct handshakes all, first_second;
    uint64_t old_sessions, old_resumed; /* offered, and taken up, since the takeover, where there
                                           was one, that are from before it */
    uint64_t streams_refused;           /* and sent again */
};

/* A certificate that was served. */
struct certificate_row {
    size_t period;
    enum connection kind; /* new: in handshakes; reused: for requests on connections that had
                             shaken hands before these were sent */
    uint32_t text;        /* of EVENT_TLS_HANDSHAKE */
    uint64_t n;
    int64_t first, last; /* when such a handshake began, or a request was sent */
};

struct lane_facts {
    uint64_t planned; /* requests that were due; 0 and no event: not known */
    uint64_t by_outcome[N_OUTCOMES];
    uint64_t requests, ok, lost;         /* lost: all but ok */
    int64_t p50, p90, p99, max;          /* latency of ok answers, from due */
    int64_t longest_gap, longest_gap_at; /* of facts_gap; 0: none */
    int64_t *answers;   /* when each ok answer was complete, sorted; not for `all` */
    int64_t head, tail; /* see facts_gap; -1: no such gap */
};

/* A time in which a lane got no answer. */
struct gap {
    int64_t from, to;
};

/* What is known of one process that waited for a CPU; sorted by pid, then time. */
struct starvation {
    pid_t pid; /* -1: hupproof's own loop stood still */
    int64_t from, to;
    int64_t before; /* ns waited in the rows before this one, of whatever pid */
    int64_t value;
};

/* What one look showed of a process, but for our own connections; sorted by kind, pid, then time.
 */
struct usage_row {
    enum event_kind kind; /* EVENT_DESCRIPTORS or EVENT_MEMORY */
    pid_t pid;
    int64_t start, at, value;
};

/* What became of the connections that were held in one state, over all upgrades. */
struct state_facts {
    uint64_t wanted, held;         /* held: those of them that stood in it as an upgrade struck */
    uint64_t by_old, by_new, lost; /* lost: all but ok */
    uint64_t reopened;             /* served, but on a new connection */
    uint64_t untold;               /* of those lost: that says nothing of the server */
    uint64_t by_outcome[N_OUTCOMES];
    int64_t first_lost; /* when, and by which upgrade; -1: none, but for the untold */
    size_t lost_at;
};

struct facts {
    const struct scenario *sc;
    const struct history *h;
    struct process *processes; /* in order of birth */
    size_t n_processes;
    struct upgrade *upgrades;
    size_t n_upgrades;
    size_t upgrades_planned;  /* by the scenario's steps, repeats included */
    uint32_t *answered_by;    /* per sample: index of a process, or NOBODY */
    struct lane_facts *lanes; /* one per scenario lane */
    struct lane_facts all;    /* requests, ok, lost, by_outcome, latencies */
    bool kernel_asked;        /* who gave answers that do not say so, how often it told what: */
    uint64_t attributions[N_ATTRIBUTIONS];
    struct exposure exposure; /* of all handovers */
    size_t upgrades_with_loss;
    int64_t load_began, load_ended;
    bool interrupted;
    struct starvation *starvation;
    size_t n_starvation;
    struct usage_row *usage;
    size_t n_usage;
    struct state_facts states[N_STATES];
    struct queue_row *queues; /* in order of the upgrades */
    size_t n_queues;
    struct tls_period *tls;               /* n_upgrades + 1 */
    struct certificate_row *certificates; /* in order of the periods */
    size_t n_certificates;
    uint64_t n_handshakes, streams_refused; /* in all */
};

/* The history must be frozen and outlive the facts. */
void facts_find(struct facts *f, const struct scenario *sc, const struct history *h);
void facts_free(struct facts *f);

/* ns that hupproof itself or a process of the server, the worst of them, is known
   to have waited for a CPU within [from, to], stalls of hupproof's own loop
   included.  Generous: what was measured astride an end counts as within. */
int64_t facts_starved(const struct facts *f, int64_t from, int64_t to);

/* Has a request no answer because the run was cut off, or because the machine took more
   of its time than the server had, or than the server waits for who says nothing?  Then
   that says nothing of the server. */
bool facts_is_untold(const struct facts *f, const struct sample *s);

/* The reason for these, as the begin of a sentence. */
const char *facts_why_untold(const struct facts *f);

/* What a process held (kind: of usage_row) at the last look until `to`: `last`.
   `least`: the least that a look within [from, to] brought as news; what it held
   at the last look before, where none did.  False: that is not known. */
bool facts_usage(const struct facts *f, enum event_kind kind, const struct process *p, int64_t from,
                 int64_t to, int64_t *last, int64_t *least);

/* The rows of a kind that tell of a life, in order of time. */
const struct usage_row *facts_usage_rows(const struct facts *f, enum event_kind kind,
                                         const struct process *p, size_t *n);

/* Index of the first row of an upgrade in queues, or of a later one. */
size_t facts_first_queue(const struct facts *f, size_t upgrade);

/* When the handshake that an event tells of began. */
static inline int64_t facts_shaken_from(const struct event *handshake)
{
    return handshake->at - handshake->value;
}

/* The serial in the text of such an event; empty: no certificate was served. */
const char *facts_serial(const struct facts *f, uint32_t text);

/* How many upgrades had begun at or before a time; so also the index of the
   first that begins later. */
size_t facts_upgrades_by(const struct facts *f, int64_t time);

/* Index of the last that is meant to succeed; n_upgrades: there is none. */
size_t facts_last_upgrade(const struct facts *f);

/* It came by an upgrade that was meant to fail. */
bool facts_in_vain(const struct facts *f, const struct process *p);

/* Index of the first sample sent at or after a time. */
size_t facts_first_sent(const struct facts *f, int64_t time);

/* The process that answered sample i, or NULL. */
const struct process *facts_who(const struct facts *f, size_t i);

/* The share of answers whose process has to be known: as the scenario says; or less than all
   where the kernel was asked, for it cannot always tell. */
double facts_attributed(const struct facts *f);

/* The lane of a sample; NULL when its number makes no sense. */
const struct lane *facts_lane(const struct facts *f, const struct sample *s);

/* What a program's file was at a time: the last look at or before it, or NULL. */
const struct event *facts_file_at(const struct facts *f, uint32_t exe, int64_t time);

/* First and last event of a kind, or NULL. */
const struct event *facts_first(const struct facts *f, enum event_kind kind);
const struct event *facts_last(const struct facts *f, enum event_kind kind);

/* Gap i of a lane, i in 0..ok: before answer i, after the last one for i == ok.
   The first exists only where requests due before the first answer were lost,
   the last only where some due after the last answer's were: a lane may simply
   begin late or end.  False: no such gap. */
bool facts_gap(const struct lane_facts *lane, size_t i, struct gap *gap);

#endif
