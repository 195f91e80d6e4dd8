/* What is said about a run beside its picture: what it was, what it showed, what to filter by? */

function badge(verdict) {
  const { sign, word } = verdictOf(verdict);
  return el("span", { class: `verdict ${word.toLowerCase()}` }, `${sign} ${word}`);
}

function headOf(run) {
  const { report } = run, s = report.summary;
  const outcomes = Object.entries(s.by_outcome).filter(([name]) => name !== "ok");
  const blind = s.handovers?.blind_ms || {};
  const facts = [
    ["requests", s.requests.toLocaleString("en")],
    ["lost", s.lost ? `${s.lost.toLocaleString("en")} (${outcomes.map(([k, n]) => `${n} ${k}`).join(", ")})` : "0"],
    ["upgrades", `${s.upgrades}` + (s.upgrades_planned > s.upgrades ? ` of ${s.upgrades_planned} planned` : "")],
    ["in handovers", s.handovers ? `${s.handovers.lost} of ${s.handovers.requests} lost` : null],
    ["blind spot", [blind.new != null && `new ${inMs(blind.new)}`, blind.reused != null && `kept ${inMs(blind.reused)}`]
      .filter(Boolean).join(", ") || null],
    ["answers known whose", s.attribution ? `${Number(s.attribution.known_percent.toFixed(2))} %` : null],
    ["started", report.started], ["server", run.url], ["seed", report.seed], ["hupproof", report.hupproof],
    ["directory", run.directory],
  ].filter(([, text]) => text != null && text !== "");
  return [
    el("h1", {}, badge(report.verdict), " ", report.scenario),
    report.why ? el("p", { class: "why" }, report.why) : null,
    run.whole ? null : el("p", { class: "notice", role: "note" },
      "The history is not whole: its end is missing, so what happened last is not here."),
    report.story?.length ? el("ol", { class: "story" }, report.story.map((said) => el("li", {}, said))) : null,
    el("dl", { class: "facts" }, facts.map(([name, text]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, String(text))))),
  ];
}

/* Check boxes for one kind; `of` names each, and `swatch` shows how it looks in the picture. */
function filterBox(legend, key, names, run, swatch, onChange) {
  const boxes = names.map(({ code, name, n }) => {
    const input = el("input", { type: "checkbox", checked: true, "data-filter": key, value: String(code),
                                change: (e) => { run.shown[key][code] = e.target.checked ? 1 : 0; onChange(); } });
    input.checked = !!run.shown[key][code];
    return el("label", { title: name }, input, swatch?.(code), el("span", { class: "name" }, cut(name, 44)),
              el("span", { class: "n" }, n.toLocaleString("en")));
  });
  const all = (on) => el("button", { type: "button", class: "small", click: () => {
    run.shown[key].fill(on);
    fieldset.querySelectorAll("input").forEach((input) => { input.checked = !!on; });
    onChange();
  } }, on ? "all" : "none");
  const fieldset = el("fieldset", { "data-kind": key }, el("legend", {}, legend, " ", all(1), all(0)),
                      el("div", { class: "boxes" }, boxes));
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
  const process = [...run.processes.keys()].map((k) => k + 1).concat(0)
    .map((code) => ({ code, name: run.nameOf(code) }));
  const by = counted(run.process, run.processes.length + 1);
  return [
    filterBox("Lane", "lane", rows(run.lanes, counted(run.lane, run.lanes.length)), run, laneSwatch, onChange),
    filterBox("Outcome", "outcome", rows(run.outcomes, counted(run.outcome, run.outcomes.length)), run,
              (code) => outcomeSign(run.outcomes[code]), onChange),
    filterBox("Answered by", "process", process.map((p) => ({ ...p, n: by[p.code] })).filter((p) => p.n), run, null, onChange),
  ];
}

/* heads: [text, is it a number]. */
function tableOf(caption, heads, rows) {
  if (!rows.length) return null;
  const cell = (tag, text, k, more) => el(tag, { class: heads[k][1] ? "number" : null, ...more }, text == null ? "-" : text);
  return el("figure", { class: "table" }, el("table", {}, el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads.map(([name], k) => cell("th", name, k, { scope: "col" })))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((text, k) => cell("td", text, k)))))));
}

function jump(text, onJump) {
  return el("button", { type: "button", class: "link", click: onJump }, text);
}

function lanesTable(run, go) {
  const planned = new Map((run.scenario.lanes || []).map((lane) => [lane.name, lane]));
  const heads = [["lane"], ["connections"], ["rate", 1], ["requests", 1], ["ok", 1], ["lost", 1], ["p50", 1],
                 ["p90", 1], ["p99", 1], ["slowest", 1], ["longest gap", 1], ["at", 1]];
  return tableOf("Lanes", heads, (run.report.lanes || []).map((lane) => {
    const l = lane.latency_ms, plan = planned.get(lane.name) || {}, at = lane.longest_gap_at_ms;
    return [lane.name, plan.connection, plan.rate, lane.requests.toLocaleString("en"), lane.ok.toLocaleString("en"),
            lane.lost.toLocaleString("en"), inMs(l.p50), inMs(l.p90), inMs(l.p99), inMs(l.max), inMs(lane.longest_gap_ms),
            at == null ? null : jump(inSeconds(at), () => go(at, at + (lane.longest_gap_ms || 0)))];
  }));
}

function processesTable(run, go) {
  const heads = [["pid", 1], ["generation", 1], ["program"], ["born", 1], ["ready", 1], ["first answer", 1],
                 ["last answer", 1], ["gone", 1], ["how"], ["answers", 1]];
  return tableOf("Processes", heads, run.processes.map((p) => [
    jump(String(p.pid), () => go(p.born_ms ?? run.from, p.execd_away_ms ?? p.exited_ms ?? run.until)), p.generation, p.exe,
    inSeconds(p.born_ms), inSeconds(firstReady(run, p)), inSeconds(p.first_answer_ms), inSeconds(p.last_answer_ms),
    inSeconds(p.execd_away_ms ?? p.exited_ms), endOf(p)?.[0], (p.requests ?? 0).toLocaleString("en")]));
}

function upgradesTable(run, go) {
  const heads = [["upgrade", 1], ["began", 1], ["a new process answers", 1], ["handover over", 1], ["requests", 1], ["lost", 1],
                 ["blind, new", 1], ["blind, kept", 1]];
  return tableOf("Upgrades", heads, run.upgrades.map((u, k) => {
    const h = u.handover || {}, blind = h.blind_ms || {};
    return [jump(`${k + 1}${u.meant_to_fail ? " (meant to fail)" : ""}`, () => go(h.from_ms ?? u.begun_ms, h.until_ms ?? u.settled_ms)),
            inSeconds(u.begun_ms), inSeconds(u.took_over_ms), inSeconds(h.until_ms), h.requests, h.lost, inMs(blind.new), inMs(blind.reused)];
  }));
}

function eventsTable(run, go) {
  const told = run.events.filter((e) => !["listen_queue"].includes(e.event)), most = 500;
  const table = tableOf(`What else happened${told.length > most ? `: the first ${most} of ${told.length}` : ""}`,
    [["at", 1], ["what"], ["pid", 1], [""]], told.slice(0, most).map((e) =>
      [jump(inSeconds(e.at / 1e6), () => go(e.at / 1e6, e.at / 1e6)), e.event.replaceAll("_", " "), e.pid, e.text || ""]));
  return table && el("details", { class: "events" }, el("summary", {}, count(told.length, "event")), table);
}
