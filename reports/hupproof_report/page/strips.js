/* What is drawn under the requests: rate, gaps, blind spots, accept queues.

   A gap or a blind spot is a span of time, drawn as high as it is long for as long as it lasts; where
   there are too many to be seen, the highest of each bin. */

const MOST_SPANS = 500;

/* Lane by lane, from each ok answer to the next; the last until the load ended. */
function gapsOf(run) {
    if (run.gaps) return run.gaps;
    const times = run.lanes.map(() => []);
    for (let i = 0; i < run.n; i++)
        if (run.outcome[i] === run.ok && !Number.isNaN(run.done[i]))
            times[run.lane[i]].push(run.done[i]);
    run.gaps = times.map((mine) => {
        const sorted = Float64Array.from(mine).sort(),
            last = sorted[sorted.length - 1];
        const ended = run.report.load_ended_ms;
        const to = new Float64Array(sorted.length);
        to.set(sorted.subarray(1));
        to[to.length - 1] = ended > last ? ended : last;
        return { from: sorted, to };
    });
    return run.gaps;
}

/* When no attempt at a new connection, or no request on a kept one, was on its way: the same two
   kinds of request that the report's blind spots know, all over the load. */
function blindOf(run) {
    if (run.blind) return run.blind;
    const { sent, end, connected } = run,
        phase = run.texts.phase.indexOf("connect");
    const until = run.report.load_ended_ms ?? run.until;
    const kinds = {
        new: { from: [], to: [], covered: NaN },
        kept: { from: [], to: [], covered: NaN },
    };
    for (let i = 0; i < run.n; i++) {
        const outcome = run.outcomes[run.outcome[i]];
        if (outcome === "unsent" || outcome === "resent") continue;
        const opened = connected[i] > sent[i];
        const kind = opened || run.phase[i] === phase ? kinds.new : kinds.kept;
        if (sent[i] > kind.covered) {
            kind.from.push(kind.covered);
            kind.to.push(sent[i]);
        }
        const over = opened ? connected[i] : end[i];
        if (!(over <= kind.covered)) kind.covered = over;
    }
    for (const kind of Object.values(kinds))
        if (until > kind.covered) {
            kind.from.push(kind.covered);
            kind.to.push(until);
        }
    run.blind = kinds;
    return kinds;
}

/* Points of a step line (shape hv) of the spans' lengths, in ms, within a view. */
function spansLine(spans, from, until, bins) {
    const { from: starts, to: ends } = spans,
        inView = [];
    for (let k = 0; k < starts.length; k++)
        if (starts[k] <= until && ends[k] >= from) inView.push(k);
    const x = [],
        y = [];
    const point = (ms, value) => {
        x.push(ms / 1000);
        y.push(value);
    };
    if (inView.length <= MOST_SPANS) {
        inView.forEach((k, n) => {
            point(Math.max(starts[k], from), ends[k] - starts[k]);
            if (starts[inView[n + 1]] !== ends[k]) {
                point(Math.min(ends[k], until), ends[k] - starts[k]);
                point(ends[k], null);
            }
        });
        return { x, y };
    }
    const highest = new Float64Array(bins),
        scale = bins / (until - from);
    for (const k of inView) {
        const first = Math.max(0, Math.floor((starts[k] - from) * scale));
        const last = Math.min(bins - 1, Math.floor((ends[k] - from) * scale));
        for (let bin = first; bin <= last; bin++)
            highest[bin] = Math.max(highest[bin], ends[k] - starts[k]);
    }
    highest.forEach((value, bin) => point(from + bin / scale, value || null));
    point(until, highest[bins - 1] || null);
    return { x, y };
}

function line(axis, points, name, colour, unit, more) {
    return {
        type: "scatter",
        mode: "lines",
        xaxis: "x",
        yaxis: axis,
        x: points.x,
        y: points.y,
        name,
        line: { color: colour, width: 1.6, shape: "hv", ...more },
        hoverinfo: "text",
        text: points.y.map((y) =>
            y == null ? "" : `${forPlot(name)}: ${Number(y.toPrecision(4))} ${unit}`,
        ),
    };
}

/* Answers and failures a second, by when they were over. */
function rateTraces(run, axis, from, until, bins) {
    const counts = [new Float64Array(bins), new Float64Array(bins)],
        scale = bins / (until - from);
    const second = 1000 * scale;
    for (let i = 0; i < run.n; i++) {
        if (!(run.end[i] >= from && run.end[i] <= until) || !run.isShown(i)) continue;
        const bin = Math.min(bins - 1, Math.floor((run.end[i] - from) * scale));
        counts[run.outcome[i] === run.ok ? 0 : 1][bin]++;
    }
    const x = Array.from(counts[0], (_, bin) => (from + bin / scale) / 1000);
    const [ok, lost] = counts.map((mine) => Array.from(mine, (n) => n * second));
    const traces = [
        {
            ...line(
                axis,
                { x: [...x, until / 1000], y: [...ok, ok[bins - 1]] },
                "ok answers",
                css("--rate"),
                "a second",
            ),
            fill: "tozeroy",
            fillcolor: css("--rate-fill"),
        },
    ];
    if (lost.some((y) => y))
        traces.push({
            type: "bar",
            xaxis: "x",
            yaxis: axis,
            x,
            y: lost,
            offset: 0,
            width: 1 / second,
            hoverinfo: "text",
            textposition: "none",
            hovertext: lost.map((y) => `failures: ${Number(y.toPrecision(4))} a second`),
            marker: { color: "#D55E00", line: { width: 0 } },
        });
    return traces;
}

function gapTraces(run, axis, from, until, bins) {
    return gapsOf(run)
        .map((spans, code) => ({ spans, code }))
        .filter(({ spans, code }) => run.shown.lane[code] && spans.from.length)
        .map(({ spans, code }) =>
            line(
                axis,
                spansLine(spans, from, until, bins),
                `no answer in lane ${cut(run.lanes[code], 40)} for`,
                laneColour(code),
                "ms",
                { dash: ["solid", "6px,2px", "2px,2px"][code % 3] },
            ),
        );
}

function blindTraces(run, axis, from, until, bins) {
    const { new: fresh, kept } = blindOf(run),
        traces = [];
    if (fresh.from.length)
        traces.push(
            line(
                axis,
                spansLine(fresh, from, until, bins),
                "no new connection tried for",
                css("--blind-new"),
                "ms",
            ),
        );
    if (kept.from.length)
        traces.push(
            line(
                axis,
                spansLine(kept, from, until, bins),
                "no kept connection in use for",
                css("--blind-kept"),
                "ms",
                { dash: "4px,2px" },
            ),
        );
    return traces;
}

/* How many connections wait in the queue of each socket, as looks showed it. */
function queueTraces(run, axis) {
    const sockets = new Map();
    for (const event of run.events) {
        const closed = event.event === "listening" && !(event.value > 0);
        if (event.event !== "listen_queue" && !closed) continue;
        if (!sockets.has(event.ino)) {
            if (closed) continue;
            sockets.set(event.ino, { x: [], y: [], open: true });
        }
        const socket = sockets.get(event.ino);
        socket.x.push(event.at / 1e9);
        socket.y.push(closed ? 0 : event.value || 0);
        socket.open = !closed;
    }
    const colours = ["--blind-new", "--blind-kept", "--rate"];
    return [...sockets].map(([ino, socket], k) => {
        if (socket.open) {
            socket.x.push(run.until / 1000);
            socket.y.push(socket.y[socket.y.length - 1]);
        }
        return line(axis, socket, `socket ${ino}`, css(colours[k % colours.length]), "waiting", {
            dash: ["solid", "4px,2px", "2px,2px"][k % 3],
        });
    });
}
