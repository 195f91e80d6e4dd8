/* How long did each process live, and when did it begin to serve? */

const MOST_LIVES = 14;

/* A row for each process; where they are too many, those whose lives do not meet share one. */
function rowsOfLives(run) {
    const lives = run.processes.map((p, k) => ({
        p,
        k,
        from: p.born_ms ?? run.from,
        to: p.execd_away_ms ?? p.exited_ms ?? run.until,
    }));
    if (lives.length <= MOST_LIVES) return lives.map((life, row) => ({ ...life, row }));
    const ends = [];
    return lives
        .sort((a, b) => a.from - b.from)
        .map((life) => {
            let row = ends.findIndex((end) => end <= life.from);
            if (row < 0) row = ends.length;
            ends[row] = life.to;
            return { ...life, row };
        });
}

function endOf(p) {
    if (p.execd_away_ms != null) return ["became another program", "triangle-right"];
    if (p.exited_ms == null) return null;
    const exit = p.exit || {};
    if (exit.signal) return [`killed by ${exit.signal}`, "x"];
    return [`exited ${exit.code ?? ""}`, exit.code ? "x" : "square"];
}

/* By when it was ready, at the latest: a look showed it listening, the server answered what tells
   that it is ready, or a request was answered. */
function firstReady(run, p) {
    const event = run.events.find((e) => e.event === "server_ready");
    const first = p === run.processes.find((q) => q.first_answer_ms != null);
    const times = [
        p.listener?.polled_from_ms ?? p.listener?.held_from_ms,
        p.first_answer_ms,
        first && event ? event.at / 1e6 : null,
    ].filter((ms) => ms != null);
    return times.length ? Math.min(...times) : null;
}

/* What a process came to, in order: [ms, what, symbol]. */
function momentsOf(run, p) {
    const end = endOf(p);
    return [
        [p.born_ms, "born", "line-ns-open"],
        [firstReady(run, p), "ready, at the latest", "diamond-open"],
        [p.first_answer_ms, "first answer", "circle-open"],
        [p.last_answer_ms, "last answer", "circle"],
        end && [p.execd_away_ms ?? p.exited_ms, ...end],
    ].filter((m) => m && m[0] != null);
}

function livesTraces(run, axis) {
    const rows = rowsOfLives(run),
        used = Math.max(1, ...rows.map((r) => r.row + 1));
    const about = ({ p }) =>
        `${forPlot(run.nameOf(run.processes.indexOf(p) + 1))}<br>` +
        `${forPlot(cut(p.exe || "", 80))}<br>${count(p.requests || 0, "answer")}<br>` +
        momentsOf(run, p)
            .map(([ms, what]) => `${inSeconds(ms)} ${forPlot(what)}`)
            .join("<br>");
    const y = ({ row }) => used - row - 0.5;
    const bar = (width, colour, list, from, to) => ({
        type: "bar",
        orientation: "h",
        xaxis: "x",
        yaxis: axis,
        base: list.map((r) => from(r) / 1000),
        x: list.map((r) => (to(r) - from(r)) / 1000),
        y: list.map(y),
        width,
        hoverinfo: "text",
        hovertext: list.map(about),
        marker: { color: colour, line: { width: 0 } },
        textposition: "none",
    });
    const serving = rows.filter(({ p }) => p.first_answer_ms != null && p.last_answer_ms != null);
    const moments = rows.flatMap((r) => momentsOf(run, r.p).map((m) => [r, ...m]));
    const marks = {
        type: "scatter",
        mode: "markers",
        xaxis: "x",
        yaxis: axis,
        x: moments.map((m) => m[1] / 1000),
        y: moments.map((m) => y(m[0])),
        hoverinfo: "text",
        hovertext: moments.map(
            ([r, ms, what]) => `${inSeconds(ms)}: ${forPlot(what)}<br><br>${about(r)}`,
        ),
        marker: {
            symbol: moments.map((m) => m[3]),
            size: rows.length > MOST_LIVES ? 5 : 9,
            color: css("--ink"),
            line: { width: 1.5, color: css("--ink") },
        },
    };
    const named = rows.length <= MOST_LIVES;
    return {
        rows: used,
        pixels: used > MOST_LIVES ? 13 : 22,
        ticks: {
            vals: named ? rows.map(y) : [used / 2],
            text: named
                ? rows.map(
                      ({ p }) => `pid ${p.pid}` + (p.generation ? `, gen. ${p.generation}` : ""),
                  )
                : [`${rows.length} lives`],
        },
        traces: [
            bar(
                0.34,
                css("--life"),
                rows,
                (r) => r.from,
                (r) => r.to,
            ),
            bar(
                0.62,
                css("--serving"),
                serving,
                (r) => r.p.first_answer_ms,
                (r) => Math.max(r.p.last_answer_ms, r.p.first_answer_ms + 0.001),
            ),
            marks,
        ],
    };
}
