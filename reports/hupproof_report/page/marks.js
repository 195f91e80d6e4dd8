/* How does a request look?  A bar from when it was sent to when it was done, in its band; a failure
   in front of the others, hatched, with a mark at its end; or one of many in a column that counts. */

function aboutRequest(run, i) {
    return run
        .fields(i)
        .map(([name, text]) => `<b>${forPlot(name)}</b> ${forPlot(cut(text, 90))}`)
        .join("<br>");
}

function markerOf(look, size) {
    const open = look.symbol.endsWith("open");
    return {
        symbol: look.symbol,
        color: look.colour,
        size,
        opacity: 1,
        line: { width: size > 5 ? 1 : 0.5, color: open ? look.colour : css("--paper") },
    };
}

function failedBar(look) {
    return {
        color: look.colour,
        line: { width: 1, color: look.colour },
        pattern: {
            shape: "/",
            size: 6,
            solidity: 0.25,
            fgcolor: css("--paper"),
            bgcolor: look.colour,
        },
    };
}

/* Where each of `alone` has its bar: rows from the top of its band, in order of time. */
function barLayout(timeline, alone, chosen, bands, of, perPixel, size) {
    const { run, bandPx } = timeline;
    const foot = new Uint8Array(bands.length); // has columns below
    for (const i of chosen.binned) foot[of[run.process[i]]] = 1;
    const room = Array.from(foot, (has) => (has ? 0.52 : 0.88));
    const failed = new Set(chosen.failures.map((i) => of[run.process[i]])); // marks need more room
    const most = room.map((share, band) =>
        Math.max(3, Math.floor((share * bandPx) / (failed.has(band) ? size - 1 : 3))),
    );
    const { rows, used } = stacked(run, alone, of, bands.length, (size + 1) * perPixel, most);
    const height = used.map((n, band) => Math.min(room[band] / Math.max(1, n), 14 / bandPx));
    const y = alone.map((i, k) => {
        const band = of[run.process[i]];
        return bands.length - band - 0.06 - height[band] * (rows[k] + 0.5);
    });
    return { y, width: alone.map((i) => 0.66 * height[of[run.process[i]]]) };
}

function requestTraces(timeline, chosen, bands, of, perPixel) {
    const { run } = timeline,
        crowd = chosen.failures.length > MOST_FAILURES;
    const alone = crowd ? chosen.single : [...chosen.single, ...chosen.failures];
    const size = alone.length - chosen.single.length > 60 ? 5 : 9;
    const { y, width } = barLayout(timeline, alone, chosen, bands, of, perPixel, size);
    const bars = (test, marker) => {
        const places = [...alone.keys()].filter((k) => test(alone[k])),
            mine = places.map((k) => alone[k]);
        return {
            type: "bar",
            orientation: "h",
            xaxis: "x",
            yaxis: "y2",
            base: mine.map((i) => run.sent[i] / 1000),
            x: mine.map((i) => (run.end[i] - run.sent[i]) / 1000),
            y: places.map((k) => y[k]),
            marker,
            width: places.map((k) => width[k]),
            customdata: mine,
            hoverinfo: "text",
            textposition: "none",
            hovertext: mine.map((i) => aboutRequest(run, i)),
        };
    };
    const traces = columnTraces(timeline, chosen, crowd, bands, of);
    run.lanes.forEach((_, code) =>
        traces.push(
            bars((i) => run.outcome[i] === run.ok && run.lane[i] === code, {
                color: laneColour(code),
                line: { width: 0.7, color: laneColour(code) },
            }),
        ),
    );
    run.outcomes.forEach((outcome, code) => {
        if (code === run.ok || crowd) return;
        const trace = bars((i) => run.outcome[i] === code, failedBar(lookOf(outcome)));
        traces.push(trace, {
            type: "scatter",
            mode: "markers",
            xaxis: "x",
            yaxis: "y2",
            y: trace.y,
            hoverinfo: "text",
            x: trace.customdata.map((i) => run.end[i] / 1000),
            customdata: trace.customdata,
            hovertext: trace.hovertext,
            marker: markerOf(lookOf(outcome), size),
        });
    });
    return traces.filter((trace) => trace.x.length);
}

/* Counts as columns at the foot of each band, one kind upon the other: ok ones by lane, and
   failures by outcome where they are a crowd, with a mark on each column. */
function columnTraces(timeline, chosen, crowd, bands, of) {
    const {
            run,
            view: [from, until],
        } = timeline,
        lanes = run.lanes.length;
    const indices = crowd ? [...chosen.binned, ...chosen.failures] : chosen.binned;
    timeline.binWidth = 0;
    if (!indices.length) return [];
    const kinds = lanes + (crowd ? run.outcomes.length : 0);
    const n = Math.max(
        40,
        Math.min(Math.floor(timeline.width / 4), Math.floor(MOST_BINS / (bands.length * lanes))),
    );
    const group = (i) =>
        of[run.process[i]] * kinds +
        (run.outcome[i] === run.ok ? run.lane[i] : lanes + run.outcome[i]);
    const { counts, longest } = binned(run, indices, group, bands.length * kinds, from, until, n);
    const sums = new Float64Array(bands.length * n),
        stack = new Float64Array(bands.length * n);
    counts.forEach((c, at) => {
        sums[Math.floor(at / n / kinds) * n + (at % n)] += c;
    });
    const scale = 0.36 / sums.reduce((a, b) => Math.max(a, b), 1),
        width = (until - from) / n;
    timeline.binWidth = width;
    const traces = [];
    for (let kind = 0; kind < kinds; kind++) {
        const outcome = kind < lanes ? "ok" : run.outcomes[kind - lanes],
            look = lookOf(outcome);
        const what = kind < lanes ? `lane ${run.lanes[kind]}, all ok` : outcome;
        const trace = {
            type: "bar",
            xaxis: "x",
            yaxis: "y2",
            x: [],
            y: [],
            base: [],
            hovertext: [],
            hoverinfo: "text",
            width: width / 1000,
            textposition: "none",
            marker:
                kind < lanes ? { color: laneColour(kind), line: { width: 0 } } : failedBar(look),
        };
        for (let band = 0; band < bands.length; band++) {
            for (let bin = 0; bin < n; bin++) {
                const at = (band * kinds + kind) * n + bin,
                    place = band * n + bin;
                if (!counts[at]) continue;
                trace.x.push((from + (bin + 0.5) * width) / 1000);
                trace.y.push(counts[at] * scale);
                trace.base.push(bands.length - band - 1 + 0.04 + stack[place]);
                stack[place] += counts[at] * scale;
                trace.hovertext.push(
                    `<b>${count(counts[at], "request")}: ${forPlot(cut(what, 60))}</b><br>sent within ` +
                        `${inMs(width)} from ${inSeconds(from + bin * width)}<br>longest ${inMs(longest[at])}<br>zoom in to see each`,
                );
            }
        }
        traces.push(trace);
        if (kind >= lanes)
            traces.push({
                type: "scatter",
                mode: "markers",
                xaxis: "x",
                yaxis: "y2",
                x: trace.x,
                hoverinfo: "text",
                y: trace.y.map((y, k) => trace.base[k] + y + 0.07),
                hovertext: trace.hovertext,
                marker: markerOf(look, 8),
            });
    }
    return traces;
}
