"""The limit of the idempotency keys that are kept. It has a file of its own, since it takes so many entries."""

from __future__ import annotations

from ..building import Builder, event

KEPT = 1_000


def the_last_thousand_keys() -> Builder:
    """Of each actor, the last 1,000 keys are kept (section 13, step 4)."""
    ledger = Builder(nonce=65)
    ledger.found()
    here = event("0.2", [])
    for number in range(KEPT):
        ledger.case(f"key {number + 1}")
        ledger.entry("ada", here, idempotency_key=str(number))
    ledger.case("all of them are kept", "idempotency_key_used")
    ledger.entry("ada", here, idempotency_key="0")
    ledger.case("a key that is kept already takes no place: it comes to the end")
    ledger.entry("ada", event("1.6", (2, 1)), idempotency_key="1")
    ledger.case("so the first one is there still", "idempotency_key_used")
    ledger.entry("ada", here, idempotency_key="0")
    ledger.case("a new key takes the place of the first one")
    ledger.entry("ada", here, idempotency_key="new")
    ledger.case("the first one is gone, and used again it takes the place of the next, which is not the one that came to the end")
    ledger.entry("ada", here, idempotency_key="0")
    ledger.case("that is kept", "idempotency_key_used")
    ledger.entry("ada", here, idempotency_key="1")
    ledger.case("and so is the one after the next", "idempotency_key_used")
    ledger.entry("ada", here, idempotency_key="3")
    ledger.case("the next one is gone")
    ledger.entry("ada", here, idempotency_key="2")
    return ledger


STORIES = (the_last_thousand_keys,)
