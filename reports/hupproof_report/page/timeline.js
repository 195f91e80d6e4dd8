/* What is the picture?  Bands of requests, lives above them, strips below, on one axis of time;
   each zoom draws it anew with what the view is worth. */

const MARGIN = { l: 124, r: 18, t: 46, b: 44 },
    BETWEEN = 16;
const PAPER = 715; // pixels: an upright page of A4, less its margins

const STRIPS = [
    ["rate", rateTraces, "Answers and failures a second"],
    ["gap", gapTraces, "Gap: ms without an ok answer, by lane", "log"],
    ["blind", blindTraces, "Blind spot: ms without a request on its way", "log"],
    ["queue", queueTraces, "Accept queue: connections that wait"],
];

class Timeline {
    constructor(box, run, onPick, onDrawn) {
        Object.assign(this, { box, run, onPick, onDrawn, picked: -1 });
        this.whole();
    }

    whole() {
        const margin = (this.run.until - this.run.from) * 0.01;
        this.view = [this.run.from - margin, this.run.until + margin];
    }

    /* ms of the run; a view is never so short that its numbers mean nothing. */
    show(from, until) {
        const middle = (from + until) / 2,
            half = Math.max((until - from) / 2, 0.01);
        this.view = [middle - half, middle + half];
        this.draw();
    }

    zoom(factor, share = 0.5) {
        const [from, until] = this.view,
            at = from + (until - from) * share;
        this.show(at - (at - from) * factor, at + (until - at) * factor);
    }

    showRequest(i) {
        const { sent, end } = this.run,
            took = end[i] - sent[i];
        const around = Math.max(took * 0.6, 20);
        this.picked = i;
        this.show(sent[i] - around, end[i] + around);
    }

    get width() {
        return this.onPaper ? PAPER : Math.max(480, this.box.clientWidth);
    }

    /* Heights in pixels from the top, as shares of the picture. */
    place(rows) {
        const inner = rows.reduce((sum, [, px]) => sum + px, 0) + BETWEEN * (rows.length - 1);
        let top = 1;
        const domains = {};
        for (const [axis, px] of rows) {
            domains[axis] = [Math.max(0, top - px / inner), top];
            top -= (px + BETWEEN) / inner;
        }
        return { domains, height: inner + MARGIN.t + MARGIN.b };
    }

    draw() {
        const { run } = this,
            [from, until] = this.view;
        const inner = this.width - MARGIN.l - MARGIN.r,
            perPixel = (until - from) / inner;
        const { bands, of } = bandsOf(run, from, until);
        const chosen = select(run, of, from, until, perPixel);
        this.binWidth = 0;
        const lives = livesTraces(run, "y"),
            bins = Math.floor(Math.min(inner / 3, Math.max(30, chosen.total / 4)));
        const strips = STRIPS.map(([name, tracesOf, title, type], k) => {
            const axis = `y${k + 3}`;
            return { name, axis, title, type, traces: tracesOf(run, axis, from, until, bins) };
        }).filter(({ traces }) => traces.length);
        const lower = this.onPaper ? 0.8 : 1;
        this.bandPx =
            lower * ([0, 190, 130, 110, 95][bands.length] || Math.max(28, 420 / bands.length));
        const rows = [
            ["y", lives.rows * lives.pixels + 6],
            ["y2", Math.max(1, bands.length) * this.bandPx],
            ...strips.map(({ axis }) => [axis, 78 * lower]),
        ];
        const { domains, height } = this.place(rows);
        const traces = [
            ...lives.traces,
            ...requestTraces(this, chosen, bands, of, perPixel),
            ...strips.flatMap((s) => s.traces),
        ];
        const layout = pictureLayout(this, { domains, height, lives, bands, of, strips });
        const done = Plotly.react(this.box, traces, layout, {
            displaylogo: false,
            responsive: false,
            doubleClick: false,
            modeBarButtons: [["toImage", "zoom2d", "pan2d"]],
        });
        if (!this.listens) {
            this.listens = true;
            this.box.on("plotly_relayout", (change) => this.onRelayout(change));
            this.box.on("plotly_doubleclick", () => {
                this.whole();
                this.draw();
            });
            this.box.on("plotly_click", ({ points }) => {
                if (Number.isInteger(points[0]?.customdata)) this.onPick(points[0].customdata);
            });
        }
        this.onDrawn(chosen, this.binWidth);
        return done;
    }

    onRelayout(change) {
        const range = change["xaxis.range"] || [change["xaxis.range[0]"], change["xaxis.range[1]"]];
        const [from, until] = range.map((s) => Number(s) * 1000);
        if (
            Number.isFinite(from) &&
            Number.isFinite(until) &&
            (from !== this.view[0] || until !== this.view[1])
        )
            this.show(from, until);
    }
}
