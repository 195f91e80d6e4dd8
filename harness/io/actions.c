/* What can a step do? */
#include "io/actions.h"
#include "io/replace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_late(const struct steps *s, const struct step *step)
{
    return recorder_now(s->record) - s->began >= step->within;
}

static enum progress begin_signal(struct steps *s, const struct step *step, char **said, pid_t *to,
                                  struct err *err)
{
    struct watched *w = NULL;

    if (step->to == TO_ALL) {
        *said = mem_printf("%s to all", sigabbrev_np(step->signal));
        for (size_t i = 0; i < s->watch->n; i++)
            if (s->watch->all[i]->alive && s->watch->all[i]->pidfd >= 0 &&
                target_signal(s->target, s->watch->all[i], step->signal, err) != 0)
                return ACTION_FAILED;
        return ACTION_DONE;
    }
    if (step->to == TO_LEADER)
        w = target_leader(s->target, err);
    else if (step->to == TO_PIDFILE)
        w = target_from_pidfile(s->target, step->to_pidfile, err);
    else if (!(w = watch_find(s->watch, step->to_pid)) || !w->alive)
        return err_set(err, "pid %d is no living process of the server", step->to_pid);
    *said = mem_printf("%s to %d", sigabbrev_np(step->signal), w ? w->pid : 0);
    if (!w)
        return ACTION_FAILED;
    *to = w->pid;
    return target_signal(s->target, w, step->signal, err) == 0 ? ACTION_DONE : ACTION_FAILED;
}

static enum progress begin_stop(struct steps *s, const struct step *step, char **said, pid_t *to,
                                struct err *err)
{
    struct watched *w = target_leader(s->target, err);

    *said = mem_printf("%s to %d, wait until it is gone%s", sigabbrev_np(step->signal),
                       w ? w->pid : 0, step->action == ACTION_STOP_START ? ", start again" : "");
    if (!w)
        return ACTION_FAILED;
    s->data.process = w;
    *to = w->pid;
    return target_signal(s->target, w, step->signal, err) == 0 ? ACTION_PENDING : ACTION_FAILED;
}

static enum progress look_stop(struct steps *s, const struct step *step, struct err *err)
{
    struct watched *w = s->data.process;

    if (!w->alive)
        return ACTION_DONE;
    if (!is_late(s, step))
        return ACTION_PENDING;
    target_signal(s->target, w, SIGKILL, err);
    return err_set(err, "pid %d was still alive %.1f s after SIG%s; killed it", w->pid,
                   (double)step->within / 1e9, sigabbrev_np(step->signal));
}

static enum progress start(struct steps *s, struct err *err)
{
    if (target_start(s->target, err) != 0)
        return ACTION_FAILED;
    s->data.started = true;
    s->began = recorder_now(s->record);
    target_probe(s->target);
    return ACTION_PENDING;
}

static enum progress begin_start(struct steps *s, const struct step *step, char **said, pid_t *to,
                                 struct err *err)
{
    enum progress how = start(s, err);

    (void)step;
    *said = mem_printf("start %s", s->target->plan->command[0]);
    *to = s->target->started;
    return how;
}

/* A pidfile may be written after the first answer; if it never is, the next to need it says so. */
static bool has_its_pidfile(const struct steps *s)
{
    struct err why;

    return !s->target->plan->pidfile || target_leader(s->target, &why);
}

static enum progress look_start(struct steps *s, const struct step *step, struct err *err)
{
    const struct watched *w = watch_find(s->watch, s->target->started);
    bool late = recorder_now(s->record) - s->began >= s->target->plan->ready_within;

    (void)step;
    if (s->target->ready && (late || has_its_pidfile(s)))
        return ACTION_DONE;
    if (w && !w->alive && watch_count_alive(s->watch, true) == 0)
        return err_set(err, "the server died at its start");
    if (!late)
        return ACTION_PENDING;
    target_probe_stop(s->target);
    return err_set(err, "not ready within %.1f s of its start",
                   (double)s->target->plan->ready_within / 1e9);
}

static enum progress look_stop_start(struct steps *s, const struct step *step, struct err *err)
{
    enum progress stopped;

    if (s->data.started)
        return look_start(s, step, err);
    stopped = look_stop(s, step, err);
    return stopped == ACTION_DONE ? start(s, err) : stopped;
}

static enum progress begin_run(struct steps *s, const struct step *step, char **said, pid_t *to,
                               struct err *err)
{
    pid_t pid;

    *said = mem_text("run");
    for (char **a = step->argv; *a; a++) {
        char *longer = mem_printf("%s %s", *said, *a);

        free(*said);
        *said = longer;
    }
    pid = target_run(s->target, step->argv, err);
    if (pid < 0)
        return ACTION_FAILED;
    s->data.process = watch_find(s->watch, *to = pid);
    return ACTION_PENDING;
}

static enum progress look_run(struct steps *s, const struct step *step, struct err *err)
{
    struct watched *w = s->data.process;

    if (w->alive && !is_late(s, step))
        return ACTION_PENDING;
    if (w->alive) {
        target_signal(s->target, w, SIGKILL, err);
        return err_set(err, "%s still ran after %.1f s; killed it", step->argv[0],
                       (double)step->within / 1e9);
    }
    watch_release(s->watch);
    if (w->status < 0)
        return err_set(err, "%s ended, but how is not known", step->argv[0]);
    if (WIFSIGNALED(w->status))
        return err_set(err, "%s was killed by SIG%s", step->argv[0],
                       sigabbrev_np(WTERMSIG(w->status)));
    if (WEXITSTATUS(w->status) != step->expect_exit)
        return err_set(err, "%s exited with %d, not %d; what it said is in %s", step->argv[0],
                       WEXITSTATUS(w->status), step->expect_exit, s->target->log);
    return ACTION_DONE;
}

static enum progress begin_replace(struct steps *s, const struct step *step, char **said, pid_t *to,
                                   struct err *err)
{
    (void)to;
    *said = mem_printf("replace %s with %s", step->file, step->with);
    if (replace_file(step->file, step->with, err) != 0)
        return ACTION_FAILED;
    record_file_on_disk(s->record, step->file);
    return ACTION_DONE;
}

static enum progress begin_write(struct steps *s, const struct step *step, char **said, pid_t *to,
                                 struct err *err)
{
    (void)to;
    *said = mem_printf("write %s", step->file);
    if (write_file(step->file, step->with, err) != 0)
        return ACTION_FAILED;
    record_file_on_disk(s->record, step->file);
    return ACTION_DONE;
}

static enum progress begin_wait(struct steps *s, const struct step *step, char **said, pid_t *to,
                                struct err *err)
{
    (void)s, (void)to, (void)err;
    *said = mem_printf("wait %.3f s", (double)step->wait / 1e9);
    return step->wait > 0 ? ACTION_PENDING : ACTION_DONE;
}

static enum progress look_wait(struct steps *s, const struct step *step, struct err *err)
{
    (void)err;
    return recorder_now(s->record) - s->began >= step->wait ? ACTION_DONE : ACTION_PENDING;
}

static bool has_come(const struct steps *s, const struct step *step)
{
    char text[64] = "";
    FILE *f;

    switch (step->wait_for) {
    case WAIT_NEW_PID:
        for (size_t i = 0; i < s->watch->n; i++)
            if (s->watch->all[i]->epoch == s->watch->epoch && s->watch->all[i]->answers)
                return true;
        return false;
    case WAIT_GONE_OLD:
        for (size_t i = 0; i < s->watch->n; i++)
            if (s->watch->all[i]->epoch < s->watch->epoch && s->watch->all[i]->answers &&
                s->watch->all[i]->alive)
                return false;
        return true;
    case WAIT_FILE:
        return access(step->file, F_OK) == 0;
    case WAIT_PIDFILE_CHANGES:
        f = fopen(step->file, "re");
        if (!f)
            return false;
        if (!fgets(text, sizeof text, f))
            text[0] = '\0';
        fclose(f);
        return text[0] && strcmp(text, s->pidfiles_before[s->now]) != 0;
    }
    return false;
}

static enum progress begin_wait_for(struct steps *s, const struct step *step, char **said,
                                    pid_t *to, struct err *err)
{
    (void)to, (void)err;
    *said = mem_printf("wait for %s%s%s", wait_words[step->wait_for].name, step->file ? " " : "",
                       step->file ? step->file : "");
    return has_come(s, step) ? ACTION_DONE : ACTION_PENDING;
}

static enum progress look_wait_for(struct steps *s, const struct step *step, struct err *err)
{
    if (has_come(s, step))
        return ACTION_DONE;
    if (!is_late(s, step))
        return ACTION_PENDING;
    return err_set(err, "waited %.1f s in vain for %s %s", (double)step->within / 1e9,
                   wait_words[step->wait_for].name, step->file ? step->file : "");
}

const struct action_row actions[] = {
    [ACTION_SIGNAL] = { begin_signal, NULL },
    [ACTION_STOP_START] = { begin_stop, look_stop_start },
    [ACTION_START] = { begin_start, look_start },
    [ACTION_STOP] = { begin_stop, look_stop },
    [ACTION_RUN] = { begin_run, look_run },
    [ACTION_REPLACE] = { begin_replace, NULL },
    [ACTION_WRITE] = { begin_write, NULL },
    [ACTION_WAIT] = { begin_wait, look_wait },
    [ACTION_WAIT_FOR] = { begin_wait_for, look_wait_for },
};
