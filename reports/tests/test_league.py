"""Is what many runs showed put into the table as it was, with its bounds?"""

import json

import pytest

import league

CHECKS = ("upgrade_took_effect", "last_upgrade_won", "failed_upgrade_kept_serving")


def report(lost=None, **verdicts):
    lost = lost or {}
    return {"why": "because", "summary": {"lost": sum(lost.values())},
            "lanes": [{"name": lane, "lost": lost.get(lane, 0),
                       "longest_gap_ms": 900.0 if lane == "slow" else 20.0}
                      for lane in league.LANES],
            "findings": [{"check": c, "verdict": verdicts.get(c, "pass"),
                          "applies": c in verdicts or c != "failed_upgrade_kept_serving"}
                         for c in CHECKS]}


def run(verdict="pass", states=(), **figures):
    return {"round": 1, "verdict": verdict, "could_not_run": False, "interrupted": False,
            "why": None, "directory": None, "states": list(states),
            "figures": {"in_flight": 10, "kept": 10, "upgrades": 1, "upgrades_with_loss": 0,
                        "in_handover": 300, "in_handover_lost": 0, "slowest_answer_ms": 5.0, "overlap_ms": None, "drain_ms": 100.0,
                        **figures}}


@pytest.fixture
def write(tmp_path):
    """Writes a matrix and its reports; the file's path."""
    def write(name, *pairs, file="scenarios/real/nginx/hup.json", scenario="nginx-hup"):
        runs = []
        for i, (one, its_report) in enumerate(pairs):
            directory = tmp_path / f"{name}-{i}"
            directory.mkdir()
            (directory / "report.json").write_text(json.dumps(its_report))
            runs.append({**one, "directory": directory.name})
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"rows": [{"scenario": scenario, "file": file, "runs": runs}]}))
        return path

    return write


def row_of(*files):
    ((server, (method,)),) = league.read(files).items()
    assert server == "nginx"
    return {name: column(method) for name, column in league.COLUMNS.items()}


@pytest.mark.parametrize("k, n, bound", [
    (0, 1, 0.95), (0, 10, 1 - 0.05 ** 0.1), (0, 3000, 1 - 0.05 ** (1 / 3000)),
    (1, 10, 0.3942), (5, 5, 1), (50, 1000, 0.0630), (0, 0, 1), (18282, 18420, 0.9935),
])
def test_a_share_has_the_exact_upper_bound(k, n, bound):
    assert league.at_most(k, n) == pytest.approx(bound, abs=2e-4)


def test_nothing_lost_is_said_with_its_bound(write):
    row = row_of(write("a", *[(run(), report())] * 10))
    assert row["lost, new"] == "0" and row["lost, in flight"] == "0 of 100"
    assert row["upgrades that lose"] == "0 of 10 (≤ 26 %)"
    assert row["requests in a handover"] == "0 of 3000 (≤ 0.1 %)"
    assert row["overlap ms"] == "-" and row["gap ms"] == "20 (20)"
    assert row["upgraded"] == "10 of 10"


def test_what_was_lost_is_said_from_the_fewest_to_the_most(write):
    row = row_of(write("a", *[(run("fail", kept=7, upgrades_with_loss=1, in_handover_lost=n),
                               report({"new": n})) for n in (3, 9, 4)]))
    assert row["lost, new"] == "4 (3..9)" and row["lost, reused"] == "0"
    assert row["lost, in flight"] == "9 of 30"
    assert row["upgrades that lose"] == "3 of 3 (≤ 100 %)"
    assert row["verdicts"] == "3 fail"


def test_several_matrices_count_as_one(write):
    row = row_of(write("a", (run(), report())), write("b", (run("fail"), report())))
    assert row["verdicts"] == "1 fail, 1 pass" and row["upgrades that lose"].startswith("0 of 2 ")


def test_false_success_is_called_so(write):
    row = row_of(write("a", *[(run("fail"), report(upgrade_took_effect="fail"))] * 3))
    assert row["upgraded"] == "no, and said nothing (3 of 3)"
    row = row_of(write("b", (run("fail"), report({"new": 1}, upgrade_took_effect="fail"))))
    assert row["upgraded"] == "0 of 1"


def test_of_a_bad_upgrade_it_is_said_whether_the_old_went_on(write):
    row = row_of(write("a", (run(), report(failed_upgrade_kept_serving="pass")),
                       (run("fail"), report(failed_upgrade_kept_serving="fail"))))
    assert row["upgraded"] == "bad one: the old went on in 1 of 2"


def test_states_that_were_lost_are_named(write):
    states = [{"state": "idle", "held": 4, "served": 3}, {"state": "working", "held": 4, "served": 4}]
    assert row_of(write("a", (run(states=states), report())))["states lost"] == "idle 1 of 4 (≤ 75 %)"
    assert row_of(write("b", (run(states=states[1:]), report())))["states lost"] == "0 of 4 (≤ 53 %)"


def test_a_run_that_could_not_be_made_is_left_out_and_told(write, capsys):
    path = write("a", (run(), report()))
    matrix = json.loads(path.read_text())
    matrix["rows"][0]["runs"].append({"round": 2, "could_not_run": True, "interrupted": False,
                                      "why": "no nginx", "directory": None})
    path.write_text(json.dumps(matrix))
    assert row_of(path)["verdicts"] == "1 pass"
    assert "no nginx" in capsys.readouterr().err


def test_the_page_has_every_row_and_every_sentence(write):
    text = "\n".join(league.page(league.read([write("a", (run(), report()))]), "this"))
    assert "## nginx" in text and "- **nginx-hup**: because" in text
    assert "| 1 | [nginx-hup](../scenarios/real/nginx/hup.json) | 1 pass |" in text
