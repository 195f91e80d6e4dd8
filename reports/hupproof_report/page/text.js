/* How is a value said, and how does text reach the page so that it stays text? */

/* An element; what is in it is text or elements, never markup.  Of attributes, functions are
   listeners. */
function el(tag, attributes, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (typeof value === "function") element.addEventListener(name, value);
        else if (value === true) element.setAttribute(name, "");
        else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...inside.flat().filter((one) => one != null));
    return element;
}

/* Plotly takes <b>, <a href> and entities in any text for markup, and `%{...}` in templates, which
   are not used here. */
function forPlot(text) {
    return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function cut(text, length) {
    const chars = Array.from(String(text));
    return chars.length > length ? chars.slice(0, length - 1).join("") + "\u2026" : chars.join("");
}

function inMs(ms) {
    if (ms == null || Number.isNaN(ms)) return "-";
    const size = Math.abs(ms);
    return ms.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3) + " ms";
}

/* A moment of the run. */
function inSeconds(ms) {
    return ms == null || Number.isNaN(ms) ? "-" : (ms / 1000).toFixed(4) + " s";
}

/* As exact as a view of that many milliseconds makes it worth. */
function asTick(ms, span) {
    const digits = span > 20000 ? 1 : span > 2000 ? 2 : span > 200 ? 3 : 4;
    return (ms / 1000).toFixed(digits);
}

function count(n, one, many) {
    return `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`;
}

/* "failed": in the picture's and the page's own words, one look for each outcome.  Colours are of
   Okabe and Ito, which people tell apart however they see colours; shapes say it once more. */
const LOOKS = {
    refused: { colour: "#D55E00", symbol: "x", sign: "\u2715" },
    reset: { colour: "#D55E00", symbol: "diamond", sign: "\u25c6" },
    empty: { colour: "#D55E00", symbol: "circle", sign: "\u25cf" },
    truncated: { colour: "#D55E00", symbol: "triangle-left", sign: "\u25c0" },
    timeout: { colour: "#D55E00", symbol: "square-open", sign: "\u25a1" },
    tls: { colour: "#D55E00", symbol: "star", sign: "\u2605" },
    open: { colour: "#D55E00", symbol: "diamond-open", sign: "\u25c7" },
    bad_status: { colour: "#CC79A7", symbol: "square", sign: "\u25a0" },
    bad_body: { colour: "#CC79A7", symbol: "triangle-right", sign: "\u25b6" },
    resent: { colour: "#E69F00", symbol: "triangle-up", sign: "\u25b2" },
    unsent: { colour: "#E69F00", symbol: "triangle-down", sign: "\u25bc" },
};
const STRANGE = { colour: "#D55E00", symbol: "cross", sign: "\u271a" };
const LANES = 5; // colours: --lane-0 and on, of the style

function lookOf(outcome) {
    return Object.hasOwn(LOOKS, outcome) ? LOOKS[outcome] : STRANGE;
}

function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function laneColour(code) {
    return css(`--lane-${code % LANES}`);
}

const VERDICTS = {
    fail: { sign: "\u2718", word: "FAIL", rank: 0 },
    unknown: { sign: "?", word: "UNKNOWN", rank: 1 },
    pass: { sign: "\u2714", word: "PASS", rank: 2 },
};

function verdictOf(word) {
    return Object.hasOwn(VERDICTS, word) ? VERDICTS[word] : VERDICTS.unknown;
}
