"""Are the pages that are made of the programs' tables what the tables say?"""

import re
import shutil
import subprocess

import pytest

import generate

HERE = generate.HERE


def test_no_page_is_stale():
    assert generate.stale() == [], "./dev reference makes them anew"


@pytest.fixture(scope="module")
def known():
    return generate.tables.all_tables()


def page(name):
    return (HERE / name).read_text("utf-8")


def test_everything_of_the_tables_is_in_the_reference(known):
    for topic, name in {"checks": "checks", "outcomes": "outcomes", "actions": "words",
                        "shapes": "words", "states": "words", "verdicts": "words",
                        "behaviours": "words", "strategies": "reference-server",
                        "faults": "reference-server", "commands": "commands"}.items():
        for row in known[topic]:
            assert re.search(rf"\b{re.escape(row['name'])}\b", page(f"reference/{name}.md")), row
    for section in known["fields"].values():
        for row in section:
            assert f"| `{row['name']}` |" in page("reference/scenario.md")
    for topic in known["topics"]:
        assert f"hupproof list {topic['name']}" in page("reference/README.md")


def test_every_command_has_its_options_in_manual_and_reference(known):
    for program, commands in (("hupproof", known["commands"]),
                              ("hupproof-report", known["report_commands"])):
        manual = page(f"man/{program}.1").replace("\\-", "-")
        for command in commands:
            assert f".SS {program} {command['name']}" in manual
            assert f"### {program} {command['name']}\n" in page("reference/commands.md")
            for option in command["options"]:
                assert f".B --{option['name']}" in manual
                assert f"| `--{option['name']}" in page("reference/commands.md")


def test_a_cell_of_a_table_stays_one():
    assert generate.cell("a|b\nc <d> *e*") == "a\\|b c \\<d> \\*e\\*"
    for name in generate.PAGES:
        if not name.endswith(".md"):
            continue
        width = None
        for line in page(name).splitlines():
            bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else None
            assert None in (width, bars) or bars == width, f"{name}: {line}"
            width = bars


@pytest.mark.parametrize("text,safe", [
    (".TH x", "\\&.TH x"), ("'x", "\\&'x"), ("a\\b", "a\\eb"), ("--out", "\\-\\-out"),
    ("one\n.two", "one\n\\&.two")])
def test_no_text_is_a_request_to_roff(text, safe):
    assert generate.roff(text) == safe


@pytest.mark.parametrize("name", [name for name in generate.PAGES if name.endswith(".1")])
def test_a_manual_page_is_set_without_a_warning(name):
    if not shutil.which("groff"):
        pytest.skip("no groff: install groff-base")
    done = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-P-cbou", HERE / name], capture_output=True,
                          text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert "NAME" in done.stdout and "EXIT STATUS" in done.stdout


def test_man_shows_it():
    if not shutil.which("man"):
        pytest.skip("no man: install man-db")
    done = subprocess.run(["man", "--warnings", "-l", HERE / "man/hupproof.1"], text=True,
                          capture_output=True, timeout=60, check=True)
    assert done.stderr == "" and "every_request_accounted_for" in done.stdout
