/* What is said about a run beside its picture: what it was, what it showed, what to filter by? */

function badge(verdict) {
    const { sign, word } = verdictOf(verdict);
    return el("span", { class: `verdict ${word.toLowerCase()}` }, `${sign} ${word}`);
}

function headOf(run) {
    const { report } = run,
        s = report.summary;
    const outcomes = Object.entries(s.by_outcome).filter(([name]) => name !== "ok");
    const blind = s.handovers?.blind_ms || {};
    const facts = [
        ["requests", s.requests.toLocaleString("en")],
        [
            "lost",
            s.lost
                ? `${s.lost.toLocaleString("en")} (${outcomes.map(([k, n]) => `${n} ${k}`).join(", ")})`
                : "0",
        ],
        [
            "upgrades",
            `${s.upgrades}` +
                (s.upgrades_planned > s.upgrades ? ` of ${s.upgrades_planned} planned` : ""),
        ],
        [
            "in handovers",
            s.handovers ? `${s.handovers.lost} of ${s.handovers.requests} lost` : null,
        ],
        [
            "blind spot",
            [
                blind.new != null && `new ${inMs(blind.new)}`,
                blind.reused != null && `kept ${inMs(blind.reused)}`,
            ]
                .filter(Boolean)
                .join(", ") || null,
        ],
        [
            "answers known whose",
            s.attribution ? `${Number(s.attribution.known_percent.toFixed(2))} %` : null,
        ],
        ["started", report.started],
        ["server", run.url],
        ["seed", report.seed],
        ["hupproof", report.hupproof],
        ["directory", run.directory],
    ].filter(([, text]) => text != null && text !== "");
    return [
        el("h1", {}, badge(report.verdict), " ", report.scenario),
        report.why ? el("p", { class: "why" }, report.why) : null,
        run.whole
            ? null
            : el(
                  "p",
                  { class: "notice", role: "note" },
                  "The history is not whole: its end is missing, so what happened last is not here.",
              ),
        report.story?.length
            ? el(
                  "ol",
                  { class: "story" },
                  report.story.map((said) => el("li", {}, said)),
              )
            : null,
        el(
            "dl",
            { class: "facts" },
            facts.map(([name, text]) =>
                el("div", {}, el("dt", {}, name), el("dd", {}, String(text))),
            ),
        ),
    ];
}

/* Check boxes for one kind; `of` names each, and `swatch` shows how it looks in the picture. */
function filterBox(legend, key, names, run, swatch, onChange) {
    const boxes = names.map(({ code, name, n }) => {
        const input = el("input", {
            type: "checkbox",
            checked: true,
            "data-filter": key,
            value: String(code),
            change: (e) => {
                run.shown[key][code] = e.target.checked ? 1 : 0;
                onChange();
            },
        });
        input.checked = !!run.shown[key][code];
        return el(
            "label",
            { title: name },
            input,
            swatch?.(code),
            el("span", { class: "name" }, cut(name, 44)),
            el("span", { class: "n" }, n.toLocaleString("en")),
        );
    });
    const all = (on) =>
        el(
            "button",
            {
                type: "button",
                class: "small",
                click: () => {
                    run.shown[key].fill(on);
                    fieldset.querySelectorAll("input").forEach((input) => {
                        input.checked = !!on;
                    });
                    onChange();
                },
            },
            on ? "all" : "none",
        );
    const fieldset = el(
        "fieldset",
        { "data-kind": key },
        el("legend", {}, legend, " ", all(1), all(0)),
        el("div", { class: "boxes" }, boxes),
    );
    return fieldset;
}

function counted(codes, n) {
    const counts = new Array(n).fill(0);
    for (const code of codes) counts[code]++;
    return counts;
}

function laneSwatch(code) {
    const mark = el("i", { class: "swatch" });
    mark.style.background = `var(--lane-${code % LANES})`;
    return mark;
}

function outcomeSign(outcome) {
    if (outcome === "ok") return el("i", { class: "swatch ok" });
    const mark = el("i", { class: "sign", "aria-hidden": "true" }, lookOf(outcome).sign);
    mark.style.color = lookOf(outcome).colour;
    return mark;
}

function filtersOf(run, onChange) {
    const rows = (names, counts) => names.map((name, code) => ({ code, name, n: counts[code] }));
    const process = [...run.processes.keys()]
        .map((k) => k + 1)
        .concat(0)
        .map((code) => ({ code, name: run.nameOf(code) }));
    const by = counted(run.process, run.processes.length + 1);
    return [
        filterBox(
            "Lane",
            "lane",
            rows(run.lanes, counted(run.lane, run.lanes.length)),
            run,
            laneSwatch,
            onChange,
        ),
        filterBox(
            "Outcome",
            "outcome",
            rows(run.outcomes, counted(run.outcome, run.outcomes.length)),
            run,
            (code) => outcomeSign(run.outcomes[code]),
            onChange,
        ),
        filterBox(
            "Answered by",
            "process",
            process.map((p) => ({ ...p, n: by[p.code] })).filter((p) => p.n),
            run,
            null,
            onChange,
        ),
    ];
}
