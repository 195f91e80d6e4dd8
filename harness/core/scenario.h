/* What is the plan?  Plain structs, filled by json/scenario_read, read by all.
   Durations are nanoseconds.  Texts are owned by the scenario and never NULL
   unless said so. */
#ifndef HUPPROOF_SCENARIO_H
#define HUPPROOF_SCENARIO_H

#include "core/states.h"

#include <sys/types.h>

/* A name that users write, and what it means.  help, `list`, the schema and the
   tests walk these tables; the last row's name is NULL. */
struct word {
    const char *name;
    const char *meaning;
};

enum connection { CONNECTION_NEW, CONNECTION_REUSED, N_CONNECTIONS };
extern const struct word connection_words[];

enum shape { SHAPE_STEADY, SHAPE_POISSON, SHAPE_BURST };
extern const struct word shape_words[];

enum client_kind { CLIENT_WIRE, CLIENT_CURL };
extern const struct word client_words[];

enum http_version { HTTP_1_1, HTTP_2 };
extern const struct word http_words[];

struct lane {
    char *name;
    enum connection connection;
    enum shape shape;
    enum client_kind client;
    enum http_version http;
    double rate; /* requests per second, > 0 */
    struct {
        double rate;           /* instead of it, around each upgrade; 0: none */
        int64_t before, after; /* from so long before it was to begin until so long after */
    } at_upgrade;
    unsigned burst; /* SHAPE_BURST: how many leave at once */
    uint64_t count; /* at most so many requests; 0: no such bound */
    char *path, *method;
    char **headers; /* "Name: value", ended by NULL */
    size_t body_bytes;
    double send_rate, read_rate; /* bytes per second of one request; 0: as fast as it goes */
    unsigned pool;               /* CONNECTION_REUSED: connections kept */
    unsigned pipeline;           /* CONNECTION_REUSED: requests under way on one, at most */
    unsigned streams;            /* the same, of HTTP/2 */
    double tls_resume;           /* share of its requests, 0..1, that would resume a session */
    int64_t timeout;             /* from due */
    int64_t from, until;         /* since the load began */
    int64_t work;                /* what the server is asked to take, e.g. sleep=; not its fault */
    int64_t lost;                /* limits.lost for this lane; -1: the total counts */
};

/* ns that a request takes by the lane's own slowness, with so many bytes of an answer. */
static inline int64_t lane_pace(const struct lane *l, uint64_t answer_bytes)
{
    double s = l->send_rate > 0 ? (double)l->body_bytes / l->send_rate : 0;

    s += l->read_rate > 0 ? (double)answer_bytes / l->read_rate : 0;
    return s < TIME_MAX / NS_PER_S ? (int64_t)(s * NS_PER_S) : TIME_MAX;
}

enum who_kind { WHO_AUTO, WHO_BODY, WHO_HEADER, WHO_SOCKET, WHO_NONE };
enum token_kind { TOKEN_NONE, TOKEN_BODY, TOKEN_HEADER };

struct file_text {
    char *name; /* below the work directory */
    char *text; /* NULL: it is a symbolic link */
    char *link; /* to that; NULL: it is a file */
};

enum attach_kind { ATTACH_NOT, ATTACH_PID, ATTACH_PIDFILE };

/* Names a request, so that the server's ledger can. */
#define REQUEST_ID_HEADER "X-Request-Id"

struct server {
    char **command; /* argv ended by NULL; NULL: attached */
    enum attach_kind attach;
    pid_t attach_pid;
    char *attach_pidfile;
    char *url;  /* http://host:port or https://host:port, no path */
    bool https; /* the latter */
    struct {
        char *ca;   /* file of those whom certificates have to come from; NULL: the system's */
        char *name; /* who the server has to be, told to it as well; NULL: the host of url */
        bool verify;
    } tls;
    char *unix_path; /* NULL: TCP */
    char *ready_path;
    int64_t ready_within;
    enum client_kind ready_client; /* what can speak to it at all, and how: as the lanes do */
    enum http_version ready_http;
    enum who_kind who;
    char *who_text; /* POSIX extended regex, or header name; NULL */
    enum token_kind version;
    char *version_text; /* same */
    char *pidfile;      /* NULL: server.pid is "child" */
    char *ledger;       /* NULL: it keeps none */
    char *own_pidfile;  /* that it is said to write; NULL: not said, see scenario_pidfile */
    int stop_signal;
    int64_t stop_within;
    struct file_text *files;
    size_t n_files;
    char **env; /* "NAME=value", ended by NULL */
};

enum action {
    ACTION_SIGNAL,
    ACTION_STOP_START,
    ACTION_START,
    ACTION_STOP,
    ACTION_RUN,
    ACTION_REPLACE,
    ACTION_WRITE,
    ACTION_WAIT,
    ACTION_WAIT_FOR
};
extern const struct word action_words[];

/* What a step has to do with an upgrade.  Deploying (a new file) is an upgrade
   by itself only when no step that begins one follows it. */
enum upgrade_role {
    UPGRADE_NONE,
    UPGRADE_BEGINS,
    UPGRADE_CONTINUES,
    UPGRADE_DEPLOYS,
    UPGRADE_FAILS
};
extern const struct word upgrade_words[];

enum to_kind { TO_LEADER, TO_ALL, TO_PIDFILE, TO_PID };

enum wait_kind { WAIT_NEW_PID, WAIT_GONE_OLD, WAIT_FILE, WAIT_PIDFILE_CHANGES };
extern const struct word wait_words[];

struct step {
    enum action action;
    enum upgrade_role role;
    char *version;     /* what server.version says once it has taken effect; NULL: not told */
    char *certificate; /* file of the one that is to be served to new connections then; NULL */
    int64_t at;        /* since the load began; -1: `after` counts */
    int64_t after;     /* since the previous step ended */
    unsigned repeat;   /* how often, >= 1 */
    int64_t every;
    int signal; /* signal, stop_start, stop */
    enum to_kind to;
    pid_t to_pid;
    char *to_pidfile;
    int64_t within; /* stop_start, stop, start, run, wait_for */
    char **argv;    /* run */
    int expect_exit;
    char *file; /* replace, write, wait_for */
    char *with; /* replace: the new file; write: the text */
    int64_t wait;
    enum wait_kind wait_for;
};

struct limits {
    int64_t lost;  /* requests lost, all lanes together */
    int64_t wrong; /* wrong answers, all lanes together */
    int64_t gap, latency, overlap, drain;
    int64_t late;             /* how late a request may leave before we doubt ourselves */
    int64_t requests;         /* fewer than so many prove nothing */
    int64_t processes;        /* of more than so many the history says nothing */
    double attributed;        /* share of answers, 0..1, whose process must be known */
    bool attributed_given;    /* it was; otherwise see facts_attributed */
    double descriptor_growth; /* from one generation to the next */
    double memory_growth;     /* same; KB */
    double resumed;           /* share of sessions, 0..1, that an upgrade has to leave resumable */
    uint32_t states;          /* a bit for each enum state that may be lost */
};

/* Connections that are held in certain states when an upgrade strikes. */
struct hold {
    uint32_t of;                /* a bit for each enum state; 0: none is asked for */
    unsigned connections;       /* in each state */
    int64_t timeout;            /* of an answer, since the upgrade struck */
    char *paths[N_STATE_PATHS]; /* NULL: the server has no such, so those states are not held */
};

enum verdict { PASS, UNKNOWN, FAIL }; /* in order: the worst one wins */
extern const struct word verdict_words[];

/* What a server is known to do to its clients at an upgrade. */
enum behaviour {
    BEHAVIOUR_CLEAN,
    BEHAVIOUR_LOSES,
    BEHAVIOUR_STALLS,
    BEHAVIOUR_IN_VAIN,
    BEHAVIOUR_VARIES
};
extern const struct word behaviour_words[];

struct expect {
    bool by_behaviour; /* instead of a verdict */
    enum verdict verdict;
    enum behaviour behaviour;
    char **checks; /* names that must be among the failed, ended by NULL */
};

#define SEED_MAX UINT64_C(9007199254740991) /* what a JSON number holds exactly: 2^53 - 1 */

struct scenario {
    char *name, *why;
    struct server server;
    struct lane *lanes;
    size_t n_lanes;
    struct step *steps;
    size_t n_steps;
    int64_t duration; /* "for" */
    uint64_t seed;
    struct hold hold;
    struct limits limits;
    struct expect expect;
    char *json; /* the text it was read from, variables put in */
};

/* The pidfile that the server keeps, as far as the scenario tells; NULL: none. */
const char *scenario_pidfile(const struct scenario *sc);

/* Is a state asked for, and has the server what it takes? */
bool scenario_holds(const struct scenario *sc, enum state state);

/* Does that round of a step, from 0, begin an upgrade?  A step that goes on with one does if
   none has begun before; one that deploys does if no step follows that begins one. */
bool scenario_begins_upgrade(const struct scenario *sc, size_t step, unsigned round);

/* How often steps are to begin in all, repeats included. */
size_t scenario_rounds(const struct scenario *sc);

/* Which step begins in a round of all these, from 0; n_steps: none. */
size_t scenario_step_of(const struct scenario *sc, size_t round);

/* How many upgrades are planned, repeats included. */
size_t scenario_upgrades(const struct scenario *sc);

/* Frees what the scenario owns, not the struct. */
void scenario_free(struct scenario *sc);

/* Index of name in a table of words, or -1. */
int word_find(const struct word *words, const char *name);

/* "signal HUP", "run /bin/systemctl", "wait_for new_pid": for people, before it is carried out; on
   one line, without anything that a terminal could take amiss.  Returns text. */
enum { STEP_WORDS = 80 };
const char *scenario_say_step(const struct step *step, char text[STEP_WORDS]);

#endif
