"""Several lines: the past roster, the order, joins, copies, quarantined commits and repairs (sections 11 to 13)."""

from __future__ import annotations

from reader.digest import blake3
from reader.forms import ADMIN, COORDINATOR, WORKER
from reader.kinds import write_payload

from ..building import Builder, Written, event
from ..keys import Key
from ..writing import Draft, trailer
from .team import team


def seen(ledger: Builder, actor: str, key: Key | None = None, parents: list[str] | None = None, time: int | None = None) -> Written:
    """An entry that every role may write."""
    return ledger.entry(actor, event("6.1", host="h", seen=[]), key=key, parents=parents, time=time)


def add_key(ledger: Builder, actor: str, key: Key) -> Written:
    return ledger.entry("ada", event("1.2", actor=actor, key=key.blob))


def keys_of_other_lines() -> Builder:
    """What a key signs without knowing of its end."""
    ledger = team(51)
    second, third = Key("bob 2"), Key("bob 3")
    add_key(ledger, "bob", second)
    add_key(ledger, "bob", third)
    add_key(ledger, "ada", Key("ada 2"))
    base = ledger.tip
    ledger.entry("ada", event("1.3", actor="bob", key=second.blob), event("1.4", actor="bob", key=third.blob),
                 event("1.3", actor="ada", key=Key("ada 2").blob))
    ended = ledger.tip
    ledger.case("signed with a key that is retired elsewhere")
    retired = seen(ledger, "bob", second, [base])
    ledger.case("signed with a key that is revoked elsewhere", "key_revoked")
    revoked = seen(ledger, "bob", third, [base])
    ledger.case("an entry that changes the roster, with a key that is retired elsewhere")
    roster = ledger.entry("ada", event("1.2", actor="dan", key=Key("dan 2").blob), parents=[base], key=Key("ada 2"))
    ledger.tip = ended
    ledger.case("a join of all, by one who is in all")
    ledger.join("ada", retired.object_id, revoked.object_id, roster.object_id)
    ledger.case("the key that the later line added signs after the join")
    seen(ledger, "dan", Key("dan 2"))
    ledger.case("the retired one does not, with its end in its past", "ended_key")
    seen(ledger, "bob", second)
    ledger.case("nor the revoked one", "ended_key")
    seen(ledger, "bob", third)
    ledger.case("nor a key that nobody has", "unknown_key")
    seen(ledger, "bob", Key("bob 4"))
    return ledger


def revoked_admin() -> Builder:
    """What an admin's key that is revoked elsewhere changes in the roster."""
    ledger = team(58)
    add_key(ledger, "ada", Key("ada 2"))
    base = ledger.tip
    revoked = ledger.entry("ada", event("1.4", actor="ada", key=Key("ada 2").blob))
    ledger.case("a change of the roster, with a key that is revoked elsewhere", "key_revoked")
    changed = ledger.entry("ada", event("1.2", actor="dan", key=Key("dan 2").blob), parents=[base], key=Key("ada 2"))
    ledger.case("the key that it added signs on its line; where the lines meet it is unknown", "key_unknown")
    signed = seen(ledger, "dan", Key("dan 2"))
    ledger.tip = revoked.object_id
    ledger.join("ada", signed.object_id)
    ledger.case("and after it, in the past of the entry", "unknown_key")
    seen(ledger, "dan", Key("dan 2"))
    assert changed.judged.accepted
    return ledger


def _two_admins(nonce: int) -> tuple[Builder, Written, Written]:
    """On the first line cy is no admin any more; on the second cy adds yan, who signs."""
    ledger = team(nonce)
    ledger.entry("ada", event("1.1", actor="cy", facts=[(2, ADMIN)]))
    base = ledger.tip
    first = ledger.entry("ada", event("1.1", actor="cy", facts=[(3, ADMIN)]),
                         event("1.0", name="zoe", kind=0, email="zoe@example.org", roles=[], key=None))
    yan = event("1.0", name="yan", kind=0, email="yan@example.org", roles=[WORKER], key=Key("yan").blob)
    ledger.entry("cy", yan, parents=[base])
    return ledger, first, seen(ledger, "yan")


def rosters_that_meet() -> Builder:
    """The past roster of a join, where cy is none any more."""
    ledger, first, early = _two_admins(52)
    base = ledger.judge.parents[first.object_id][0]
    ledger.case("a name that was taken first on the other line", "actor_exists")
    taken = ledger.entry("ada", event("1.0", name="Zoe", kind=0, email="z@example.org", roles=[WORKER], key=Key("Zoe").blob), parents=[base])
    ledger.tip = first.object_id
    ledger.case("the join: cy's entry and yan's are refused now")
    ledger.join("ada", early.object_id, taken.object_id)
    ledger.case("after it, yan is not in the past", "unknown_actor")
    seen(ledger, "yan")
    ledger.case("nor the other Zoe", "unknown_actor")
    seen(ledger, "Zoe")
    return ledger


def rosters_that_meet_otherwise() -> Builder:
    """The same lines, the other one first."""
    ledger, first, early = _two_admins(52)
    ledger.tip = early.object_id
    ledger.case("where the lines meet, cy was still admin before")
    ledger.join("ada", first.object_id)
    ledger.case("and yan is there")
    seen(ledger, "yan")
    ledger.case("but cy is no admin any more", "not_permitted")
    ledger.entry("cy", event("1.2", actor="yan", key=Key("yan 2").blob))
    return ledger


def policies_that_meet() -> Builder:
    """1.6 is judged where it stands in the order, not by its past."""
    ledger = team(53)
    base = ledger.tip
    first = ledger.entry("ada", event("1.1", actor="bob", facts=[(2, COORDINATOR)]))
    ledger.case("a policy by one who is coordinator on the first line only")
    later = ledger.entry("bob", event("1.6", (2, 2)), parents=[base])
    ledger.case("beside an actor it is refused by its past", "not_permitted")
    both = ledger.entry("bob", event("1.6", (2, 3)), event("1.0", name="zoe", kind=0, email="z@example.org", roles=[], key=None), parents=[base])
    ledger.case("an upgrade on a later line")
    upgraded = ledger.entry("ada", event("0.1", format=1, rules=1), parents=[base])
    ledger.tip = first.object_id
    ledger.join("ada", later.object_id, both.object_id, upgraded.object_id)
    ledger.case("smaller versions than those in force")
    ledger.entry("ada", event("0.1", format=0, state=1))
    ledger.case("version 0 of a part that has no version")
    ledger.entry("ada", event("0.1", message=0))
    return ledger


def _twice(nonce: int) -> tuple[Builder, Written, Written, Written]:
    ledger = team(nonce)
    ledger.entry("ada", event("1.2", actor="ada", key=Key("ada 2").blob))
    one = ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 2").blob))
    return ledger, one, ledger.copy(one, Key("ada 2")), ledger.copy(one, Key("recovery"))


def copies() -> Builder:
    """An entry that stands twice."""
    ledger, one, two, three = _twice(54)
    ledger.case("a copy with another's key is no entry", "unknown_key")
    four = ledger.copy(one, Key("bob"))
    ledger.tip = one.object_id
    ledger.case("the join of all")
    ledger.join("ada", two.object_id, three.object_id, four.object_id)
    ledger.case("bob's second key is there once")
    seen(ledger, "bob", Key("bob 2"))
    ledger.case("a join of a line with its own past")
    ledger.join("ada", ledger.judge.parents[one.object_id][0])
    ledger.case("a join with the same parent twice")
    ledger.join("ada", ledger.tip)
    return ledger


def copies_first() -> Builder:
    """The copy is first in the order, and the key of its line is revoked afterwards."""
    ledger, one, two, _ = _twice(54)
    ledger.tip = two.object_id
    ledger.entry("ada", event("1.4", actor="ada", key=Key("ada 2").blob))
    ledger.case("what was an entry before is the copy now")
    ledger.join("ada", one.object_id)
    seen(ledger, "bob", Key("bob 2"))
    return ledger


def copies_of_changes() -> Builder:
    """A copy of a change of the roster does not change it again."""
    ledger = team(63)
    ledger.entry("ada", event("1.2", actor="ada", key=Key("ada 2").blob), event("1.1", actor="cy", facts=[(2, ADMIN)]))
    taken = ledger.entry("ada", event("1.1", actor="cy", facts=[(3, ADMIN)]))
    copy = ledger.copy(taken, Key("ada 2"))
    ledger.entry("ada", event("1.1", actor="cy", facts=[(2, ADMIN)]))
    ledger.case("a join with the copy of what was taken back")
    ledger.join("ada", copy.object_id)
    ledger.case("cy is still an admin")
    ledger.entry("cy", event("1.2", actor="bob", key=Key("bob 2").blob))
    return ledger


def copies_refused() -> Builder:
    """A copy with a revoked key comes first in the order: the id has stood there, though it had no effect."""
    ledger = team(59)
    add_key(ledger, "ada", Key("ada 2"))
    base = ledger.tip
    one = ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 2").blob))
    ledger.case("a copy whose key is revoked where it stands", "key_revoked")
    two = ledger.copy(one, Key("ada 2"))
    ledger.tip = base
    ledger.entry("ada", event("1.4", actor="ada", key=Key("ada 2").blob))
    ledger.case("the copy first")
    ledger.join("ada", two.object_id)
    ledger.case("the entry itself is repeated then")
    ledger.join("ada", one.object_id)
    ledger.case("and the key that it adds is unknown", "unknown_key")
    seen(ledger, "bob", Key("bob 2"))
    return ledger


def orders() -> Builder:
    """Lines that cross."""
    ledger = team(55)
    base = ledger.tip
    names = {}
    for name in ("bob", "dan", "rae"):
        names[name] = seen(ledger, name, parents=[base])
        seen(ledger, name)
        names[name + "2"] = seen(ledger, name, time=ledger.time - 1000)
    one = ledger.join("ada", names["dan2"].object_id, first=names["bob2"].object_id)
    two = ledger.join("ada", names["bob2"].object_id, first=names["rae2"].object_id)
    ledger.case("a join of joins")
    three = ledger.join("ada", two.object_id, first=one.object_id)
    ledger.case("an entry whose later parents were seen already")
    ledger.entry("bob", event("6.1", host="i", seen=[]), parents=[two.object_id, names["dan"].object_id, one.object_id])
    ledger.case("four lines")
    ledger.join("ada", three.object_id, one.object_id, names["rae"].object_id, first=ledger.tip)
    ledger.add("A")
    ledger.claim("A", "bob", lease=100)
    early = seen(ledger, "dan", parents=[base], time=ledger.time - 5000)
    main = ledger.claims["A"]["entry"]
    ledger.tip = next(each for each, judged in ledger.judge.judged.items() if judged.id == main)
    ledger.case("a join is not earlier than its parents")
    ledger.join("ada", early.object_id, time=ledger.time - 9000)
    ledger.case("so bob's claim runs", "claim_held")
    ledger.claim("A", "dan", time=ledger.time - 9000)
    main = ledger.tip
    late = seen(ledger, "rob", parents=[base], time=ledger.time + 5000)
    ledger.tip = main
    ledger.case("a later parent that is later moves the time on")
    ledger.join("ada", late.object_id)
    ledger.case("so bob's claim has run out")
    ledger.claim("A", "dan")
    return ledger


def quarantined() -> Builder:
    """Commits that are no entries, as first and as later parents."""
    ledger = team(56)
    base = ledger.tip
    ledger.case("foreign", "frame")
    ledger.foreign()
    ledger.case("its child goes on")
    seen(ledger, "bob")
    ledger.case("quarantined by its past, with a later time", "unknown_key")
    seen(ledger, "bob", Key("bob 2"), time=ledger.time + 500)
    ledger.case("its child goes on, in the time of the last entry")
    seen(ledger, "dan", time=ledger.time - 500)
    ledger.case("a change of the roster that is quarantined", "unknown_key")
    ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 2").blob), key=Key("ada 2"))
    ledger.case("changes nothing", "unknown_key")
    seen(ledger, "bob", Key("bob 2"))
    main = ledger.tip
    hidden = ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 3").blob), parents=[base])
    ledger.case("a foreign commit above an entry that only it leads to", "not followed")
    foreign = ledger.foreign("late", parents=[hidden.object_id])
    ledger.tip = main
    ledger.case("a join with a foreign later parent names it")
    ledger.join("ada", foreign.object_id)
    main = ledger.tip
    ledger.case("an entry that is far ahead, below a foreign commit", "not followed")
    far = seen(ledger, "bob", parents=[base], time=ledger.time + 10**6)
    ledger.case("the foreign commit", "not followed")
    foreign = ledger.foreign("far", parents=[far.object_id])
    ledger.tip = main
    ledger.case("a join with it is not ahead")
    ledger.join("ada", foreign.object_id)
    ledger.case("what only the foreign parent leads to is not there", "unknown_key")
    seen(ledger, "bob", Key("bob 3"))
    main = ledger.tip
    ledger.case("quarantined by its past, far ahead", "unknown_actor")
    ahead = seen(ledger, "zoe", parents=[hidden.object_id], time=ledger.time + 90_000)
    ledger.tip = main
    ledger.case("a join with a later parent that is quarantined by its past follows it, not its time")
    ledger.join("ada", ahead.object_id)
    ledger.case("what it leads to is there")
    seen(ledger, "bob", Key("bob 3"))
    main = ledger.tip
    ledger.emails["ada"] = "ada@example.net"
    ledger.case("a change of the roster on another line, which is quarantined", "email")
    bad = ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 5").blob), parents=[base])
    del ledger.emails["ada"]
    ledger.tip = main
    ledger.case("the join")
    ledger.join("ada", bad.object_id)
    ledger.case("it changed nothing", "unknown_key")
    seen(ledger, "bob", Key("bob 5"))
    main = ledger.tip
    ledger.case("an entry that is left out", "not followed")
    other = ledger.entry("ada", event("1.2", actor="rae", key=Key("rae 2").blob), parents=[base])
    ledger.tip = main
    ledger.case("a quarantined join follows its first parent only", "unknown_key")
    ledger.join("bob", other.object_id, key=Key("bob 9"))
    ledger.case("so what it would have brought is not there", "unknown_key")
    seen(ledger, "rae", Key("rae 2"))
    ledger.case("a foreign join too", "frame")
    ledger.foreign("join", parents=[ledger.tip, other.object_id])
    ledger.case("below it", "unknown_key")
    seen(ledger, "rae", Key("rae 2"))
    main = ledger.tip
    own = Builder(founder="eve", nonce=99, time=ledger.time, digits=ledger.digits)
    genesis = own.judge.commits[own.found().object_id]
    ledger.case("a genesis of its own", "other_ledger")
    stranger = ledger.put(genesis)
    ledger.case("an entry of the other ledger", "other_ledger")
    ledger.put(own.judge.commits[own.entry("eve", event("0.2", [])).object_id])
    stranger_tip = ledger.tip
    ledger.tip = main
    ledger.case("a join with a line of another ledger follows it, and nothing there counts")
    ledger.join("ada", stranger_tip)
    ledger.case("a foreign commit")
    ledger.next_case = None
    ledger.foreign("first")
    ledger.case("a foreign first parent of a join")
    ledger.join("ada", hidden.object_id)
    assert stranger.judged.flaw == "other_ledger"
    return ledger


def flaws_by_the_past() -> Builder:
    """Each flaw by the past, in order."""
    ledger = team(57)
    genesis = event("0.0", key=Key("ada").blob, kind=0, email="ada@example.org", nonce=1)
    ledger.case("the genesis again, of another ledger", "second_genesis")
    ledger.entry("ada", genesis, ledger=bytes(32))
    ledger.case("another ledger, with other parents", "other_ledger")
    ledger.entry("ada", event("0.2", []), ledger=bytes(32), parents_named=[bytes(32)])
    ledger.case("no ledger", "other_ledger")
    ledger.entry("ada", event("0.2", []), ledger=None)
    ledger.case("other parents, by an unknown actor", "parents")
    ledger.entry("zoe", event("0.2", []), parents_named=[bytes(32)])
    ledger.case("too many parents", "parents")
    ledger.entry("ada", event("0.2", []), parents_named=[ledger.judge.judged[ledger.tip].id] * 2)
    ledger.case("no parents", "parents")
    ledger.entry("ada", event("0.2", []), parents_named=[])
    ledger.case("an unknown actor", "unknown_actor")
    ledger.entry("Ada", event("0.2", []))
    ledger.case("an unknown key and another address", "unknown_key")
    ledger.emails["bob"] = "b@example.org"
    ledger.entry("bob", event("0.2", []), key=Key("b"))
    ledger.case("another address", "email")
    ledger.entry("bob", event("0.2", []))
    ledger.case("no entry but a genesis has no parents", "no_genesis")
    orphan = ledger.entry("ada", event("0.2", []), parents=[], move=False)
    ledger.case("no genesis but that of the line", "other_ledger")
    other = ledger.entry("ada", genesis, parents=[], ledger=None, move=False)
    ledger.case("a join with both")
    ledger.join("dan", orphan.object_id, other.object_id)
    main = ledger.tip
    ledger.case("an entry below one without a ledger")
    seen(ledger, "rae")
    ledger.case("an entry with parents and without a ledger is not foreign", "other_ledger")
    without = ledger.entry("ada", event("0.2", []), ledger=None)
    ledger.tip = main
    ledger.case("so a join follows it")
    ledger.join("dan", without.object_id)
    return ledger


def repairs() -> Builder:
    """What a repair leaves behind, and what it does not."""
    ledger = team(60)
    ledger.add("A")
    good = ledger.tip
    ledger.case("an entry that is dated ahead", "not followed")
    seen(ledger, "bob", time=ledger.time + 10**6)
    ledger.case("and one upon it", "not followed")
    upon = ledger.claim("A", "dan", time=ledger.time)
    ledger.claims.clear()
    ledger.case("left behind, in the repair's own time")
    ledger.entry("ada", event("0.4"), parents=[good, upon.object_id])
    ledger.case("a claim is not late by what was left behind")
    ledger.claim("A", "bob", lease=60)
    good = ledger.tip
    upgraded = ledger.entry("ada", event("0.1", format=2))
    ledger.cases[upgraded.object_id] = ("an upgrade that nobody knows", "not followed")
    ledger.case("an upgrade is left behind")
    ledger.entry("ada", event("0.4"), parents=[good, upgraded.object_id])
    good = ledger.tip
    other = seen(ledger, "bob", time=ledger.time - 100)
    ledger.case("a line that is neither ahead nor newer is not left behind")
    ledger.entry("ada", event("0.4"), parents=[good, other.object_id])
    good = ledger.tip
    same = seen(ledger, "bob", parents=[good], time=ledger.time + 600)
    ledger.case("a line of the same time is not left behind, one of a later second is")
    ledger.entry("ada", event("0.4"), parents=[good, same.object_id], time=ledger.time + 600)
    good = ledger.tip
    ledger.case("a line that is a second ahead", "not followed")
    second = seen(ledger, "bob", parents=[good], time=ledger.time + 1201)
    ledger.case("is left behind by one second")
    ledger.entry("ada", event("0.4"), parents=[good, second.object_id], time=ledger.time + 1200)
    good = ledger.tip
    ledger.case("a change of the roster that is dated ahead", "not followed")
    changed = ledger.entry("ada", event("1.2", actor="dan", key=Key("dan 2").blob), time=ledger.time + 10**6)
    ledger.case("is left behind")
    ledger.entry("ada", event("0.4"), parents=[good, changed.object_id])
    ledger.case("so the key that it adds is unknown", "unknown_key")
    seen(ledger, "dan", Key("dan 2"))
    good = ledger.tip
    ledger.case("ahead again")
    third = seen(ledger, "bob", parents=[good], time=ledger.time + 5000)
    ledger.case("who is no admin leaves nothing behind", "not_permitted")
    ledger.entry("cy", event("0.4"), parents=[good, third.object_id])
    ledger.case("with another event it is no repair", "misplaced")
    ledger.entry("ada", event("0.4"), event("0.2", []), parents=[ledger.tip, good])
    ledger.case("nor with three parents", "misplaced")
    ledger.entry("ada", event("0.4"), parents=[ledger.tip, good, third.object_id])
    # Claims later than a repair.
    ledger.add("B")
    ledger.claim("B", "bob", lease=60, time=ledger.time + 20_000)
    good = ledger.tip
    later = seen(ledger, "dan", time=ledger.time + 20_000)
    ledger.case("a repair moves claims back to its own time")
    ledger.entry("ada", event("0.4"), parents=[good, later.object_id], time=ledger.time)
    ledger.case("so the claim ends a lease after it", "claim_held")
    ledger.claim("B", "dan", time=ledger.time + 60)
    ledger.case("and not later")
    ledger.claim("B", "dan", time=ledger.time + 61)
    ledger.case("work in a second before the renewal does not move it back")
    ledger.about("B", "3.1", "dan", claim=ledger.claims["B"], time=ledger.time - 500)
    ledger.case("a repair with the same parent twice")
    ledger.entry("ada", event("0.4"), parents=[ledger.tip, ledger.tip])
    return ledger


def newer_formats() -> Builder:
    """Lines with entries of a format that the first parent's roster does not have."""
    ledger = team(64)
    good = ledger.tip
    ledger.case("an upgrade that nobody knows", "not followed")
    ledger.entry("ada", event("0.1", format=2))
    ledger.case("an entry of its format", "not followed")
    values = ledger.values("ada", event("1.2", actor="bob", key=Key("bob 2").blob))
    payload = write_payload({**values, "format": 2})
    newer = ledger.put(Draft(ledger.files.tree({}), [ledger.tip], "ada", ledger.email("ada"), values["time"], "x\n\n" + trailer(payload)).signed(Key("ada")))
    ledger.case("a repair names it by the id of a quarantined commit, and leaves it behind")
    ledger.entry("ada", event("0.4"), parents=[good, newer.object_id])
    ledger.case("a join names it in the same way, and does not follow it")
    ledger.join("dan", newer.object_id)
    ledger.case("by the id of its payload", "parents")
    ledger.join("dan", newer.object_id, parents_named=[ledger.judge.judged[ledger.tip].id, blake3(payload)])
    ledger.case("what it would have brought is not there", "unknown_key")
    seen(ledger, "bob", Key("bob 2"))
    return ledger


def repairs_and_roles() -> Builder:
    """Who is admin where: in the roster of the first parent, and in the past roster."""
    ledger = team(61)
    base = ledger.tip
    ledger.case("cy becomes an admin on the later line, which is ahead")
    granted = ledger.entry("ada", event("1.1", actor="cy", facts=[(2, ADMIN)]), time=ledger.time + 1000)
    ledger.tip = base
    first = seen(ledger, "bob", time=ledger.time)
    ledger.case("cy is admin in the past roster only: the time is its own, and the line is not left behind")
    ledger.entry("cy", event("0.4"), parents=[first.object_id, granted.object_id])
    ledger.case("so the time goes back")
    seen(ledger, "bob")
    base = ledger.tip
    ledger.case("rae comes to be admin on the first line, and is none on the later one")
    first = ledger.entry("ada", event("1.1", actor="rae", facts=[(2, ADMIN)]))
    ledger.case("left behind by rae", "not followed")
    later = seen(ledger, "dan", parents=[base], time=ledger.time + 9000)
    ledger.case("rae repairs")
    ledger.entry("rae", event("0.4"), parents=[first.object_id, later.object_id])
    return ledger


def missing() -> Builder:
    """Nothing behind a later parent that is no entry has to exist."""
    ledger = team(62)
    main = ledger.tip
    ledger.case("a foreign commit whose parent is nowhere", "not followed")
    foreign = ledger.foreign("no past", parents=["1" * 40, "2" * 40])
    ledger.tip = main
    ledger.case("a join with it")
    ledger.join("ada", foreign.object_id)
    main = ledger.tip
    ledger.case("a foreign commit on the line, whose later parent is nowhere", "frame")
    ledger.foreign("half a past", parents=[main, "3" * 40])
    ledger.case("above it")
    seen(ledger, "bob")
    return ledger


def idempotency_keys() -> Builder:
    """A key makes a change of an actor once (section 13, steps 3 and 4)."""
    ledger = team(64)
    here = event("6.1", host="h", seen=[])
    base = ledger.tip
    ledger.case("a key")
    first = ledger.entry("bob", here, idempotency_key="k")
    ledger.case("again", "idempotency_key_used")
    ledger.entry("bob", here, idempotency_key="k")
    ledger.case("case counts")
    ledger.entry("bob", here, idempotency_key="K")
    ledger.case("of another actor")
    ledger.entry("dan", here, idempotency_key="k")
    ledger.case("a refused entry does not use its key", "not_permitted")
    ledger.entry("bob", event("0.2", []), idempotency_key="x")
    ledger.case("so it is free")
    ledger.entry("bob", here, idempotency_key="x")
    ledger.case("before the events", "idempotency_key_used")
    ledger.entry("bob", event("0.2", []), idempotency_key="x")
    ledger.case("keys of changes of the roster are used too")
    ledger.entry("ada", event("1.2", actor="bob", key=Key("bob 2").blob), idempotency_key="r")
    ledger.entry("ada", here, idempotency_key="s")
    ledger.case("but not asked: the key comes to the end")
    ledger.entry("ada", event("1.3", actor="bob", key=Key("bob 2").blob), idempotency_key="r")
    ledger.case("nor of policies")
    ledger.entry("ada", event("1.6", (2, 1)), idempotency_key="s")
    ledger.case("what follows names the last entry", "idempotency_key_used")
    ledger.entry("ada", here, idempotency_key="r")
    ledger.case("beside a change of the roster it is misplaced first", "misplaced")
    ledger.entry("ada", here, event("1.6", (2, 1)), idempotency_key="r")
    main = ledger.tip
    ledger.case("on another line, which did not know of it", "idempotency_key_used")
    other = ledger.entry("bob", here, parents=[base], idempotency_key="K")
    ledger.case("a join may have one")
    ledger.entry("ada", parents=[main, other.object_id], idempotency_key="j")
    ledger.case("64 characters, the first and the last that there are")
    ledger.entry("bob", here, idempotency_key="!" + "~" * 63)
    assert first.judged.accepted
    return ledger


STORIES = (
    idempotency_keys, missing, keys_of_other_lines, revoked_admin, rosters_that_meet, rosters_that_meet_otherwise, policies_that_meet, copies, copies_first, copies_of_changes,
    copies_refused, orders, quarantined, flaws_by_the_past, repairs, repairs_and_roles, newer_formats,
)  # fmt: skip
