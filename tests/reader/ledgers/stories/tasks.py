"""Adding and editing tasks (section 9, family 2; section 14, FITS and SHOWN)."""

from __future__ import annotations

from typing import Any

from reader.forms import OBSERVER, WORKER

from ..building import Builder, event, here, mark
from .team import (
    BODY, BRANCH, CHECK, CRITERION, DEFER, DEPENDS, DUE, ESTIMATE, EXTRA, GATE, GROUP, LABEL, LINK, NO_CHECK, NO_CRITERION,
    NO_DEPENDS, NO_GATE, NO_LABEL, NO_LINK, NO_OWNER, NO_PATH, NO_STEP, NO_URL, OWNER, PARENT, PATH, PRIORITY,
    PULL_REQUEST, RISK, STEP, TITLE, URL, WAVE, policy, team,
)


def facts() -> Builder:
    """Each fact, set and taken back."""
    ledger = team(21)
    files = {"spec.md": b"what"}
    ledger.case("who may add")
    ledger.add("B", by="bob")
    ledger.case("who may not", "not_permitted")
    ledger.add("C", by="rae")
    everything: list[Any] = [
        (TITLE, "another"), (GROUP, "g"), (OWNER, "bob"), (OWNER, "cy"), (OWNER, "bob"), (PRIORITY, 0), (RISK, 2),
        (ESTIMATE, (5, 60)), (DEPENDS, ledger.tasks["B"]), (GATE, (1, WORKER)), (GATE, (0, "rae")), (PATH, "b/**"),
        (PATH, "a/b"), (BRANCH, "feat/a"), (PULL_REQUEST, 7), (STEP, "one"), (STEP, "two"), (CRITERION, "z"),
        (CRITERION, "c"), (CRITERION, "z"), (CHECK, "y"), (CHECK, "x"), (LABEL, "m"), (LABEL, "l"), (BODY, "spec.md"),
        (WAVE, {"number": 2, "rank": 1}), (EXTRA, "k", "v"), (EXTRA, "j", "w"), (DUE, "2026-02-28"),
        (DEFER, "2026-02-01"), (URL, "https://example.org/?a=%20#b"), (LINK, 1, ledger.tasks["B"]), (LINK, 0, ledger.tasks["B"]),
    ]  # fmt: skip
    ledger.case("all that a task can have")
    ledger.add("A", *everything, by="cy", files=files)
    added = ledger.tasks["A"]["mark"]["entry"]
    ledger.case("nothing again, but what is not there does no harm")
    ledger.edit("A", (GROUP, None), (NO_OWNER, "bob"), (NO_OWNER, "bob"), (PRIORITY, None), (RISK, None), (ESTIMATE, None),
                (NO_DEPENDS, ledger.tasks["B"]), (NO_GATE, (1, WORKER)), (NO_GATE, (1, OBSERVER)), (NO_PATH, "a/b"),
                (BRANCH, None), (PULL_REQUEST, None), (NO_STEP, mark(added, 0, 15)), (NO_CRITERION, "z"), (NO_CRITERION, "q"),
                (NO_CHECK, "y"), (NO_LABEL, "m"), (BODY, None), (WAVE, None), (EXTRA, "k", None), (EXTRA, "n", None), (DUE, None),
                (DEFER, None), (NO_URL, "https://example.org/?a=%20#b"), (NO_LINK, 1, ledger.tasks["B"]), by="cy")
    ledger.case("a step that was removed", "unknown_step")
    ledger.edit("A", (NO_STEP, mark(added, 0, 15)), by="cy")
    ledger.case("a body that is not attached", "unknown_attachment")
    ledger.edit("A", (BODY, "spec.md"), by="cy")
    ledger.case("what cannot be known", "unknown_task")
    ledger.edit("A", (DEPENDS, {"id": "B", "mark": mark(added)}), by="cy")
    ledger.case("a dependency that is removed has to be known too", "unknown_task")
    ledger.edit("A", (NO_DEPENDS, {"id": "B", "mark": mark(added)}), by="cy")
    ledger.case("and a link", "unknown_task")
    ledger.edit("A", (NO_LINK, 0, {"id": "B", "mark": mark(added)}), by="cy")
    ledger.case("a task that has another name", "unknown_task")
    ledger.entry("cy", event("2.1", task={**ledger.tasks["A"], "id": "B"}, facts=[(LABEL, "x")]))
    ledger.case("an edit that says nothing")
    ledger.edit("A", by="cy")
    ledger.case("a step of a task that is just added", "unknown_step")
    ledger.entry("cy", event("2.0", id="X", title="x", facts=[(STEP, "s"), (NO_STEP, mark(None, 0, 0))]))
    ledger.case("several tasks in an entry, one of which names the one before")
    ledger.entry("cy", event("2.0", id="X", title="x", facts=[(STEP, "s")]),
                 event("2.0", id="Y", title="y", facts=[(PARENT, here("X")), (LINK, 2, here("X"))]),
                 event("2.1", task=here("X"), facts=[(NO_STEP, mark(None, 0, 0)), (STEP, "t")]))
    ledger.case("not the one after", "unknown_task")
    ledger.entry("cy", event("2.0", id="Z", title="z", facts=[(DEPENDS, here("Z", 1))]), event("2.0", id="Z", title="z"))
    return ledger


def permissions() -> Builder:
    """MAY EDIT, and what some facts ask besides."""
    ledger = team(22)
    ledger.add("A", by="cy")
    ledger.case("who neither added, owns nor holds it", "not_permitted")
    ledger.edit("A", (LABEL, "l"), by="bob")
    ledger.claim("A", "bob", lease=10)
    ledger.case("who holds it, if late")
    ledger.edit("A", (LABEL, "l"), by="bob")
    ledger.case("owners are named by coordinators", "not_permitted")
    ledger.edit("A", (OWNER, "dan"), by="bob")
    ledger.case("or by themselves")
    ledger.edit("A", (OWNER, "bob"), by="bob")
    ledger.case("others are not struck out", "not_permitted")
    ledger.edit("A", (OWNER, "bob"), (NO_OWNER, "dan"), by="bob")
    ledger.about("A", "3.2", "bob", claim=ledger.claims["A"])
    ledger.case("an owner edits")
    ledger.edit("A", (LABEL, "m"), by="bob")
    ledger.case("and strikes himself out")
    ledger.edit("A", (NO_OWNER, "bob"), by="bob")
    ledger.case("then he may not any more", "not_permitted")
    ledger.edit("A", (LABEL, "n"), by="bob")
    ledger.add("B", by="bob")
    ledger.entry("ada", event("1.1", actor="bob", facts=[(3, WORKER)]))
    ledger.case("who added it, without a role", "not_permitted")
    ledger.edit("B", (LABEL, "n"), by="bob")
    ledger.entry("ada", event("1.1", actor="bob", facts=[(2, WORKER)]))
    ledger.case("with the role again")
    ledger.edit("B", (LABEL, "n"), by="bob")
    ledger.case("a broad path", "not_permitted")
    ledger.edit("B", (PATH, "*/**/x?"), by="bob")
    ledger.case("one name is enough not to be broad")
    ledger.edit("B", (PATH, "*/**/x"), by="bob")
    ledger.case("a backslash does not make it broad, a bracket does", "not_permitted")
    ledger.edit("B", (PATH, "\\a/[b"), (PATH, "./[b"), by="bob")
    policy(ledger, 7, [WORKER])
    ledger.case("broad paths by workers")
    ledger.edit("B", (PATH, "**"), by="bob")
    ledger.case("and no more by coordinators", "not_permitted")
    ledger.edit("B", (PATH, "*"), by="cy")
    ledger.case("in a new task the refusal names no task", "not_permitted")
    ledger.add("C", (PATH, "*"), by="cy")
    ledger.case("all fit before one has an effect: the new owner may not be added by another fact", "not_permitted")
    ledger.edit("B", (LABEL, "z"), (OWNER, "bob"), (OWNER, "dan"), by="bob")
    ledger.about("B", "2.3", "bob")
    ledger.case("a cancelled task may be edited")
    ledger.edit("B", (TITLE, "t"), by="bob")
    ledger.case("and commented")
    ledger.about("B", "2.5", "ole", body="c.md", files={"c.md": b"c"})
    ledger.case("a comment that is not attached", "unknown_attachment")
    ledger.about("B", "2.5", "ole", body="c.md")
    ledger.entry("ada", event("1.1", actor="ole", facts=[(3, OBSERVER)]))
    ledger.case("without any role one does not comment", "not_permitted")
    ledger.about("B", "2.5", "ole", body="c.md", files={"c.md": b"c"})
    return ledger


def names() -> Builder:
    """SHOWN, of tasks that have one name."""
    ledger = team(23)
    for number in range(6):
        ledger.entry("ada", *(event("2.0", id="A", title=f"{number} {each}") for each in range(2)))
    ledger.add("a")
    ledger.case("the name of the refusal is that which is shown", "cycle")
    ledger.edit("A", (DEPENDS, ledger.tasks["A"]))
    ledger.case("and that of a", "cycle")
    ledger.edit("a", (LINK, 0, ledger.tasks["a"]))
    return ledger


def relations() -> Builder:
    """Cycles, parents and levels."""
    ledger = team(24)
    for name in "ABCDE":
        ledger.add(name)
    tasks = ledger.tasks

    def edit(name: str, *facts: Any) -> None:
        ledger.edit(name, *facts)

    ledger.case("a task that waits for itself", "cycle")
    edit("A", (DEPENDS, tasks["A"]))
    edit("A", (DEPENDS, tasks["B"]))
    edit("B", (DEPENDS, tasks["C"]))
    ledger.case("a cycle of three", "cycle")
    edit("C", (DEPENDS, tasks["A"]))
    ledger.case("its own parent", "cycle")
    edit("A", (PARENT, tasks["A"]))
    ledger.case("C under A: A waits for C already, and may")
    edit("C", (PARENT, tasks["A"]))
    ledger.case("a child does not wait for its parent", "cycle")
    edit("C", (DEPENDS, tasks["A"]))
    ledger.case("A under what it waits for", "cycle")
    edit("A", (PARENT, tasks["B"]))
    ledger.case("D under A")
    edit("D", (PARENT, tasks["A"]))
    ledger.case("A under its child", "cycle")
    edit("A", (PARENT, tasks["D"]))
    ledger.case("D waits for E, and E under D", "cycle")
    edit("D", (DEPENDS, tasks["E"]), (PARENT, tasks["E"]))
    ledger.case("the facts of the event count: what D would wait for", "cycle")
    edit("E", (DEPENDS, tasks["A"]), (PARENT, tasks["D"]))
    ledger.case("and what it would not wait for any more")
    edit("D", (DEPENDS, tasks["E"]))
    edit("D", (NO_DEPENDS, tasks["E"]), (PARENT, tasks["E"]))
    ledger.case("D has left A: it is A's child no more")
    edit("A", (PARENT, tasks["E"]))
    ledger.case("no parent")
    edit("D", (PARENT, None))
    ledger.case("two parents in one event: the last one")
    edit("D", (PARENT, tasks["A"]), (PARENT, tasks["B"]))
    ledger.case("a new task under a task for which its dependency waits", "cycle")
    ledger.add("F", (DEPENDS, tasks["E"]), (PARENT, tasks["A"]))
    ledger.case("a new task waits for itself under its name only", "unknown_task")
    ledger.add("F", (DEPENDS, here("F")))
    for name in ("T", "U", "V", "W"):
        ledger.add(name)
    edit("T", (DEPENDS, tasks["U"]))
    edit("V", (DEPENDS, tasks["U"]))
    ledger.case("both wait for U: one under the other is no cycle")
    edit("T", (PARENT, tasks["V"]))
    edit("U", (DEPENDS, tasks["W"]))
    ledger.case("V waits for U, and U for W: V under W is a cycle", "cycle")
    edit("V", (PARENT, tasks["W"]))
    ledger.case("a link to itself", "cycle")
    edit("A", (LINK, 0, tasks["A"]))
    ledger.case("links may go round")
    edit("A", (LINK, 0, tasks["B"]))
    edit("B", (LINK, 0, tasks["A"]), (LINK, 0, tasks["A"]))
    return ledger


def levels() -> Builder:
    """At most 32 levels."""
    ledger = team(25)
    ledger.entry("ada", event("2.0", id="L0", title="t"),
                 *(event("2.0", id=f"L{number}", title="t", facts=[(PARENT, here(f"L{number - 1}", number - 1))]) for number in range(1, 31)))
    ledger.case("the parent and its ancestors are 31, and the task has no child")
    ledger.add("M", (PARENT, ledger.tasks["L30"]))
    ledger.case("the parent and its ancestors are 32")
    ledger.add("N", (PARENT, ledger.tasks["M"]))
    ledger.case("33 are too many", "too_many")
    ledger.add("O", (PARENT, ledger.tasks["N"]))
    ledger.add("P")
    ledger.add("Q", (PARENT, ledger.tasks["P"]))
    ledger.case("31 above and one level below")
    ledger.edit("P", (PARENT, ledger.tasks["L30"]))
    ledger.case("32 above and one level below", "too_many")
    ledger.edit("P", (PARENT, ledger.tasks["M"]))
    return ledger


def room() -> Builder:
    """ROOM: a thousand, and no more."""
    ledger = team(26)
    lists: list[tuple[str, Any, Any]] = [
        ("labels", [(LABEL, f"{number:x}") for number in range(1000)], (LABEL, "0")),
        ("steps", [(STEP, "s")] * 1000, (STEP, "s")),
        ("extras", [(EXTRA, f"{number:x}", "v") for number in range(1000)], (EXTRA, "0", "w")),
    ]
    for name, facts, more in lists:
        ledger.add(name, *facts[:999])
        ledger.case(f"the thousandth of {name}, and further ones in the same event")
        ledger.edit(name, facts[999], more)
        ledger.case(f"a thousand of {name} are there", "too_many")
        ledger.edit(name, more)
    ledger.case("a key of a thousand is removed", "too_many")
    ledger.edit("extras", (EXTRA, "0", None))
    ledger.add("owners", *((OWNER, f"o{number:x}") for number in range(1000)), by="cy")
    ledger.case("a thousand owners, and another one", "too_many")
    ledger.edit("owners", (OWNER, "dan"), by="cy")
    ledger.case("a thousand owners, and A itself")
    ledger.edit("owners", (OWNER, "cy"), by="cy")
    ledger.case("a new task has no name yet in a refusal", "not_permitted")
    ledger.add("new", (OWNER, "dan"), by="bob")
    ledger.add("empty", (OWNER, "dan"), (LABEL, "l"), (EXTRA, "k", "v"), by="cy")
    ledger.case("lists from which everything is removed are left out of the fields")
    ledger.edit("empty", (NO_OWNER, "dan"), (NO_LABEL, "l"), (EXTRA, "k", None), by="cy")
    ledger.add("blockers")
    block: dict[str, Any] = {"task": ledger.tasks["blockers"], "reason": "r"}
    ledger.entry("ada", *[event("3.5", **block)] * 999)
    ledger.case("the thousandth blocker")
    ledger.entry("ada", event("3.5", **block))
    ledger.case("a blocker more", "too_many")
    ledger.entry("ada", event("3.5", **block))
    ledger.add("verdicts")
    ledger.about("verdicts", "4.0", "bob")
    ledger.entry("rob", event("4.1", task=ledger.tasks["verdicts"]))
    ledger.entry("rae", *[event("4.1", task=ledger.tasks["verdicts"])] * 998)
    ledger.case("verdicts and past verdicts are 999")
    ledger.entry("rob", event("4.1", task=ledger.tasks["verdicts"]))
    ledger.case("verdicts and past verdicts are a thousand", "too_many")
    ledger.entry("rob", event("4.1", task=ledger.tasks["verdicts"]))
    ledger.add("parent")
    about: dict[str, Any] = {"id": "c", "title": "c", "facts": [(PARENT, ledger.tasks["parent"])]}
    for number, children in ((256, 248), (257, 1), (1008, 751)):
        ledger.case(f"{number} tasks and their digest")
        ledger.entry("ada", *[event("2.0", **about)] * children)
    ledger.case("a child more", "too_many")
    ledger.add("c", (PARENT, ledger.tasks["parent"]))
    return ledger


STORIES = (facts, permissions, names, relations, levels, room)
