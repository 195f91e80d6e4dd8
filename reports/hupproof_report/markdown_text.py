"""How does text that anybody may have written get into Markdown without becoming any?

Servers choose versions, users choose names: a pipe must not end a cell, nor `<img>` load."""

import re

SPECIAL = re.compile(r"([\\`*\[\]<>|~#]|(?<!\w)_|_(?!\w))")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
                    r"\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")     # the last: unseen, or turning
BEGINNING = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")   # of a list, a heading's line or a rule


def line(text):
    """One line of it, as plain text."""
    text = UNSEEN.sub("\ufffd", " ".join(str(text).split("\n"))).replace("&", "&amp;")
    text = SPECIAL.sub(r"\\\1", text.replace("\t", " "))
    return BEGINNING.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], text)


def cell(text):
    """The same, within a table; nothing to say is a dash."""
    return line(text) if text not in (None, "") else "-"


def bold_verdict(word):
    return f"**{word}**" if word in ("worse", "fail", "FAIL", "could not run") else word
