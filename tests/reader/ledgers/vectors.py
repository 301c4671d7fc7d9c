"""Writes vectors, and checks what they say."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from reader.__main__ import line
from reader.judge import judge_history
from reader.replay import Replay

from .building import Builder

Vector = dict[str, Any]

LONG = 4096
"""A commit of more bytes is written deflated (RFC 1950)."""


def outcomes(history: dict[str, bytes], tip: str) -> list[Vector]:
    """What the reader says of every commit in the order."""
    replay = Replay(judge_history(history, tip), tip)
    return [line(outcome, replay.state.digest()) for outcome in replay.run()]


def of_ledger(name: str, ledger: Builder) -> Iterator[Vector]:
    """The lines of a ledger: its commits in the order, then those that are left behind."""
    history = {each: raw for each, raw in ledger.judge.commits.items()}
    in_order = outcomes(history, ledger.tip)
    for vector in in_order:
        yield _line(name, ledger, vector)
    left = set(history) - {vector["commit"] for vector in in_order}
    for commit in [each for each in history if each in left]:
        yield _line(name, ledger, {"commit": commit, "verdict": "not followed"})


def _line(name: str, ledger: Builder, vector: Vector) -> Vector:
    about, _ = ledger.cases.get(vector["commit"], (None, ""))
    raw = ledger.judge.commits[vector["commit"]]
    how, content = ("raw", raw) if len(raw) <= LONG else ("deflated", zlib.compress(raw, 9))
    return {"ledger": name, **({"case": about} if about else {}), **vector, how: base64.b64encode(content).decode()}


def unexpected(name: str, ledger: Builder) -> Iterator[str]:
    """Where a story does not end as it says."""
    said = {vector["commit"]: vector for vector in of_ledger(name, ledger)}
    for commit, (about, expected) in ledger.cases.items():
        vector = said[commit]
        refusal = vector.get("refusal")
        got = vector.get("flaw") or (refusal["code"] if refusal else vector["verdict"])
        if got != expected:
            yield f"{name}: {about}: expected {expected}, got {got}"


def text_of(vectors: Iterable[Vector]) -> str:
    return "".join(json.dumps(vector, ensure_ascii=False) + "\n" for vector in vectors)


def read(path: str) -> dict[str, list[Vector]]:
    """The lines of a file by ledger, in order."""
    ledgers: dict[str, list[Vector]] = {}
    with open(path) as file:
        for text in file:
            vector = json.loads(text)
            ledgers.setdefault(vector["ledger"], []).append(vector)
    return ledgers


def tip_of(vectors: list[Vector]) -> str:
    """The tip of a ledger: the last commit of its order."""
    return str([vector["commit"] for vector in vectors if vector["verdict"] != "not followed"][-1])


def history_of(vectors: list[Vector]) -> dict[str, bytes]:
    return {vector["commit"]: _raw(vector) for vector in vectors}


def _raw(vector: Vector) -> bytes:
    content = base64.b64decode(vector["raw"] if "raw" in vector else vector["deflated"])
    return content if "raw" in vector else zlib.decompress(content)


def disagreement(vectors: list[Vector]) -> str | None:
    """The first line of a ledger with which the reader does not agree."""
    expected = [vector for vector in vectors if vector["verdict"] != "not followed"]
    found = outcomes(history_of(vectors), expected[-1]["commit"])
    for want, got in zip(expected, found):
        differing = [key for key in got if got[key] != want[key]]
        if differing:
            where = want.get("case", want["commit"])
            return f"{want['ledger']}: {where}: {differing[0]}: vector {want[differing[0]]}, reader {got[differing[0]]}"
    return None if len(expected) == len(found) else f"{vectors[0]['ledger']}: the order has another length"
