/* Which requests are drawn one by one, and which are counted in bins?

   Failures are drawn each, if they are not thousands.  So are others, if they are few, or long
   enough to be seen as bars; the rest is counted by band, lane and time. */

const MOST_BARS = 1500,
    MOST_LONG = 700,
    MOST_FAILURES = 1500,
    MOST_BINS = 4200;
const LONG = 5; // pixels

/* Bands of the picture, by process: each its own if they are few enough to be read, otherwise
   those of a generation together, or of some generations. */
const MOST_BANDS = 24;

function bandsOf(run, from, until) {
    const there = new Uint8Array(run.processes.length + 1);
    const few = run.processes.length < 12;
    for (let i = 0; i < run.n; i++)
        if (few || (run.sent[i] <= until && run.end[i] >= from)) there[run.process[i]] = 1;
    const seen = [...there.keys()].filter((p) => there[p]);
    const served = seen.filter((p) => p > 0);
    const generation = (p) => run.processes[p - 1].generation || 0;
    const generations = [...new Set(served.map(generation))];
    const each = Math.ceil(generations.length / MOST_BANDS);
    let name = (p) =>
        `pid ${run.processes[p - 1].pid}<br>` +
        (generation(p) ? `generation ${generation(p)}` : "not the server's");
    if (served.length > MOST_BANDS) {
        name = (p) => {
            const place = Math.floor(generations.indexOf(generation(p)) / each) * each;
            const last = generations[Math.min(place + each, generations.length) - 1];
            return `generation${
                each > 1
                    ? `s<br>${generations[place]} to ${last}`
                    : `<br>${generation(p) || "unknown"}`
            }`;
        };
    }
    const bands = [],
        of = new Int16Array(run.processes.length + 1).fill(-1);
    for (const p of [...served, ...(there[0] ? [0] : [])]) {
        const label = p ? name(p) : "nobody<br>(known)";
        if (!bands.length || bands[bands.length - 1].label !== label)
            bands.push({ label, members: [] });
        bands[bands.length - 1].members.push(p);
        of[p] = bands.length - 1;
    }
    return { bands, of };
}

/* The requests that are shown and on their way between `from` and `until`.  msPerPixel says how
   long a bar of one pixel takes. */
function select(run, bandOf, from, until, msPerPixel) {
    const { sent, end, outcome, ok } = run;
    const failures = [],
        rest = [];
    for (let i = 0; i < run.n; i++) {
        if (sent[i] > until || end[i] < from || !run.isShown(i)) continue;
        (outcome[i] === ok ? rest : failures).push(i);
    }
    const total = failures.length + rest.length;
    if (rest.length <= MOST_BARS) return { total, failures, single: rest, binned: [] };
    let long = LONG * msPerPixel;
    const candidates = rest.filter((i) => end[i] - sent[i] >= long);
    if (candidates.length > MOST_LONG) {
        const lengths = Float64Array.from(candidates, (i) => end[i] - sent[i]).sort();
        long = lengths[lengths.length - MOST_LONG];
    }
    const single = [],
        binned = [];
    for (const i of rest)
        (end[i] - sent[i] >= long && single.length < MOST_LONG ? single : binned).push(i);
    return { total, failures, single, binned };
}

/* How many requests were sent in each of `n` equal times, by `group` (a number below `groups`):
   counts and the longest of each, group after group. */
function binned(run, indices, group, groups, from, until, n) {
    const counts = new Uint32Array(groups * n),
        longest = new Float64Array(groups * n);
    const scale = n / (until - from);
    for (const i of indices) {
        const bin = Math.min(n - 1, Math.max(0, Math.floor((run.sent[i] - from) * scale)));
        const at = group(i) * n + bin,
            took = run.end[i] - run.sent[i];
        counts[at]++;
        if (took > longest[at]) longest[at] = took;
    }
    return { counts, longest };
}

/* Rows within each band, so that no two bars of a row overlap, each at least `least` ms long.
   the `most` rows of a band are full: then they do.  Returns a row for each index, and how many
   rows each band has. */
function stacked(run, indices, bandOf, bands, least, most) {
    const ends = Array.from({ length: bands }, () => []);
    const order = indices
        .map((_, k) => k)
        .sort((a, b) => run.sent[indices[a]] - run.sent[indices[b]]);
    const rows = new Uint16Array(indices.length);
    for (const k of order) {
        const i = indices[k],
            band = bandOf[run.process[i]],
            mine = ends[band];
        let row = mine.findIndex((end) => end <= run.sent[i]);
        if (row < 0) row = mine.length < most[band] ? mine.length : mine.indexOf(Math.min(...mine));
        rows[k] = row;
        mine[row] = run.end[i] + Math.max(0, least - (run.end[i] - run.sent[i]));
    }
    return { rows, used: ends.map((mine) => mine.length) };
}
