"""Writes vectors, and checks what they say."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from reader.__main__ import line
from reader.judge import judge_history
from reader.replay import Replay

from .building import Builder

Vector = dict[str, Any]


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
    raw = base64.b64encode(ledger.judge.commits[vector["commit"]]).decode()
    return {"ledger": name, **({"case": about} if about else {}), **vector, "raw": raw}


def unexpected(name: str, ledger: Builder) -> Iterator[str]:
    """Where a story does not end as it says."""
    said = {vector["commit"]: vector for vector in of_ledger(name, ledger)}
    for commit, (about, expected) in ledger.cases.items():
        vector = said[commit]
        refusal = vector.get("refusal")
        got = vector.get("flaw") or (refusal["code"] if refusal else vector["verdict"])
        if got != expected:
            yield f"{name}: {about}: expected {expected}, got {got}"


def write(path: str, vectors: Iterator[Vector]) -> None:
    with open(path, "w") as file:
        for vector in vectors:
            file.write(json.dumps(vector, ensure_ascii=False) + "\n")


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
    return [vector["commit"] for vector in vectors if vector["verdict"] != "not followed"][-1]


def history_of(vectors: list[Vector]) -> dict[str, bytes]:
    return {vector["commit"]: base64.b64decode(vector["raw"]) for vector in vectors}
