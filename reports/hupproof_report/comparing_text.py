"""How is a comparison told?  As a table for a terminal, or as Markdown for a step's summary."""

import io
import math
import statistics

from .figures import CLAIMS, FIGURES
from .verdicts import BETTER, CANNOT_TELL, SAME, WORSE

COLOURS = {WORSE: "bold red", BETTER: "green", CANNOT_TELL: "yellow"}


def short(number):
    """Three digits, but no fewer than there are before the point."""
    return f"{number:.0f}" if number == int(number) or abs(number) >= 100 else f"{number:.3g}"


def values(row, side):
    """A share as k of n; of several numbers the median, and the least and the most of them."""
    found = row[side]
    if not found:
        return "-"
    if isinstance(found[0], (tuple, list)):
        k, n = (sum(v[i] for v in found) for i in (0, 1))
        return f"{k} of {n}" + (" broke it" if row["figure"] == CLAIMS else "")
    if min(found) == max(found):
        return short(found[0])
    return f"{short(statistics.median(found))} ({short(min(found))}..{short(max(found))})"


def name(row):
    if row["figure"] == CLAIMS:
        return row["where"]
    unit = FIGURES[row["figure"]].unit
    return " ".join(filter(None, (row["figure"], unit))) + (f", {row['where']}" if row["where"] else "")


def reason(row):
    """Rounded down, so that it is never surer than it is."""
    if row["p"] is None:
        return row["why"] or ("in both alike" if row["verdict"] == SAME else "")
    return f"{math.floor((1 - row['p']) * 1000) / 10:g} % sure"


def wanted(comparison, quiet):
    return [row for row in comparison["rows"] if not quiet or row["verdict"] in (WORSE, BETTER)]


def heading(comparison, scenario):
    runs = comparison["runs"][scenario]
    return f"{scenario}: {runs['base']} run{'s' * (runs['base'] != 1)} of the base, {runs['new']} new"


def conclusion(comparison):
    rows = comparison["rows"]
    worst = [f"{row['scenario']}: {name(row)}" for row in rows if row["verdict"] == WORSE]
    lacking = sum(row["verdict"] == CANNOT_TELL and row["lacking"] for row in rows)
    open_ = sum(row["verdict"] == CANNOT_TELL for row in rows) - lacking
    told = {WORSE: "worse", BETTER: "better: nothing got worse", SAME: "nothing got worse",
            CANNOT_TELL: "nothing got worse that these runs could show"}
    text = told[comparison["verdict"]] + (f": {'; '.join(worst[:5])}" if worst else "")
    text += f"; and {len(worst) - 5} more" if len(worst) > 5 else ""
    notes = [f"{lacking} of {len(rows)} figures take more runs"] * (lacking > 0)
    notes += [f"{open_} of {len(rows)} cannot be told from chance"] * (open_ > 0)
    return text + (f" ({', '.join(notes)})" if notes else "")


def table(comparison, out, quiet):
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    on_terminal = out.isatty()
    console = Console(file=out if on_terminal else io.StringIO(), highlight=False,
                      width=None if on_terminal else 140)
    rows = wanted(comparison, quiet)
    for scenario in comparison["runs"]:
        ours = [row for row in rows if row["scenario"] == scenario]
        if not ours:
            continue
        grid = Table(title=Text(heading(comparison, scenario)), title_justify="left", box=None,
                     pad_edge=False, header_style="dim")
        for column, justify in (("", "left"), ("base", "right"), ("new", "right"),
                                ("", "left"), ("", "left")):
            grid.add_column(column, justify=justify, overflow="fold")
        for row in ours:
            grid.add_row(Text(name(row)), values(row, "base"), values(row, "new"),
                         Text(row["verdict"], COLOURS.get(row["verdict"], "")), Text(reason(row)))
        console.print(grid)
        console.print()
    for notice in comparison["notices"]:
        console.print(Text(f"notice: {notice}"), soft_wrap=True)
    console.print(Text(conclusion(comparison), COLOURS.get(comparison["verdict"], "")), soft_wrap=True)
    if not on_terminal:
        print(*map(str.rstrip, console.file.getvalue().splitlines()), sep="\n", file=out)


def markdown(comparison, out, quiet):
    from .markdown_text import bold_verdict, cell, line

    print(f"### hupproof compare: {line(conclusion(comparison))}\n", file=out)
    rows = wanted(comparison, quiet)
    for scenario in comparison["runs"]:
        ours = [row for row in rows if row["scenario"] == scenario]
        if not ours:
            continue
        print(f"{line(heading(comparison, scenario))}\n\n| figure | base | new | | |\n"
              "| --- | ---: | ---: | --- | --- |", file=out)
        for row in ours:
            print(f"| {cell(name(row))} | {cell(values(row, 'base'))} | {cell(values(row, 'new'))} "
                  f"| {bold_verdict(row['verdict'])} | {cell(reason(row))} |", file=out)
        print(file=out)
    for notice in comparison["notices"]:
        print(f"- {line(notice)}", file=out)
