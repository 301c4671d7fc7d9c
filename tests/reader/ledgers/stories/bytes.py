"""Commits that are bad by their bytes (section 11), each with one failure, beside good ones at the same bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reader.cbor import Item, decode, encode
from reader.kinds import write_payload

from ..building import Builder, Event, event
from ..writing import Draft, trailer
from .team import team

GOOD = "accepted"


def _entry(ledger: Builder) -> tuple[bytes, dict[str, Any], Draft]:
    values = ledger.values("ada", event("0.3", entry=bytes(32)))
    payload = write_payload(values)
    return payload, values, ledger.draft(payload, values)


def frames() -> Builder:
    """The form of the commit (section 4)."""
    ledger = team(81)

    def put(about: str, flaw: str, change: Callable[[bytes], bytes]) -> None:
        """A commit whose bytes are changed after it was signed."""
        _, _, draft = _entry(ledger)
        raw = draft.signed(ledger.key("ada"))
        changed = change(raw)
        if changed == raw:
            raise ValueError(f"{about}: nothing is changed")
        ledger.case(about, flaw)
        ledger.put(changed)

    def put_signed(about: str, flaw: str, change: Callable[[Draft], None]) -> None:
        """A commit that is changed before it is signed."""
        _, _, draft = _entry(ledger)
        change(draft)
        ledger.case(about, flaw)
        ledger.put(draft.signed(ledger.key("ada")))

    def replaced(old: bytes, new: bytes, count: int = 1) -> Callable[[bytes], bytes]:
        return lambda raw: raw.replace(old, new, count)

    put("a NUL in the message", "frame", replaced(b"acknowledge", b"acknow\0ledge"))
    put("no UTF-8 in the message", "frame", replaced(b"acknowledge", b"acknow\xffledge"))
    put("a surrogate in UTF-8", "frame", replaced(b"acknowledge", b"acknow\xed\xa0\x80ledge"))
    put("upper case in the tree", "frame", lambda raw: raw[:5] + raw[5:45].upper() + raw[45:])
    put("a parent with another number of digits", "frame", replaced(b"\nauthor ", b"\nparent " + b"0" * 64 + b"\nauthor "))
    put("upper case in a parent", "frame", lambda raw: raw[:53] + raw[53:93].upper() + raw[93:])
    put("an encoding", "frame", replaced(b"\ngpgsig ", b"\nencoding UTF-8\ngpgsig "))
    put("a header behind the signature", "frame", replaced(b" -----END SSH SIGNATURE-----\n", b" -----END SSH SIGNATURE-----\nencoding UTF-8\n"))
    put("a mergetag", "frame", replaced(b"\ngpgsig ", b"\nmergetag object 1\n type commit\ngpgsig "))
    put("a second signature", "frame", lambda raw: raw.replace(b"\n\n", b"\n" + raw[raw.index(b"gpgsig") : raw.index(b"\n\n")] + b"\n\n", 1))
    put("the header of the other object format", "frame", replaced(b"gpgsig ", b"gpgsig-sha256 "))
    put("no signature", "frame", lambda raw: raw[: raw.index(b"gpgsig")] + raw[raw.index(b"\n\n") + 1 :])
    put("no committer", "frame", lambda raw: raw[: raw.index(b"committer")] + raw[raw.index(b"gpgsig") :])
    put("committer before author", "frame", lambda raw: raw.replace(b"author", b"A").replace(b"committer", b"author").replace(b"A ", b"committer ", 1))
    put("another committer", "frame", replaced(b"committer ada", b"committer bob"))
    put("a committer one second later", "frame", lambda raw: raw[: raw.index(b"committer")] + _later(raw[raw.index(b"committer") :]))
    put("the zone -0000", "frame", replaced(b"+0000", b"-0000", 2))
    put("another zone", "frame", replaced(b"+0000", b"+0100", 2))
    put("a zero before the seconds", "frame", replaced(b"> ", b"> 0", 2))
    put("a sign before the seconds", "frame", replaced(b"> ", b"> +", 2))
    put("two spaces before the address", "author", replaced(b" <ada", b"  <ada", 2))
    put("no space before the address", "frame", replaced(b" <ada", b"<ada", 2))
    put("no name", "frame", replaced(b"ada <", b"<", 2))
    put("no address", "frame", replaced(b"<ada@example.org>", b"<>", 2))
    put("a > in the name", "frame", replaced(b"ada <", b"a>a <", 2))
    put("a control character in the name", "frame", replaced(b"ada <", b"a\x7fa <", 2))
    put("a control character of Latin-1 in the address", "frame", replaced(b"ada@", b"a\xc2\x85a@", 2))
    put("CR at the end of a header", "frame", replaced(b"+0000\n", b"+0000\r\n", 2))
    put("CR in the armour", "frame", replaced(b"SIGNATURE-----\n U", b"SIGNATURE-----\r\n U"))
    put("a line of 69 in the armour", "frame", lambda raw: _rewrapped(raw, 69))
    put("a line of 71 in the armour", "frame", lambda raw: _rewrapped(raw, 71))
    put("an empty line in the armour", "frame", replaced(b"\n -----END", b"\n \n -----END"))
    put("no base64 in the armour", "frame", lambda raw: raw[: raw.index(b"SIGNATURE-----") + 14] + raw[raw.index(b"\n -----END") :])
    put("no padding", "frame", replaced(b"=\n -----END", b"\n -----END"))
    put("a bit that is not zero before the padding", "frame", lambda raw: _odd_base64(raw, b"=\n -----END"))
    put("a letter that is none of base64", "frame", replaced(b"SIGNATURE-----\n U", b"SIGNATURE-----\n -"))
    put("another armour", "frame", replaced(b"BEGIN SSH", b"BEGIN PGP"))
    put("another end", "frame", replaced(b"END SSH", b"END PGP"))
    put("a folded line after the author", "frame", replaced(b"+0000\ncommitter", b"+0000\n x\ncommitter"))
    put("no empty line", "frame", replaced(b"SIGNATURE-----\n\n", b"SIGNATURE-----\n"))
    put("seconds of 2^64", "frame", lambda raw: raw.replace(str(ledger.time).encode() + b" +", str(2**64).encode() + b" +"))
    put_signed("seconds of 2^64 - 1, which are not the payload's", "time", lambda draft: setattr(draft, "seconds", 2**64 - 1))
    put_signed("524,288 bytes and more", "frame", lambda draft: setattr(draft, "message", "x" * 524_288 + draft.message))
    put_signed("a name that the payload does not have", "author", lambda draft: setattr(draft, "name", "ada b"))
    put_signed("a second later", "time", lambda draft: setattr(draft, "seconds", draft.seconds + 1))
    put_signed("a tree that is not empty", "tree", lambda draft: setattr(draft, "tree", ledger.files.tree({"a": b"a"})))
    put_signed("a message with a line more", "message", lambda draft: setattr(draft, "message", "x\n" + draft.message))
    put_signed("a CR in the subject", "message", lambda draft: setattr(draft, "message", draft.message.replace("\n\n", "\r\n\n", 1)))
    put_signed("no LF at the end", "payload", lambda draft: setattr(draft, "message", draft.message[:-1]))
    put_signed("CR LF at the end", "payload", lambda draft: setattr(draft, "message", draft.message[:-1] + "\r\n"))
    put_signed("a line behind the payload", "payload", lambda draft: setattr(draft, "message", draft.message + "x\n"))
    put_signed("an empty line behind the payload", "payload", lambda draft: setattr(draft, "message", draft.message + "\n"))
    put_signed("the trailer in lower case", "payload", lambda draft: setattr(draft, "message", draft.message.replace("Coord-P", "coord-p")))
    put_signed("no message", "payload", lambda draft: setattr(draft, "message", ""))
    put_signed("base64 without padding", "payload", lambda draft: setattr(draft, "message", _unpadded(draft.message)))
    put("a byte that is changed after signing", "message", replaced(b"acknowledge 0", b"acknowledge 1"))
    put("an address that is changed after signing", "signature", replaced(b"<ada@example.org>", b"<ada@example.com>", 2))
    ledger.case("attachments with the empty tree", "tree")
    values = ledger.values("ada", event("0.3", entry=bytes(32)), files={"a": b"a"})
    ledger.put(ledger.draft(write_payload(values), values).signed(ledger.key("ada")))
    ledger.case("name before time", "author")
    _, _, draft = _entry(ledger)
    draft.name, draft.seconds = "eve", 5
    ledger.put(draft.signed(ledger.key("ada")))
    ledger.case("time before tree", "time")
    _, _, draft = _entry(ledger)
    draft.seconds, draft.tree = 5, ledger.files.tree({"a": b"a"})
    ledger.put(draft.signed(ledger.key("ada")))
    ledger.case("tree before message", "tree")
    _, _, draft = _entry(ledger)
    draft.tree, draft.message = ledger.files.tree({"a": b"a"}), "x" + draft.message
    ledger.put(draft.signed(ledger.key("ada")))
    ledger.case("message before signature", "message")
    _, _, draft = _entry(ledger)
    draft.message = "x" + draft.message
    ledger.put(draft.with_signature(ledger.key("bob").sshsig(b"")))
    return ledger


def _later(text: bytes) -> bytes:
    seconds = text.split(b"> ")[1].split(b" ")[0]
    return text.replace(seconds, str(int(seconds) + 1).encode(), 1)


def _rewrapped(raw: bytes, width: int) -> bytes:
    begin, end = raw.index(b"-----BEGIN"), raw.index(b" -----END")
    head, body = raw[begin:end].split(b"\n", 1)
    letters = body.replace(b"\n", b"").replace(b" ", b"")
    lines = b"".join(b" " + letters[i : i + width] + b"\n" for i in range(0, len(letters), width))
    return raw[:begin] + head + b"\n" + lines + raw[end:]


def _odd_base64(raw: bytes, before: bytes) -> bytes:
    at = raw.index(before) - 1
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return raw[:at] + letters[letters.index(raw[at]) + 1 :][:1] + raw[at + 1 :]


def _unpadded(message: str) -> str:
    """The payload of 0.3 is made one byte longer or shorter by no means, so the padding is cut or added."""
    return message[:-1].rstrip("=") + ("\n" if message[:-1].endswith("=") else "=\n")


def payloads() -> Builder:
    """The form of the payload (sections 7 to 10)."""
    ledger = team(82)

    def put(about: str, change: Callable[[dict[int, Any]], Item | bytes], flaw: str = "payload", last: bytes = b"") -> None:
        values = ledger.values("ada", event("0.3", entry=bytes(32)))
        item = decode(write_payload(values))
        assert isinstance(item, dict)
        changed = change(item)
        payload = changed if isinstance(changed, bytes) else encode(changed)
        draft = Draft(ledger.files.tree({}), [ledger.tip], "ada", ledger.email("ada"), values["time"], "x\n\n" + trailer(payload))
        ledger.case(about, flaw)
        ledger.put(draft.signed(ledger.key("ada")))

    def with_event(event_item: Item) -> Callable[[dict[int, Any]], Item]:
        return lambda item: {**item, 5: [event_item]}

    put("an empty payload", lambda item: b"")
    put("an array", lambda item: list(item.values()))
    put("a byte behind it", lambda item: encode(item) + b"\0")
    put("it ends early", lambda item: encode(item)[:-1])
    put("a longer integer", lambda item: encode(item).replace(b"\xa6\0\1", b"\xa6\0\x18\1"))
    put("a longer length", lambda item: encode(item).replace(b"\x63ada", b"\x78\3ada"))
    put("an indefinite length", lambda item: encode(item).replace(b"\x63ada", b"\x7f\x63ada\xff"))
    put("a tag", lambda item: encode(item).replace(b"\x63ada", b"\xc1\x63ada"))
    put("keys in another order", lambda item: b"\xa6" + b"".join(encode(key) + encode(item[key]) for key in (0, 1, 3, 2, 4, 5)))
    put("a key twice", lambda item: b"\xa7" + encode(item)[1:4] + encode(item)[2:4][:0] + b"\1" + encode(item[1]) + encode(item)[4:][:0] + encode(item)[3:])
    put("an unknown key", lambda item: {**item, 8: 1})
    put("a negative key", lambda item: {**item, -1: 1})
    put("null for what is absent", lambda item: {**item, 6: None})
    put("an empty list for what is absent", lambda item: {**item, 6: []})
    put("no actor", lambda item: {key: each for key, each in item.items() if key != 3})
    put("an actor .lock writes", lambda item: {**item, 3: "ada.lock"})
    put("no time", lambda item: {key: each for key, each in item.items() if key != 4})
    put("format 0", lambda item: {**item, 0: 0}, "format_not_announced")
    put("format 2", lambda item: {**item, 0: 2}, "format_not_announced")
    put("format 65,535", lambda item: {**item, 0: 65_535}, "format_not_announced")
    put("format 65,536", lambda item: {**item, 0: 65_536})
    put("format null", lambda item: {**item, 0: None})
    put("format 2, too long", lambda item: {**item, 0: 2, 6: bytes(65_536)}, "format_not_announced")
    put("format 1, too long", lambda item: {**item, 6: bytes(65_536)})
    put("format 2 and no more", lambda item: b"\xa6\0\2", "format_not_announced")
    put("format 48 and no more", lambda item: b"\xa6\0\x18\x30", "format_not_announced")
    put("format 2 in two bytes", lambda item: b"\xa6\0\x18\2", "format_not_announced")
    put("format 1 in two bytes", lambda item: b"\xa6\0\x18\1")
    put("format 2 in five bytes", lambda item: b"\xa6\0\x1a\0\0\0\2")
    put("a map of 24", lambda item: b"\xb8\x18\0\2")
    put("a format that ends early", lambda item: b"\xa6\0\x19\1")
    put("a join of one line", lambda item: {key: each for key, each in item.items() if key != 5})
    for text in ("", "k" * 65, "a b", "é", "a\x7f", "\t"):
        put(f"the idempotency key {text[:5]!r}", lambda item, text=text: {**item, 7: text})
    put("an idempotency key of null", lambda item: {**item, 7: None})
    put("17 parents", lambda item: {**item, 2: item[2] * 17})
    put("a parent of 31 bytes", lambda item: {**item, 2: [bytes(31)]})
    put("a time after the year 9999", lambda item: {**item, 4: 253_402_300_800})
    put("a time before 1970", lambda item: {**item, 4: -1})
    put("1,001 events", lambda item: {**item, 5: item[5] * 1001})
    put("257 attachments", lambda item: {**item, 6: [{0: f"{number:03}", 1: bytes(32), 2: 0} for number in range(257)]})
    for about, names in (("a name twice", ["a", "a"]), ("names that are not sorted", ["b", "a"])):
        put(about, lambda item, names=names: {**item, 6: [{0: name, 1: bytes(32), 2: 0} for name in names]})
    for name in ("/a", "a/", "a//b", ".", "a/..", ".git", "a/.GiT", "git~1", "GIT~1/a", "a\\b", "a\0b", "/".join("a" * 17), " ", "x" * 4001):
        put(f"the path {name[:20]!r}", lambda item, name=name: {**item, 6: [{0: name, 1: bytes(32), 2: 0}]})
    put("more than 64 MiB", lambda item: {**item, 6: [{0: "a", 1: bytes(32), 2: 67_108_864}, {0: "b", 1: bytes(32), 2: 1}]})
    put("family 7", with_event([7, [0, {}]]))
    put("kind 0.5", with_event([0, [5, {}]]))
    put("0.4 with a body", with_event([0, [4, {}]]))
    put("0.3 without a body", with_event([0, 3]))
    put("an event with another value", with_event([0, [3, {0: bytes(32)}], 0]))
    put("a field that 0.3 does not have", with_event([0, [3, {0: bytes(32), 1: 0}]]))
    put("an id of 33 bytes", with_event([0, [3, {0: bytes(33)}]]))
    put("an array for a map", with_event([0, [3, [bytes(32)]]]))

    def add(fields: dict[int, Any]) -> Callable[[dict[int, Any]], Item]:
        return with_event([2, [0, {0: "A", 1: "t", **fields}]])

    for about, fields in _bad_tasks():
        put(about, add(fields))
    for about, body in _bad_bodies():
        put(about, with_event(body))
    titles = [[2, [0, {0: "A", 1: "t" * 4000}]]]
    put("16 titles of 4,000 bytes and one of 1,300", lambda item: {**item, 5: [*titles * 16, [2, [0, {0: "A", 1: "t" * 1300}]]]})
    for about, events in _good_bounds():
        ledger.case(about)
        ledger.entry("ada", *events)
    files = {f"{number:03}": b"" for number in range(256)}
    for about, attached in (("256 attachments", files), ("16 parts", {"/".join("a" * 16): b""}), ("git beside git", {"git": b"", ".gitx": b"", "...": b""})):
        ledger.case(about)
        ledger.entry("ada", event("0.3", entry=bytes(32)), files=attached)
    return ledger


def _bad_tasks() -> list[tuple[str, dict[int, Any]]]:
    """Fields of 2.0 that are bad."""
    mark = {0: bytes(32)}
    facts: list[tuple[str, Any]] = [
        ("no such fact", [33, "x"]), ("a fact without a value", [0]), ("a number alone", 0), ("a fact with two values", [0, "a", "b"]),
        ("extra without a value", [25, "a"]), ("null for a title", [0, None]), ("a priority", [4, 4]), ("a risk", [5, 3]),
        ("low above high", [6, [2, 1]]), ("an estimate above ten years", [6, [1, 5_256_001]]), ("an estimate of three", [6, [1, 2, 3]]),
        ("an approver of another kind", [9, [2, "bob"]]), ("an approver with a role that there is not", [9, [1, 5]]), ("an owner .pub", [2, "zoe.pub"]), ("no owner .lock", [3, "zoe.lock"]), ("an approver .LOCK", [9, [0, "zoe.LOCK"]]),
        ("a glob of 401 bytes", [11, "x" * 401]), ("a glob of 41 names", [11, "x/" * 41]), ("an invisible glob", [11, " "]),
        ("a branch of a dash", [13, "-a"]), ("HEAD", [13, "HEAD"]), ("a branch that ends in .lock", [13, "a.lock/b"]), ("two dots", [13, "a..b"]),
        ("a part that begins with a dot", [13, "a/.b"]), ("an empty part", [13, "a//b"]), ("a branch that ends in a dot", [13, "a."]),
        ("@{", [13, "a@{b"]), ("a space in a branch", [13, "a b"]), ("a star in a branch", [13, "a*"]), ("DEL in a branch", [13, "a\x7f"]),
        ("an invisible branch", [13, "\u200b"]), ("a branch of 1,001 bytes", [13, "a" * 1001]), ("a pull request beyond 64 bits", [14, -1]),
        ("a mark of no map", [16, []]), ("a mark with event 0", [16, {1: 0}]), ("a mark with a fourth field", [16, {3: 0}]),
        ("a mark beyond 16 bits", [16, {1: 65_536}]), ("a wave without a rank", [24, {0: 1}]), ("the 30th of February", [26, "2024-02-30"]),
        ("a day of 1969", [26, "1969-12-31"]), ("a day without zeros", [27, "2024-2-1"]), ("an address without a host", [28, "https://"]),
        ("ftp", [28, "ftp://a"]), ("upper case", [28, "HTTPS://a"]), ("somebody at a host", [28, "https://a@b"]), ("% before letters", [28, "https://a/%4g"]),
        ("a letter beyond ASCII", [28, "https://a/é"]), ("a host that begins with a dash", [28, "https://-a"]), ("2,001 bytes", [28, "https://" + "a" * 1993]),
        ("a link kind", [31, 3, {0: "A", 1: mark}]), ("a reference without a mark", [7, {0: "A"}]), ("a reference with a bad name", [7, {0: "A~1", 1: mark}]),
        ("an invisible label", [21, "\u200b"]), ("a label of spaces", [21, "\u00a0\u3000 "]), ("a text of 4,001 bytes", [21, "é" * 2000 + "x"]), ("an empty text", [21, ""]),
    ]  # fmt: skip
    bad: list[tuple[str, dict[int, Any]]] = [(f"fact: {about}", {2: [fact]}) for about, fact in facts]
    bad += [("1,001 facts", {2: [[4, 0]] * 1001}), ("no facts, written out", {2: []})]
    bad += [(f"the task id {name[:10]!r}", {0: name}) for name in ("", "-a", ".a", "_a", "a~b", "é", "a b", "x" * 65)]
    return bad


def _bad_bodies() -> list[tuple[str, Item]]:
    """Events that are bad."""
    task = {0: "A", 1: {0: bytes(32)}}
    actor = {0: "zoe", 1: 0, 2: "zoe@example.org", 3: []}
    key = b"\0\0\0\x07ssh-dss"
    source = {0: 0, 1: "https://example.org/a"}
    into = {0: bytes(20), 1: "main"}
    bodies: list[tuple[str, int, int, Item]] = [
        ("an actor .pub", 1, 0, {**actor, 0: "zoe.PUB"}), ("an actor .lock", 1, 0, {**actor, 0: "zoe.Lock"}), ("an actor kind", 1, 0, {**actor, 1: 2}),
        ("an address with a space", 1, 0, {**actor, 2: "z oe"}), ("an address with white space", 1, 0, {**actor, 2: "z\u2003e"}),
        ("an address with an invisible character", 1, 0, {**actor, 2: "z\u200be"}), ("an address with a selector", 1, 0, {**actor, 2: "1\ufe0f\u20e3"}), ("an address with <", 1, 0, {**actor, 2: "z<e"}),
        ("an address of 255 bytes", 1, 0, {**actor, 2: "z" * 255}), ("no address", 1, 0, {**actor, 2: ""}), ("a role", 1, 0, {**actor, 3: [5]}),
        ("no roles at all", 1, 0, {name: each for name, each in actor.items() if name != 3}), ("a key of DSA", 1, 0, {**actor, 4: key}),
        ("a key whose algorithm is longer", 1, 0, {**actor, 4: b"\0\0\0\x08ssh-rsax"}), ("a key of 2,201 bytes", 1, 0, {**actor, 4: b"\0\0\0\x07ssh-rsa" + bytes(2190)}),
        ("an actor fact", 1, 1, {0: "bob", 1: [[4, 0]]}), ("a policy rule", 1, 6, [12, True]), ("a working day of 59 seconds", 1, 6, [11, 59]), ("a working day of more than a day", 1, 6, [11, 86_401]), ("a flag as an integer", 1, 6, [3, 1]),
        ("guarded ends", 1, 6, [9, 3]), ("a day offset of 841", 0, 2, [[1, 841]]), ("a day offset of -841", 0, 2, [[1, -841]]),
        ("a home ref of null", 0, 2, [[2, None]]), ("a version of 65,536", 0, 1, {0: 65_536}), ("a sixth version", 0, 1, {5: 1}),
        ("a merge method", 2, 2, {0: task, 5: {**into, 2: 4}}), ("a merge method of null", 2, 2, {0: task, 5: {**into, 2: None}}),
        ("a former tip of 19 bytes", 2, 2, {0: task, 5: {**into, 3: bytes(19)}}), ("a fifth field of an integration", 2, 2, {0: task, 5: {**into, 4: 0}}),
        ("an integration without a branch", 2, 2, {0: task, 5: {0: bytes(20)}}), ("mistaken: false", 2, 4, {0: task, 2: False}), ("steal: false", 3, 0, {0: task, 1: 0, 3: False}), ("a lease of null", 3, 1, {0: task, 1: {}, 2: None}),
        ("a lease below 0", 3, 0, {0: task, 1: -1}), ("handed on to .pub", 3, 10, {0: task, 1: {}, 2: "zoe.pub", 3: 0}), ("101 percent", 3, 3, {0: task, 2: 101}), ("a commit of 21 bytes", 3, 7, {0: task, 1: bytes(21)}),
        ("a rejection without a note", 4, 2, {0: task}), ("an outcome", 5, 2, {0: "G", 1: 2}), ("an exit status beyond 32 bits", 5, 2, {0: "G", 1: 0, 3: 2**31}),
        ("an exit status below 32 bits", 5, 2, {0: "G", 1: 0, 3: -(2**31) - 1}), ("a pair of three", 5, 0, {0: "G", 1: "g", 7: [["a", "b", "c"]]}),
        ("the state of a pull request", 6, 0, {0: source, 1: [{0: 1, 2: 3}]}), ("two checks of a pull request", 6, 0, {0: source, 1: [{0: 1, 8: {0: 1, 1: 1}}]}),
        ("101 labels of a pull request", 6, 0, {0: source, 1: [{0: 1, 11: ["l"] * 101}]}), ("a forge", 6, 0, {0: {**source, 0: 4}}), ("a source without a scheme", 6, 0, {0: {**source, 1: "a"}}),
        ("a fifteenth field of a pull request", 6, 0, {0: source, 1: [{0: 1, 14: 0}]}), ("no pull requests, written out", 6, 0, {0: source, 1: []}),
        ("a worktree beyond 32 bits", 6, 1, {0: "h", 1: [{0: "w", 3: 2**32, 4: 0, 5: 0}]}), ("a label of a snapshot", 6, 2, {0: "a b", 1: bytes(32), 2: [1, 1, 1]}),
        ("two versions of a snapshot", 6, 2, {1: bytes(32), 2: [1, 1]}),
    ]  # fmt: skip
    return [(about, [family, [kind, body]]) for about, family, kind, body in bodies]


def _good_bounds() -> list[tuple[str, list[Event]]]:
    """Entries at the same bounds, which are good."""
    facts: list[Any] = [
        (6, (5_256_000, 5_256_000)), (11, "x" * 400), (11, "x/" * 40), (11, "/"), (11, "."), (13, "@"), (13, "a@b"), (13, "refs/heads/-a"), (13, "a" * 1000),
        (14, 2**64 - 1), (16, {"entry": None, "event": 65_535, "item": 65_535}), (24, {"number": 2**32 - 1, "rank": 0}), (26, "2024-02-29"), (26, "1970-01-01"),
        (27, "9999-12-31"), (28, "http://[::1]:80"), (28, "https://1?%aF"), (28, "https://" + "a" * 1992), (21, "é" * 2000), (21, "\u200bx"), (21, "\u2800a"),
    ]  # fmt: skip
    entries = [(f"a fact {fact[0]} at a bound", [event("2.0", id="A", title="t", facts=[fact])]) for fact in facts if fact[0] != 16]
    entries.append(("a thousand facts", [event("2.0", id="x" * 64, title="t", facts=[(4, 0)] * 1000)]))
    titles = [event("2.0", id="A", title="t" * 4000)] * 16 + [event("2.0", id="A", title="t" * 1200)]
    source = {"forge": 0, "repository": "http://a"}
    entries.append(("a hundred labels", [event("6.0", source=source, seen=[{"number": 2**64 - 1, "labels": ["l"] * 100}])]))
    entries.append(("almost 65,536 bytes", titles))
    entries.append(("names that are not of actors may end so", [event("2.0", id="a.pub", title="t"), event("5.0", id="b.lock", title="t"), event("5.3", name="c.lock", expression="1")]))
    entries.append(("a thousand events", [event("0.3", entry=bytes(32))] * 1000))
    return entries


def messages() -> Builder:
    """Messages (section 6): subjects, escapes and lists."""
    ledger = team(83)
    odd = [
        "x" * 60, "x" * 61, "x" * 58 + "\n", "x" * 57 + "\n", "e\u0301" * 40, "a\u200db", "a\tb\rc\nd\u2028e\U000e0041f\x00g\x7fh\x9f", "\\n", "x" * 58 + "\u200d\u200dy" + "x" * 5,
        "नी" * 29 + "\u200d" + "नीx" * 5, "👩\u200d💻", "👩\ufe0f\u200d💻", "x\ufe0f\u200d💻", "👩\u200dx", "1\ufe0f\u20e3 #\ufe0e\u20e3 x\ufe0f\u20e3 1\ufe0fx", "❤\ufe0f❤\ufe0e♥\ufe01", "क्\u200dx क\u200dष क\u200cx",
        "ب\u200cب ب\u200cb", "\u061cش", "\u115f \u1160 \u17b4 \u180b \u180f \u3164 \uffa0 \ufff0 \ufffb \ufffc", "\U0001bca0 \U0001d159 \U0001d173 \U000e0fff \U000e1000", "\u2800x", "\u00a0\u1680x", "\u00ad",
    ]  # fmt: skip
    for text in odd[:-1]:
        ledger.case(f"a title with {text[:3].encode('unicode_escape').decode()} and more")
        ledger.entry("ada", event("2.0", id="A", title=text))
    result = event("5.2", id="G", outcome=1)
    add = event("2.0", id="A", title="t")
    ledger.case("the subject is not that of a result", "unknown_guardrail")
    ledger.entry("ada", result, add, result)
    ledger.case("unless there are no others", "unknown_guardrail")
    ledger.entry("ada", result, event("5.2", id="H", outcome=0, commit=bytes(20)))
    ledger.case("each task once, in order")
    ledger.add("B")
    tasks = ledger.tasks
    ledger.entry("ada", event("2.5", task=tasks["B"], body="a"), event("2.0", id="C", title="c"), event("3.5", task=tasks["B"], reason="r", on={"id": "C", "mark": {"entry": None, "event": 1, "item": 0}}),
                 event("2.1", task=tasks["B"], facts=[(7, {"id": "C", "mark": {"entry": None, "event": 1, "item": 0}})]), files={"a": b"a"})
    spans = [0, 59, 60, 90, 3600, 5400, 86_400, 172_800, 90_000]
    ledger.case("spans")
    ledger.entry("ada", *(event("1.6", (number, seconds)) for number in (0, 6) for seconds in spans), event("1.6", (6, 86_400)),
                 *(event("1.6", (11, seconds)) for seconds in (60, 3600, 86_400)))
    ledger.case("words that are repeated are left out")
    ledger.edit("B", (2, "bob"), (2, "dan"), (3, "bob"), (21, "l"), (2, "bob"))
    ledger.case("a claim at midnight")
    ledger.claim("B", "bob", lease=86_400 - ledger.time % 86_400 - 60)
    ledger.case("a second before it", "claim_held")
    ledger.claim("B", "dan", lease=86_400 - ledger.time % 86_400 - 61)
    ledger.case("the end of the year 9999", "claim_held")
    ledger.claim("B", "dan", lease=2**64 - 1)
    ledger.case("done, with all that it can have")
    ledger.about("B", "2.2", "cy", commit=bytes(range(20)), waiver="w" * 70, integrated={"commit": bytes(range(32)), "into": "b" * 70})
    for mistaken, reason in ((True, None), (False, "so\nthere")):
        ledger.about("B", "2.4", "cy", reason=reason, mistaken=mistaken)
        ledger.about("B", "2.3", "cy", reason=reason)
    ledger.case("a join of three lines")
    base = ledger.tip
    sides = [ledger.entry("bob", event("6.1", host=host, seen=[]), parents=[base]).object_id for host in "hi"]
    ledger.tip = base
    ledger.case("a join of three lines")
    ledger.join("ada", *sides)
    return ledger


STORIES = (frames, payloads, messages)
