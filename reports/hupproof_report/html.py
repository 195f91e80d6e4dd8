"""Which page is written where?"""

import pathlib

from . import errors, matrix_table
from .export import writing
from .page import data_of, render
from .runs import Matrix, open_run_or_matrix

EMBEDDED = 1_500_000  # requests in one page: what 20 MB hold


def add_options(parser):
    parser.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="directory that a run left, or its report.json; or that of a matrix",
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the page; -: standard output")
    parser.add_argument(
        "--table-only",
        action="store_true",
        help="of a matrix: without its runs; cells link to their directories",
    )


def keys_of(runs):
    """What names each run within the page, and reads well in its address."""
    keys = []
    for run in runs:
        name = run.directory.resolve().name or run.name
        key, n = name, 2
        while key in keys:
            key, n = f"{name}-{n}", n + 1
        keys.append(key)
    return keys


def requests_of(runs):
    return sum(run.report["summary"]["requests"] for run in runs)


def page_of_runs(runs):
    if requests_of(runs) > EMBEDDED and len(runs) > 1:
        raise errors.BadInput(
            f"{requests_of(runs)} requests are too many for one page of "
            f"{len(runs)} runs (at most {EMBEDDED}): make one of each"
        )
    data = [(key, data_of(run, key)) for key, run in zip(keys_of(runs), runs)]
    names = list(dict.fromkeys(run.name for run in runs))
    title = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return render(f"{title}: {runs[0].verdict}" if len(runs) == 1 else title, data)


def page_of_matrix(matrix, output, table_only):
    runs = matrix_table.runs_of(matrix)
    keys = dict(zip(runs, keys_of(runs.values())))
    inside, troubles = {}, []
    if requests_of(runs.values()) > EMBEDDED:
        troubles.append("the runs are too many to be in this page; cells lead to their directories")
    elif not table_only:
        for directory, run in runs.items():
            try:
                inside[directory] = data_of(run, keys[directory])
            except errors.BadInput as e:
                troubles.append(f"a run is not in this page: {e}")
    keys = {directory: keys[directory] for directory in inside}
    table = matrix_table.table(matrix, runs, keys, output.parent)
    table.troubles.extend(troubles)
    data = [(keys[directory], one) for directory, one in inside.items()]
    return render(f"matrix of {len(table.rows)} scenarios", data, table)


def run(options):
    output = pathlib.Path("." if options.output == "-" else options.output)
    opened = [open_run_or_matrix(path) for path in options.runs]
    matrices = [one for one in opened if isinstance(one, Matrix)]
    if matrices and len(opened) > 1:
        raise errors.BadInput("a matrix has a page of its own: name one matrix, or runs")
    if matrices:
        text = page_of_matrix(matrices[0], output, options.table_only)
    else:
        text = page_of_runs(opened)
    with writing(options.output) as file:
        file.write(text)
    if output.is_file():
        print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
    return errors.PASS
