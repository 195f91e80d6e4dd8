/* Which findings and failures are there, and where?  Each is a button that goes to its place. */

const AT_ONCE = 200;

/* Where a finding can be seen: a request, or a span of time [from, until] in ms; null: nowhere. */
function placeOf(run, finding) {
    const i = finding.request == null ? -1 : run.find(finding.request);
    if (i >= 0) return { request: i };
    const gap = (run.report.lanes || [])
        .filter((lane) => lane.longest_gap_at_ms != null)
        .sort((a, b) => b.longest_gap_ms - a.longest_gap_ms)[0];
    const named =
        gap &&
        (run.report.lanes || []).find((lane) => (finding.why || "").includes(`lane ${lane.name} `));
    if (finding.check === "no_long_gap" && gap) {
        const lane = named?.longest_gap_at_ms != null ? named : gap;
        return {
            from: lane.longest_gap_at_ms,
            until: lane.longest_gap_at_ms + lane.longest_gap_ms,
        };
    }
    const upgrade = run.upgrades.find((u) => u.handover?.lost) || run.upgrades[0];
    if (!upgrade) return null;
    const { begun_ms: begun, handover, settled_ms: settled } = upgrade;
    return { from: handover?.from_ms ?? begun, until: handover?.until_ms ?? settled ?? begun };
}

function findingItem(run, finding, goTo) {
    const verdict = finding.applies === false ? null : finding.verdict,
        place = placeOf(run, finding);
    const inside = [
        verdict ? badge(verdict) : el("span", { class: "verdict none" }, "\u2013 not tested"),
        " ",
        el("b", {}, finding.check.replaceAll("_", " ")),
        el("span", { class: "said" }, finding.why || finding.claim),
    ];
    const button = place
        ? el(
              "button",
              { type: "button", class: "finding", title: finding.claim, click: () => goTo(place) },
              inside,
          )
        : el("div", { class: "finding" }, inside);
    return el(
        "li",
        {},
        button,
        finding.likely_cause
            ? el("p", { class: "cause" }, el("b", {}, "Likely cause: "), finding.likely_cause)
            : null,
        finding.look_at
            ? el("p", { class: "cause" }, el("b", {}, "Look at: "), finding.look_at)
            : null,
    );
}

/* Worst first; what held, and what was not put to the test, is folded away. */
function findingsOf(run, goTo) {
    const rank = (f) => (f.applies === false ? 9 : verdictOf(f.verdict).rank);
    const all = (run.report.findings || []).slice().sort((a, b) => rank(a) - rank(b));
    const list = (some) =>
        el(
            "ul",
            { class: "findings" },
            some.map((f) => findingItem(run, f, goTo)),
        );
    const folded = (some, what) =>
        some.length
            ? el("details", {}, el("summary", {}, `${some.length} ${what}`), list(some))
            : null;
    const bad = all.filter((f) => rank(f) < 2);
    return [
        el("h2", {}, "Findings"),
        bad.length ? list(bad) : el("p", {}, "Nothing to complain about."),
        folded(
            all.filter((f) => rank(f) === 2),
            "held",
        ),
        folded(
            all.filter((f) => rank(f) === 9),
            "were not put to the test",
        ),
    ];
}

/* The failures that the filters show, some at a time, and which one is looked at. */
class Failures {
    constructor(run, box, onPick) {
        Object.assign(this, { run, box, onPick, current: -1, drawn: 0 });
        this.title = el("h2", {});
        this.list = el("ol", { class: "failures", keydown: (e) => this.onKey(e) });
        this.more = el("button", { type: "button", class: "small", click: () => this.grow() });
        box.replaceChildren(
            this.title,
            el(
                "p",
                { class: "hint" },
                el("kbd", {}, "n"),
                " next, ",
                el("kbd", {}, "p"),
                " previous",
            ),
            this.list,
            this.more,
        );
        this.fill();
    }

    fill() {
        this.shown = this.run.failures.filter((i) => this.run.isShown(i));
        this.current = this.shown.indexOf(this.picked ?? -1);
        const all = this.run.failures.length;
        this.title.textContent =
            `Failures: ${this.shown.length.toLocaleString("en")}` +
            (all > this.shown.length ? ` of ${all.toLocaleString("en")}` : "");
        this.box.hidden = !all;
        this.list.replaceChildren();
        this.drawn = 0;
        this.grow();
    }

    grow(least = 0) {
        const until = Math.min(this.shown.length, Math.max(least, this.drawn + AT_ONCE)),
            { run } = this;
        for (; this.drawn < until; this.drawn++) {
            const i = this.shown[this.drawn],
                place = this.drawn;
            this.list.append(
                el(
                    "li",
                    {},
                    el(
                        "button",
                        {
                            type: "button",
                            "data-request": String(run.request[i]),
                            click: () => this.pick(place),
                        },
                        outcomeSign(run.outcomes[run.outcome[i]]),
                        ` ${run.outcomes[run.outcome[i]]} `,
                        el(
                            "span",
                            { class: "said" },
                            `${inSeconds(run.sent[i])} ${cut(run.lanes[run.lane[i]], 20)} #${run.request[i]}`,
                        ),
                    ),
                ),
            );
        }
        this.more.hidden = this.drawn >= this.shown.length;
        this.more.textContent = `${(this.shown.length - this.drawn).toLocaleString("en")} more`;
    }

    mark() {
        this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
        if (this.current < 0) return null;
        if (this.current >= this.drawn) this.grow(this.current + 1);
        const button = this.list.children[this.current].firstChild;
        button.setAttribute("aria-current", "true");
        return button;
    }

    pick(place) {
        this.current = place;
        this.picked = this.shown[place];
        this.mark();
        this.onPick(this.picked);
    }

    /* The one after, or before, that which is looked at; it gets the focus. */
    step(by) {
        if (!this.shown.length) return;
        const from = this.current < 0 && by < 0 ? 0 : this.current;
        this.pick((from + by + this.shown.length) % this.shown.length);
        this.list.children[this.current].firstChild.focus();
    }

    /* Arrows move through the list; Enter, as of any button, goes there. */
    onKey(event) {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!by) return;
        const item = event.target.closest("li"),
            to = by > 0 ? item?.nextElementSibling : item?.previousElementSibling;
        if (to) to.firstChild.focus();
        event.preventDefault();
    }
}

function detailsOf(run, i) {
    return [
        el("h2", {}, `Request ${run.request[i]}`),
        el(
            "dl",
            { class: "fields" },
            run
                .fields(i)
                .map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)])
                .flat(),
        ),
    ];
}
