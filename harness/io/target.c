/* How is the server started, made ready, told things and stopped? */
#include "io/target.h"
#include "io/address.h"
#include "io/holders.h"
#include "io/proc.h"
#include "io/spawn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROBE_EVERY_MS = 10, OUTPUT_SHOWN = 700 };

static void on_probe_time(uv_timer_t *timer)
{
    struct target *t = timer->data;

    if (t->probing && client_in_flight(t->probe) == 0)
        client_send(t->probe, 0, recorder_now(t->record));
}

static void on_probe_done(void *arg, const struct sample *s)
{
    struct target *t = arg;

    if (s->outcome == OUTCOME_OK && t->probing) {
        t->ready = true;
        t->ready_by = (pid_t)s->pid;
    } else if (t->probing)
        uv_timer_start(&t->probe_timer, on_probe_time, PROBE_EVERY_MS, 0);
}

static int in_use(const struct server *plan, struct err *err)
{
    char where[160], who[160] = "somebody";
    struct listening_at at;
    struct listening_set set;
    struct holders holders;

    address_text(plan, where, sizeof where);
    listening_open(&at, plan);
    if (listening_find(&at, &set) == 0 && set.n) {
        holders_find(&set, &holders);
        holders_say(&holders, 0, who, sizeof who);
    }
    listening_close(&at);
    return err_set(err,
                   "%s: in use: %s already accepts connections there; stop it, or let ${port} "
                   "pick a free port",
                   where, who);
}

int target_open(struct target *t, struct err *err)
{
    struct client_options o = { .loop = t->loop,
                                .clock = t->record,
                                .texts = t->record->h,
                                .server = t->plan,
                                .lane = &t->probe_lane,
                                .answers = t->answers,
                                .owners = t->owners,
                                .on_done = on_probe_done,
                                .arg = t };

    if (t->plan->command && target_is_listening(t))
        return in_use(t->plan, err);
    t->probe_lane = (struct lane){ .name = "ready",
                                   .client = t->plan->ready_client,
                                   .http = t->plan->ready_http,
                                   .pipeline = 1,
                                   .streams = 1,
                                   .connection = CONNECTION_NEW,
                                   .path = t->plan->ready_path,
                                   .method = "GET",
                                   .timeout = t->plan->ready_within };
    t->probe = client_open(&o, err);
    if (!t->probe)
        return -1;
    uv_timer_init(t->loop, &t->probe_timer);
    t->probe_timer.data = t;
    return 0;
}

void target_close(struct target *t)
{
    if (!t->probe)
        return;
    t->probing = false;
    client_close(t->probe);
    t->probe = NULL;
    uv_close((uv_handle_t *)&t->probe_timer, NULL);
}

void target_probe(struct target *t)
{
    t->ready = false;
    t->probing = true;
    on_probe_time(&t->probe_timer);
}

void target_probe_stop(struct target *t)
{
    t->probing = false;
    uv_timer_stop(&t->probe_timer);
    client_abandon(t->probe);
}

void target_wake_soon(struct target *t)
{
    uv_timer_start(&t->probe_timer, on_probe_time, PROBE_EVERY_MS, 0);
}

static void before_exec(void *arg, pid_t pid)
{
    watch_expect(arg, pid);
}

pid_t target_run(struct target *t, char **argv, struct err *err)
{
    struct spawn s = { .argv = argv,
                       .env = t->plan->env,
                       .mark = t->watch->attached ? NULL : t->keeper->mark,
                       .output = t->log,
                       .before_exec = before_exec,
                       .arg = t->watch };

    return spawn_start(&s, err);
}

int target_start(struct target *t, struct err *err)
{
    pid_t pid = target_run(t, t->plan->command, err);

    if (pid < 0)
        return err_prefix(err, "server.command");
    t->started = pid;
    record_pid(t->record, EVENT_SERVER_STARTED, pid, 0, t->plan->command[0]);
    return 0;
}

void target_note_answer(struct target *t, const struct sample *s)
{
    struct watched *w = s->pid ? watch_find(t->watch, (pid_t)s->pid) : NULL;

    if (!w) {
        t->watch->strange_answers += s->pid != 0;
        return;
    }
    w->answers++;
    if (s->sent > w->last_sent)
        w->last_sent = s->sent;
}

int target_signal(struct target *t, struct watched *w, int signal, struct err *err)
{
    (void)t;
    if (w->pidfd < 0 || proc_signal(w->pidfd, signal) != 0)
        return err_set(err, "SIG%s to pid %d: %s", sigabbrev_np(signal), w->pid,
                       strerror(w->pidfd < 0 ? ESRCH : errno));
    return 0;
}

bool target_may_signal(const struct watched *w)
{
    errno = ESRCH;
    return w->pidfd >= 0 && proc_signal(w->pidfd, 0) == 0;
}

bool target_is_listening(const struct target *t)
{
    return address_accepts(t->plan);
}

char *target_last_output(const struct target *t)
{
    char *text = mem_new(1, OUTPUT_SHOWN + 1), *end;
    FILE *f = fopen(t->log, "re");
    size_t n = 0;

    if (f) {
        if (fseek(f, -OUTPUT_SHOWN, SEEK_END) != 0)
            rewind(f);
        n = fread(text, 1, OUTPUT_SHOWN, f);
        fclose(f);
    }
    text[n] = '\0';
    end = n == OUTPUT_SHOWN ? strchr(text, '\n') : NULL; /* of a line that is only half there */
    if (end)
        memmove(text, end + 1, strlen(end + 1) + 1);
    return text;
}
