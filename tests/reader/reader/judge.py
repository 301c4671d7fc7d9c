"""Judging a commit (section 11)."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import digest, roster as rules
from .cbor import Bad
from .commit import parents_as_git, read_base64, read_commit
from .forms import ACTIVE, ADMIN, VERSION_NAMES
from .git import EMPTY_TREES
from .kinds import Entry, NotAnnounced, read_payload
from .message import render
from .order import order, parents_first
from .refusal import Refused
from .signature import NotGood, signer as signer_of
from .state import Actor, KeyRecord, Roster

TRAILER = "Coord-Payload: "
KNOWN_VERSIONS = (1, 1, 1, 1, 1)
"""Of format, rules, state, message and files (section 17)."""


class NoLedger(Exception):
    """The tip leads to no ledger."""


class Unsupported(Exception):
    """The ledger is of a newer version (section 17)."""


@dataclass
class Judged:
    """What the judge keeps of a commit."""

    flaw: str | None
    foreign: bool
    id: bytes
    entry: Entry | None = None
    signer: bytes = b""
    email: str = ""
    effective: int = 0
    roster: Roster = field(default_factory=Roster)
    """The roster after the commit."""
    refused: tuple[int, Refused] | None = None
    """The event and the refusal, if the entry is refused by its past."""
    leaves_behind: bool = False
    """Whether a repair does not follow its later parent."""

    @property
    def accepted(self) -> bool:
        return self.flaw is None

    @property
    def changes_roster(self) -> bool:
        """Whether one of its events changes the roster."""
        return self.entry is not None and any(rules.changes_roster(event) for event in self.entry.events)


def by_its_bytes(raw: bytes, digits: int) -> Judged:
    """The first flaw of the bytes alone, or the entry."""

    def foreign(flaw: str) -> Judged:
        return Judged(flaw, True, digest.foreign_id(raw))

    try:
        commit = read_commit(raw, digits)
    except Bad:
        return foreign("frame")
    try:
        payload = _payload(commit.message)
        entry = read_payload(payload)
    except NotAnnounced:
        return foreign("format_not_announced")
    except Bad:
        return foreign("payload")
    if commit.name != entry.actor:
        return foreign("author")
    if commit.seconds != entry.time:
        return foreign("time")
    if (commit.tree == EMPTY_TREES[digits]) != (not entry.attachments):
        return foreign("tree")
    if commit.message != render(entry, payload):
        return foreign("message")
    try:
        signer = signer_of(commit.signature, commit.signed)
    except NotGood:
        return foreign("signature")
    return Judged(None, False, digest.blake3(payload), entry, signer, commit.email)


def _payload(message: str) -> bytes:
    """What stands in the last line of the message, which ends in LF."""
    last = message[:-1].rpartition("\n")[2]
    if message[-1:] != "\n" or not last.startswith(TRAILER):
        raise Bad("no payload")
    return read_base64(last.removeprefix(TRAILER))


class Judge:
    """Judges the commits of a history, parents before children. The first one is the genesis."""

    def __init__(self) -> None:
        self.commits: dict[str, bytes] = {}
        self.parents: dict[str, list[str]] = {}
        self.judged: dict[str, Judged] = {}
        self.genesis = ""

    def add(self, object_id: str, raw: bytes) -> Judged:
        """Judges a commit whose parents were judged. Those that were not are behind a commit that is no entry."""
        self.genesis = self.genesis or object_id
        self.commits[object_id] = raw
        self.parents[object_id] = [parent for parent in parents_as_git(raw, len(object_id)) if parent in self.judged]
        self.judged[object_id] = self._judge(object_id)
        return self.judged[object_id]

    def order(self, tip: str) -> list[str]:
        """The order of a tip (section 12)."""
        return order(tip, self.parents, self.follows, set())

    def follows(self, object_id: str, number: int) -> bool:
        """Whether a commit's parent of this number is followed (sections 11 and 12)."""
        judged = self.judged[object_id]
        if number == 0:
            return True
        parent = self.judged[self.parents[object_id][number]]
        return judged.accepted and not parent.foreign and not judged.leaves_behind

    def _judge(self, object_id: str) -> Judged:
        judged = by_its_bytes(self.commits[object_id], len(object_id))
        parents = [self.judged[parent] for parent in self.parents[object_id]]
        if not parents:
            return self._without_past(object_id, judged)
        if judged.entry is not None:
            judged.leaves_behind = _leaves_behind(judged.entry, parents)
            past = self._past_roster(object_id, judged)
            judged.flaw = self._flaw_by_past(judged, parents, past)
        if not judged.accepted:
            return self._quarantined(object_id, judged, parents[0])
        self._accept(judged, parents, past)
        return judged

    def _quarantined(self, object_id: str, judged: Judged, first: Judged | None) -> Judged:
        quarantined = Judged(judged.flaw, judged.foreign, digest.foreign_id(self.commits[object_id]), judged.entry,
                             judged.signer)
        if first is not None:
            quarantined.effective, quarantined.roster = first.effective, first.roster
        return quarantined

    def _without_past(self, object_id: str, judged: Judged) -> Judged:
        entry = judged.entry
        if entry is not None:
            event = entry.events[0] if entry.events else None
            if event is None or event.kind != "0.0":
                judged.flaw = "no_genesis"
            elif object_id != self.genesis:
                judged.flaw = "other_ledger"
            elif entry.ledger is not None or entry.parents or len(entry.events) != 1:
                judged.flaw = "payload"
            elif judged.signer != event.body["key"]:
                judged.flaw = "unknown_key"
            elif judged.email != event.body["email"]:
                judged.flaw = "email"
        if entry is None or not judged.accepted:
            return self._quarantined(object_id, judged, None)
        body = entry.events[0].body
        admin = Actor(body["kind"], body["email"], {ADMIN}, {body["key"]: KeyRecord()})
        judged.roster = Roster({entry.actor: admin}, body["recovery"])
        judged.effective = entry.time
        return judged

    def _flaw_by_past(self, judged: Judged, parents: list[Judged], past: Roster) -> str | None:
        entry = judged.entry
        assert entry is not None
        if entry.events and entry.events[0].kind == "0.0":
            return "second_genesis"
        if entry.ledger != self.judged[self.genesis].id:
            return "other_ledger"
        if entry.parents != [parent.id for parent in parents]:
            return "parents"
        if entry.actor not in past.actors:
            return "unknown_actor"
        standing = past.standing(judged.signer, entry.actor)
        if standing != ACTIVE:
            return "unknown_key" if standing is None else "ended_key"
        if judged.email != past.actors[entry.actor].email:
            return "email"
        return None

    def _past_roster(self, object_id: str, judged: Judged) -> Roster:
        """The roster of the first parent with the changes that the later parents add, in their order."""
        first, *later = self.parents[object_id]
        roster = self.judged[first].roster
        later = [] if judged.leaves_behind else [each for each in later if not self.judged[each].foreign]
        if not later:
            return roster
        done: set[str] = set()
        ids = {self.judged[each].id for each in order(first, self.parents, self.follows, done)}
        for parent in later:
            for added in order(parent, self.parents, self.follows, done):
                roster = self._with_changes(roster, self.judged[added], ids)
                ids.add(self.judged[added].id)
        return roster

    @staticmethod
    def _with_changes(roster: Roster, added: Judged, ids: set[bytes]) -> Roster:
        if not added.accepted or added.id in ids or added.refused is not None or not added.changes_roster:
            return roster
        assert added.entry is not None
        changed = rules.change(roster, added.entry.actor, added.signer, added.entry.events)
        return changed if isinstance(changed, Roster) else roster

    @staticmethod
    def _accept(judged: Judged, parents: list[Judged], past: Roster) -> None:
        entry = judged.entry
        assert entry is not None
        repairs = _is_repair(entry, parents) and past.has_role(entry.actor, ADMIN)
        times = [parent.effective for parent in parents[1:] if not parent.foreign]
        judged.effective = entry.time if repairs else max([entry.time, parents[0].effective, *times])
        judged.roster = past
        if judged.changes_roster:
            changed = rules.change(past, entry.actor, judged.signer, entry.events)
            if isinstance(changed, Roster):
                judged.roster = changed
            else:
                judged.refused = changed


def _is_repair(entry: Entry, parents: list[Judged]) -> bool:
    """Whether the entry has exactly two parents and 0.4 as its only event."""
    return len(parents) == 2 and [event.kind for event in entry.events] == ["0.4"]


def _leaves_behind(entry: Entry, parents: list[Judged]) -> bool:
    if not _is_repair(entry, parents) or not parents[0].roster.has_role(entry.actor, ADMIN):
        return False
    first, later = parents
    announced = any(version > first.roster.versions.get(number, -1) for number, version in later.roster.versions.items())
    return later.effective > entry.time or announced


def judge_history(commits: dict[str, bytes], tip: str) -> Judge:
    """Judges all commits that a tip leads to, or raises NoLedger or Unsupported."""
    judge = Judge()
    parents = {each: [parent for parent in parents_as_git(raw, len(each)) if parent in commits] for each, raw in commits.items()}
    for object_id in parents_first(tip, parents):
        judged = judge.add(object_id, commits[object_id])
        if object_id == judge.genesis and not judged.accepted:
            raise NoLedger(f"the genesis is quarantined: {judged.flaw}")
    newer = [number for number, version in judge.judged[tip].roster.versions.items() if version > KNOWN_VERSIONS[number]]
    if newer:
        raise Unsupported(f"the ledger has newer versions of {', '.join(VERSION_NAMES[number] for number in newer)}")
    return judge
