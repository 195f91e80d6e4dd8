/* What is the picture?  Bands of requests, lives above them, strips below, on one axis of time;
   each zoom draws it anew with what the view is worth. */

const MARGIN = { l: 124, r: 18, t: 46, b: 44 }, BETWEEN = 16;
const STRIPS = [["rate", rateTraces, "Answers and failures a second"],
                ["gap", gapTraces, "Gap: ms without an ok answer, by lane", "log"],
                ["blind", blindTraces, "Blind spot: ms without a request on its way", "log"],
                ["queue", queueTraces, "Accept queue: connections that wait"]];

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

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
    const middle = (from + until) / 2, half = Math.max((until - from) / 2, 0.01);
    this.view = [middle - half, middle + half];
    this.draw();
  }

  zoom(factor, share = 0.5) {
    const [from, until] = this.view, at = from + (until - from) * share;
    this.show(at - (at - from) * factor, at + (until - at) * factor);
  }

  showRequest(i) {
    const { sent, end } = this.run, took = end[i] - sent[i];
    const around = Math.max(took * 0.6, 20);
    this.picked = i;
    this.show(sent[i] - around, end[i] + around);
  }

  get width() {
    return this.fixedWidth || Math.max(480, this.box.clientWidth);
  }

  bars(indices, rows, layout, more) {
    const { run } = this;
    return {
      type: "bar", orientation: "h", xaxis: "x", yaxis: "y2", base: indices.map((i) => run.sent[i] / 1000),
      x: indices.map((i) => (run.end[i] - run.sent[i]) / 1000), y: indices.map((i, k) => layout.y(i, rows[k])),
      width: indices.map((i) => layout.height(i)), customdata: indices, hoverinfo: "text",
      hovertext: indices.map((i) => this.about(i)), textposition: "none", ...more,
    };
  }

  about(i) {
    return this.run.fields(i).map(([name, text]) => `<b>${forPlot(name)}</b> ${forPlot(cut(text, 90))}`)
      .join("<br>");
  }

  /* Requests that are drawn one by one, and what is counted. */
  requestTraces(chosen, bands, of, perPixel) {
    const { run } = this, each = [...chosen.single, ...chosen.failures];
    const crowd = chosen.failures.length > MOST_FAILURES;
    const alone = crowd ? chosen.single : each;
    const foot = new Uint8Array(bands.length);      // has counts below
    for (const i of chosen.binned) foot[of[run.process[i]]] = 1;
    const room = Array.from(foot, (has) => (has ? 0.52 : 0.88));
    const size = alone.length - chosen.single.length > 60 ? 5 : 9;
    const { rows, used } = stacked(run, alone, of, bands.length, (size + 1) * perPixel,
                                   room.map((share) => Math.max(3, Math.floor(share * this.bandPx / (size - 1)))));
    const height = used.map((n, band) => Math.min(room[band] / Math.max(1, n), 14 / this.bandPx));
    const layout = {
      y: (i, row) => bands.length - of[run.process[i]] - 0.06 - height[of[run.process[i]]] * (row + 0.5),
      height: (i) => 0.66 * height[of[run.process[i]]],
    };
    const traces = chosen.binned.length ? this.binnedTraces(chosen.binned, bands, of) : [];
    const pick = (test) => alone.map((i, k) => [i, rows[k]]).filter(([i]) => test(i));
    run.lanes.forEach((_, code) => {
      const mine = pick((i) => run.outcome[i] === run.ok && run.lane[i] === code);
      if (mine.length)
        traces.push(this.bars(mine.map((m) => m[0]), mine.map((m) => m[1]), layout, {
          marker: { color: laneColour(code), line: { width: 0.7, color: laneColour(code) } },
        }));
    });
    if (crowd) return [...traces, ...this.crowdTraces(chosen.failures, bands, of)];
    run.outcomes.forEach((outcome, code) => {
      const mine = code === run.ok ? [] : pick((i) => run.outcome[i] === code);
      if (!mine.length) return;
      const indices = mine.map((m) => m[0]), look = lookOf(outcome);
      const bars = this.bars(indices, mine.map((m) => m[1]), layout, {
        marker: { color: look.colour, line: { width: 1, color: look.colour },
                  pattern: { shape: "/", size: 5, solidity: 0.35, fgcolor: css("--paper") } },
      });
      traces.push(bars, {
        type: "scatter", mode: "markers", xaxis: "x", yaxis: "y2", x: indices.map((i) => run.end[i] / 1000),
        y: bars.y, customdata: indices, hoverinfo: "text", hovertext: bars.hovertext,
        marker: { symbol: look.symbol, color: look.colour, size,
                  line: { width: size > 5 ? 1 : 0.5, color: look.symbol.endsWith("open") ? look.colour : css("--paper") } },
      });
    });
    return traces;
  }

  /* Counts as columns at the foot of each band, one lane upon the other. */
  binnedTraces(indices, bands, of) {
    const { run, view: [from, until] } = this, lanes = run.lanes.length;
    const n = Math.max(40, Math.min(Math.floor(this.width / 4), Math.floor(MOST_BINS / (bands.length * lanes))));
    const group = (i) => of[run.process[i]] * lanes + run.lane[i];
    const { counts, longest } = binned(run, indices, group, bands.length * lanes, from, until, n);
    const sums = new Float64Array(bands.length * n);
    counts.forEach((c, at) => { sums[Math.floor(at / n / lanes) * n + at % n] += c; });
    const scale = 0.36 / sums.reduce((a, b) => Math.max(a, b), 1), stack = new Float64Array(bands.length * n);
    const width = (until - from) / n;
    this.binWidth = width;
    return run.lanes.map((lane, code) => {
      const trace = { type: "bar", xaxis: "x", yaxis: "y2", x: [], y: [], base: [], hovertext: [],
                      hoverinfo: "text", width: width / 1000, textposition: "none",
                      marker: { color: laneColour(code), line: { width: 0 } } };
      for (let band = 0; band < bands.length; band++) {
        for (let bin = 0; bin < n; bin++) {
          const at = (band * lanes + code) * n + bin, place = band * n + bin;
          if (!counts[at]) continue;
          trace.x.push((from + (bin + 0.5) * width) / 1000);
          trace.y.push(counts[at] * scale);
          trace.base.push(bands.length - band - 1 + 0.04 + stack[place]);
          stack[place] += counts[at] * scale;
          trace.hovertext.push(`${count(counts[at], "request")} of lane ${forPlot(cut(lane, 60))}, all ok<br>sent within `
            + `${inMs(width)} from ${inSeconds(from + bin * width)}<br>longest ${inMs(longest[at])}`
            + "<br>zoom in to see each");
        }
      }
      return trace;
    }).filter((trace) => trace.x.length);
  }

  /* Thousands of failures: a mark for those alike and near each other, with their number. */
  crowdTraces(indices, bands, of) {
    const { run, view: [from, until] } = this, outcomes = run.outcomes.length;
    const n = Math.max(10, Math.min(Math.floor(this.width / 22), Math.floor(1500 / bands.length / outcomes)));
    const group = (i) => of[run.process[i]] * outcomes + run.outcome[i];
    const { counts, longest } = binned(run, indices, group, bands.length * outcomes, from, until, n);
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    return run.outcomes.map((outcome, code) => {
      const look = lookOf(outcome), size = [], trace = {
        type: "scatter", mode: "markers", xaxis: "x", yaxis: "y2", x: [], y: [], hoverinfo: "text", hovertext: [],
        marker: { symbol: look.symbol, color: look.colour, size,
                  line: { width: 1, color: look.symbol.endsWith("open") ? look.colour : css("--paper") } } };
      for (let band = 0; band < bands.length; band++) {
        for (let bin = 0; bin < n; bin++) {
          const at = (band * outcomes + code) * n + bin, c = counts[at];
          if (!c) continue;
          trace.x.push((from + (bin + 0.5) * (until - from) / n) / 1000);
          trace.y.push(bands.length - band - 1 + 0.5 + 0.4 * (code + 0.5) / outcomes);
          size.push(7 + 11 * Math.sqrt(c / most));
          trace.hovertext.push(`<b>${count(c, "request")}: ${forPlot(outcome)}</b><br>sent within `
            + `${inMs((until - from) / n)} from ${inSeconds(from + bin * (until - from) / n)}<br>longest `
            + `${inMs(longest[at])}<br>zoom in to see each`);
        }
      }
      return trace;
    }).filter((trace) => trace.x.length);
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
    const { run } = this, [from, until] = this.view;
    const inner = this.width - MARGIN.l - MARGIN.r, perPixel = (until - from) / inner;
    const { bands, of } = bandsOf(run, from, until);
    const chosen = select(run, of, from, until, perPixel);
    this.binWidth = 0;
    const lives = livesTraces(run, "y"), bins = Math.floor(inner / 3);
    const strips = STRIPS.map(([name, tracesOf, title, type], k) => {
      const axis = `y${k + 3}`;
      return { name, axis, title, type, traces: tracesOf(run, axis, from, until, bins) };
    }).filter(({ traces }) => traces.length);
    this.bandPx = [0, 190, 130, 110, 95][bands.length] || Math.max(28, 420 / bands.length);
    const rows = [["y", lives.rows * 22 + 6], ["y2", Math.max(1, bands.length) * this.bandPx],
                  ...strips.map(({ axis }) => [axis, 78])];
    const { domains, height } = this.place(rows);
    const traces = [...lives.traces, ...this.requestTraces(chosen, bands, of, perPixel),
                    ...strips.flatMap((s) => s.traces)];
    const layout = pictureLayout(this, { domains, height, lives, bands, strips });
    const done = Plotly.react(this.box, traces, layout, {
      displaylogo: false, responsive: false, doubleClick: false,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "resetScale2d", "zoomIn2d", "zoomOut2d",
                               "hoverClosestCartesian", "hoverCompareCartesian", "toggleSpikelines"],
    });
    if (!this.listens) {
      this.listens = true;
      this.box.on("plotly_relayout", (change) => this.onRelayout(change));
      this.box.on("plotly_doubleclick", () => { this.whole(); this.draw(); });
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
    if (Number.isFinite(from) && Number.isFinite(until) && (from !== this.view[0] || until !== this.view[1]))
      this.show(from, until);
  }
}
