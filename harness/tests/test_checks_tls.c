/* Is an old certificate that is still served seen, and are lost sessions? */
#include "hand_made.h"

#define TLS(name) cmocka_unit_test_setup(name, tls_plan)

/* A handshake that began at `at`, and took a millisecond. */
#define shakes(from, serial)                                                                       \
    event(EVENT_TLS_HANDSHAKE, .at = (from) + 1, .value_ms = 1, .text = "TLSv1.3 " serial)
#define resumes(from)                                                                              \
    event(EVENT_TLS_HANDSHAKE, .at = (from) + 1, .value_ms = 1, .text = "TLSv1.3",                 \
          .dev = TLS_RESUMED)
#define LAID_OUT event(EVENT_CERTIFICATE, .at = 991, .index = 0, .text = "B2")

/* Step 0 lays the certificate out, step 1 begins the upgrade at 1000 ms. */
static int tls_plan(void **state)
{
    plain_plan(state);
    plan_role(0, UPGRADE_DEPLOYS);
    plan_role(1, UPGRADE_BEGINS);
    given_steps[0].certificate = (char *)"new.crt";
    given()->server.https = true;
    return 0;
}

#define BEFORE                                                                                     \
    ok(.at = 1), shakes(10, "A1"), step(.at = 990, .index = 0), LAID_OUT,                          \
        step(.at = 1000, .index = 1)
#define AFTER ok(.at = 1100), load_ended(.at = 8000)

static struct finding served(struct history h)
{
    return judge("new_certificate_served", h);
}

static void the_new_one_is_served(void **state)
{
    struct finding f =
        served(HISTORY(BEFORE, shakes(1010, "A1"), shakes(1050, "B2"), shakes(5000, "B2"), AFTER));

    (void)state;
    EXPECT(f.verdict == PASS && f.applies);
    EXPECT_SAYS(f, "certificate B2 was served to 2 new connections, the first 50.0 ms after");
    EXPECT_SAYS(f, "another one 1 times, the last 10.0 ms after it");
}

static void the_old_one_for_ever_is_a_fail(void **state)
{
    struct finding f =
        served(HISTORY(BEFORE, shakes(1500, "A1"), shakes(2010, "A1"), shakes(3000, "A1"), AFTER));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "certificate A1 was served at 2010.0 ms, 1010.0 ms after the upgrade began; in "
                   "all so late 2 times; B2 was served 0 times (limit 1000.0 ms)");
}

/* A second process that has not heard of it. */
static void the_old_one_once_more_is_a_fail(void **state)
{
    struct finding f = served(HISTORY(BEFORE, shakes(1050, "B2"), shakes(2040, "A1"),
                                      shakes(2060, "A1"), shakes(3000, "B2"), AFTER));

    (void)state;
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "A1 was served at 2060.0 ms, 1010.0 ms after the new one had first been; in all "
                   "so late 1 times; B2 was served 2 times");
}

/* A slow reload: what counts is when the new one first came. */
static void a_late_change_is_no_fail(void **state)
{
    struct finding f = served(HISTORY(BEFORE, shakes(1500, "A1"), shakes(4000, "A1"),
                                      shakes(4500, "B2"), shakes(4600, "A1"), AFTER));

    (void)state;
    EXPECT(f.verdict == PASS);
    EXPECT_SAYS(f, "the first 3500.0 ms after the upgrade began");
}

static void a_machine_without_time_is_no_fail(void **state)
{
    struct finding f =
        served(HISTORY(BEFORE, shakes(1050, "B2"), shakes(2060, "A1"), shakes(3000, "B2"),
                       event(EVENT_STALLED, .at = 2000, .value_ms = 500), AFTER));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "A1 was served as late as 2060.0 ms, but the machine starved us of its CPUs");
    f = served(HISTORY(BEFORE, shakes(1050, "B2"), shakes(2600, "A1"), shakes(3000, "B2"),
                       event(EVENT_STALLED, .at = 2000, .value_ms = 500), AFTER));
    EXPECT(f.verdict == FAIL);
}

static void nobody_who_connected_anew_proves_nothing(void **state)
{
    struct finding f = served(HISTORY(BEFORE, resumes(1500), resumes(3000), AFTER));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "nobody was shown a certificate after the upgrade at 1000.0 ms: no new "
                   "connections, but for 2 that resumed a session");
    f = served(HISTORY(BEFORE, shakes(1500, "A1"), AFTER));
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "nobody connected anew later than 1000.0 ms");
}

static void one_that_was_served_before_shows_nothing(void **state)
{
    struct finding f =
        served(HISTORY(shakes(5, "B2"), BEFORE, shakes(1500, "B2"), shakes(2500, "B2"), AFTER));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "served before the upgrade as well");
}

/* It sees by itself what is laid out, before the signal. */
static void one_that_is_served_before_the_signal_is_news(void **state)
{
    struct finding f =
        served(HISTORY(BEFORE, shakes(995, "B2"), shakes(1500, "B2"), shakes(2500, "B2"), AFTER));

    (void)state;
    EXPECT(f.verdict == PASS);
}

static void without_an_upgrade_or_a_certificate_nothing_is_known(void **state)
{
    struct finding f = served(HISTORY(ok(.at = 1), shakes(10, "A1"), AFTER));

    (void)state;
    EXPECT(f.verdict == UNKNOWN);
    EXPECT_SAYS(f, "no step came to lay out its certificate");
    f = served(HISTORY(ok(.at = 1), step(.at = 990, .index = 0), LAID_OUT, AFTER));
    EXPECT(f.verdict == UNKNOWN);
    given_steps[0].certificate = NULL;
    EXPECT(!served(HISTORY(BEFORE, shakes(3000, "A1"), AFTER)).applies);
}

/* The step that lays it out is the upgrade; then a second one follows. */
static void each_certificate_is_judged_until_the_next(void **state)
{
    struct history h;
    struct finding f;

    (void)state;
    plan_role(0, UPGRADE_BEGINS);
    given_steps[0].certificate = given_steps[1].certificate = (char *)"new.crt";
    h = HISTORY(ok(.at = 1), shakes(10, "A1"), step(.at = 1000, .index = 0),
                event(EVENT_CERTIFICATE, .at = 1000.5, .index = 0, .text = "B2"),
                shakes(1100, "B2"), shakes(3000, "B2"), step(.at = 4000, .index = 1),
                event(EVENT_CERTIFICATE, .at = 4000.5, .index = 1, .text = "C3"),
                shakes(4500, "B2"), shakes(6000, "B2"), AFTER);
    f = served(h);
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "certificate B2 was served at 6000.0 ms, 2000.0 ms after the upgrade began");
}

static struct finding resumed(struct history h)
{
    return judge("sessions_resumed", h);
}

#define offers(from, since, how)                                                                   \
    event(EVENT_TLS_HANDSHAKE, .at = (from) + 1, .value_ms = 1, .text = "TLSv1.3",                 \
          .start = MS(since), .dev = (how))

static void sessions_from_before_count_and_only_these(void **state)
{
    struct finding f;

    (void)state;
    given()->limits.resumed = 0.5;
    f = resumed(HISTORY(BEFORE, offers(1100, 10, TLS_RESUMED), offers(1200, 20, TLS_DECLINED),
                        offers(1300, 30, TLS_DECLINED), offers(1400, 1250, TLS_RESUMED), AFTER));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "of the sessions from before the upgrade at 1000.0 ms 1 of 3 were resumed");
    given()->limits.resumed = 0.3;
    f = resumed(HISTORY(BEFORE, offers(1100, 10, TLS_RESUMED), offers(1200, 20, TLS_DECLINED),
                        offers(1300, 30, TLS_DECLINED), AFTER));
    EXPECT(f.verdict == PASS && f.applies);
    f = resumed(HISTORY(BEFORE, offers(1400, 1250, TLS_RESUMED), AFTER));
    EXPECT(f.verdict == UNKNOWN);
}

/* Until then the old ones take up what they have made themselves. */
static void what_the_old_ones_resume_does_not_count(void **state)
{
    struct finding f;

    (void)state;
    given()->limits.resumed = 0.1;
    f = resumed(HISTORY(born(.pid = 7), BEFORE, offers(1010, 10, TLS_RESUMED),
                        born(.at = 1020, .pid = 8, .value = 7), ok(.at = 1100, .pid = 8),
                        offers(1200, 1011, TLS_DECLINED), load_ended(.at = 8000)));
    EXPECT(f.verdict == FAIL);
    EXPECT_SAYS(f, "0 of 1 were resumed");
}

static void sessions_are_judged_only_if_asked_for(void **state)
{
    struct finding f = resumed(HISTORY(BEFORE, offers(1100, 10, TLS_DECLINED), AFTER));

    (void)state;
    EXPECT(!f.applies);
    EXPECT_SAYS(f, "0 of 1 were resumed");
    given()->server.https = false;
    EXPECT(!resumed(HISTORY(BEFORE, AFTER)).applies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TLS(the_new_one_is_served),
        TLS(the_old_one_for_ever_is_a_fail),
        TLS(the_old_one_once_more_is_a_fail),
        TLS(a_late_change_is_no_fail),
        TLS(a_machine_without_time_is_no_fail),
        TLS(nobody_who_connected_anew_proves_nothing),
        TLS(one_that_was_served_before_shows_nothing),
        TLS(one_that_is_served_before_the_signal_is_news),
        TLS(without_an_upgrade_or_a_certificate_nothing_is_known),
        TLS(each_certificate_is_judged_until_the_next),
        TLS(sessions_from_before_count_and_only_these),
        TLS(what_the_old_ones_resume_does_not_count),
        TLS(sessions_are_judged_only_if_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
