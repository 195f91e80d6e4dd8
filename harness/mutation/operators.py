"""What can be broken in a C file, and how?  One mutant at a time: a statement is left
out, a condition is turned round, an early return is not taken.

Sources: R. A. DeMillo, R. J. Lipton, F. G. Sayward, "Hints on test data selection",
IEEE Computer 11 (1978); the operators SDL and OCNG of the field's catalogues."""

import dataclasses
import json
import pathlib
import re
import shlex

from clang.cindex import CursorKind, Index

STATEMENTS = {CursorKind.CALL_EXPR, CursorKind.BINARY_OPERATOR, CursorKind.UNARY_OPERATOR,
              CursorKind.COMPOUND_ASSIGNMENT_OPERATOR, CursorKind.CSTYLE_CAST_EXPR}
WITH_CONDITION = {CursorKind.IF_STMT, CursorKind.WHILE_STMT}
# What says something to people only; whether it was said is seldom worth a test.  And what
# no test can miss, because it is there for the day on which something else is broken.  And
# what breaks the server on purpose: scenarios/faults/ finds out whether it does.
FOR_PEOPLE = re.compile(r"\(void\)\w+(, \(void\)\w+)*$|log_line\(|va_(start|end)\(|free\(|assert\(|abort\(|fault_at\(")


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str           # below the root
    line: int
    function: str
    operator: str
    text: str           # what is changed, on one line
    begin: int          # in bytes
    end: int
    instead: str

    def key(self):
        """Names it for as long as the code around it stays."""
        return {"file": self.file, "function": self.function, "operator": self.operator,
                "text": self.text}

    def __str__(self):
        return f"{self.file}:{self.line}: {self.function}: {self.operator}: {self.text}"

    def apply(self, root):
        path = pathlib.Path(root, self.file)
        source = path.read_bytes()
        path.write_bytes(source[:self.begin] + self.instead.encode() + source[self.end:])


def flags(build, file):
    for unit in json.loads(pathlib.Path(build, "compile_commands.json").read_text()):
        if pathlib.Path(unit["file"]) == pathlib.Path(file):
            argv = shlex.split(unit["command"])
            return [a for a in argv if re.match(r"-(D|I|isystem|std)", a)]
    raise LookupError(f"{file}: not in {build}/compile_commands.json")


def mutants(root, build, file):
    """Of the functions that a file defines."""
    path = pathlib.Path(root, file)
    source = path.read_bytes()
    unit = Index.create().parse(str(path), args=flags(build, path))
    for cursor in unit.cursor.get_children():
        if cursor.kind == CursorKind.FUNCTION_DECL and cursor.is_definition() \
                and cursor.location.file.name == str(path):
            yield from of_function(file, source, cursor)


def of_function(file, source, function):
    def mutant(cursor, operator, begin, end, instead):
        text = " ".join(source[begin:end].decode().split())
        return Mutant(file, cursor.extent.start.line, function.spelling, operator, text,
                      begin, end, instead)

    def statement(cursor, after):
        begin, end = cursor.extent.start.offset, cursor.extent.end.offset
        if FOR_PEOPLE.match(source[begin:end].decode()) or after.startswith(" if fault_at("):
            return
        if cursor.kind in STATEMENTS:
            yield mutant(cursor, "left out", begin, end, "(void)0")
        elif cursor.kind == CursorKind.RETURN_STMT and source[begin:end] == b"return":
            yield dataclasses.replace(mutant(cursor, "left out", begin, end, "(void)0"),
                                      text=f"return{after}")

    def walk(cursor, after=""):
        children = list(cursor.get_children())
        if cursor.kind in WITH_CONDITION:
            condition = children[0]
            begin, end = condition.extent.start.offset, condition.extent.end.offset
            text = source[begin:end].decode()
            after = f" if {' '.join(text.split())}"
            if cursor.kind == CursorKind.IF_STMT:
                yield mutant(condition, "turned round", begin, end, f"!({text})")
        if cursor.kind == CursorKind.COMPOUND_STMT:
            bodies = children
        elif cursor.kind in WITH_CONDITION or cursor.kind == CursorKind.FOR_STMT:
            bodies = children[-2:] if cursor.kind == CursorKind.IF_STMT else children[-1:]
            bodies = [b for b in bodies if b != children[0]]
        elif cursor.kind == CursorKind.CASE_STMT:
            bodies = children[1:]
        else:
            bodies = []
        for body in bodies:
            yield from statement(body, after)
        for child in children:
            yield from walk(child, after)

    seen = set()
    for one in walk(function):
        if (one.begin, one.operator) not in seen:
            seen.add((one.begin, one.operator))
            yield one
