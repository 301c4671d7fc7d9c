"""Actors, keys and roles (section 9, family 1), the ledger's own facts (family 0), and what stands beside tasks (5 and 6)."""

from __future__ import annotations

from reader.digest import blake3
from reader.forms import ADMIN, OBSERVER, REVIEWER, WORKER

from ..building import Builder, Event, event, mark
from ..keys import Key
from .team import ONE, THREE, TWO, policy, team


def actor(name: str, *roles: int, key: Key | None = None) -> Event:
    return event("1.0", name=name, kind=0, email=f"{name}@example.org", roles=list(roles), key=key.blob if key else None)


def actors() -> Builder:
    """Who is added and edited."""
    ledger = team(31)
    ledger.case("only an admin changes the roster", "not_permitted")
    ledger.entry("cy", actor("zoe"))
    ledger.case("a name that exists in another case", "actor_exists")
    ledger.entry("ada", actor("BOB"))
    ledger.case("a key that belongs to somebody", "key_taken")
    ledger.entry("ada", actor("zoe", key=Key("bob")))
    ledger.case("the recovery key", "key_taken")
    ledger.entry("ada", actor("zoe", key=Key("recovery")))
    ledger.case("an actor without a key, with a role twice")
    ledger.entry("ada", actor("zoe", WORKER, OBSERVER, WORKER))
    ledger.case("who cannot sign", "unknown_key")
    ledger.entry("zoe", event("0.2", []))
    ledger.case("edited, in order")
    ledger.entry("ada", event("1.1", actor="zoe", facts=[(0, "zoe@example.net"), (1, 1), (2, REVIEWER), (3, REVIEWER), (3, ADMIN)]))
    ledger.case("nobody of this name", "unknown_actor")
    ledger.entry("ada", event("1.1", actor="Zoe", facts=[]))
    ledger.case("the last admin", "last_admin")
    ledger.entry("ada", event("1.1", actor="ada", facts=[(3, ADMIN)]))
    ledger.case("an admin without a key is none", "last_admin")
    ledger.entry("ada", event("1.1", actor="zoe", facts=[(2, ADMIN)]), event("1.1", actor="ada", facts=[(3, ADMIN)]))
    ledger.case("taken away and given again in one event")
    ledger.entry("ada", event("1.1", actor="ada", facts=[(3, ADMIN), (2, ADMIN)]))
    ledger.case("changes of the roster stand alone", "misplaced")
    ledger.entry("ada", event("0.2", []), event("1.2", actor="bob", key=Key("b").blob))
    ledger.case("policies as well", "misplaced")
    ledger.entry("ada", event("1.6", (2, 1)), event("0.2", []))
    ledger.case("before anything else is asked", "misplaced")
    ledger.entry("bob", event("2.3", task={"id": "X", "mark": mark()}), event("1.2", actor="bob", key=Key("b").blob))
    ledger.case("but policies do not", "unknown_task")
    ledger.entry("bob", event("2.3", task={"id": "X", "mark": mark()}), event("1.6", (2, 1)))
    ledger.case("a second genesis inside", "misplaced")
    ledger.entry("ada", event("0.2", []), event("0.0", key=Key("x").blob, kind=0, email="x@example.org", nonce=1))
    ledger.case("a new address has to be used")
    ledger.entry("ada", event("1.1", actor="bob", facts=[(0, "bob@example.net")]))
    ledger.case("the old one is bad", "email")
    ledger.entry("bob", event("0.2", []))
    ledger.emails["bob"] = "bob@example.net"
    ledger.case("the new one is not", "not_permitted")
    ledger.entry("bob", event("0.2", []))
    ledger.case("upgrades ask for an admin", "not_permitted")
    ledger.entry("cy", event("0.1", format=1))
    ledger.case("smaller versions have no effect, and none is kept as it is")
    ledger.entry("ada", event("0.1", format=1, files=0))
    ledger.entry("ada", event("0.1", format=0, files=1, rules=1))
    return ledger


def keys() -> Builder:
    """Keys that come and go."""
    ledger = team(32)
    second = Key("bob 2")
    ledger.case("a second key")
    ledger.entry("ada", event("1.2", actor="bob", key=second.blob))
    ledger.case("of nobody", "unknown_actor")
    ledger.entry("ada", event("1.2", actor="nobody", key=Key("b").blob))
    ledger.case("again", "key_taken")
    ledger.entry("ada", event("1.2", actor="bob", key=second.blob))
    ledger.case("it signs")
    ledger.entry("bob", event("6.1", host="h", seen=[]), key=second)
    ledger.case("retired")
    ledger.entry("ada", event("1.3", actor="bob", key=second.blob))
    ledger.case("it signs no more", "ended_key")
    ledger.entry("bob", event("6.1", host="h", seen=[]), key=second)
    ledger.case("a retired key belongs to its actor for ever", "key_taken")
    ledger.entry("ada", event("1.2", actor="dan", key=second.blob))
    ledger.case("revoked after it was retired, with a time")
    ledger.entry("ada", event("1.4", actor="bob", key=second.blob, since=500))
    ledger.case("retiring makes it no better, an earlier time counts")
    ledger.entry("ada", event("1.3", actor="bob", key=second.blob), event("1.4", actor="bob", key=second.blob, since=400),
                 event("1.4", actor="bob", key=second.blob, since=600), event("1.4", actor="bob", key=second.blob))
    ledger.case("a revoked key", "ended_key")
    ledger.entry("bob", event("6.1", host="h", seen=[]), key=second)
    ledger.case("another's key", "key_unknown")
    ledger.entry("ada", event("1.3", actor="dan", key=second.blob))
    ledger.case("revoking another's key", "key_unknown")
    ledger.entry("ada", event("1.4", actor="dan", key=Key("bob").blob))
    ledger.case("of nobody", "unknown_actor")
    ledger.entry("ada", event("1.4", actor="nobody", key=second.blob))
    ledger.case("the last admin's key", "last_admin")
    ledger.entry("ada", event("1.3", actor="ada", key=Key("ada").blob))
    ledger.case("revoking it too", "last_admin")
    ledger.entry("ada", event("1.4", actor="ada", key=Key("ada").blob))
    ledger.case("the recovery key signs for an admin")
    ledger.entry("ada", event("0.2", [(1, 60)]), key=Key("recovery"))
    ledger.case("and for nobody else", "unknown_key")
    ledger.entry("bob", event("6.1", host="h", seen=[]), key=Key("recovery"))
    ledger.case("another's key does not sign", "unknown_key")
    ledger.entry("bob", event("6.1", host="h", seen=[]), key=Key("dan"))
    ledger.case("only the recovery key replaces itself", "recovery_only")
    ledger.entry("ada", event("1.5", key=Key("recovery 2").blob))
    ledger.case("by itself", "key_taken")
    ledger.entry("ada", event("1.5", key=Key("recovery").blob), key=Key("recovery"))
    ledger.case("by a key that is taken", "key_taken")
    ledger.entry("ada", event("1.5", key=Key("dan").blob), key=Key("recovery"))
    ledger.case("replaced")
    ledger.entry("ada", event("1.5", key=Key("recovery 2").blob), key=Key("recovery"))
    ledger.case("the old one signs no more", "unknown_key")
    ledger.entry("ada", event("0.2", []), key=Key("recovery"))
    ledger.case("removed")
    ledger.entry("ada", event("1.5", key=None), key=Key("recovery 2"))
    ledger.case("without one, an admin sets one")
    ledger.entry("ada", event("1.5", key=Key("recovery").blob))
    ledger.case("an entry that is refused changes nothing", "key_taken")
    ledger.entry("ada", event("1.2", actor="rae", key=Key("rae 2").blob), event("1.2", actor="rae", key=Key("dan").blob))
    ledger.case("so the key is unknown", "unknown_key")
    ledger.entry("rae", event("6.1", host="h", seen=[]), key=Key("rae 2"))
    ledger.case("an admin with two keys may retire one")
    ledger.entry("ada", event("1.2", actor="ada", key=Key("ada 2").blob), event("1.3", actor="ada", key=Key("ada").blob))
    ledger.keys["ada"] = Key("ada 2")
    ledger.case("the recovery key does not make an admin", "last_admin")
    ledger.entry("ada", event("1.4", actor="ada", key=Key("ada 2").blob))
    return ledger


def policies() -> Builder:
    """Every rule of the policy."""
    ledger = team(33)
    ledger.case("a coordinator sets the policy")
    values = [60, [OBSERVER, WORKER, WORKER], 3, False, True, {"paths": "a/**", "by": [(1, WORKER), (0, "dan"), (0, "bob"), (1, WORKER)]},
              100, [], False, 2, True]
    ledger.entry("cy", *(event("1.6", (number, value)) for number, value in enumerate(values)))
    ledger.case("a worker does not", "not_permitted")
    policy(ledger, 2, 1, by="bob")
    ledger.case("approvers exist; the first that does not is named", "unknown_actor")
    policy(ledger, 5, {"paths": "b", "by": [(0, "dan"), (0, "zoe"), (0, "yan")]})
    ledger.case("a glob without approvers is removed, where there is none nothing")
    policy(ledger, 5, {"paths": "b", "by": []})
    policy(ledger, 5, {"paths": "a/**", "by": []})
    ledger.case("a policy beside an actor")
    ledger.entry("ada", event("1.0", name="zoe", kind=0, email="z@example.org", roles=[], key=None),
                 event("1.6", (5, {"paths": "b", "by": [(0, "zoe")]})))
    ledger.case("a coordinator changes no roster beside the policy", "not_permitted")
    ledger.entry("cy", event("1.6", (2, 2)), event("1.0", name="yan", kind=0, email="y@example.org", roles=[], key=None))
    ledger.case("one's own role counts at once", "not_permitted")
    ledger.entry("ada", event("1.0", name="xu", kind=0, email="x@example.org", roles=[ADMIN], key=Key("xu").blob),
                 event("1.1", actor="ada", facts=[(3, ADMIN)]), event("1.6", (2, 2)))
    return ledger


def project() -> Builder:
    """Families 0, 5 and 6, and imports."""
    ledger = team(34)
    ledger.add("A")
    ledger.case("configured")
    ledger.entry("ada", event("0.2", [(0, "title"), (1, -840), (2, "refs/x"), (3, "url"), (0, None), (3, None), (1, 840)]))
    ledger.case("by a coordinator", "not_permitted")
    ledger.entry("cy", event("0.2", []))
    ledger.case("acknowledged, whatever it is")
    ledger.entry("ada", event("0.3", entry=bytes(32)), event("0.3", entry=b"\1" * 32), event("0.3", entry=bytes(32)))
    ledger.case("by a coordinator", "not_permitted")
    ledger.entry("cy", event("0.3", entry=bytes(32)))
    ledger.case("a repair without two parents", "misplaced")
    ledger.entry("ada", event("0.4"))
    ledger.case("an import")
    ledger.entry("cy", event("2.6", source="p.md", format="markdown", digest=bytes(32), file="p.md"), files={"p.md": b"p"})
    ledger.case("an import without its file", "unknown_attachment")
    ledger.entry("cy", event("2.6", source="p.md", format="markdown", digest=bytes(32), file="p.md"), files={"q.md": b"p"})
    ledger.case("an import by a worker", "not_permitted")
    ledger.entry("bob", event("2.6", source="p.md", format="markdown", digest=bytes(32), file="p.md"), files={"p.md": b"p"})
    rail = {"id": "G", "title": "g", "command": "make", "expect": "ok", "environment": ["B", "A"], "depends": [ledger.tasks["A"], ledger.tasks["A"]],
            "extra": [("k", "v"), ("k", "w")], "time_limit": 0}
    ledger.case("a guardrail")
    ledger.entry("cy", event("5.0", **rail))
    ledger.case("by a worker", "not_permitted")
    ledger.entry("bob", event("5.0", **rail))
    ledger.case("of a task that there is not", "unknown_task")
    ledger.entry("cy", event("5.0", **{**rail, "depends": [{"id": "A", "mark": mark()}]}))
    digest = blake3(b"\xffB A\xffmake")

    def record(by: str = "rae", **fields: object) -> None:
        ledger.entry(by, event("5.2", **{"id": "G", "outcome": 0, "command_digest": digest, **fields}), files={"o": b"o"})

    ledger.case("results of three commits")
    record(commit=ONE, tree=TWO, evidence="o", exit=0, duration_milliseconds=9, host="h")
    record(commit=TWO)
    record(commit=THREE, outcome=1, exit=-1)
    ledger.case("the same commit again: the old one goes")
    record(commit=TWO, outcome=1)
    ledger.case("changed files, of which ten are kept")
    record(commit=ONE, changed=[f"f{number:02}" for number in range(11)])
    ledger.case("without a commit: that of no commit goes")
    record()
    ledger.case("by hand, with a commit")
    record(commit=ONE, command_digest=None)
    ledger.case("of another command, which is of no commit")
    record(commit=ONE, command_digest=blake3(b"make"))
    ledger.case("evidence that is not attached", "unknown_attachment")
    record(evidence="p")
    ledger.case("by an observer", "not_permitted")
    record("ole")
    ledger.case("of a guardrail that there is not", "unknown_guardrail")
    record(id="H")
    ledger.case("another title keeps the results")
    ledger.entry("cy", event("5.0", **{**rail, "title": "h", "required": True}))
    ledger.case("another environment keeps the last one, outdated")
    ledger.entry("cy", event("5.0", **{**rail, "environment": ["A", "B"]}))
    for commit in (TWO, THREE):
        record(commit=commit, command_digest=blake3(b"\xffA B\xffmake"))
    ledger.case("another expectation too")
    ledger.entry("cy", event("5.0", **{**rail, "environment": ["A", "B"], "expect": "OK"}))
    for commit in (TWO, THREE):
        record(commit=commit, command_digest=blake3(b"\xffA B\xffmake"))
    ledger.case("and another command")
    ledger.entry("cy", event("5.0", **{**rail, "environment": ["A", "B"], "expect": "OK", "command": "make all"}))
    ledger.case("a result where there is no command is outdated, if it has a digest")
    ledger.entry("cy", event("5.0", id="N", title="n"))
    record(id="N", commit=ONE)
    record(id="N", commit=ONE, command_digest=None)
    ledger.case("64 results of commits, and the first one goes")
    ledger.entry("rob", *(event("5.2", id="N", outcome=1, commit=bytes([number]) * 32) for number in range(63)))
    record(id="N", commit=TWO, command_digest=None)
    ledger.case("by a worker", "not_permitted")
    ledger.entry("bob", event("5.1", id="G"))
    ledger.case("removed, and there no more", "unknown_guardrail")
    ledger.entry("cy", event("5.1", id="G"), event("5.1", id="G"))
    ledger.case("removed")
    ledger.entry("cy", event("5.1", id="G"))
    ledger.case("targets")
    ledger.entry("cy", event("5.3", name="done", expression=">=1"), event("5.3", name="x", expression="y"), event("5.3", name="done", expression="4"),
                 event("5.3", name="x"), event("5.3", name="z"))
    ledger.case("by a worker", "not_permitted")
    ledger.entry("bob", event("5.3", name="done"))

    def observed(source: dict[str, object], *seen: dict[str, object], gone: tuple[int, ...] = ()) -> None:
        ledger.entry("ole", event("6.0", source=source, seen=list(seen), gone=list(gone)))

    f, g, h = ({"forge": forge, "repository": f"https://example.org/{name}"} for forge, name in ((1, "a"), (0, "b"), (1, "A")))
    everything = {
        "number": 3, "title": "three", "state": 1, "draft": False, "branch": "b", "commit": ONE, "base": "main", "author": "o", "review": 3,
        "checks": {"passing": 0, "failing": 0, "pending": 0}, "mergeable": True, "labels": [], "updated": 5, "merge_commit": TWO,
    }  # fmt: skip
    ledger.case("pull requests; of two with a number the last one")
    observed(f, {"number": 3, "title": "drei"}, {"number": 1}, everything)
    observed(g, {"number": 2, "labels": ["l", "k", "l"]})
    observed(h, {"number": 2, "draft": True})
    ledger.case("those that are not listed stay; those that are gone go, and come again if they are seen")
    observed(f, {"number": 7}, {"number": 1, "state": 2}, gone=(1, 3, 5))
    ledger.case("nothing has changed, which was seen")
    observed(g)
    ledger.case("worktrees replace those of the host, and marks stand as in the event")
    tree = {"label": "w", "branch": "b", "head": ONE, "ahead": 1, "behind": 2, "dirty": 3, "task": {"id": "Z", "mark": mark()}, "active": 5}
    ledger.entry("ole", event("6.1", host="h", seen=[tree, {"label": "v", "ahead": 0, "behind": 0, "dirty": 0}]))
    ledger.entry("ole", event("6.1", host="i", seen=[tree]))
    ledger.entry("ole", event("6.1", host="h", seen=[tree]))
    ledger.case("a snapshot")
    ledger.entry("ole", event("6.2", label="L", state=bytes(32), versions=(1, 2, 3)))
    ledger.case("not beside another event", "misplaced")
    ledger.entry("ole", event("6.2", label="L", state=bytes(32), versions=(1, 2, 3)), event("6.1", host="h", seen=[]))
    ledger.entry("ada", event("1.1", actor="ole", facts=[(3, OBSERVER)]))
    ledger.case("without any role nobody observes", "not_permitted")
    ledger.entry("ole", event("6.1", host="h", seen=[]))
    ledger.case("nor takes snapshots", "not_permitted")
    ledger.entry("ole", event("6.2", state=bytes(32), versions=(1, 1, 1)))
    return ledger


STORIES = (actors, keys, policies, project)
