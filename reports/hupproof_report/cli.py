"""What can be made of what a run left?  One row for each command; help walks the same table."""

import argparse
import importlib
import importlib.metadata
import os
import sys
from typing import NamedTuple

from . import errors


class Command(NamedTuple):
    name: str
    module: str     # of this package, imported when it is wanted: it has add_options(parser) and
    meaning: str    # run(options), which returns an exit status


COMMANDS = [
    Command("show", "show", "what a report says, on a terminal"),
    Command("compare", "compare", "did anything get worse?  BASE NEW, or --baseline DIR NEW..."),
    Command("junit", "junit", "JUnit XML: each run a suite, each check a case"),
    Command("markdown", "markdown", "Markdown, for the summary of a pipeline's step"),
    Command("openmetrics", "openmetrics", "OpenMetrics text, as Prometheus takes it"),
    Command("hgrm", "hgrm", "latencies as HdrHistogram's percentiles, a file a lane"),
    Command("csv", "csv_text", "all requests as CSV"),
    Command("html", "html", "a page with a timeline of each run, or with the table of a matrix"),
]


class Parser(argparse.ArgumentParser):
    """Usage errors have the exit status of bad input."""

    def error(self, message):
        self.exit(errors.BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser():
    top = Parser(prog="hupproof-report", description="What people look at, made of what "
                 "`hupproof run` and `hupproof matrix` left.",
                 epilog="exit status: 0 done, 1 worse (compare), 2 cannot tell, 3 could not, "
                 "4 bad input")
    top.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    return top


def version():
    """As the launcher says, or pip."""
    try:
        return os.environ.get("HUPPROOF_VERSION") or importlib.metadata.version("hupproof")
    except importlib.metadata.PackageNotFoundError:
        return "of a working tree"


def main(argv=None):
    """Exit status of a command line; argv is without the program's name."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        return obey(argv)
    except SystemExit as e:    # --help, --version, or wrong usage
        try:
            sys.stdout.flush()
        except OSError as error:
            return could_not(error)
        return e.code
    except ModuleNotFoundError as e:
        name = (e.name or "").partition(".")[0]
        print(f"hupproof-report: {sys.executable} has no module {name}: apt-get install "
              f"python3-{name}, or pip install {name}", file=sys.stderr)
        return errors.COULD_NOT_RUN


def obey(argv):
    top = parser()
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    asked = next((a for a in argv if not a.startswith("-")), None)
    for command in COMMANDS:
        one = commands.add_parser(command.name, help=command.meaning, description=command.meaning)
        if command.name == asked:    # only its libraries are loaded
            module = importlib.import_module(f".{command.module}", __package__)
            module.add_options(one)
            one.set_defaults(run=module.run)
    try:
        options = top.parse_args(argv)
        status = options.run(options)
        sys.stdout.flush()
        return status
    except errors.Complaint as e:
        print(f"hupproof-report: {e}", file=sys.stderr)
        return e.status
    except BrokenPipeError:    # whoever read it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.COULD_NOT_RUN
    except KeyboardInterrupt:
        return 128 + 2
    except OSError as e:
        return could_not(e)


def could_not(error):
    """Where no file is named it is standard output, which takes no more."""
    if not error.filename:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(f"hupproof-report: {error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
    return errors.COULD_NOT_RUN
