/* Is an answer's process named when it is known, and only then?  The server's processes are the
   test itself and children that it forks, which hold what they inherit until they are told to
   go. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/owners.h"
#include "io/proc.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST = 7, MOST = 4 };

static struct {
    struct history history;
    struct recorder record;
    struct watch watch;
    struct watched *all[MOST];
    struct owners owners;
    struct sockaddr_in address;
    int listener, ours, theirs;
    struct owned owned;
} t;

static struct watched *watched(pid_t pid, pid_t parent)
{
    struct watched *w = mem_new(1, sizeof *w);
    struct proc_stat st;

    assert_int_equal(proc_stat(pid, &st), 0);
    *w = (struct watched){ .pid = pid, .parent = parent, .start = st.start, .alive = true };
    t.watch.all[t.watch.n++] = w;
    pids_set(&t.watch.by_pid, pid, w);
    return w;
}

/* One that holds all that the test has open. */
static struct watched *forked(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        for (;;)
            pause();
    }
    return watched(pid, getpid());
}

static void gone(struct watched *w)
{
    kill(w->pid, SIGKILL);
    waitpid(w->pid, NULL, 0);
    w->alive = false;
}

static int before(void **state)
{
    socklen_t size = sizeof t.address;

    (void)state;
    memset(&t, 0, sizeof t);
    recorder_start(&t.record, &t.history);
    t.watch.all = t.all;
    owners_open(&t.owners, &t.watch, &t.record);
    assert_true(t.owners.ask.diag >= 0);
    t.address.sin_family = AF_INET;
    t.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    t.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(t.listener, (struct sockaddr *)&t.address, size), 0);
    assert_int_equal(listen(t.listener, 16), 0);
    assert_int_equal(getsockname(t.listener, (struct sockaddr *)&t.address, &size), 0);
    t.ours = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    t.theirs = -1;
    assert_int_equal(connect(t.ours, (struct sockaddr *)&t.address, size), 0);
    owned_open(&t.owned, t.ours);
    return 0;
}

static int after(void **state)
{
    (void)state;
    owners_close(&t.owners);
    for (size_t i = 0; i < t.watch.n; i++) {
        if (t.all[i]->alive && t.all[i]->pid != getpid())
            gone(t.all[i]);
        free(t.all[i]);
    }
    pids_free(&t.watch.by_pid);
    history_free(&t.history);
    close(t.listener);
    close(t.ours);
    close(t.theirs);
    return 0;
}

static void accepted(void)
{
    t.theirs = accept4(t.listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(t.theirs >= 0);
}

/* As often as a test wants to: here no time passes. */
static uint32_t named(void)
{
    memset(t.owners.budgets, 0, sizeof t.owners.budgets);
    return owners_name(&t.owners, &t.owned, REQUEST);
}

static enum owners_early early(void)
{
    memset(t.owners.budgets, 0, sizeof t.owners.budgets);
    return owners_look_early(&t.owners, &t.owned);
}

/* What the history says in the end of who gave the answer. */
static uint32_t settled(void)
{
    history_add_sample(&t.history, &(struct sample){ .id = REQUEST });
    owners_settle(&t.owners);
    return t.history.samples[0].pid;
}

static void who_holds_it_alone_has_answered(void **state)
{
    (void)state;
    watched(getpid(), 1);
    assert_int_equal(early(), EARLY_IS_QUEUED);
    accepted();
    assert_int_equal(early(), EARLY_IS_ALL);
    assert_int_equal(named(), getpid());
    assert_int_equal(t.owners.counts[ATTRIBUTED_SEEN], 1);
}

static void of_two_that_hold_it_none_is_named(void **state)
{
    struct watched *other;

    (void)state;
    watched(getpid(), 1);
    accepted();
    other = forked();
    assert_int_equal(early(), EARLY_IS_ACCEPTED);
    assert_int_equal(named(), 0);
    assert_int_equal(t.owners.counts[ATTRIBUTED_SEVERAL], 1);
    gone(other);
    assert_int_equal(named(), getpid());
}

static void a_child_before_its_exec_is_no_rival_of_who_answered_before(void **state)
{
    struct watched *child;

    (void)state;
    watched(getpid(), 1);
    accepted();
    assert_int_equal(named(), getpid());
    child = forked();
    assert_int_equal(named(), getpid());
    child->execs = 1; /* and has kept it: it leaks */
    assert_int_equal(named(), 0);
}

static void a_connection_that_is_passed_on_is_the_new_holders(void **state)
{
    struct watched *child;

    (void)state;
    watched(getpid(), 1);
    accepted();
    assert_int_equal(early(), EARLY_IS_ALL);
    child = forked();
    close(t.theirs);
    t.theirs = -1;
    assert_int_equal(named(), child->pid);
}

static void who_held_it_before_is_named_once_he_is_seen_to_answer(void **state)
{
    struct watched *me;

    (void)state;
    me = watched(getpid(), 1);
    accepted();
    assert_int_equal(early(), EARLY_IS_ALL);
    close(t.theirs);
    t.theirs = -1;
    assert_int_equal(named(), 0);
    me->in_person = true;
    assert_int_equal(settled(), getpid());
    assert_int_equal(t.owners.counts[ATTRIBUTED_BEFORE], 1);
}

static void who_held_it_before_and_never_answered_is_not(void **state)
{
    (void)state;
    watched(getpid(), 1);
    accepted();
    assert_int_equal(early(), EARLY_IS_ALL);
    close(t.theirs);
    t.theirs = -1;
    assert_int_equal(named(), 0);
    assert_int_equal(settled(), 0);
    assert_int_equal(t.owners.counts[ATTRIBUTED_UNPROVEN], 1);
}

static void what_is_gone_before_one_could_look_is_nobodys(void **state)
{
    (void)state;
    watched(getpid(), 1);
    accepted();
    close(t.theirs);
    t.theirs = -1;
    assert_int_equal(named(), 0);
    assert_int_equal(t.owners.counts[ATTRIBUTED_GONE], 1);
}

static void a_stranger_is_not_taken_for_the_server(void **state)
{
    (void)state;
    forked(); /* has none of it: it was there before */
    accepted();
    assert_int_equal(named(), 0);
    assert_int_equal(settled(), 0);
    assert_int_equal(t.owners.counts[ATTRIBUTED_STRANGER], 1);
}

/* Its birth is told later than its answer comes. */
static void who_is_known_only_later_is_named_in_the_end(void **state)
{
    struct watched *child;

    (void)state;
    watched(getpid(), 1);
    accepted();
    child = forked();
    close(t.theirs);
    t.theirs = -1;
    t.watch.n--; /* so far nobody has heard of it */
    pids_set(&t.watch.by_pid, child->pid, NULL);
    assert_int_equal(named(), 0);
    t.watch.n++;
    pids_set(&t.watch.by_pid, child->pid, child);
    assert_int_equal(settled(), child->pid);
}

static void a_server_that_closes_all_the_same_is_asked_before_each_request(void **state)
{
    (void)state;
    t.owners.early = true;
    assert_true(owners_wait_for_accept(&t.owners, CONNECTION_NEW));
    t.owners.counts[ATTRIBUTED_SEEN] = 95;
    t.owners.counts[ATTRIBUTED_GONE] = 9;
    assert_false(owners_wait_for_accept(&t.owners, CONNECTION_REUSED));
    t.owners.counts[ATTRIBUTED_GONE] = 20;
    assert_true(owners_wait_for_accept(&t.owners, CONNECTION_REUSED));
    t.owners.counts[ATTRIBUTED_SEEN] = 900; /* because of that */
    assert_true(owners_wait_for_accept(&t.owners, CONNECTION_REUSED));
    t.owners.early = false;
    assert_false(owners_wait_for_accept(&t.owners, CONNECTION_NEW));
}

static void looks_wait_until_their_time_is_earned(void **state)
{
    (void)state;
    watched(getpid(), 1);
    accepted();
    for (int why = 0; why < N_OWNERS_LOOKS; why++) {
        t.owners.budgets[why].spent = 3600 * NS_PER_S;
        t.owners.budgets[why].at = recorder_now(&t.record);
    }
    assert_int_equal(owners_look_early(&t.owners, &t.owned), EARLY_IS_ACCEPTED);
    assert_int_equal(owners_name(&t.owners, &t.owned, REQUEST), 0);
    assert_int_equal(t.owners.counts[ATTRIBUTED_NO_TIME], 1);
    for (int why = 0; why < N_OWNERS_LOOKS; why++) /* an hour of looks is earned in ten */
        t.owners.budgets[why].at -= 36000 * NS_PER_S;
    assert_int_equal(owners_look_early(&t.owners, &t.owned), EARLY_IS_ALL);
    assert_true(t.owners.budgets[LOOK_EARLY].spent > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, before, after)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_holds_it_alone_has_answered),
        TEST(of_two_that_hold_it_none_is_named),
        TEST(a_child_before_its_exec_is_no_rival_of_who_answered_before),
        TEST(a_connection_that_is_passed_on_is_the_new_holders),
        TEST(who_held_it_before_is_named_once_he_is_seen_to_answer),
        TEST(who_held_it_before_and_never_answered_is_not),
        TEST(what_is_gone_before_one_could_look_is_nobodys),
        TEST(a_stranger_is_not_taken_for_the_server),
        TEST(who_is_known_only_later_is_named_in_the_end),
        TEST(a_server_that_closes_all_the_same_is_asked_before_each_request),
        TEST(looks_wait_until_their_time_is_earned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
