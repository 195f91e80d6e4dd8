/* A claim did not pass: what is to be looked at, and what is the likely cause?  The causes are
   those of documented failures of real servers; an issue of a public repository where one was seen
   stands beside it. */
#include "core/advice.h"

#include <string.h>

/* clang-format off */
const struct advice advices[] = {
    /* Unitech/pm2#2260, unbit/uwsgi#649 */
    { "no_request_lost", FAIL, OUTCOME_REFUSED,
      "when the old process ended and when the new one listened (upgrades, processes), and server.log between",
      "nobody listened: the old process closed its socket, or ended, before the new one listened. Have the new one inherit the socket, and be ready before the old one stops" },
    /* joewalnes/port-sharding#3, benoitc/gunicorn#2529 */
    { "no_request_lost", FAIL, OUTCOME_RESET,
      "what waited in the queue of the listener that closed, and by how much OutRsts grew (upgrades[].kernel)",
      "a listening socket was closed with connections in its queue (SO_REUSEPORT, or a dropped backlog), or a process ended before it read what it had accepted" },
    /* nginx/nginx#303, puma/puma#2337 */
    { "no_request_lost", FAIL, OUTCOME_EMPTY,
      "whether the failures' lane reuses connections, and which process ended at that time (failures, processes)",
      "a process ended with the request in its hands; or, on a kept connection, it closed an idle one just as the next request arrived" },
    { "no_request_lost", FAIL, OUTCOME_RESENT,
      "which kept connections were closed, and when (failures; port in history.ndjson)",
      "a kept connection was closed as the next request arrived: a client library would have sent it twice and said nothing. Answer with Connection: close before closing" },
    /* apache/httpd#727 */
    { "no_request_lost", FAIL, OUTCOME_TIMEOUT,
      "who held a listening socket then, and which queue grew (processes[].listener, upgrades[].kernel)",
      "connections were taken, or queued, and nobody answered: no worker was left, or a listening socket is held by a process that does not accept" },
    { "no_request_lost", FAIL, OUTCOME_TLS,
      "server.log, and the certificates around the upgrade (tls)",
      "the new process cannot read its key, or serves a certificate that its clients do not trust" },
    { "no_request_lost", FAIL, OUTCOME_OPEN,
      "which process took the request (failures), and whether it still ran at the end (processes)",
      "the request was taken and forgotten; or the lane's timeout is longer than the run" },
    { "no_request_lost", PASS, OUTCOME_OK,
      "the failures, their phases and times, beside the steps and processes of that moment",
      "the handover closes connections that are still needed" },

    /* jetty/jetty.project#2749 */
    { "no_wrong_answer", FAIL, OUTCOME_BAD_STATUS,
      "status and pid of the failures",
      "a process that is starting, or on its way out, answers with errors instead of leaving its connections to others" },
    /* kubernetes/kubernetes#54505, jetty/jetty.project#8210 */
    { "no_wrong_answer", FAIL, OUTCOME_TRUNCATED,
      "how long the answers that were cut had taken (failures), and when the process that gave them exited",
      "the old process ended in the middle of its answers: its time to drain is shorter than they take" },
    { "no_wrong_answer", PASS, OUTCOME_OK,
      "outcome and bytes of the failures; the request by hand, with curl -v",
      "answers of two processes or two requests were mixed up, or something else answers at this address" },

    /* phusion/passenger#1294, haproxy/haproxy#1634 */
    { "no_long_gap", PASS, OUTCOME_OK,
      "what happened as the gap began and ended (steps, processes), and the queue's length then",
      "the new process accepts before it is ready, or the old one stops before the new one has started: requests wait for its start" },
    { "no_slow_answer", PASS, OUTCOME_OK,
      "when the slowest was sent, and who answered it (history.ndjson)",
      "the first requests of a new process pay for its start: caches, connections, code that is loaded late" },
    /* varnishcache/varnish-cache#4413 */
    { "no_request_done_twice", PASS, OUTCOME_OK,
      "the ledger, for the request that is named",
      "something between client and server sends a request again when a process dies in the middle of it" },
    { "every_state_survived", PASS, OUTCOME_OK,
      "the table of states: which were lost, and how",
      "the old process closes connections that have not been served, or ends before they are; limits.states excuses those that one accepts" },
    { "new_certificate_served", PASS, OUTCOME_OK,
      "the certificates and when each was served (tls), and whether the step replaced the file that the server reads",
      "the reload did not read the certificate again, or old processes go on taking new connections" },
    /* envoyproxy/envoy#1747 */
    { "sessions_resumed", PASS, OUTCOME_OK,
      "how many sessions were resumed before and after (tls)",
      "each process makes its own keys for session tickets: share them, or keep them in a file" },

    /* benoitc/gunicorn#606, beego server/web/grace */
    { "upgrade_took_effect", PASS, OUTCOME_OK,
      "server.log after the step; which program the new processes run (processes[].exe)",
      "the signal was ignored, the new process failed at its start, or an old program is still what runs: a failed reload before may block later ones" },
    { "old_finished_its_requests", PASS, OUTCOME_OK,
      "how long after the step the old process exited, and how long the requests in flight take",
      "the old process does not wait for what it has begun: it was killed, its drain is too short, or this signal tells it to end at once" },
    /* Unitech/pm2#5043, fvbock/endless#6 */
    { "new_took_the_new", PASS, OUTCOME_OK,
      "on which connections the old process was still asked: kept ones, or new ones (history.ndjson)",
      "the old process goes on accepting, or never closes kept connections: stop accepting, and answer with Connection: close" },
    /* capistrano-unicorn#33 */
    { "only_one_generation_serves", PASS, OUTCOME_OK,
      "who answered after the upgrade (processes), and for how long both did",
      "an old process was not told to go, or was started again; its kept connections may hold it" },
    { "no_return_to_old", PASS, OUTCOME_OK,
      "when the old process answered again (processes[].last_answer_ms), and who was gone by then",
      "the new process died and the old one stepped in, or the old one still holds the listening socket" },
    { "old_exited", PASS, OUTCOME_OK,
      "what the old process still held at the end (processes), and its last lines in server.log",
      "it waits for a connection that nobody closes: a kept one that is idle, or a client that went away. Close idle connections, and bound the drain" },
    /* fluent/fluent-bit#8457, Icinga/icinga2#3273 */
    { "last_upgrade_won", PASS, OUTCOME_OK,
      "the time between the last two upgrades, and server.log then",
      "a signal that came during a reload was dropped: remember it, and reload again when the first is over" },
    /* benoitc/gunicorn#2443 */
    { "failed_upgrade_kept_serving", PASS, OUTCOME_OK,
      "when the old process stopped to serve, and why the new one failed (server.log)",
      "the old process goes before the new one has proved that it works" },
    { "none_left_over", PASS, OUTCOME_OK,
      "who was left (processes), and whose child it was",
      "a process of an earlier generation was forgotten, or a child does not end with its parent" },
    /* h2o/h2o#336 */
    { "listener_not_leaked", FAIL, OUTCOME_OK,
      "the process that is named, and who started it",
      "the listening socket was inherited by a helper: open it with SOCK_CLOEXEC, or close it after the fork" },
    { "listener_not_leaked", PASS, OUTCOME_OK,
      "the process that is named (processes)",
      "its descriptors could not be seen, or do not tell: run hupproof as the server's user, or as root" },
    /* vitessio/vitess#6271, benoitc/gunicorn#476 */
    { "pidfile_was_true", PASS, OUTCOME_OK,
      "the pidfile's changes (pidfile) beside births and exits (processes)",
      "the old process removes the new one's pidfile as it goes, or it is written before the new one serves" },
    /* benoitc/gunicorn#245, cloudflare/pingora#959 */
    { "no_descriptor_growth", PASS, OUTCOME_OK,
      "ls -l /proc/PID/fd of the server after some reloads",
      "each reload opens something, or inherits it, and nobody closes it" },
    /* haproxy/haproxy#3204 */
    { "no_memory_growth", PASS, OUTCOME_OK,
      "memory by generation (processes), after more reloads",
      "what the old configuration or program held is not freed" },

    { "load_was_on_time", PASS, OUTCOME_OK,
      "what else runs on this machine, and the rate that was asked for",
      "the machine is too slow for this load: ask for less, or run it when nothing else does" },
    { "upgrade_was_seen", PASS, OUTCOME_OK,
      "the steps, and when the load began and ended",
      "the step came before the load or after it, or never: \"for\" is too short" },
    { "steps_went_as_planned", PASS, OUTCOME_OK,
      "the step that is named, and server.log",
      "a command failed, or what was waited for did not come in time" },
    { "requests_straddled_it", PASS, OUTCOME_OK,
      "how long the requests of each lane take, and how many are sent",
      "no lane is slow enough: add one whose requests take longer than the handover, or raise its rate" },
    { "enough_requests", PASS, OUTCOME_OK,
      "for, and the rates of the lanes",
      "the load is too small, or ends too soon after the upgrade" },
    { "every_request_accounted_for", PASS, OUTCOME_OK,
      "whether hupproof was killed, or the disk was full",
      "the history is incomplete" },
    { "answers_were_attributed", PASS, OUTCOME_OK,
      "summary.attribution: what the kernel could not tell",
      "the answers do not say who gave them: have the server send its pid, and name it with server.who" },
    { "nobody_else_listened", PASS, OUTCOME_OK,
      "ss -ltnp",
      "a process of another run, or of another service, listens at the same address" },
    { "timeline_was_complete", PASS, OUTCOME_OK,
      "watch: how processes were watched",
      "kernel events were lost, or could not be had: run hupproof as root, or outside the container" },
};
/* clang-format on */

const size_t n_advices = COUNT(advices);

static enum outcome prevailing(const struct facts *f, bool wrong)
{
    enum outcome most = OUTCOME_OK;
    uint64_t n = 0;

    for (enum outcome o = OUTCOME_OK + 1; o < N_OUTCOMES; o++) {
        if ((outcomes[o].class == CLASS_WRONG) == wrong && f->all.by_outcome[o] > n) {
            n = f->all.by_outcome[o];
            most = o;
        }
    }
    return most;
}

const struct advice *advice_find(const char *check, const struct finding *found,
                                 const struct facts *f)
{
    if (!found->applies || found->verdict == PASS)
        return NULL;
    for (size_t i = 0; i < n_advices; i++) {
        const struct advice *a = &advices[i];

        if (strcmp(a->check, check) != 0 || (a->verdict != PASS && a->verdict != found->verdict))
            continue;
        if (a->outcome == OUTCOME_OK ||
            a->outcome == prevailing(f, outcomes[a->outcome].class == CLASS_WRONG))
            return a;
    }
    return NULL;
}
