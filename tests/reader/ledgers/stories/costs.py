"""Steps and allowances (section 14, Steps). An entry has to take more than it is given for its steps to be in the state, so
each begins with an event that takes many."""

from __future__ import annotations

from typing import Any

from reader.digest import blake3
from reader.forms import WORKER

from ..building import Builder, Event, event, mark
from ..keys import Key
from .team import (
    CHECK, CRITERION, DEPENDS, LABEL, NO_CHECK, NO_CRITERION, NO_DEPENDS, NO_OWNER, NO_PATH, NO_STEP, ONE, OWNER, PARENT, PATH,
    STEP, TITLE, policy, team,
)

LONG = "x" * 399
"""A glob of 400 bytes, each name counting one more than it has."""


def heavy(nonce: int) -> Builder:
    """A ledger with a task H that is costly to meet."""
    ledger = team(nonce)
    ledger.add("H", *((LABEL, f"{number:x}") for number in range(1000)))
    return ledger


def also(ledger: Builder, *events: Event, by: str = "ada", **options: Any) -> None:
    """The events, behind one that meets H."""
    ledger.entry(by, event("3.9", task=ledger.tasks["H"]), *events, **options)


def of_events() -> Builder:
    """What each kind takes."""
    ledger = heavy(41)
    ledger.add("P")
    ledger.add("A", (PATH, "src/*"), (PATH, "doc/[a-z]"), (OWNER, "bob"), (OWNER, "ada"), (STEP, "s"), (CHECK, "c"), (CRITERION, "d"),
               (DEPENDS, ledger.tasks["P"]))
    ledger.add("B", (PATH, "src/?/y"), (PATH, "src/ab"), (PARENT, ledger.tasks["A"]))
    ledger.add("C", (PATH, "*/z"))
    ledger.add("D", (PATH, "lib/*"))
    ledger.add("W", (PATH, "zzz/1"), (PATH, "zzz/2"))
    ledger.claim("W", "rob", lease=1)
    tasks = ledger.tasks
    policy(ledger, 5, {"paths": "src/**", "by": [(0, "dan")]})
    policy(ledger, 5, {"paths": "doc/*", "by": []})
    policy(ledger, 5, {"paths": "*/x", "by": [(0, "rae"), (1, 3)]})

    def about(name: str, kind: str, **fields: Any) -> Event:
        return event(kind, task=tasks[name], **fields)

    ledger.case("meeting a task, and meeting it again")
    also(ledger, about("A", "3.9"), about("A", "3.9"))
    ledger.case("H only")
    also(ledger)
    ledger.case("a task that there is not", "unknown_task")
    also(ledger, event("3.9", task={"id": "A", "mark": mark()}))
    ledger.case("a task of another name", "unknown_task")
    also(ledger, event("3.9", task={**tasks["A"], "id": "B"}))
    ledger.case("claims meet the claims that are there")
    also(ledger, about("B", "3.0", lease=60), about("C", "3.0", lease=60, share=True))
    ledger.case("also those that have run out, whose paths cost more")
    also(ledger, about("A", "3.0", lease=9000), time=ledger.time + 500)
    ledger.case("a shared claim asks for no paths")
    also(ledger, about("D", "3.0", lease=9000, share=True, worktree="w"))
    ledger.case("a claim that is held asks for no paths", "claim_held")
    also(ledger, about("A", "3.0", lease=60), by="rob")
    ledger.add("E", (PATH, "src/e"), (PATH, "src"))
    ledger.time += 100
    ledger.case("a refused entry takes its steps, up to the refusal", "paths_held")
    ledger.entry("dan", event("3.9", task=tasks["H"]), about("E", "3.0", lease=60), about("A", "3.9"))
    ledger.case("a lost claim of a task with a claim", "lease_lost")
    also(ledger, about("A", "3.1", claim=mark()), by="dan")
    ledger.case("a lost claim of a task without one", "lease_lost")
    also(ledger, about("E", "3.1", claim=mark()), by="dan")
    ledger.case("released, with paths")
    also(ledger, about("A", "3.2", claim=ledger.claims.get("A", mark(ledger.judge.judged[ledger.tip].id, 1))), by="ada")
    ledger.case("done, with a review", "gate_open")
    also(ledger, about("A", "2.2"))
    ledger.case("a waiver asks for no review")
    also(ledger, about("C", "2.2", waiver="w"))
    ledger.case("cancelled")
    also(ledger, about("D", "2.3"))
    ledger.add("F", (DEPENDS, tasks["P"]), (DEPENDS, tasks["A"]))
    ledger.add("G", (PARENT, tasks["F"]))
    ledger.case("dependencies and children are asked for", "waits")
    also(ledger, about("F", "2.2"))
    policy(ledger, 8, False)
    ledger.entry("ada", event("5.0", id="G1", title="g", command="make", required=True, depends=[tasks["P"], tasks["P"]], extra=[("k", "v")], environment=["A", "B"]),
                 event("5.0", id="G2", title="g"), event("5.0", id="G3", title="g", required=True))
    result = event("5.2", id="G3", outcome=0, commit=ONE, command_digest=None)
    ledger.entry("ada", result, event("5.2", id="G1", outcome=0), event("5.2", id="G2", outcome=0))
    ledger.case("guardrails are asked for", "guardrail_open")
    also(ledger, about("F", "2.2"))
    ledger.case("whether A is a reviewer", "not_submitted")
    also(ledger, about("A", "4.1"), by="rob")
    ledger.case("own work is found before", "own_work")
    also(ledger, about("A", "4.1"), by="ada")
    ledger.case("guardrails: set, recorded, removed")
    also(ledger, event("5.2", id="G1", outcome=1, changed=["a", "b"], command_digest=blake3(b"x")), event("5.0", id="G1", title="g", command="x", depends=[tasks["P"]]),
         event("5.0", id="G4", title="g", command="xyz", depends=[tasks["P"]]), event("5.1", id="G3"))
    ledger.case("a guardrail that there is not", "unknown_guardrail")
    also(ledger, event("5.2", id="G9", outcome=1, changed=["a", "b"]))
    seen = [{"number": number} for number in range(5)]
    f, g = ({"forge": 3, "repository": f"https://example.org/{name}"} for name in "fg")
    ledger.case("pull requests")
    also(ledger, event("6.0", source=f, seen=seen), event("6.0", source=g, seen=seen[:1]), event("6.0", source=f, seen=seen[:2], gone=[1, 1, 9]))
    worktree = {"label": "w", "ahead": 0, "behind": 0, "dirty": 0}
    ledger.case("worktrees")
    also(ledger, event("6.1", host="h", seen=[worktree] * 3), event("6.1", host="i", seen=[worktree]), event("6.1", host="h", seen=[worktree]))
    ledger.case("events of the ledger and of the roster take one step")
    also(ledger, event("0.2", []), event("0.3", entry=bytes(32)), event("5.3", name="x"), event("2.6", source="s", format="f", digest=bytes(32), file="f"),
         files={"f": b"f"})
    return ledger


def of_facts() -> Builder:
    """What each fact takes."""
    ledger = heavy(42)
    for name in ("P", "Q", "R"):
        ledger.add(name)
    ledger.add("A", (PATH, "src/*"), (OWNER, "bob"), (OWNER, "dan"), (OWNER, "rob"), (STEP, "s"), (STEP, "t"), (CHECK, "c"), (CRITERION, "d"),
               (CRITERION, "e"), (DEPENDS, ledger.tasks["P"]), (DEPENDS, ledger.tasks["Q"]))
    steps = ledger.tasks["A"]["mark"]["entry"]
    ledger.add("B", (PATH, "src/?/y"), (PARENT, ledger.tasks["A"]))
    ledger.add("C", (PARENT, ledger.tasks["B"]))
    ledger.about("A", "4.0", "ada")
    ledger.about("A", "4.4", "rae", item="c", ticked=True)
    policy(ledger, 5, {"paths": "src/**", "by": [(0, "dan")]})
    policy(ledger, 5, {"paths": "lib/*", "by": [(0, "dan")]})

    def edit(name: str, *facts: Any, by: str = "ada") -> None:
        also(ledger, event("2.1", task=ledger.tasks[name], facts=list(facts)), by=by)

    for about, fact in (
        ("a title", (TITLE, "t")), ("an owner", (OWNER, "ole")), ("an owner less", (NO_OWNER, "ole")), ("a criterion", (CRITERION, "f")),
        ("a criterion less", (NO_CRITERION, "f")), ("a step less", (NO_STEP, mark(steps, 0, 5))), ("a check less", (NO_CHECK, "c")),
        ("a path less", (NO_PATH, "src/q*")), ("a path of an unclaimed task", (PATH, "src/q*")),
        ("no parent", (PARENT, None)), ("a parent", (PARENT, ledger.tasks["R"])), ("the same parent", (PARENT, ledger.tasks["R"])),
        ("a dependency", (DEPENDS, ledger.tasks["R"])),
    ):  # fmt: skip
        ledger.case(about, "cycle" if about == "a dependency" else "accepted")
        edit("A", fact)
        ledger.case(about + " beside a label, in another task", "cycle" if about == "a dependency" else "accepted")
        edit("C", (LABEL, "l"), fact if about != "a step less" else (STEP, "s"))
    ledger.case("facts up to the refusal", "unknown_step")
    edit("A", (LABEL, "l"), (NO_STEP, mark()), (OWNER, "cy"), (CRITERION, "x"))
    ledger.case("several dependencies are searched for together", "cycle")
    edit("P", (DEPENDS, ledger.tasks["R"]), (DEPENDS, ledger.tasks["A"]))
    ledger.add("S")
    ledger.add("T")
    ledger.case("several dependencies, without a cycle")
    edit("S", (DEPENDS, ledger.tasks["A"]), (DEPENDS, ledger.tasks["B"]), (DEPENDS, ledger.tasks["T"]))
    ledger.case("those that there are take nothing")
    edit("S", (DEPENDS, ledger.tasks["A"]))
    ledger.case("a new task with a parent, dependencies and owners")
    also(ledger, event("2.0", id="N", title="n", facts=[(PARENT, ledger.tasks["B"]), (DEPENDS, ledger.tasks["P"]), (OWNER, "bob"), (CRITERION, "c"), (PATH, "src/n")]))
    ledger.case("a parent that the task cannot have", "cycle")
    edit("R", (PARENT, ledger.tasks["C"]))
    ledger.case("a task under itself", "cycle")
    edit("A", (PARENT, ledger.tasks["A"]))
    ledger.case("a task that waits for itself", "cycle")
    edit("A", (DEPENDS, ledger.tasks["A"]))
    ledger.case("a parent that the task waits for", "cycle")
    edit("A", (PARENT, ledger.tasks["P"]))
    ledger.case("a parent that there is not", "unknown_task")
    edit("R", (PARENT, {"id": "X", "mark": mark()}))
    ledger.claim("B", "bob", lease=60)
    ledger.claim("A", "dan", lease=86400, worktree="w", share=True)
    ledger.case("a path of a shared claim is not asked for")
    edit("A", (PATH, "src/s*"))
    ledger.claim("A", "dan", lease=86400, worktree="w", resume=True, time=ledger.time + 1000)
    ledger.case("a path of a running claim, beside one that has run out")
    edit("A", (PATH, "src/r*"), (PATH, "doc"))
    ledger.add("U", (PATH, "usr/*"))
    ledger.claim("U", "rob", lease=60)
    ledger.case("a path of a claim that has run out")
    also(ledger, event("2.1", task=ledger.tasks["U"], facts=[(PATH, "src/u"), (PATH, "src/u")]), time=ledger.time + 1000)
    ledger.add("V", (PATH, "var/*"))
    ledger.claim("V", "rob", lease=86400)
    ledger.case("those who may not edit take the steps of the facts", "not_permitted")
    edit("A", (TITLE, "t"), (OWNER, "cy"), (NO_PATH, "src/z"), (PARENT, ledger.tasks["R"]), (DEPENDS, ledger.tasks["R"]), by="rob")
    ledger.case("so do those who may not add", "not_permitted")
    also(ledger, event("2.0", id="N", title="n", facts=[(OWNER, "bob"), (CRITERION, "c"), (PARENT, ledger.tasks["R"])]), by="rob")
    ledger.case("a task of another name is met", "unknown_task")
    also(ledger, event("2.1", task={**ledger.tasks["A"], "id": "B"}, facts=[(OWNER, "bob"), (NO_CRITERION, "d")]))
    ledger.case("a path that is held: what settles is not asked for", "paths_held")
    edit("A", (PATH, "var/u"), (LABEL, "l"))
    return ledger


def too_much() -> Builder:
    """What an entry may take, and an actor."""
    ledger = team(43)
    policy(ledger, 7, [WORKER])
    ledger.add("A", *((PATH, "*" + LONG[:-3] + f"{number}") for number in range(4)))
    ledger.claim("A", "bob", lease=86400)

    def asks(number: int, first: str = "?", last: str = "y") -> list[Event]:
        """A task with so many paths, claimed and released again, takes 4 comparisons of 160,802 steps for each."""
        paths = [(PATH, first + LONG[:-2] + f"{last}{each}") for each in range(number)]
        claimed = {"id": "Z", "mark": mark()}
        return [event("2.0", id="Z", title="z", facts=paths), event("3.0", task=claimed, lease=1),
                event("3.2", task=claimed, claim=mark(None, 1))]

    ledger.case("4 comparisons")
    ledger.entry("rob", *asks(1))
    ledger.case("12 take less than two millions")
    ledger.entry("rob", *asks(3))
    ledger.case("16 take more", "too_costly")
    ledger.entry("rob", *asks(4))
    ledger.case("whatever else is wrong", "too_costly")
    ledger.entry("rob", *asks(4, "*", "x"))
    ledger.case("paths that are held", "paths_held")
    ledger.entry("rob", *asks(3, "*", "x"))
    for number in range(6):
        ledger.case(f"the allowance goes down: {number}")
        ledger.entry("rob", *asks(3), time=ledger.time)
    ledger.case("until it is too small", "too_costly")
    ledger.entry("rob", *asks(3), time=ledger.time)
    ledger.case("each second gives 500")
    ledger.entry("rob", event("6.1", host="h", seen=[]), time=ledger.time + 10)
    ledger.case("an earlier time gives nothing")
    ledger.entry("rob", event("6.1", host="h", seen=[]), time=ledger.time)
    ledger.case("a task that is just being added has no name in the refusal", "too_costly")
    ledger.entry("cy", *(event("2.0", id=name, title="t", facts=[(NO_CRITERION, "c")] * 1000) for name in "YZ"))
    ledger.case("another actor has his own", "unknown_task")
    ledger.entry("dan", event("3.9", task={"id": "Z", "mark": mark()}))
    return ledger


def refused_before_its_events() -> Builder:
    """What the allowance becomes after an entry whose events are not asked."""
    ledger = heavy(45)
    ledger.entry("ada", event("1.2", actor="ada", key=Key("ada 2").blob))
    base = ledger.tip
    ledger.case("an entry that takes more than it is given")
    one = ledger.entry("ada", event("3.9", task=ledger.tasks["H"]))
    ledger.case("its copy is repeated: the allowance stays, and so does its time", "repeated")
    two = ledger.copy(one, Key("ada 2"))
    ledger.tip = base
    seen = ledger.entry("dan", event("6.1", host="h", seen=[]), time=ledger.time + 10)
    ledger.tip = one.object_id
    ledger.case("the join of both")
    ledger.join("dan", seen.object_id, two.object_id)
    ledger.time += 10
    for _ in range(5):
        also(ledger, time=ledger.time)
    ledger.case("refused by its past at its second event: no steps are taken, and those of the entry are added", "key_taken")
    taken = event("1.2", actor="dan", key=Key("ada").blob)
    ledger.entry("ada", event("1.2", actor="dan", key=Key("dan 2").blob), taken, time=ledger.time)
    ledger.entry("ada", event("3.9", task=ledger.tasks["H"]), time=ledger.time, idempotency_key="k")
    ledger.case("an idempotency key that was used: likewise", "idempotency_key_used")
    ledger.entry("ada", event("3.9", task=ledger.tasks["H"]), event("3.9", task=ledger.tasks["H"]), time=ledger.time, idempotency_key="k")
    return ledger


def child_and_dependency() -> Builder:
    """A task that is a child and a dependency of another one is one link in a search."""
    ledger = heavy(46)
    ledger.add("C")
    ledger.add("P", (DEPENDS, ledger.tasks["C"]))
    ledger.edit("C", (PARENT, ledger.tasks["P"]))
    for number in range(8):
        ledger.add(f"X{number}")
    ledger.add("X", *((DEPENDS, ledger.tasks[f"X{number}"]) for number in range(8)))
    ledger.case("the search against the links is the smaller one")
    also(ledger, event("2.1", task=ledger.tasks["C"], facts=[(DEPENDS, ledger.tasks["X"])]))
    ledger.edit("C", (NO_DEPENDS, ledger.tasks["X"]))
    ledger.add("S")
    for number in range(8):
        ledger.add(f"T{number}", (DEPENDS, ledger.tasks["S"]))
    ledger.case("the search along them is the smaller one")
    also(ledger, event("2.1", task=ledger.tasks["S"], facts=[(DEPENDS, ledger.tasks["P"])]))
    return ledger


STORIES = (of_events, of_facts, too_much, refused_before_its_events, child_and_dependency)
