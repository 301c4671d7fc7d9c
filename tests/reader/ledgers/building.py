"""Builds a ledger entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reader.commit import read_commit
from reader.judge import Judge, Judged
from reader.kinds import write_payload

from .keys import Key
from .writing import Draft, Files, attachments, message_of, object_id

Event = tuple[int, tuple[Any, ...]]
Mark = dict[str, Any]


def event(kind: str, body: Any = None, /, **fields: Any) -> Event:
    """An event of a kind such as `3.0`, with the fields of its body."""
    family, number = (int(part) for part in kind.split("."))
    if kind == "0.4":
        return family, (number,)
    return family, (number, body if body is not None else fields)


def mark(entry: bytes | None = None, at: int = 0, item: int = 0) -> Mark:
    """Points at an event, without `entry` at one of the same entry."""
    return {"entry": entry, "event": at, "item": item}


def here(name: str, at: int = 0) -> dict[str, Any]:
    """A task that this entry adds."""
    return {"id": name, "mark": mark(None, at)}


@dataclass
class Written:
    """A commit of the ledger."""

    object_id: str
    judged: Judged

    @property
    def id(self) -> bytes:
        return self.judged.id


@dataclass
class Builder:
    """A ledger that grows. Its clock goes a minute forward with each entry."""

    founder: str = "ada"
    digits: int = 40
    time: int = 1_760_518_800
    judge: Judge = field(default_factory=Judge)
    tip: str = ""
    emails: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    files: Files = field(default_factory=lambda: Files({}))
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The last task of a name that was added."""
    claims: dict[str, Mark] = field(default_factory=dict)
    """The last claim of the last task of a name."""
    ledger: bytes | None = None
    nonce: int = 1
    cases: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By commit: what it is a case of, and what is expected by hand: `accepted`, a code or a flaw."""
    next_case: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self.files.digits = self.digits

    def case(self, about: str, expected: str = "accepted") -> None:
        """Says what the next commit shows."""
        self.next_case = (about, expected)

    def key(self, name: str) -> Key:
        return self.keys.setdefault(name, Key(name))

    def email(self, name: str) -> str:
        return self.emails.get(name, f"{name}@example.org")

    def found(self, recovery: Key | None = None, facts: list[Any] | None = None) -> Written:
        """Writes the genesis."""
        body = event("0.0", key=self.key(self.founder).blob, kind=0, email=self.email(self.founder),
                     recovery=recovery.blob if recovery else None, facts=facts or [], nonce=self.nonce)
        written = self.entry(self.founder, body, parents=[], ledger=None)
        self.ledger = written.id
        return written

    def entry(self, actor: str, *events: Event, key: Key | None = None, parents: list[str] | None = None,
              files: dict[str, bytes] | None = None, time: int | None = None, move: bool = True,
              parents_named: list[bytes] | None = None, **changes: Any) -> Written:
        """Writes an entry upon the tip, or upon other parents, and makes it the tip if `move`. A forger changes fields."""
        values = self.values(actor, *events, parents=parents, files=files, time=time)
        values.update(changes)
        if parents_named is not None:
            values["parents"] = parents_named
        payload = write_payload({name: value for name, value in values.items() if value is not None})
        draft = self.draft(payload, values, parents, files)
        accepted = self.next_case is None or self.next_case[1] == "accepted"
        written = self.put(draft.signed(key or self.key(actor)), move)
        if written.judged.accepted and accepted:
            self._remember(values["events"], written)
        return written

    def values(self, actor: str, *events: Event, parents: list[str] | None = None,
               files: dict[str, bytes] | None = None, time: int | None = None) -> dict[str, Any]:
        """The fields of a payload."""
        if time is None:
            self.time += 60
            time = self.time
        above = [self.tip] if parents is None else parents
        return {"ledger": self.ledger, "parents": [self.judge.judged[each].id for each in above], "actor": actor,
                "time": time, "events": list(events), "attachments": attachments(files or {})}

    def foreign(self, text: str = "no entry", parents: list[str] | None = None, move: bool = True) -> Written:
        """A commit that is no entry by its bytes."""
        self.time += 60
        above = [self.tip] if parents is None else parents
        draft = Draft(self.files.tree({}), above, "Mallory", "mallory@example.org", self.time, f"{text}\n")
        return self.put(draft.head() + b"\n" + draft.message.encode(), move)

    def draft(self, payload: bytes, values: dict[str, Any], parents: list[str] | None = None,
              files: dict[str, bytes] | None = None) -> Draft:
        """The commit of a payload, to be signed."""
        above = [self.tip] if parents is None else parents
        return Draft(self.files.tree(files or {}), above, values["actor"], self.email(values["actor"]), values["time"],
                     message_of(payload))

    def put(self, raw: bytes, move: bool = True) -> Written:
        """Adds a raw commit, and makes it the tip if `move`."""
        name = object_id("commit", raw, self.digits)
        judged = self.judge.judged[name] if name in self.judge.judged else self.judge.add(name, raw)
        if self.next_case is not None:
            self.cases[name], self.next_case = self.next_case, None
        if move:
            self.tip = name
        return Written(name, judged)

    def copy(self, of: Written, key: Key) -> Written:
        """The same entry with another signature, beside it."""
        raw = self.judge.commits[of.object_id]
        commit = read_commit(raw, self.digits)
        draft = Draft(commit.tree, commit.parents, commit.name, commit.email, commit.seconds, commit.message)
        return self.put(draft.signed(key), move=False)

    def join(self, actor: str, *later: str, first: str | None = None, **options: Any) -> Written:
        return self.entry(actor, parents=[first or self.tip, *later], **options)

    def _remember(self, events: list[Event], written: Written) -> None:
        for index, (family, kind) in enumerate(events):
            if (family, kind[0]) == (2, 0):
                name = kind[1]["id"]
                self.tasks[name] = {"id": name, "mark": mark(written.id, index)}
            if (family, kind[0]) == (3, 0):
                self.claims[kind[1]["task"]["id"]] = mark(written.id, index)

    # What entries often say

    def add_actor(self, name: str, *roles: int, by: str | None = None, key: Key | None = None, **options: Any) -> Written:
        return self.entry(by or self.founder, event("1.0", name=name, kind=1, email=self.email(name),
                                                    roles=list(roles), key=(key or self.key(name)).blob), **options)

    def add(self, name: str, *facts: Any, by: str | None = None, **options: Any) -> Written:
        return self.entry(by or self.founder, event("2.0", id=name, title=f"Task {name}", facts=list(facts)), **options)

    def edit(self, name: str, *facts: Any, by: str | None = None, **options: Any) -> Written:
        return self.entry(by or self.founder, event("2.1", task=self.tasks[name], facts=list(facts)), **options)

    def claim(self, name: str, by: str, lease: int = 7200, **options: Any) -> Written:
        fields = {each: options.pop(each) for each in ("worktree", "steal", "share", "resume") if each in options}
        return self.entry(by, event("3.0", task=self.tasks[name], lease=lease, **fields), **options)

    def about(self, name: str, kind: str, by: str, *, files: dict[str, bytes] | None = None,
              parents: list[str] | None = None, time: int | None = None, move: bool = True, key: Key | None = None,
              **fields: Any) -> Written:
        """An entry with one event about a task."""
        return self.entry(by, event(kind, task=self.tasks[name], **fields), files=files, parents=parents, time=time,
                          move=move, key=key)
