/* What is around the picture's data: axes, the steps' lines, the handovers' shades, labels? */

/* What is said above the steps' lines.  Steps too close for a label each share one of their numbers;
   widths in pixels, by guess. */
const LETTER = 6.4;

function stepFlags(timeline) {
    const {
            run,
            view: [from, until],
            width,
        } = timeline,
        inner = width - MARGIN.l - MARGIN.r;
    const groups = [];
    run.steps.forEach((step, k) => {
        const x = ((step.at_ms - from) / (until - from)) * inner,
            last = groups[groups.length - 1];
        if (step.at_ms == null || x < 0 || x > inner) return;
        if (last && x - last.x < 7 * LETTER) last.steps.push(step);
        else groups.push({ x, first: k + 1, steps: [step] });
    });
    return groups.map(({ x, first, steps }, n) => {
        const room = Math.floor(((groups[n + 1]?.x ?? inner + 300) - x - 10) / LETTER);
        const numbers = steps.length > 1 ? `${first}\u2013${first + steps.length - 1}` : `${first}`;
        const said = `${numbers}: ${steps.map((step) => step.detail || step.action).join("; ")}`;
        const text =
            room >= 10 ? cut(said, Math.min(room, 64)) : room > numbers.length ? numbers : "";
        const left = Math.min(x, inner - text.length * LETTER);
        return {
            step: steps.find((step) => step.failed) || steps[0],
            x: steps[0].at_ms,
            text,
            shift: left - x,
        };
    });
}

function strokeOf(step) {
    return step.failed ? "#D55E00" : css("--step");
}

function shapesOf(timeline, bands, of) {
    const { run, picked } = timeline;
    const upright = (ms, line, to = ms, fill) => ({
        type: fill ? "rect" : "line",
        xref: "x",
        yref: "paper",
        x0: ms / 1000,
        x1: to / 1000,
        y0: 0,
        y1: 1,
        line,
        fillcolor: fill,
        layer: fill ? "below" : "above",
    });
    const inView = (a, b) => b >= timeline.view[0] && a <= timeline.view[1];
    const shapes = run.upgrades
        .map((u) => u.handover)
        .filter(
            (h) => h && h.from_ms != null && h.until_ms != null && inView(h.from_ms, h.until_ms),
        )
        .map((h) => upright(h.from_ms, { width: 0 }, h.until_ms, css("--handover")));
    for (const step of run.steps)
        if (step.at_ms != null && inView(step.at_ms, step.at_ms))
            shapes.push(
                upright(step.at_ms, { width: 1.5, color: strokeOf(step), dash: "5px,3px" }),
            );
    for (const ms of [run.report.load_began_ms, run.report.load_ended_ms])
        if (ms != null && inView(ms, ms))
            shapes.push(upright(ms, { width: 1, color: css("--faint"), dash: "1px,3px" }));
    for (let band = 1; band < bands.length; band++)
        shapes.push({
            type: "line",
            xref: "paper",
            yref: "y2",
            x0: 0,
            x1: 1,
            y0: band,
            y1: band,
            layer: "below",
            line: { width: 1, color: css("--grid") },
        });
    if (picked >= 0 && inView(run.sent[picked], run.end[picked])) {
        const y1 = bands.length - of[run.process[picked]];
        shapes.push({
            ...upright(
                run.sent[picked],
                { width: 1, color: css("--soft") },
                run.end[picked],
                css("--picked"),
            ),
            yref: "y2",
            y0: y1 - 1,
            y1,
        });
    }
    return shapes;
}

/* With room for the title above the highest. */
function rangeOf(traces, type) {
    let most = 0,
        least = Infinity;
    for (const { y } of traces)
        for (const value of y) {
            if (value > most) most = value;
            if (value > 0 && value < least) least = value;
        }
    if (type !== "log") return [0, (most || 1) * 1.45];
    const low = Math.log10(Math.min(1, Math.max(0.1, least))),
        high = Math.log10(Math.max(10, most));
    return [low, high + (high - low) * 0.42];
}

function pictureLayout(timeline, { domains, height, lives, bands, of, strips }) {
    const {
        run,
        view: [from, until],
    } = timeline;
    const font = { family: "system-ui, 'DejaVu Sans', sans-serif", size: 12, color: css("--ink") };
    const axis = {
        fixedrange: true,
        zeroline: false,
        gridcolor: css("--grid"),
        linecolor: css("--grid"),
        automargin: false,
    };
    const annotations = stepFlags(timeline)
        .filter((flag) => flag.text)
        .map((flag) => ({
            xref: "x",
            yref: "paper",
            x: flag.x / 1000,
            y: 1,
            yanchor: "bottom",
            xanchor: "left",
            xshift: flag.shift,
            yshift: 6,
            showarrow: false,
            align: "left",
            text: forPlot(flag.text),
            font: { ...font, color: strokeOf(flag.step) },
        }));
    const layout = {
        width: timeline.width,
        height,
        margin: MARGIN,
        font,
        showlegend: false,
        barmode: "overlay",
        bargap: 0,
        hovermode: "closest",
        dragmode: "zoom",
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        hoverlabel: {
            align: "left",
            bgcolor: css("--card"),
            bordercolor: css("--edge"),
            font: { ...font, size: 11.5 },
        },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: css("--faint"), activecolor: css("--ink") },
        hoverdistance: 8,
        shapes: shapesOf(timeline, bands, of),
        annotations,
        xaxis: {
            ...axis,
            fixedrange: false,
            range: [from / 1000, until / 1000],
            type: "linear",
            nticks: 12,
            title: { text: "seconds since the run began", standoff: 8 },
            anchor: strips.length ? strips[strips.length - 1].axis : "y2",
            ticks: "outside",
            tickcolor: css("--grid"),
            hoverformat: ".4f",
            exponentformat: "none",
        },
        yaxis: {
            ...axis,
            domain: domains.y,
            range: [0, lives.rows],
            tickvals: lives.ticks.vals,
            ticktext: lives.ticks.text,
            showgrid: false,
            tickfont: { ...font, size: 11 },
        },
        yaxis2: {
            ...axis,
            domain: domains.y2,
            range: [0, Math.max(1, bands.length)],
            showgrid: false,
            mirror: true,
            showline: true,
            tickvals: bands.map((_, k) => bands.length - k - 0.5),
            ticktext: bands.map((b) => b.label),
            tickfont: { ...font, size: bands.length > 12 ? 10 : 12 },
        },
    };
    for (const { axis: name, title, type, traces } of strips) {
        layout[`yaxis${name.slice(1)}`] = {
            ...axis,
            domain: domains[name],
            type: type || "linear",
            tickfont: { ...font, size: 11 },
            range: rangeOf(traces, type),
            nticks: 4,
            exponentformat: "none",
            separatethousands: true,
            ...(type && { dtick: 1 }),
        };
        annotations.push({
            xref: "paper",
            yref: `${name} domain`,
            x: 0,
            y: 1,
            xanchor: "left",
            yanchor: "top",
            xshift: 4,
            showarrow: false,
            text: title,
            bgcolor: css("--paper"),
            borderpad: 1,
            font: { ...font, size: 11, color: css("--soft") },
        });
    }
    return layout;
}
