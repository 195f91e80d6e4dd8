"""Which pages are made of the programs' own tables?  Writes docs/reference, docs/man and
docs/completions anew; with --check it says which of them are not what the tables say."""

import argparse
import pathlib
import re
import sys

import jinja2

import tables

HERE = pathlib.Path(__file__).resolve().parent

# Output: template, and what it is told besides the tables.
PAGES = {
    "reference/README.md": ("index.md", {}),
    "reference/commands.md": ("commands.md", {}),
    "reference/scenario.md": ("scenario.md", {}),
    "reference/words.md": ("words.md", {}),
    "reference/checks.md": ("checks.md", {}),
    "reference/outcomes.md": ("outcomes.md", {}),
    "reference/reference-server.md": ("reference-server.md", {}),
    "reference/report.md": ("written.md", {"schema": "report", "file": "report.json"}),
    "reference/history.md": ("written.md", {"schema": "history", "file": "history.ndjson"}),
    "reference/matrix.md": ("written.md", {"schema": "matrix", "file": "matrix.json"}),
    "man/hupproof.1": ("hupproof.1", {}),
    "man/hupproof-report.1": ("hupproof-report.1", {}),
    "man/reload_server.1": ("reload_server.1", {}),
    **{f"completions/{name}": (shell, {"program": program, "of": of})
       for program, of in (("hupproof", "commands"), ("hupproof-report", "report_commands"))
       for shell, name in (("bash", f"{program}.bash"), ("zsh", f"_{program}"),
                           ("fish", f"{program}.fish"))},
}


# --- how a text is written in each language -----------------------------------


def cell(text):
    """Into a table of Markdown."""
    return re.sub(r"([|<*])", r"\\\1", str(text)).replace("\n", " ")


def paragraphs(text):
    """The paragraphs of a help text: (is it laid out by spaces?, its text)."""
    for block in re.split(r"\n\s*\n", (text or "").strip("\n")):
        if block.strip():
            yield bool(re.search(r"(?m)^  |\S {3,}\S", block)), block


def markdown(text):
    return "\n\n".join(f"```\n{block}\n```" if laid_out else block
                       for laid_out, block in paragraphs(text))


def roff(text):
    """One line of a manual page that may hold anything."""
    text = str(text).replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def roff_text(text):
    return "\n".join(f".PP\n.nf\n{roff(block)}\n.fi" if laid_out else f".PP\n{roff(block)}"
                     for laid_out, block in paragraphs(text))


def quoted(text):
    """Within single quotes of a shell."""
    return str(text).replace("'", "'\\''")


def zsh(text):
    """The description of an option, within single quotes."""
    return quoted(re.sub(r"([\[\]:\\])", r"\\\1", str(text)))


def fish(text):
    return str(text).replace("\\", "\\\\").replace("'", "\\'")


def sentence(text):
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def environment():
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), trim_blocks=True,
                             lstrip_blocks=True, keep_trailing_newline=True,
                             undefined=jinja2.StrictUndefined)
    env.filters.update(sentence=sentence, cell=cell, markdown=markdown, roff=roff, roff_text=roff_text,
                       quoted=quoted, zsh=zsh, fish=fish)
    return env


# --- all of it ----------------------------------------------------------------


def made():
    """Name and text of each page, as the tables of the programs have it now."""
    env, known = environment(), tables.all_tables()
    return {page: env.get_template(template + ".j2").render(**known, **more)
            for page, (template, more) in PAGES.items()}


def stale():
    """Which pages are not what the tables say, or are not made of them any more."""
    pages = made()
    there = {str(p.relative_to(HERE)) for p in HERE.glob("*/*") if p.is_file()
             and p.parent.name in ("reference", "man", "completions")}
    return sorted(there - set(pages)) + [
        page for page, text in pages.items()
        if not (HERE / page).exists() or (HERE / page).read_text("utf-8") != text]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="write nothing")
    if options.parse_args().check:
        for page in (bad := stale()):
            print(f"docs/{page}: not what the tables say; ./dev reference makes it anew")
        return bool(bad)
    for page, text in made().items():
        path = HERE / page
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
