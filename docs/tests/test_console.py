"""Does a newcomer who types what the pages say see what they say?"""

import pytest

import console

PAGES = sorted(p for p in [*console.HERE.glob("**/*.md"), console.HERE.parent / "README.md"]
               if "```console" in p.read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", PAGES, ids=[p.stem for p in PAGES])
def test_a_page_shows_what_is_printed(path, tmp_path):
    page = console.read(path)
    if lacking := console.missing(page):
        pytest.skip(f"not installed: {' '.join(lacking)}")
    ran = console.run(page, tmp_path)
    if console.unknown(ran):
        pytest.skip("the machine was too busy, twice: " + console.unknown(ran)[0])
    assert not list(console.differences(page, ran))


def test_there_is_a_page_to_run():
    assert console.HERE / "tutorial.md" in PAGES


# --- does that test find anything? ------------------------------------------------


def page_of(tmp_path, *lines):
    (tmp_path / "page.md").write_text("\n".join(lines) + "\n")
    return console.read(tmp_path / "page.md")


def found(tmp_path, *lines):
    page = page_of(tmp_path, "```console", *lines, "```")
    return list(console.differences(page, console.run(page, tmp_path)))


@pytest.mark.parametrize("lines", [
    ["$ echo one", "two"], ["$ false", "$ echo $?", "0"], ["$ echo x"], ["$ true", "x"],
    ["$ printf 'FAIL no_x\\nPASS no_y\\n'", "FAIL no_x", "FAIL no_y"],
    ["$ echo 'a: PASS 3'", "a: FAIL 3"],
    ["$ printf 'a: PASS\\n  told so\\n'", "a: PASS", "  told so", "  FAIL    no_x"],
    ["$ printf 'a: FAIL\\n  told so\\n'", "a: PASS", "  told so"],
    ["$ echo '{\"event\":\"a\",\"at\":1}'", '{"event":"b","at":1}']])
def test_what_is_not_printed_is_found(tmp_path, lines):
    assert found(tmp_path, *lines)


@pytest.mark.parametrize("lines", [
    ["$ echo one", "one"], ["$ false", "$ echo $?", "1"], ["$ true"],
    ["$ printf 'a: PASS\\n  it took 1234\\n  ms.\\n'", "a: PASS", "  it", "  took 9 ms."],
    ["$ echo '{\"event\":\"a\",\"at\":1}'", '{"event":"a","at":12345,"te'],
    ["$ printf 'a: PASS 7\\nlane 1 2\\nnoise\\n'", "a: PASS 9", "lane 3 4", "..."],
    ["$ cat \\", "> <(echo x)", "x"]])
def test_what_is_printed_is_right_whatever_its_numbers(tmp_path, lines):
    assert not found(tmp_path, *lines)


def test_files_of_a_page_are_there(tmp_path):
    page = page_of(tmp_path, "<!-- file: a/b.txt -->", "```text", "hello", "```", "```console",
                   "$ cat a/b.txt", "```")
    assert console.run(page, tmp_path) == [(0, ["hello"])]


def test_an_output_is_cut_as_it_says(tmp_path):
    page = page_of(tmp_path, "<!-- shows 1 lines, and those with 5|6 -->", "```console", "$ seq 7",
                   "```")
    assert console.cut(page.commands[0], ["1", "2", "3", "4", "5", "6", "7"]) == \
        ["1", "...", "5", "6", "..."]
