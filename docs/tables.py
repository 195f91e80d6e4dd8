"""What do the programs say of themselves?  Their tables, as the reference needs them: from
`hupproof list ... --json`, `reload_server --format json`, the commands of hupproof-report and
the schemas."""

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(os.environ.get("HUPPROOF_BIN", ROOT / "build" / "bin"))


def said(program, *argv):
    return subprocess.run([BIN / program, *argv], check=True, capture_output=True, text=True,
                          timeout=60).stdout


def listed(*what):
    return json.loads(said("hupproof", "list", *what, "--json"))


# --- commands -----------------------------------------------------------------

# What a shell can offer for a value or an argument of that name.
OFFERS = {"DIR": "directory", "FILE": "file", "PATH": "file", "HISTORY": "*.ndjson",
          "SCENARIO": "*.json", "BASE": "*.json", "NEW": "*.json", "RUN": "file", "ARG": "file"}


def offer_of(name, row):
    name = name.split()[0].strip("[].") if name else ""
    if row.get("words"):
        return "words"
    if row.get("name") == "signal":
        return "signal"
    if row.get("name") == "slow":    # a path of the url
        return "nothing"
    return OFFERS.get(name, "nothing")


def arguments_of(command, topics):
    """What may stand beside the options, each with what a shell can offer for it."""
    text = command["arguments"].split("[--", 1)[0].replace("--url URL ...", "")
    found = []
    for word in text.replace("[", " ").replace("]", " ").split():
        name = word.strip(".")
        if not name or name.startswith("-"):
            continue
        row = {"name": name, "many": word.endswith("..."), "meaning": None, "words": None}
        if name == "WHAT":
            row["words"] = {t["name"]: t["meaning"] for t in topics}
        found.append({**row, "offer": offer_of(name, row)})
    return found


def hupproof_commands(topics):
    commands = listed("commands")
    for command in commands:
        for option in command["options"]:
            option.update(value=option.get("value"), words=None)
            option["offer"] = offer_of(option["value"], option)
        command.setdefault("more", None)
        command["given"] = arguments_of(command, topics)
        command["takes_command"] = "[-- COMMAND]" in command["arguments"]
    return commands


def argument_row(action):
    """A row as hupproof's own tables have it, of one argument of argparse."""
    name = action.metavar or action.dest.upper().replace("-", "_")
    row = {"meaning": (action.help or "").replace("%(default)s", str(action.default)),
           "words": None}
    if action.choices:
        row["words"] = {str(choice): "" for choice in action.choices}
        name = action.metavar or "|".join(row["words"])
    if isinstance(name, tuple):
        name = " ".join(name)
    if action.option_strings:
        row["name"] = max(action.option_strings, key=len).lstrip("-")
        row["short"] = [o for o in action.option_strings if not o.startswith("--")]
        row["value"] = None if action.nargs == 0 else name
    else:
        row["name"], row["many"] = name, action.nargs in ("*", "+")
        row["optional"] = action.nargs in ("*", "?")
    return {**row, "offer": offer_of(name, row)}


def report_commands():
    sys.path.insert(0, str(ROOT / "reports"))
    cli = importlib.import_module("hupproof_report.cli")
    commands = []
    for command in cli.COMMANDS:
        parser = cli.Parser(prog=command.name, add_help=False)
        importlib.import_module(f"hupproof_report.{command.module}").add_options(parser)
        rows = [(action, argument_row(action)) for action in parser._actions
                if action.help != argparse.SUPPRESS]
        options = [row for action, row in rows if action.option_strings]
        given = [row for action, row in rows if not action.option_strings]
        shown = [row["name"] + ("..." if row["many"] else "") for row in given]
        shown = [f"[{s}]" if row["optional"] else s for s, row in zip(shown, given)]
        commands.append({"name": command.name, "arguments": " ".join(shown),
                         "meaning": command.meaning, "more": parser.epilog, "options": options,
                         "given": given, "takes_command": False})
    return commands


# --- what is written, by its schema -------------------------------------------


def rows_of(schema, top, path=""):
    """(path, type, meaning) of all that an object of that schema can have."""
    schema = resolve(schema, top)
    for key, value in schema.get("properties", {}).items():
        below = f"{path}.{key}" if path else key
        yield from one_row(value, top, below)
    more = schema.get("additionalProperties")
    if isinstance(more, dict) and path:
        yield from one_row(more, top, f"{path}.NAME")


def one_row(value, top, path):
    nullable, inner = without_null(resolve(value, top), top)
    kind = type_of(inner)
    yield {"name": path, "type": kind + (" or null" if nullable and kind != "any" else ""),
           "meaning": value.get("description", inner.get("description", "")),
           "words": [w for w in inner.get("enum", []) if w is not None]}
    items = inner.get("items")
    if isinstance(items, dict):
        _, element = without_null(resolve(items, top), top)
        yield from rows_of(element, top, path + "[]")
    else:
        yield from rows_of(inner, top, path)


def resolve(schema, top):
    ref = schema.get("$ref", "")
    if ref.startswith("#/$defs/"):
        return {**top["$defs"][ref.removeprefix("#/$defs/")],
                **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def without_null(schema, top):
    alternatives = [resolve(s, top) for s in schema.get("oneOf", schema.get("anyOf", []))]
    others = [s for s in alternatives if s.get("type") != "null"]
    if len(others) == 1:
        return len(others) < len(alternatives), others[0]
    types = schema.get("type")
    if isinstance(types, list):
        return "null" in types, {**schema, "type": " or ".join(t for t in types if t != "null")}
    return None in schema.get("enum", []), schema


def type_of(schema):
    if "const" in schema:
        return f"\"{schema['const']}\""
    if "$ref" in schema:
        return schema["$ref"].split(".")[0]
    if "enum" in schema:
        return "word"
    return schema.get("type", "any")


def schema_tables(name):
    top = json.loads((ROOT / f"reports/schema/{name}.schema.json").read_text("utf-8"))
    if "oneOf" not in top:
        return {"title": top["title"], "meaning": top["description"],
                "tables": [{"name": None, "rows": list(rows_of(top, top))}]}
    return {"title": top["title"], "meaning": top["description"],
            "tables": [{"name": resolve(part, top).get("description"),
                        "rows": list(rows_of(part, top))} for part in top["oneOf"]]}


# --- fields ---------------------------------------------------------------------


def number(n):
    return f"{n:,}".replace(",", " ") if isinstance(n, int) and n < 10**15 else f"{n:g}"


def bounds_of(field):
    """In words; times in seconds."""
    unit = " s" if field["type"] == "duration" else ""
    found = []
    if "above" in field:
        found.append(f"above {number(field['above'])}{unit}")
    elif field.get("min"):
        found.append(f"from {number(field['min'])}{unit}")
    if "max" in field:
        found.append(f"up to {number(field['max'])}{unit}")
    return ", ".join(found)


def default_of(field):
    if field["required"]:
        return "required"
    if "otherwise" in field or "default" not in field:
        return field.get("otherwise", "")
    return json.dumps(field["default"])


def field_rows():
    """In sections: the fields of the run itself, then those of each object."""
    sections = {}
    for field in listed("fields"):
        top = field["name"].split(".")[0].split("[")[0]
        single = field["type"] not in ("object", "list", "special") and top == field["name"]
        sections.setdefault("The run itself" if single else top, []).append(
            {**field, "bounds": bounds_of(field), "otherwise": default_of(field),
             "code": "default" in field and "otherwise" not in field,
             "words": field.get("meanings")})
    return sections


# --- all of it ----------------------------------------------------------------


def all_tables():
    topics = listed()
    found = {row["name"]: listed(row["name"]) for row in topics}
    found["commands"] = hupproof_commands(topics)
    found["fields"] = field_rows()
    for fault in found["faults"]:
        fault["strategies"] = fault["strategies"].split()
    for check in found["checks"]:
        check.setdefault("look_at", None)
        check.setdefault("likely_cause", None)
        check["faults"] = [f["name"] for f in found["faults"] if f["check"] == check["name"]]
    options = json.loads(said("reload_server", "--format", "json", "--help"))
    return {
        **found,
        "topics": topics,
        "report_commands": report_commands(),
        "server_options": [{"value": None, "default": None, **row} for row in options],
        "schemas": {name: schema_tables(name) for name in ("report", "history", "matrix")},
        "version": said("hupproof", "--version").split()[1],
    }
