"""Compares what the program and the reader say of a repository."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from reader.git import Repository
from reader.judge import NoLedger, Unsupported, judge_history
from reader.replay import Replay

Report = dict[str, Any]
"""`digest`, `quarantined` (object id and flaw) and `refused` (object id, event and code), or `error`, a code of the program."""


def by_reader(path: str, ref: str = "refs/coord/ledger") -> Report:
    with Repository(path) as repository:
        tip = repository.tip(ref)
        history = repository.history(tip)
    return of_history(history, tip)


def of_history(history: dict[str, bytes], tip: str) -> Report:
    """What the reader says of a tip."""
    try:
        replay = Replay(judge_history(history, tip), tip)
    except NoLedger:
        return {"error": "no_genesis"}
    except Unsupported:
        return {"error": "unsupported"}
    outcomes = list(replay.run())
    return {
        "digest": replay.state.digest(),
        "quarantined": [[each.object_id, each.judged.flaw] for each in outcomes if not each.judged.accepted],
        "refused": [[each.object_id, each.refusal[0], each.refusal[1].code] for each in outcomes if each.refusal],
    }


def by_program(program: str, path: str) -> Report:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    run = subprocess.run([program, "-C", path, "verify", "--json"], capture_output=True, text=True, env=environment, check=False)
    if not run.stdout.strip():
        return {"error": run.stderr.strip() or f"exit status {run.returncode}"}
    answer = json.loads(run.stdout)
    if not answer["ok"]:
        return {"error": answer["error"]["code"]}
    data = answer["data"]
    return {
        "digest": data["ledger"]["digest"],
        "quarantined": [[each["object"], each["flaw"]] for each in data["quarantined"]],
        "refused": [[each["object"], each["event"], each["code"]] for each in data["refused"]],
    }


def differences(program: Report, reader: Report) -> list[str]:
    """What differs, a line each. Nothing if they agree."""
    if "error" in program or "error" in reader:
        return [] if program == reader else [f"program {program.get('error')}, reader {reader.get('error')}"]
    lines = []
    for part in ("quarantined", "refused"):
        lines += [f"{part}, by the program only: {each}" for each in program[part] if each not in reader[part]]
        lines += [f"{part}, by the reader only: {each}" for each in reader[part] if each not in program[part]]
    if program["digest"] != reader["digest"]:
        lines.append(f"digest: program {program['digest']}, reader {reader['digest']}")
    return lines
