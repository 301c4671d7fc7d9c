"""Ledgers by chance: entries of every kind on several lines, with joins, forged commits and bad ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from reader.digest import blake3
from reader.forms import COORDINATOR, OBSERVER, REVIEWER, WORKER
from reader.kinds import write_payload

from .building import Builder, Event, Mark, Written, event, here, mark
from .keys import Key
from .writing import Draft

NAMES = ["ada", "bob", "cy", "dee", "eve", "fay"]
TASKS = ["A", "B", "C", "D", "a"]
GLOBS = [
    "src/**", "src/a.rs", "src/*.rs", "src/[ab].rs", "docs", "docs/*", "**", "*", "**/x", "a[b-a]", "src/db/**", "src/./a.rs",
    "src/?.rs", "[!a]b", "[^b]*", "t/\\*", "x[]]", "x[a-", "lib/**/m/*.py", "lib/a/m/b.py", "*b*", "*c*", "?", "docs/[a-c][!a]",
]  # fmt: skip
TEXTS = ["one", "two", "Ünï", "a\u200db", "tab\there", "z" * 70, "👩‍🚀", "#\ufe0f\u20e3", "नी\u200dx", "x\ny"]
WORKTREES = [None, None, "w1", "w2"]
COMMITS = [bytes([each]) * 20 for each in range(1, 5)] + [bytes(range(32))]


@dataclass
class Line:
    """A tip, and what stands in its past."""

    tip: str
    tasks: dict[str, dict[str, Any]]
    claims: dict[str, Mark]
    steps: list[Mark]
    blockers: list[Mark]

    def copy(self) -> Line:
        return Line(self.tip, dict(self.tasks), dict(self.claims), list(self.steps), list(self.blockers))

    def take(self, other: Line) -> None:
        self.tasks.update(other.tasks)
        self.claims.update(other.claims)
        self.steps += [each for each in other.steps if each not in self.steps]
        self.blockers += [each for each in other.blockers if each not in self.blockers]


class Chance:
    """A ledger by chance, which follows from its seed."""

    def __init__(self, seed: int, length: int = 60) -> None:
        self.random = random.Random(seed)
        self.length = length
        self.ledger = Builder(digits=64 if seed % 7 == 6 else 40, nonce=seed)
        self.recovery = Key("recovery")
        self.marks: list[Mark] = []
        self.line = Line("", self.ledger.tasks, self.ledger.claims, [], [])
        self.lines = [self.line]
        self.ids: list[bytes] = []

    def make(self) -> Builder:
        ledger, chance = self.ledger, self.random
        ledger.found(self.recovery if chance.random() < 0.7 else None)
        for name, roles in (("bob", [WORKER]), ("cy", [COORDINATOR, WORKER]), ("dee", [WORKER, REVIEWER])):
            ledger.add_actor(name, *roles)
        if chance.random() < 0.3:
            ledger.add_actor("fay", OBSERVER)
        for name in TASKS[: chance.randint(1, 4)]:
            ledger.add(name, *self.facts(name, 3), by=chance.choice(["ada", "bob", "cy"]))
        self.line.tip = ledger.tip
        for _ in range(self.length):
            self.step()
        while len(self.lines) > 1:
            self.join()
        return ledger

    def go_to(self, line: Line) -> None:
        self.line = line
        self.ledger.tip, self.ledger.tasks, self.ledger.claims = line.tip, line.tasks, line.claims

    def step(self) -> None:
        chance = self.random.random()
        if chance < 0.06 and len(self.lines) < 4:
            self.lines.append(self.random.choice(self.lines).copy())
        elif chance < 0.13 and len(self.lines) > 1:
            self.join()
        else:
            self.go_to(self.random.choice(self.lines))
            if chance < 0.20:
                self.hostile()
            else:
                self.entry()
            self.line.tip = self.ledger.tip

    # Entries

    def time(self) -> int:
        self.ledger.time += self.random.choice([0, 0, 1, 60, 600, 3600, 7200])
        shift = self.random.choice([0] * 12 + [-5000, 9000])
        return self.ledger.time + shift

    def entry(self) -> None:
        actor = self.random.choice(["ada", "ada", "bob", "bob", "cy", "cy", "dee", "dee", "dee", "fay" if self.random.random() < 0.3 else "bob"])
        count = self.random.choice([1] * 8 + [2, 3])
        roster = self.random.random() < 0.12
        files = {f"f/{name}": name.encode() for name in "ab"[: self.random.choice([0, 0, 1, 2])]}
        events = [self.roster_event() if roster else self.event(list(files)) for _ in range(count)]
        if self.random.random() < 0.02:
            events.append(self.roster_event())
        key = None
        if self.random.random() < 0.06:
            key = self.random.choice([self.recovery, Key("bob 2"), Key("cy 2"), Key("ada 2")])
        self.write(actor, events, files, key)

    def write(self, actor: str, events: list[Event], files: dict[str, bytes], key: Key | None,
              parents: list[str] | None = None) -> Written:
        named = {"idempotency_key": self.random.choice("abcdef")} if self.random.random() < 0.15 else {}
        written = self.ledger.entry(actor, *events, key=key, files=files, time=self.time(), parents=parents, **named)
        self.ids.append(written.id)
        if not written.judged.accepted:
            return written
        for index, (family, kind) in enumerate(events):
            at = mark(written.id, index)
            self.marks.append(at)
            if (family, kind[0]) == (3, 5):
                self.line.blockers.append(at)
            for item, fact in enumerate(kind[1].get("facts", []) if family == 2 and kind[0] in (0, 1) else []):
                if fact[0] == 15:
                    self.line.steps.append(mark(written.id, index, item))
        return written

    def pick(self, items: list[Any], otherwise: Any) -> Any:
        """Mostly the last ones."""
        if not items or self.random.random() < 0.03:
            return otherwise
        return self.random.choice(items[-4:] if self.random.random() < 0.7 else items)

    def a_mark(self, marks: list[Mark]) -> Mark:
        return self.pick(marks, self.pick(self.marks, mark()))

    def task(self) -> dict[str, Any]:
        known = list(self.ledger.tasks.values())
        task: dict[str, Any] = self.random.choice(known)
        if self.random.random() < 0.02:
            return {"id": self.random.choice(TASKS), "mark": self.a_mark(self.marks)}
        return task

    def claim_of(self, task: dict[str, Any]) -> Mark | None:
        if self.random.random() < 0.25:
            return None
        return self.ledger.claims.get(task["id"]) if self.random.random() < 0.9 else self.a_mark(self.marks)

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random.random() < chance else None

    def commit(self) -> bytes:
        return self.random.choice(COMMITS)

    def roster_event(self) -> Event:
        chance = self.random
        name = chance.choice(NAMES)
        key = chance.choice([self.ledger.key(name), Key(f"{name} 2"), Key(f"{name} 3"), self.recovery]).blob
        roles = chance.sample(range(5), chance.randint(0, 3))
        match chance.randrange(9):
            case 0:
                return event("1.0", name=chance.choice([name, "gus", name.upper()]), kind=chance.randrange(2),
                             email=self.ledger.email(name), roles=roles, key=self.maybe(key, 0.8))
            case 1:
                facts = [(0, self.ledger.email(name)), (1, chance.randrange(2)), (2, chance.randrange(5)), (3, chance.randrange(1, 5))]
                return event("1.1", actor=name, facts=chance.sample(facts, 2))
            case 2:
                return event("1.2", actor=name, key=key)
            case 3:
                return event("1.3", actor=chance.choice([name, "bob", "cy"]), key=key)
            case 4:
                return event("1.4", actor=chance.choice([name, "bob"]), key=key, since=self.maybe(self.ledger.time))
            case 5:
                return event("1.5", key=self.maybe(chance.choice([self.recovery, Key("recovery 2")]).blob, 0.8))
            case 6:
                return event("0.1", **{chance.choice(["format", "rules", "files"]): 2 if chance.random() < 0.05 else chance.randrange(2)})
        return event("1.6", self.policy_rule())

    def policy_rule(self) -> tuple[int, Any]:
        chance = self.random
        values = [
            chance.choice([0, 90, 3600, 7200, 86400]), chance.sample(range(5), 2), chance.randrange(3), chance.random() < 0.7,
            chance.random() < 0.5, {"paths": chance.choice(GLOBS), "by": self.approvers()}, chance.choice([60, 5000, 86400]),
            chance.sample(range(5), 2), chance.random() < 0.5, chance.randrange(3), chance.random() < 0.3,
            chance.choice([60, 28_800, 86_400]),
        ]  # fmt: skip
        number = chance.randrange(len(values))
        return number, values[number]

    def approvers(self) -> list[tuple[int, Any]]:
        return [self.approver() for _ in range(self.random.randint(0, 2))]

    def approver(self) -> tuple[int, Any]:
        return self.random.choice([(0, self.random.choice(NAMES)), (1, self.random.randrange(5))])

    def facts(self, name: str, most: int) -> list[Any]:
        return [self.fact() for _ in range(self.random.randint(0, most))]

    def fact(self) -> tuple[Any, ...]:
        chance = self.random
        glob, text, name = chance.choice(GLOBS), self.text(), chance.choice(NAMES)
        task = self.task() if self.ledger.tasks else here("A")
        kind = chance.randrange(3)
        facts: list[tuple[Any, ...]] = [
            (0, text), (1, self.maybe(text)), (2, name), (3, name), (4, self.maybe(chance.randrange(4))),
            (5, self.maybe(chance.randrange(3))), (6, self.maybe((5, 60))), (7, task), (8, task), (9, self.approver()),
            (10, self.approver()), (11, glob), (12, glob), (13, self.maybe("feat/x")), (14, self.maybe(7)), (15, text),
            (16, self.a_mark(self.line.steps)), (17, text), (18, text), (19, text), (20, text), (21, text), (22, text),
            (23, self.maybe("f/a")), (24, self.maybe({"number": 1, "rank": 2})), (25, text, self.maybe(text)),
            (26, self.maybe("2025-11-01")), (27, self.maybe("2025-10-20")), (28, "https://example.org/x"),
            (29, "https://example.org/x"), (30, self.maybe(task, 0.8)), (31, kind, task), (32, kind, task),
        ]  # fmt: skip
        often = (2, 7, 9, 11, 11, 11, 15, 19, 30)
        return facts[chance.choice(often) if chance.random() < 0.4 else chance.randrange(len(facts))]

    def event(self, files: list[str]) -> Event:
        chance = self.random
        task = self.task()
        claim = self.claim_of(task)
        note = self.maybe(chance.choice(files or ["f/a"]), 0.4)
        kinds = {
            "2.0": 3, "2.1": 10, "2.2": 5, "2.3": 1, "2.4": 3, "2.5": 1, "2.6": 1, "3.0": 14, "3.1": 3, "3.2": 3, "3.3": 3,
            "3.4": 3, "3.5": 2, "3.6": 2, "3.7": 5, "3.8": 2, "3.9": 1, "3.10": 5, "4.0": 7, "4.1": 9, "4.2": 3, "4.3": 1, "4.4": 3,
            "5.0": 2, "5.1": 1, "5.2": 5, "5.3": 1, "6.0": 1, "6.1": 1, "6.2": 1, "0.1": 0, "0.2": 1, "0.3": 1, "0.4": 0,
            "1.6": 1,
        }  # fmt: skip
        kind = chance.choices(list(kinds), list(kinds.values()))[0]
        lease = chance.choice([0, 60, 3600, 7200, 100000, 2**64 - 1])
        guardrail = chance.choice(["G", "H"])
        command = self.maybe("make", 0.8)
        match kind:
            case "0.2":
                return event("0.2", [(0, self.maybe(self.text())), (1, chance.randrange(-840, 840))])
            case "0.3":
                return event(kind, entry=self.pick(self.ids, bytes(32)))
            case "1.6":
                return event(kind, self.policy_rule())
            case "2.0":
                name = chance.choice(TASKS)
                return event(kind, id=name, title=self.text(), facts=self.facts(name, 4))
            case "2.1":
                return event(kind, task=task, facts=[self.fact() for _ in range(chance.randint(1, 4))])
            case "2.2":
                into = {"commit": self.commit(), "into": "main", "method": self.maybe(chance.randrange(4), 0.3), "before": self.maybe(self.commit(), 0.3)}
                return event(kind, task=task, claim=claim, commit=self.maybe(self.commit()), waiver=self.maybe(self.text(), 0.1),
                             tree=self.maybe(self.commit(), 0.3), integrated=self.maybe(into, 0.3))
            case "2.3":
                return event(kind, task=task, reason=self.maybe(self.text()))
            case "2.4":
                return event(kind, task=task, reason=self.maybe(self.text()), mistaken=chance.random() < 0.3)
            case "2.5":
                return event(kind, task=task, body=note or "f/a")
            case "2.6":
                return event(kind, source="plan.md", format="markdown", digest=bytes(32), file=note or "f/a")
            case "3.0":
                return event(kind, task=task, lease=lease, worktree=chance.choice(WORKTREES), steal=chance.random() < 0.2,
                             share=chance.random() < 0.15, resume=chance.random() < 0.2)
            case "3.1":
                return event(kind, task=task, claim=claim or mark(), lease=self.maybe(lease, 0.4))
            case "3.2":
                return event(kind, task=task, claim=claim or mark())
            case "3.3":
                return event(kind, task=task, claim=claim, percent=chance.randint(0, 100))
            case "3.4":
                return event(kind, task=task, step=self.a_mark(self.line.steps), number=3, done=chance.random() < 0.7, claim=claim)
            case "3.5":
                return event(kind, task=task, reason=self.text(), on=self.maybe(self.task(), 0.4))
            case "3.6":
                return event(kind, task=task, blocker=self.a_mark(self.line.blockers), number=1)
            case "3.7":
                return event(kind, task=task, commit=self.commit(), branch=self.maybe("feat/y"), claim=claim)
            case "3.8":
                return event(kind, task=task, old=self.commit(), new=self.commit())
            case "3.9":
                return event(kind, task=task, worktree=chance.choice(WORKTREES))
            case "3.10":
                return event(kind, task=task, claim=claim or mark(), to=chance.choice(NAMES), lease=lease, note=note)
            case "4.0":
                return event(kind, task=task, claim=claim, commit=self.maybe(self.commit()), pr=self.maybe(12, 0.2))
            case "4.1":
                return event(kind, task=task, commit=self.maybe(self.commit(), 0.4), note=note)
            case "4.2":
                return event(kind, task=task, commit=self.maybe(self.commit(), 0.3), note=note or "f/a")
            case "4.3":
                return event(kind, task=task)
            case "4.4":
                return event(kind, task=task, item=self.text(), ticked=chance.random() < 0.8)
            case "5.0":
                return event(kind, id=guardrail, title=self.text(), command=command, expect=self.maybe("ok", 0.3),
                             required=chance.random() < 0.6, depends=[self.task()] if chance.random() < 0.3 else [],
                             time_limit=self.maybe(60), extra=[("k", "v")] if chance.random() < 0.2 else [],
                             environment=["PATH", "HOME"] if chance.random() < 0.2 else [])
            case "5.1":
                return event(kind, id=guardrail)
            case "5.2":
                digest = chance.choice([None, blake3(b"make"), blake3(b"\xffPATH HOME\xffmake"), bytes(32)])
                return event(kind, id=guardrail, outcome=chance.randrange(2), evidence=note, exit=self.maybe(chance.choice([0, 1, -1, -200])),
                             duration_milliseconds=self.maybe(5), host=self.maybe("h", 0.2), commit=self.maybe(self.commit(), 0.8),
                             tree=self.maybe(self.commit()), changed=[f"f{i}" for i in range(chance.choice([0, 0, 0, 1, 12]))],
                             command_digest=digest)
            case "5.3":
                return event(kind, name=chance.choice(["done", "percent"]), expression=self.maybe(">=1", 0.7))
            case "6.0":
                seen = [{"number": chance.randrange(4), "title": self.maybe(self.text()), "state": self.maybe(chance.randrange(3)), "draft": self.maybe(False),
                         "checks": self.maybe({"passing": 1, "failing": 0, "pending": 3}), "labels": self.maybe([])} for _ in range(chance.randrange(3))]
                source = {"forge": chance.randrange(4), "repository": "https://example.org/" + chance.choice(["a", "b"])}
                return event(kind, source=source, seen=seen, gone=[chance.randrange(4)] * chance.randrange(3))
            case "6.1":
                seen = [{"label": "w1", "branch": self.maybe("b"), "head": self.maybe(self.commit()), "ahead": 1, "behind": 0, "dirty": 2,
                         "task": self.maybe(task), "active": self.maybe(5)}]
                return event(kind, host=chance.choice(["h1", "h2"]), seen=seen[: chance.randrange(2)])
        return event("6.2", label=self.maybe("L"), state=bytes(32), versions=(1, 1, 1))

    # Joins

    def join(self) -> None:
        chance = self.random
        chance.shuffle(self.lines)
        count = 3 if len(self.lines) > 2 and chance.random() < 0.3 else 2
        joined, self.lines = self.lines[:count], self.lines[count:]
        for other in joined[1:]:
            joined[0].take(other)
        self.go_to(joined[0])
        parents = [line.tip for line in joined]
        kind = chance.random()
        if kind < 0.15:
            self.write("ada", [event("0.4")], {}, None, parents)
        elif kind < 0.25:
            self.write(chance.choice(["bob", "cy", "eve"]), [], {}, None, parents)
        elif kind < 0.35:
            self.write(chance.choice(["ada", "bob"]), [self.event([])], {}, None, parents)
        else:
            self.write("ada", [], {}, None, parents)
        self.line.tip = self.ledger.tip
        self.lines.append(self.line)

    # Commits that are no entries

    def hostile(self) -> None:
        """A commit that is quarantined, or a copy."""
        chance, ledger = self.random, self.ledger
        parents = [ledger.tip]
        if len(self.lines) > 1 and chance.random() < 0.3:
            parents.append(chance.choice(self.lines).tip)
        parents = list(dict.fromkeys(parents))
        actor = chance.choice(["ada", "bob", "cy"])
        values = ledger.values(actor, self.event([]), parents=parents, time=self.time())
        change = chance.randrange(12)
        if change == 0:
            values["ledger"] = bytes(32)
        elif change == 1:
            values["parents"] = [bytes(32) for _ in parents]
        elif change == 2:
            values["actor"] = "mallory"
        elif change == 3:
            values["events"] = [event("0.0", key=Key("x").blob, kind=0, email="x@example.org", nonce=1)]
        payload = write_payload({name: value for name, value in values.items() if value is not None})
        draft = ledger.draft(payload, values, parents)
        key = ledger.key(actor)
        if change == 4:
            draft.name = "other"
        elif change == 5:
            draft.seconds += 1
        elif change == 6:
            draft.tree = ledger.files.tree({"x": b"x"})
        elif change == 7:
            draft.message = "x" + draft.message
        elif change == 8:
            key = Key("mallory")
        elif change == 9:
            draft.email = "other@example.org"
        elif change == 10:
            draft.message = "no entry\n"
        raw = draft.signed(key)
        if change == 11:
            raw = self._bad_signature(draft, key)
        ledger.put(raw)

    @staticmethod
    def _bad_signature(draft: Draft, key: Key) -> bytes:
        blob = bytearray(key.sshsig(draft.signed_bytes()))
        blob[-1] ^= 1
        return draft.with_signature(bytes(blob))
