"""Do the shells complete a command line of ours?  Each is asked as it would be by a person's Tab."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

import generate
import tables

COMPLETIONS = generate.HERE / "completions"


@pytest.fixture
def work(tmp_path):
    for name in ("a.json", "two words.json", "note.txt", "history.ndjson"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def commands():
    return {c["name"]: c for c in tables.listed("commands")}


def needs(shell):
    program = os.environ.get(f"HUPPROOF_{shell.upper()}") or shutil.which(shell)
    if not program:
        pytest.skip(f"no {shell}")
    return program


def by_bash(work, *words, program="hupproof"):
    """COMP_WORDS as bash itself would fill it; the last word is the one at the cursor."""
    script = f"""
        source '{COMPLETIONS / program}.bash'
        function=$(complete -p {program} | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        $function
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run([needs("bash"), "--norc", "-c", script, "bash", program, *words],
                          cwd=work, capture_output=True, text=True, timeout=20, check=True)
    assert done.stderr == ""
    return set(done.stdout.split("\n")) - {""}


def test_bash_completes_commands(work, commands):
    assert by_bash(work, "") == {*commands, "--help", "--version"}
    assert by_bash(work, "m") == {"matrix"}


def test_bash_completes_every_option(work, commands):
    for name, command in commands.items():
        options = {f"--{option['name']}" for option in command["options"]}
        assert by_bash(work, name, "--") == {*options, "--help"}
    assert by_bash(work, "run", "a.json", "--rep") == {"--repeat"}


def test_bash_completes_topics(work):
    topics = {topic["name"] for topic in json.loads(tables.said("hupproof", "list", "--json"))}
    assert by_bash(work, "list", "") == topics
    assert by_bash(work, "list", "fie") == {"fields"}


def test_bash_completes_files(work):
    assert by_bash(work, "run", "") == {"a.json", "two words.json", "folder"}
    assert by_bash(work, "run", "a.json", "tw") == {"two words.json"}
    assert by_bash(work, "check", "") == {"history.ndjson", "folder"}
    assert by_bash(work, "run", "--out", "") == {"folder"}
    assert by_bash(work, "run", "--out", "=", "fo") == {"folder"}
    assert by_bash(work, "run", "--out", "=") == {"folder"}
    assert by_bash(work, "run", "--repeat", "") == set()


def test_bash_completes_signals_and_the_servers_command(work):
    assert {"HUP", "USR2", "TERM"} <= by_bash(work, "try", "--signal", "")
    assert by_bash(work, "try", "--signal", "WIN") == {"WINCH"}
    assert "cat" in by_bash(work, "try", "--url", "x", "--", "ca")


def test_bash_completes_the_viewers(work):
    names = {command["name"] for command in tables.report_commands()}
    assert by_bash(work, "", program="hupproof-report") == {*names, "--help", "--version"}


def by_fish(work, line, program="hupproof"):
    script = f"source '{COMPLETIONS / program}.fish'; complete -C '{line}'"
    done = subprocess.run([needs("fish"), "--no-config", "-c", script], cwd=work, text=True,
                          capture_output=True, timeout=20, check=True,
                          env={**os.environ, "HOME": str(work)})
    return {row.split("\t")[0] for row in done.stdout.splitlines()}


def test_fish_completes(work, commands):
    assert set(commands) <= by_fish(work, "hupproof ")
    assert {"--repeat", "--out", "--help"} <= by_fish(work, "hupproof run --")
    assert by_fish(work, "hupproof list fie") == {"fields"}
    assert {"a.json", "folder/"} <= by_fish(work, "hupproof run ")
    assert "HUP" in by_fish(work, "hupproof try --signal ")
    assert by_fish(work, "hupproof-report --v", "hupproof-report") == {"--version"}


# zsh completes in its line editor alone, so it gets a terminal, and shows what it would offer.
ZSH = r"""
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' list-colors ''
compadd () {    # prints what would be offered
    local -a got
    builtin compadd -O got "$@"
    (( $#got )) && print -rl -- $got >>$OFFERED
    builtin compadd "$@"
}
complete-now () { zle complete-word; print -r -- done >>$OFFERED; exit }
zle -N complete-now
zle-line-init () { BUFFER=$LINE; CURSOR=$#BUFFER; zle complete-now }
zle -C complete-word complete-word _main_complete
zle -N zle-line-init
PS1='$ '
"""


def by_zsh(work, line):
    zsh, home, offered = needs("zsh"), work / ".home", work / ".offered"
    home.mkdir(exist_ok=True)
    (home / ".zshrc").write_text(f"fpath=({COMPLETIONS} $fpath)\n" + ZSH)
    offered.unlink(missing_ok=True)
    subprocess.run(["script", "-qec", f"{zsh} -i", "/dev/null"], cwd=work, timeout=30,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
                   env={**os.environ, "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb",
                        "LINE": line, "OFFERED": str(offered)})
    assert offered.exists() and offered.read_text().endswith("done\n")
    return set(offered.read_text().splitlines()) - {"done"}


def test_zsh_completes(work, commands):
    assert {c.split(":")[0] for c in by_zsh(work, "hupproof ")} >= set(commands)
    assert any("--repeat" in c for c in by_zsh(work, "hupproof run --"))
    assert "fields" in by_zsh(work, "hupproof list fie")
    assert "a.json" in by_zsh(work, "hupproof run a")


def test_nothing_is_completed_that_is_not_installed():
    text = (generate.HERE / "CMakeLists.txt").read_text()
    assert {p.name for p in COMPLETIONS.iterdir()} == {
        name for program in ("hupproof", "hupproof-report")
        for name in (f"{program}.bash", f"_{program}", f"{program}.fish")}
    for page in pathlib.Path(generate.HERE / "man").iterdir():
        assert f"man/{page.name}" in text
