"""How does a page carry a million requests in a few megabytes?

Each column is made small numbers (microseconds since the request was sent, say), those are cut into
planes of one byte each, and the planes deflated: what changes little, all high bytes for a start,
then costs nothing.  page/columns.js undoes it."""

import base64
import errno
import zlib

import numpy

from .history import TEXTS

LEVEL = 4  # of zlib: more takes twice as long for a hundredth of the size
PLAIN = ("pid", "status", "bytes", "port", "error", "unframed")
NOBODY = 0  # in the column "process"; otherwise 1 + its index


def packed(values):
    """A column of integers as JSON: "same", if they are; otherwise "planes", how many bytes each
    takes, and "z", which is base64 of deflated planes, lowest first, of zigzag numbers."""
    values = numpy.asarray(values, numpy.int64)
    if not len(values) or (values == values[0]).all():
        return {"same": int(values[0]) if len(values) else 0}
    folded = ((values << 1) ^ (values >> 63)).astype("<u8")
    planes = max(1, (int(folded.max()).bit_length() + 7) // 8)
    cut = folded.view(numpy.uint8).reshape(-1, 8)[:, :planes]
    return {
        "planes": planes,
        "z": base64.b64encode(zlib.compress(numpy.ascontiguousarray(cut.T).data, LEVEL)).decode(),
    }


def since(times, sent):
    """0: never; otherwise microseconds since it was sent, and one more unless it was before."""
    off = times // 1000 - sent // 1000
    return numpy.where(times < 0, 0, numpy.where(off < 0, off, off + 1))


def processes_of(history, report):
    """(all processes, for each request the one that answered it).  One pid may have had several
    lives, be it by exec: those of the report are told apart by when they began."""
    pid, sent = history["pid"], history["sent"]
    when = numpy.where(history["first_byte"] >= 0, history["first_byte"], history["done"])
    known = sorted(report.get("processes") or [], key=lambda p: (p["pid"], p["born_ms"] or 0))
    who = numpy.full(len(pid), NOBODY)
    for i, process in enumerate(known, 1):
        born = (process["born_ms"] or 0) * 1e6
        again = i > 1 and known[i - 2]["pid"] == process["pid"]
        here = pid == process["pid"]
        if again:  # a kept connection that was asked before the exec is the earlier life's
            here &= (when >= born) & ~((sent < born) & (history["connected"] <= sent))
        who[here] = i
    known = list(known)
    for stranger in sorted(set(numpy.unique(pid[(who == NOBODY) & (pid > 0)]).tolist())):
        known.append({"pid": stranger, "generation": None})
        who[pid == stranger] = len(known)
    order = sorted(
        range(len(known)),
        key=lambda i: (
            known[i]["generation"] or 1 << 30,
            known[i].get("born_ms") or 0,
            known[i]["pid"],
        ),
    )
    renamed = numpy.zeros(len(known) + 1, numpy.int64)
    renamed[[i + 1 for i in order]] = numpy.arange(1, len(known) + 1)
    return [known[i] for i in order], renamed[who]


def pack(history, report):
    """All requests in the order they were sent: {"n", "columns", "texts", "errors", "processes"}."""
    processes, who = processes_of(history, report)
    sent = history["sent"]
    ordered = len(sent) < 2 or bool((sent[1:] >= sent[:-1]).all())
    order = slice(None) if ordered else numpy.argsort(sent, kind="stable")
    column = {
        name: history[name][order]
        for name in (*PLAIN, "request", "due", "sent", "connected", "first_byte", "done")
    }
    sent, first_byte = column["sent"], column["first_byte"]
    begun = numpy.where(first_byte >= 0, first_byte, sent)
    columns = {name: packed(column[name]) for name in PLAIN}
    columns.update(
        process=packed(who[order]),
        request=packed(numpy.diff(column["request"], prepend=0)),
        sent=packed(numpy.diff(sent // 1000, prepend=0)),
        late=packed(sent // 1000 - column["due"] // 1000),
        connected=packed(since(column["connected"], sent)),
        first_byte=packed(since(first_byte, sent)),
        done=packed(since(column["done"], begun)),
    )
    columns.update((name, packed(history[name].codes[order])) for name in TEXTS)
    names = {
        int(e): errno.errorcode[e]
        for e in numpy.unique(column["error"]).tolist()
        if e in errno.errorcode
    }
    return {
        "n": len(history),
        "columns": columns,
        "errors": names,
        "processes": processes,
        "texts": {name: history[name].names for name in TEXTS},
    }
