"""Refusals: codes, arguments and their words (section 14, Refusals)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .cbor import Item
from .state import Approver, Record, to_item

CODES: dict[str, tuple[str, ...]] = {
    "claim_held": ("task", "claim"),  # 0
    "already_yours": ("task", "claim"),
    "paths_held": ("task", "files", "claim"),
    "gate_open": ("task", "gates", "approvals", "checks", "more"),
    "own_work": ("task", "actor"),
    "not_reviewer": ("task", "actor"),  # 5
    "cycle": ("task", "on"),
    "unknown_task": ("task",),
    "not_permitted": ("actor", "action", "task", "roles"),
    "not_owner": ("task", "actor", "owners", "more"),
    "lease_lost": ("task", "taken"),  # 10
    "task_ended": ("task", "how", "actor", "at"),
    "task_open": ("task",),
    "not_claimed": ("task",),
    "not_submitted": ("task",),
    "other_commit": ("task", "commit", "submitted"),  # 15
    "unknown_step": ("task", "number"),
    "unknown_blocker": ("task", "number"),
    "unknown_actor": ("actor",),
    "unknown_guardrail": ("guardrail",),
    "unknown_attachment": ("name",),  # 20
    "actor_exists": ("actor",),
    "key_taken": ("actor",),
    "key_unknown": ("actor",),
    "key_revoked": ("actor",),
    "last_admin": ("actor",),  # 25
    "recovery_only": ("actor",),
    "repeated": ("entry",),
    "misplaced": ("event",),
    "too_many": ("task", "what", "most"),
    "no_verdict": ("task", "actor"),  # 30
    "unknown_check": ("task", "item"),
    "too_costly": ("task", "most"),
    "waits": ("task", "on", "more"),
    "guardrail_open": ("task", "commit", "guardrails", "more"),
    "not_integrated": ("task", "commit"),  # 35
    "inactive_actor": ("actor",),
    "idempotency_key_used": ("entry",),
}
"""In the order of their numbers, with their arguments in order."""

WORDS: dict[str, tuple[str, ...]] = {
    "action": (
        "upgrade_ledger", "configure_ledger", "acknowledge_entry", "repair_ledger", "change_roster",
        "set_recovery_key", "set_policy", "add_task", "edit_task", "assign_task", "unassign_task", "lower_review",
        "finish_with_waiver", "cancel_task", "reopen_task", "comment_on_task", "import_plan", "claim_task",
        "steal_claim", "release_claim", "work_on_task", "block_task", "unblock_task", "define_guardrail",
        "remove_guardrail", "record_guardrail", "set_target", "record_observation", "take_snapshot",
        "add_broad_path", "hand_on_claim",
    ),
    "how": ("done", "cancelled"),
    "event": ("genesis", "repair", "roster_change", "snapshot"),
    "what": (
        "tasks", "owners", "dependencies", "gates", "paths", "steps", "criteria", "checks", "labels", "extras",
        "blockers", "urls", "verdicts", "children", "ancestors", "links",
        "reviewed_bytes",
    ),
    "why": ("not_run", "fail", "other_commit", "changed_files", "other_definition", "no_commit"),
}  # fmt: skip
"""The words of arguments, in the order of their numbers."""

LISTED = 10
"""A list has at most its first 10 items."""


class Refused(Exception):
    """The rules say no."""

    def __init__(self, code: str, **arguments: Any) -> None:
        super().__init__(code, arguments)
        if set(arguments) != set(CODES[code]):
            raise KeyError(f"{code} has the arguments {CODES[code]}")
        self.code = code
        self.arguments = arguments

    def item(self) -> Item:
        """The refusal as it stands in the state."""
        values = {}
        for number, name in enumerate(CODES[self.code]):
            value = self.arguments[name]
            values[number] = WORDS[name].index(value) if name in WORDS else to_item(value)
        return {0: list(CODES).index(self.code), 1: values}


@dataclass
class HeldClaim(Record):
    actor: str
    since: int
    until: int


@dataclass
class Overlap(Record):
    path: str
    held: str
    by: str


@dataclass
class Taken(Record):
    claim: HeldClaim
    files: Overlap | None


@dataclass
class OpenGate(Record):
    by: Approver
    again: bool
    reviewers: list[str]
    more: int


@dataclass
class OpenGuardrail(Record):
    id: str
    why: str
    last: bytes | None

    def items(self) -> dict[int, Item]:
        return {0: self.id, 1: WORDS["why"].index(self.why), 2: self.last}
