/* What a run showed, as tables whose times lead to their place? */

const UNFOLDED = 30; // rows

/* heads: [text, is it a number].  A long table is folded away. */
function tableOf(caption, heads, rows) {
    if (!rows.length) return null;
    const cell = (tag, text, k, more) =>
        el(tag, { class: heads[k][1] ? "number" : null, ...more }, text == null ? "-" : text);
    const table = el(
        "figure",
        { class: "table" },
        el(
            "table",
            {},
            el("caption", {}, caption),
            el(
                "thead",
                {},
                el(
                    "tr",
                    {},
                    heads.map(([name], k) => cell("th", name, k, { scope: "col" })),
                ),
            ),
            el(
                "tbody",
                {},
                rows.map((row) =>
                    el(
                        "tr",
                        {},
                        row.map((text, k) => cell("td", text, k)),
                    ),
                ),
            ),
        ),
    );
    return rows.length <= UNFOLDED
        ? table
        : el("details", {}, el("summary", {}, `${caption}: ${rows.length}`), table);
}

function jump(text, onJump) {
    return el("button", { type: "button", class: "link", click: onJump }, text);
}

function lanesTable(run, go) {
    const planned = new Map((run.scenario.lanes || []).map((lane) => [lane.name, lane]));
    const heads = [
        ["lane"],
        ["connections"],
        ["rate", 1],
        ["requests", 1],
        ["ok", 1],
        ["lost", 1],
        ["p50", 1],
        ["p90", 1],
        ["p99", 1],
        ["slowest", 1],
        ["longest gap", 1],
        ["at", 1],
    ];
    return tableOf(
        "Lanes",
        heads,
        (run.report.lanes || []).map((lane) => {
            const l = lane.latency_ms,
                plan = planned.get(lane.name) || {},
                at = lane.longest_gap_at_ms;
            return [
                lane.name,
                plan.connection,
                plan.rate,
                lane.requests.toLocaleString("en"),
                lane.ok.toLocaleString("en"),
                lane.lost.toLocaleString("en"),
                inMs(l.p50),
                inMs(l.p90),
                inMs(l.p99),
                inMs(l.max),
                inMs(lane.longest_gap_ms),
                at == null
                    ? null
                    : jump(inSeconds(at), () => go(at, at + (lane.longest_gap_ms || 0))),
            ];
        }),
    );
}

function processesTable(run, go) {
    const heads = [
        ["pid", 1],
        ["generation", 1],
        ["program"],
        ["born", 1],
        ["ready", 1],
        ["first answer", 1],
        ["last answer", 1],
        ["gone", 1],
        ["how"],
        ["answers", 1],
    ];
    return tableOf(
        "Processes",
        heads,
        run.processes.map((p) => [
            jump(String(p.pid), () =>
                go(p.born_ms ?? run.from, p.execd_away_ms ?? p.exited_ms ?? run.until),
            ),
            p.generation,
            p.exe,
            inSeconds(p.born_ms),
            inSeconds(firstReady(run, p)),
            inSeconds(p.first_answer_ms),
            inSeconds(p.last_answer_ms),
            inSeconds(p.execd_away_ms ?? p.exited_ms),
            endOf(p)?.[0],
            (p.requests ?? 0).toLocaleString("en"),
        ]),
    );
}

function stepsTable(run, go) {
    const heads = [["step", 1], ["began", 1], ["ended", 1], ["what"], ["came to"]];
    return tableOf(
        "Steps",
        heads,
        run.steps.map((step, k) => [
            jump(String(k + 1), () => go(step.at_ms, step.ended_ms ?? step.at_ms)),
            inSeconds(step.at_ms),
            inSeconds(step.ended_ms),
            step.detail || step.action,
            step.failed ? `failed: ${step.why || "it does not say why"}` : step.why || "",
        ]),
    );
}

function upgradesTable(run, go) {
    const heads = [
        ["upgrade", 1],
        ["began", 1],
        ["a new process answers", 1],
        ["handover over", 1],
        ["requests", 1],
        ["lost", 1],
        ["blind, new", 1],
        ["blind, kept", 1],
        ["what the kernel counted"],
    ];
    return tableOf(
        "Upgrades",
        heads,
        run.upgrades.map((u, k) => {
            const h = u.handover || {},
                blind = h.blind_ms || {};
            return [
                jump(`${k + 1}${u.meant_to_fail ? " (meant to fail)" : ""}`, () =>
                    go(h.from_ms ?? u.begun_ms, h.until_ms ?? u.settled_ms),
                ),
                inSeconds(u.begun_ms),
                inSeconds(u.took_over_ms),
                inSeconds(h.until_ms),
                h.requests,
                h.lost,
                inMs(blind.new),
                inMs(blind.reused),
                kernelSaid(u.kernel),
            ];
        }),
    );
}

/* Counters that grew, and what waited in queues that were closed. */
function kernelSaid(kernel) {
    const grew = Object.entries(kernel?.counters || {})
        .filter(([, n]) => n)
        .map(([name, n]) => `${name} +${n}`);
    const closed = (kernel?.listeners || [])
        .filter((l) => l.closed_ms != null)
        .map(
            (l) =>
                `a listener closed with ${l.queue_at_close ?? "an unknown number of"} connections in its queue`,
        );
    return [...closed, ...grew].join("; ") || null;
}

function statesTable(run) {
    const heads = [
        ["state"],
        ["held", 1],
        ["served by the old", 1],
        ["by the new", 1],
        ["opened again", 1],
        ["lost", 1],
        ["outcomes"],
        ["why not more"],
    ];
    return tableOf(
        "Connections that were in a state as the upgrade struck",
        heads,
        (run.report.states || []).map((s) => [
            s.state.replaceAll("_", " "),
            s.held,
            s.served_by_old,
            s.served_by_new,
            s.reopened,
            `${s.lost}${s.excused ? " (excused)" : ""}`,
            Object.entries(s.outcomes || {})
                .map(([name, n]) => `${n} ${name}`)
                .join(", "),
            s.why || "",
        ]),
    );
}

function eventsTable(run, go) {
    const told = run.events.filter((e) => !["listen_queue"].includes(e.event)),
        most = 500;
    const table = tableOf(
        `What happened${told.length > most ? `: the first ${most} of ${told.length}` : ""}`,
        [["at", 1], ["what"], ["pid", 1], [""]],
        told
            .slice(0, most)
            .map((e) => [
                jump(inSeconds(e.at / 1e6), () => go(e.at / 1e6, e.at / 1e6)),
                e.event.replaceAll("_", " "),
                e.pid,
                e.text || "",
            ]),
    );
    return table && el("div", { class: "events" }, table);
}
