"""Prints what every commit of a ledger is, one JSON line each in the order of the ledger, and the state digest."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from typing import Any

from .git import Repository
from .judge import NoLedger, Unsupported, judge_history
from .replay import Outcome, Replay


def plain(value: Any) -> Any:
    """A value of the state for JSON: bytes in hexadecimal, maps by the numbers of their fields."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def public_key(blob: bytes) -> str | None:
    """A key as ssh-keygen writes it."""
    if not blob:
        return None
    length = int.from_bytes(blob[:4], "big")
    return f"{blob[4 : 4 + length].decode()} {base64.b64encode(blob).decode()}"


def line(outcome: Outcome, digest: str | None) -> dict[str, Any]:
    """What is printed of a commit."""
    judged = outcome.judged
    refusal = None
    if outcome.refusal is not None:
        event, why = outcome.refusal
        item = why.item()
        assert isinstance(item, dict)
        refusal = {"event": event, "code": why.code, "arguments": plain(item[1])}
    return {
        "commit": outcome.object_id,
        "id": judged.id.hex(),
        "signer": public_key(judged.signer),
        "verdict": outcome.verdict,
        "flaw": judged.flaw,
        "refusal": refusal,
        "effective": judged.effective,
        "digest": digest,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="reader", description=__doc__)
    parser.add_argument("repository")
    parser.add_argument("--ref", default="refs/coord/ledger")
    parser.add_argument("--final", action="store_true", help="only the last digest, which is faster")
    parser.add_argument("--state", metavar="FILE", help="write the encoded state to FILE")
    options = parser.parse_args()
    try:
        with Repository(options.repository) as repository:
            tip = repository.tip(options.ref)
            replay = Replay(judge_history(repository.history(tip), tip), tip)
    except (NoLedger, Unsupported) as error:
        print(json.dumps({"error": str(error)}))
        return 1
    for outcome in replay.run():
        print(json.dumps(line(outcome, None if options.final else replay.state.digest())))
    print(json.dumps({"digest": replay.state.digest()}))
    if options.state is not None:
        with open(options.state, "wb") as file:
            file.write(replay.state.encoded())
    return 0


if __name__ == "__main__":
    sys.exit(main())
