/* How does the page come to life?  Its address says which run it shows: #KEY; without one the
   matrix, or the first run. */

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
let timeline = null,
    failures = null;
const opened = new Map();

async function loadPlotly() {
    const code = new TextDecoder().decode(await inflated($("plotly").textContent.trim()));
    const script = document.createElement("script");
    script.textContent = code;
    document.head.append(script);
    $("plotly").remove();
}

async function runOf(key) {
    if (!opened.has(key)) {
        const element = [...document.querySelectorAll("script[data-run]")].find(
            (s) => s.dataset.run === key,
        );
        const data = JSON.parse(element.textContent);
        element.textContent = "";
        opened.set(key, new Run(data).open());
    }
    return opened.get(key);
}

function keys() {
    return [...document.querySelectorAll("script[data-run]")].map((s) => s.dataset.run);
}

function tellDrawn(chosen, binWidth) {
    const lost = chosen.failures.length,
        binned = chosen.binned.length;
    const alone = chosen.single.length + (lost > MOST_FAILURES ? 0 : lost);
    const [from, until] = timeline.view;
    $("in-view").textContent =
        `${count(chosen.total, "request")} in view (${asTick(from, until - from)} to ${asTick(until, until - from)} s): ` +
        `${alone.toLocaleString("en")} one by one` +
        (binned ? `, ${binned.toLocaleString("en")} counted in bins of ${inMs(binWidth)}` : "") +
        (lost > MOST_FAILURES
            ? `, ${lost.toLocaleString("en")} failures counted`
            : lost
              ? `, ${lost.toLocaleString("en")} of them failed`
              : "");
    Object.assign(root.dataset, {
        total: chosen.total,
        lost,
        single: chosen.single.length,
        binned,
    });
}

function pick(i) {
    const run = timeline.run;
    timeline.picked = i;
    $("details").replaceChildren(...detailsOf(run, i));
    $("details").hidden = false;
    root.dataset.picked = run.request[i];
}

function goTo(place) {
    if (place.request != null) {
        const i = place.request;
        if (timeline.run.outcome[i] !== timeline.run.ok) {
            failures.picked = i;
            failures.current = failures.shown.indexOf(i);
            failures.mark();
        }
        pick(i);
        timeline.showRequest(i);
    } else go(place.from, place.until);
}

function go(from, until) {
    const margin = Math.max((until - from) * 0.5, 25);
    timeline.show(from - margin, until + margin);
    const top = $("picture").getBoundingClientRect().top;
    if (top < 0 || top > innerHeight / 2) $("picture").scrollIntoView();
}

function jumpsOf(run) {
    const to = (u) =>
        go(u.handover?.from_ms ?? u.begun_ms, u.handover?.until_ms ?? u.settled_ms ?? u.begun_ms);
    const name = (k) => `upgrade ${k + 1}`;
    if (run.upgrades.length < 5)
        return run.upgrades.map((u, k) =>
            el("button", { type: "button", click: () => to(u) }, name(k)),
        );
    return [
        el(
            "select",
            {
                "aria-label": "go to an upgrade",
                change: (e) => {
                    if (e.target.value) to(run.upgrades[e.target.value]);
                },
            },
            el("option", { value: "" }, "go to ..."),
            run.upgrades.map((_, k) => el("option", { value: String(k) }, name(k))),
        ),
    ];
}

function closeRun() {
    if (timeline) Plotly.purge($("picture"));
    timeline = failures = null;
    delete root.dataset.ready;
}

async function showRun(key) {
    closeRun();
    const run = await runOf(key);
    document.title = `${run.report.scenario}: ${run.report.verdict}`;
    $("head").replaceChildren(...headOf(run).filter(Boolean));
    $("details").hidden = true;
    const changed = () => {
        failures.fill();
        timeline.draw();
    };
    $("filters").replaceChildren(...filtersOf(run, changed));
    failures = new Failures(run, $("failures"), (i) => {
        pick(i);
        timeline.showRequest(i);
    });
    timeline = new Timeline(
        $("picture"),
        run,
        (i) => {
            pick(i);
            timeline.draw();
        },
        tellDrawn,
    );
    $("findings").replaceChildren(...findingsOf(run, goTo).filter(Boolean));
    $("tables").replaceChildren(
        ...[lanesTable, stepsTable, upgradesTable, statesTable, processesTable, eventsTable]
            .map((table) => table(run, go))
            .filter(Boolean),
    );
    $("jumps").replaceChildren(...jumpsOf(run));
    await timeline.draw();
    root.dataset.run = key;
    root.dataset.ready = String(Math.round(performance.now()));
}

async function route() {
    const all = keys(),
        asked = decodeURIComponent(location.hash.slice(1));
    const key = all.includes(asked) ? asked : $("matrix") ? null : all[0];
    if ($("matrix")) $("matrix").hidden = key != null;
    $("run").hidden = key == null;
    if ($("choose")) $("choose").value = key ?? "";
    if ($("back")) $("back").hidden = key == null;
    if (key != null) return showRun(key);
    closeRun();
    document.title = $("matrix").dataset.title;
    root.dataset.ready = String(Math.round(performance.now()));
}

async function start() {
    try {
        if (keys().length) await loadPlotly();
        listen();
        await route();
        $("loading").remove();
    } catch (error) {
        $("loading").textContent = `This page could not be drawn: ${error.message}`;
        throw error;
    }
}

/* For the browser's console, and for tests. */
globalThis.hupproof = {
    get timeline() {
        return timeline;
    },
};

start();
