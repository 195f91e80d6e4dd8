/* Which keys and buttons do what, and what becomes of the picture on another screen or on paper? */

function dark() {
    return root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
}

const KEYS = {
    n: () => failures.step(1),
    p: () => failures.step(-1),
    "+": () => timeline.zoom(0.5),
    "=": () => timeline.zoom(0.5),
    "-": () => timeline.zoom(2),
    ArrowLeft: () =>
        timeline.show(...timeline.view.map((ms) => ms - (timeline.view[1] - timeline.view[0]) / 4)),
    ArrowRight: () =>
        timeline.show(...timeline.view.map((ms) => ms + (timeline.view[1] - timeline.view[0]) / 4)),
    Escape: () => {
        timeline.whole();
        timeline.draw();
    },
    0: () => {
        timeline.whole();
        timeline.draw();
    },
};

function listen() {
    document.addEventListener("keydown", (event) => {
        const typing = event.target.closest?.("select, input:not([type=checkbox]), .table");
        if (
            !timeline ||
            typing ||
            event.ctrlKey ||
            event.metaKey ||
            event.altKey ||
            !Object.hasOwn(KEYS, event.key)
        )
            return;
        KEYS[event.key]();
        event.preventDefault();
    });
    for (const [id, key] of [
        ["whole", "Escape"],
        ["closer", "+"],
        ["farther", "-"],
        ["earlier", "ArrowLeft"],
        ["later", "ArrowRight"],
        ["next", "n"],
        ["previous", "p"],
    ])
        $(id).addEventListener("click", () => KEYS[key]());
    $("theme").addEventListener("click", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        timeline?.draw();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => timeline?.draw());
    $("choose")?.addEventListener("change", (event) => {
        location.hash = encodeURIComponent(event.target.value);
    });
    addEventListener("hashchange", route);
    let width = innerWidth;
    addEventListener("resize", () => {
        if (timeline && innerWidth !== width) {
            width = innerWidth;
            timeline.draw();
        }
    });
    let theme;
    addEventListener("beforeprint", () => {
        theme = root.dataset.theme;
        root.dataset.theme = "light";
        if (timeline) {
            timeline.onPaper = true;
            timeline.draw();
        }
    });
    addEventListener("afterprint", () => {
        if (theme) root.dataset.theme = theme;
        else delete root.dataset.theme;
        if (timeline) {
            timeline.onPaper = false;
            timeline.draw();
        }
    });
}
