#include "json/fields.h"

#include "json/specials.h"

#include <stddef.h>

const char *const field_type_names[] = {
    [FIELD_TEXT] = "text",       [FIELD_DURATION] = "duration", [FIELD_NUMBER] = "number",
    [FIELD_COUNT] = "count",     [FIELD_WORD] = "word",         [FIELD_SIGNAL] = "signal",
    [FIELD_TEXTS] = "texts",     [FIELD_OBJECT] = "object",     [FIELD_LIST] = "list",
    [FIELD_SPECIAL] = "special",
};

/* How a row names its type, and the place of its value in the three structs. */
#define T(what)      .type = FIELD_##what
#define IN(s, place) .size = sizeof((struct s *)NULL)->place, .offset = offsetof(struct s, place)
#define NOT_EMPTY    .min = 1
#define POSITIVE     .above = true

/* The reader goes through the rows in this order: a row may rely on those above. */
/* clang-format off */
const struct field fields[] = {
    { "name", "what reports call it", T(TEXT), IN(scenario, name), .read = look_at_name,
      .otherwise = "the file's name without .json" },
    { "why", "for people: what is to be seen here", T(TEXT), IN(scenario, why), .preset = "\"\"" },
    { "for", "how long the load lasts", T(DURATION), IN(scenario, duration), POSITIVE, .required = true },
    { "seed", "what random shapes begin from", T(COUNT), IN(scenario, seed), .preset = "1" },

    { "server", "what is judged", T(OBJECT), .required = true },
    { "server.command", "argv that starts it; never a shell line", T(TEXTS), IN(scenario, server.command),
      NOT_EMPTY, .otherwise = "server.attach" },
    { "server.attach", "a server that already runs; never stopped by hupproof", T(OBJECT), .read = look_at_attach,
      .otherwise = "server.command" },
    { "server.attach.pid", "its process", T(COUNT), IN(scenario, server.attach_pid), .min = 1 },
    { "server.attach.pidfile", "a file that names its process", T(TEXT), IN(scenario, server.attach_pidfile), NOT_EMPTY },
    { "server.url", "http://HOST:PORT of this machine", T(SPECIAL), .read = read_url, .required = true },
    { "server.unix", "a socket path that carries the requests of url", T(TEXT), IN(scenario, server.unix_path),
      .read = look_at_unix, NOT_EMPTY, .otherwise = "TCP" },
    { "server.ready", "when it counts as ready", T(OBJECT) },
    { "server.ready.http", "a path it has to answer", T(TEXT), IN(scenario, server.ready_path), .read = look_at_path, .preset = "\"/\"" },
    { "server.ready.within", "how long that may take", T(DURATION), IN(scenario, server.ready_within), POSITIVE, .preset = "\"10s\"" },
    { "server.who", "where an answer says which process gave it; \"none\": nowhere", T(SPECIAL), .read = read_who,
      .otherwise = "body ospid:([0-9]+), then header X-Pid" },
    { "server.who.body", "regular expression; its first group is the pid", T(TEXT), IN(scenario, server.who_text), .read = look_at_regex },
    { "server.who.header", "header that is the pid", T(TEXT), IN(scenario, server.who_text), .read = look_at_header },
    { "server.version", "where an answer says which version gave it", T(SPECIAL), .read = read_version },
    { "server.version.body", "regular expression; its first group is the version", T(TEXT), IN(scenario, server.version_text), .read = look_at_regex },
    { "server.version.header", "header that is the version", T(TEXT), IN(scenario, server.version_text), .read = look_at_header },
    { "server.pid", "who gets signals: \"child\", the one we started or its heir, or a pidfile", T(SPECIAL), .read = read_pid, .preset = "\"child\"" },
    { "server.pid.pidfile", "a file that names it, read anew at every use", T(TEXT), IN(scenario, server.pidfile), NOT_EMPTY, .required = true },
    { "server.ledger", "a file to which it appends a line, ID or ID PID, for each request it does; ID is the X-Request-Id that each one is then sent with",
      T(TEXT), IN(scenario, server.ledger), NOT_EMPTY },
    { "server.stop", "how it is stopped in the end", T(OBJECT) },
    { "server.stop.signal", "what tells it to stop", T(SIGNAL), IN(scenario, server.stop_signal), .preset = "\"TERM\"" },
    { "server.stop.within", "how long that may take", T(DURATION), IN(scenario, server.stop_within), POSITIVE, .preset = "\"10s\"" },
    { "server.files", "files written into ${work} before the start: a text or a list of lines each", T(SPECIAL), .read = read_files },
    { "server.env", "what its environment has besides ours", T(SPECIAL), .read = read_env },

    { "lanes", "streams of requests, side by side", T(LIST), .read = read_lanes, .required = true },
    { "lanes[].name", "what reports call it", T(TEXT), IN(lane, name), NOT_EMPTY, .required = true },
    { "lanes[].why", "for people", T(TEXT) },
    { "lanes[].connection", "what carries its requests", T(WORD), IN(lane, connection), .words = connection_words, .preset = "\"new\"" },
    { "lanes[].rate", "requests per second", T(NUMBER), IN(lane, rate), POSITIVE, .max = 1e6, .required = true },
    { "lanes[].shape", "how they are spread over time", T(WORD), IN(lane, shape), .words = shape_words, .preset = "\"steady\"" },
    { "lanes[].burst", "shape burst: how many leave at once", T(COUNT), IN(lane, burst), .min = 1, .max = 1e5, .preset = "10" },
    { "lanes[].count", "at most so many requests", T(COUNT), IN(lane, count), .min = 1, .otherwise = "no bound" },
    { "lanes[].path", "what is asked for", T(TEXT), IN(lane, path), .read = look_at_path, .preset = "\"/\"" },
    { "lanes[].method", "how it is asked for", T(TEXT), IN(lane, method), .read = look_at_method, .preset = "\"GET\"" },
    { "lanes[].headers", "header names and values", T(SPECIAL), .read = read_headers },
    { "lanes[].body_bytes", "size of the body that is sent", T(COUNT), IN(lane, body_bytes), .max = 1 << 30, .preset = "0" },
    { "lanes[].pool", "connection reused: how many are kept", T(COUNT), IN(lane, pool), .min = 1, .max = 1e5, .preset = "16" },
    { "lanes[].work", "what the server is asked to take for one; not its fault", T(DURATION), IN(lane, work),
      .otherwise = "sleep= in the path's query, or 0" },
    { "lanes[].timeout", "how long one may take, from when it was due", T(DURATION), IN(lane, timeout), POSITIVE, .otherwise = "work + 10s" },
    { "lanes[].from", "when its first request leaves, since the load began", T(DURATION), IN(lane, from), .preset = "0" },
    { "lanes[].until", "when it is over", T(DURATION), IN(lane, until), POSITIVE, .otherwise = "for" },
    { "lanes[].client", "what sends its requests", T(WORD), IN(lane, client), .read = look_at_client, .words = client_words, .preset = "\"curl\"" },

    { "steps", "what is done to the server, in order", T(LIST), .read = read_steps },
    { "steps[].why", "for people", T(TEXT) },
    { "steps[].at", "when, since the load began", T(DURATION), IN(step, at), .otherwise = "after" },
    { "steps[].after", "when, since the previous step ended", T(DURATION), IN(step, after), .otherwise = "0, unless at is given" },
    { "steps[].signal", "send a signal to the server", T(SIGNAL), IN(step, signal) },
    { "steps[].stop_start", "stop the server, wait until it is gone, start it again", T(SPECIAL), .read = read_stop_start },
    { "steps[].stop_start.signal", "what tells it to stop", T(SIGNAL), IN(step, signal), .otherwise = "server.stop.signal" },
    { "steps[].stop_start.within", "how long the stop may take", T(DURATION), IN(step, within), POSITIVE, .otherwise = "server.stop.within" },
    { "steps[].start", "start the server: true, or how", T(SPECIAL), .read = read_start },
    { "steps[].start.within", "how long it may take to be ready", T(DURATION), IN(step, within), POSITIVE, .otherwise = "server.ready.within" },
    { "steps[].stop", "stop the server: true, or how", T(SPECIAL), .read = read_stop },
    { "steps[].stop.signal", "what tells it to stop", T(SIGNAL), IN(step, signal), .otherwise = "server.stop.signal" },
    { "steps[].stop.within", "how long that may take", T(DURATION), IN(step, within), POSITIVE, .otherwise = "server.stop.within" },
    { "steps[].run", "run a command (argv) and wait for its end", T(TEXTS), IN(step, argv), NOT_EMPTY },
    { "steps[].replace", "rename a new file over one, as an upgrade does", T(OBJECT) },
    { "steps[].replace.file", "what is replaced", T(TEXT), IN(step, file), NOT_EMPTY, .required = true },
    { "steps[].replace.with", "a file whose copy takes its place", T(TEXT), IN(step, with), NOT_EMPTY, .required = true },
    { "steps[].write", "write a text to a file", T(OBJECT) },
    { "steps[].write.file", "where to", T(TEXT), IN(step, file), NOT_EMPTY, .required = true },
    { "steps[].write.text", "what", T(TEXT), IN(step, with), .required = true },
    { "steps[].wait", "let time pass", T(DURATION), IN(step, wait) },
    { "steps[].wait_for", "wait until one thing has happened", T(SPECIAL), .read = read_wait_for },
    { "steps[].wait_for.new_pid", "true: a process that is new since the upgrade has answered", T(SPECIAL), .read = read_true },
    { "steps[].wait_for.gone", "\"old\": the processes from before the upgrade have exited", T(WORD), .words = gone_words },
    { "steps[].wait_for.file", "the file exists", T(TEXT), IN(step, file), NOT_EMPTY },
    { "steps[].wait_for.pidfile_changes", "the pidfile names another process", T(TEXT), IN(step, file), NOT_EMPTY },
    { "steps[].wait_for.within", "how long that may take", T(DURATION), IN(step, within), POSITIVE, .otherwise = "10s" },
    { "steps[].to", "signal: to \"leader\", \"all\", the process a pidfile names, or {\"pid\": N}", T(SPECIAL), .read = read_to, .otherwise = "leader" },
    { "steps[].to.pid", "one process", T(COUNT), IN(step, to_pid), .min = 1, .required = true },
    { "steps[].within", "how long the action may take", T(DURATION), IN(step, within), POSITIVE,
      .otherwise = "as the action says; run: 60s" },
    { "steps[].expect_exit", "run: the exit status that is right", T(COUNT), IN(step, expect_exit), .max = 255, .otherwise = "0" },
    { "steps[].repeat", "how often the step is done", T(COUNT), IN(step, repeat), .min = 1, .max = 1e5, .preset = "1" },
    { "steps[].every", "from one repetition's begin to the next one's", T(DURATION), IN(step, every), POSITIVE },
    { "steps[].upgrade", "what it has to do with an upgrade", T(WORD), IN(step, role), .words = upgrade_words,
      .otherwise = "as the action usually has" },
    { "steps[].version", "what server.version is to say once the upgrade has taken effect", T(TEXT), IN(step, version), NOT_EMPTY },

    { "limits", "what is still all right", T(OBJECT) },
    { "limits.lost", "requests lost; one number or one for each lane", T(SPECIAL), .read = read_lost, .preset = "0" },
    { "limits.wrong", "wrong answers", T(COUNT), IN(scenario, limits.wrong), .preset = "0" },
    { "limits.gap", "time without an answer across an upgrade", T(DURATION), IN(scenario, limits.gap), .preset = "\"300ms\"" },
    { "limits.latency", "of an answer, beyond the lane's work", T(DURATION), IN(scenario, limits.latency), .preset = "\"1s\"" },
    { "limits.overlap", "time for which old and new processes both answer", T(DURATION), IN(scenario, limits.overlap), .preset = "\"1s\"" },
    { "limits.drain", "how long old processes may live on", T(DURATION), IN(scenario, limits.drain), .preset = "\"10s\"" },
    { "limits.late", "how late a request may leave before hupproof doubts itself", T(DURATION), IN(scenario, limits.late), .preset = "\"100ms\"" },
    { "limits.requests", "fewer than so many prove nothing", T(COUNT), IN(scenario, limits.requests), .preset = "100" },
    { "limits.processes", "of more than so many processes nothing is noted", T(COUNT), IN(scenario, limits.processes), .min = 1, .preset = "100000" },
    { "limits.attributed", "share of answers whose process must be known", T(NUMBER), IN(scenario, limits.attributed), .max = 1, .preset = "1" },
    { "limits.descriptor_growth", "open descriptors that each generation may have more than the one before", T(NUMBER),
      IN(scenario, limits.descriptor_growth), .max = 1e9, .preset = "0" },
    { "limits.memory_growth", "memory, in KB, that each generation may have more than the one before", T(NUMBER),
      IN(scenario, limits.memory_growth), .max = 1e9, .preset = "512" },

    { "expect", "what a test asserts", T(OBJECT), .read = look_at_expect },
    { "expect.verdict", "the verdict it has to be", T(WORD), IN(scenario, expect.verdict), .words = verdict_words },
    { "expect.checks", "checks that must be among the failed", T(SPECIAL), .read = read_expect_checks },
};
/* clang-format on */

const size_t n_fields = COUNT(fields);
