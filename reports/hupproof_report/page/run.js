/* What is known of a run?  Its requests as columns, in the order they were sent; times are
   milliseconds since the run began, NaN: never. */

class Run {
    constructor(data) {
        Object.assign(this, data); // n, key, report, processes, texts, events, errors ...
        this.lanes = this.texts.lane;
        this.outcomes = this.texts.outcome;
        this.ok = this.outcomes.indexOf("ok");
        this.shown = {
            lane: new Uint8Array(this.lanes.length).fill(1),
            process: new Uint8Array(this.processes.length + 1).fill(1),
            outcome: new Uint8Array(this.outcomes.length).fill(1),
        };
        this.steps = this.report.steps || [];
        this.upgrades = this.report.upgrades || [];
    }

    async open() {
        const names = Object.keys(this.columns);
        const columns = await Promise.all(
            names.map((name) => unpacked(this.columns[name], this.n)),
        );
        const c = Object.fromEntries(names.map((name, i) => [name, columns[i]]));
        const sent = summed(c.sent).map((us) => us / 1000);
        const due = sent.map((ms, i) => ms - c.late[i] / 1000);
        const connected = sinceSent(c.connected, sent);
        const first = sinceSent(c.first_byte, sent);
        const done = sinceSent(
            c.done,
            first.map((ms, i) => (Number.isNaN(ms) ? sent[i] : ms)),
        );
        Object.assign(this, {
            request: summed(c.request),
            sent,
            due,
            connected,
            first,
            done,
            pid: c.pid,
            status: c.status,
            bytes: c.bytes,
            port: c.port,
            error: c.error,
            unframed: c.unframed,
            lane: Uint16Array.from(c.lane),
            outcome: Uint16Array.from(c.outcome),
            phase: c.phase,
            version: c.version,
            process: Uint32Array.from(c.process),
        });
        delete this.columns;
        this.findSpan();
        this.end = done.map((ms) => (Number.isNaN(ms) ? this.until : ms));
        this.failures = [];
        for (let i = 0; i < this.n; i++) if (this.outcome[i] !== this.ok) this.failures.push(i);
        return this;
    }

    /* From the first thing that is known to the last. */
    findSpan() {
        let from = Infinity,
            until = -Infinity;
        const see = (ms) => {
            if (ms == null || Number.isNaN(ms)) return;
            if (ms < from) from = ms;
            if (ms > until) until = ms;
        };
        for (let i = 0; i < this.n; i++) {
            see(this.sent[i]);
            see(this.done[i]);
        }
        for (const p of this.processes) {
            for (const key of ["born_ms", "exited_ms", "last_answer_ms"]) see(p[key]);
        }
        for (const event of this.events) see(event.at / 1e6);
        if (from > until) [from, until] = [0, 1000];
        if (until - from < 1) until = from + 1;
        this.from = from;
        this.until = until;
    }

    /* Of a row of `processes`, counted from 1; 0: nobody that is known. */
    nameOf(process) {
        if (!process) return "nobody (known)";
        const { pid, generation } = this.processes[process - 1];
        return `pid ${pid}, ${generation ? "generation " + generation : "not one of the server's"}`;
    }

    /* Index of the request of that number, or -1. */
    find(number) {
        return this.request.indexOf(number);
    }

    isShown(i) {
        const { lane, process, outcome } = this.shown;
        return lane[this.lane[i]] && process[this.process[i]] && outcome[this.outcome[i]];
    }

    /* All that is known of a request: [name, text]. */
    fields(i) {
        const at = (ms) =>
            Number.isNaN(ms) ? "never" : `${inSeconds(ms)}, ${inMs(ms - this.sent[i])}`;
        const number = this.error[i],
            error = this.errors[number];
        const opened = this.connected[i] > this.sent[i];
        const all = [
            ["request", String(this.request[i])],
            ["lane", this.lanes[this.lane[i]]],
            ["outcome", this.outcomes[this.outcome[i]]],
            ["phase", this.texts.phase[this.phase[i]]],
            ["answered by", this.nameOf(this.process[i])],
            ["due", inSeconds(this.due[i])],
            [
                "sent",
                `${inSeconds(this.sent[i])}, ${inMs(this.sent[i] - this.due[i])} after it was due`,
            ],
            [
                "connected",
                Number.isNaN(this.connected[i])
                    ? this.texts.phase[this.phase[i]] === "connect"
                        ? "never"
                        : "before (kept)"
                    : at(this.connected[i]) + (opened ? "" : " (kept)"),
            ],
            ["first byte", at(this.first[i])],
            ["done", at(this.done[i])],
            ["version", this.texts.version[this.version[i]]],
            ["status", this.status[i] || ""],
            ["bytes", this.bytes[i] || ""],
            ["our port", this.port[i] || ""],
            ["errno", number ? `${number}${error ? " " + error : ""}` : ""],
            ["unframed", this.unframed[i] ? "the answer had neither length nor chunks" : ""],
        ];
        return all
            .filter(([, text]) => text !== "" && text != null)
            .map(([k, v]) => [k, String(v)]);
    }
}
