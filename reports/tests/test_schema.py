"""Do the schemas say what hupproof reads and writes?

The C tests are looked for beside the programs.  None of these tests is skipped when they are
missing: build first.
"""

import contextlib
import json
import os
import re
import subprocess

import jsonschema
import pytest

from running import scenario, Bench, BIN, FAIL, PROGRAM, ROOT

SCHEMAS = {
    name: json.loads((ROOT / "reports/schema" / f"{name}.schema.json").read_text())
    for name in ("scenario", "report", "history", "matrix", "comparison")
}
SCENARIOS = sorted(ROOT.glob("scenarios/**/*.json"))


def validator(name):
    store = {schema["$id"]: schema for schema in SCHEMAS.values()}
    resolver = jsonschema.RefResolver.from_schema(SCHEMAS[name], store=store)
    return jsonschema.Draft202012Validator(SCHEMAS[name], resolver=resolver)


def complaints(name, value):
    return [
        f"{error.json_path}: {error.message}"
        for error in validator(name).iter_errors(value)
    ]


def c_test(name):
    path = BIN.parent / "tests" / name
    assert path.exists(), f"{path} is missing: build first, or set HUPPROOF_BIN"
    return path


def history_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def objects(schema):
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_closed_and_described(name):
    for part in objects(SCHEMAS[name]):
        assert part["additionalProperties"] is False
        for key, value in part["properties"].items():
            assert {"description", "const", "$ref"} & set(value), key


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: str(p.relative_to(ROOT)))
def test_scenario_is_valid(path):
    assert complaints("scenario", json.loads(path.read_text())) == []


def test_there_are_scenarios():
    assert SCENARIOS


WRONG = [
    ("server", {"url": "http://127.0.0.1"}),
    ("lanes", []),
    ("lanes", [{"name": "a", "rate": 0}]),
    ("lanes", [{"name": "a", "rate": 1, "connection": "old"}]),
    ("for", True),
    ("for", "2 s"),
    ("steps", [{"at": 1}]),
    ("steps", [{"at": 1, "after": 1, "wait": 1}]),
    ("steps", [{"wait": 1, "signal": "HUP"}]),
    ("servr", {}),
    ("expect", {}),
]


@pytest.mark.parametrize("key,value", WRONG)
def test_wrong_scenario_is_refused(key, value):
    scenario = {
        "server": {"command": ["x"], "url": "http://127.0.0.1"},
        "lanes": [{"name": "a", "rate": 1}],
        "for": "2s",
    }
    assert complaints("scenario", scenario) == []
    scenario[key] = value
    assert complaints("scenario", scenario) != []


# --- the table of fields and the schema name the same ---------------------------


def alternatives(schema):
    """The schema itself, what it refers to and what it may be one of."""
    yield schema
    if schema.get("$ref", "").startswith("#/$defs/"):
        yield SCHEMAS["scenario"]["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    yield from schema.get("oneOf", [])


def walk(schema, path=""):
    """Every path of the schema, as the table writes it, with its schema and parent."""
    for part in alternatives(schema):
        for key, value in part.get("properties", {}).items():
            below = f"{path}.{key}" if path else key
            yield below, value, part
            yield from walk(value, below)
        if isinstance(part.get("items"), dict):
            yield from walk(part["items"], path + "[]")


@pytest.fixture(scope="module")
def table():
    text = subprocess.run(
        [PROGRAM, "list", "fields", "--json"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    return {row["name"]: row for row in json.loads(text)}


@pytest.fixture(scope="module")
def fields():
    found = list(walk(SCHEMAS["scenario"]))
    assert len(found) == len({path for path, _, _ in found})
    return {path: (schema, parent) for path, schema, parent in found}


def test_same_fields(table, fields):
    assert sorted(table) == sorted(fields)


def test_same_defaults(table, fields):
    for path, row in table.items():
        assert row.get("default") == fields[path][0].get("default"), path
        assert ("default" in row) == ("default" in fields[path][0]), path


def test_same_words(table, fields):
    for path, row in table.items():
        if "words" in row:
            assert row["words"] == fields[path][0]["enum"], path


def test_same_bounds(table, fields):
    for path, row in table.items():
        schema = fields[path][0]
        if row["type"] in ("number", "count"):
            assert row.get("min") == schema.get("minimum"), path
            assert row.get("above") == schema.get("exclusiveMinimum"), path
            assert row.get("max") == schema.get("maximum"), path
        if row["type"] == "duration":
            positive = schema["$ref"] == "#/$defs/positiveDuration"
            assert positive == ("above" in row), path


def test_same_required(table, fields):
    for path, row in table.items():
        key = path.rpartition(".")[2]
        required = key in fields[path][1].get("required", [])
        assert required == (row["required"]), path


def test_same_meanings(table, fields):
    for path, row in table.items():
        assert fields[path][0]["description"].startswith(row["meaning"]), path


TYPES = {
    "text": "string",
    "number": "number",
    "count": "integer",
    "texts": "array",
    "list": "array",
    "object": "object",
}


def test_same_types(table, fields):
    for path, row in table.items():
        if row["type"] in TYPES:
            assert fields[path][0]["type"] == TYPES[row["type"]], path


# --- what is written is what the schemas say -------------------------------------


def names_in_c(file, table):
    text = (ROOT / "harness/core" / file).read_text()
    body = text[text.index(f"{table}[") :]
    return re.findall(r"\] = \{?\s*\"(\w+)\"", body[: body.index("};")])


def test_same_outcomes_phases_and_events():
    lines = SCHEMAS["history"]["$defs"]
    request = lines["request"]["properties"]
    assert request["outcome"]["enum"] == names_in_c("history.c", "outcomes")
    assert request["phase"]["enum"] == names_in_c("history.c", "phase_names")
    assert lines["event"]["properties"]["event"]["enum"] == names_in_c("history.c", "event_names")


def check_written(report, history):
    assert complaints("report", json.loads(report.read_text())) == []
    lines = history_lines(history)
    for number, line in enumerate(lines, 1):
        kind = {1: "header", len(lines): "end"}.get(number)
        kind = kind or ("request" if "request" in line else "event")
        assert complaints("history", line) == [], number
        assert set(line) <= set(SCHEMAS["history"]["$defs"][kind]["properties"]), number


def test_sample_of_everything_is_valid(tmp_path):
    subprocess.run([c_test("test_report_write"), tmp_path], check=True, timeout=60)
    check_written(tmp_path / "sample.report.json", tmp_path / "sample.history.ndjson")


def test_what_a_run_writes_is_valid(tmp_path):
    plan = scenario("written", steps=[{"at": "500ms", "stop_start": {"signal": "KILL"}}])
    with contextlib.closing(Bench(tmp_path)) as bench:
        bench.run_scenario(plan).must(FAIL)
    check_written(bench.path("written", "report.json"), bench.path("written", "history.ndjson"))
    report = bench.report("written")
    assert report["summary"]["requests"] == report["figures"]["requests"] > 0
    assert report["machine"]["cpus"] == len(os.sched_getaffinity(0))
    assert report["machine"]["kernel"] == f"{os.uname().sysname} {os.uname().release}"
    assert report["plan"]["lanes"] == plan["lanes"] and report["plan"]["for"] == plan["for"]


def matrix_of(folder):
    return json.loads(next(folder.glob("**/*matrix.json")).read_text())


def test_sample_of_a_matrix_is_valid(tmp_path):
    subprocess.run([c_test("test_matrix_write"), tmp_path], check=True, timeout=60)
    assert complaints("matrix", matrix_of(tmp_path)) == []


def test_same_figures_in_a_run_and_over_runs():
    row = SCHEMAS["matrix"]["properties"]["rows"]["items"]["properties"]
    of_run = row["runs"]["items"]["properties"]["figures"]["properties"]
    assert list(of_run) == list(row["figures"]["properties"])
