"""The forms of values (sections 7 and 8): how each is read from CBOR and written as CBOR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import glob, text
from .cbor import Bad, Item

LAST_SECOND = 253402300799
"""The end of the year 9999."""


@dataclass(frozen=True)
class Form:
    """Reads an item, or raises Bad, and writes the value again."""

    read: Callable[[Item], Any]
    write: Callable[[Any], Item] = lambda value: value


def want(condition: bool, what: str) -> None:
    if not condition:
        raise Bad(what)


def integer(low: int, high: int) -> Form:
    def read(item: Item) -> Item:
        want(type(item) is int and low <= item <= high, f"no integer from {low} to {high}")
        return item

    return Form(read)


def texts(allowed: Callable[[str], bool], what: str) -> Form:
    def read(item: Item) -> Item:
        want(type(item) is str and allowed(item), f"no {what}")
        return item

    return Form(read)


def octets(allowed: Callable[[bytes], bool], what: str) -> Form:
    def read(item: Item) -> Item:
        want(type(item) is bytes and allowed(item), f"no {what}")
        return item

    return Form(read)


def listing(of: Form, most: int | None = None) -> Form:
    def read(item: Item) -> list[Any]:
        want(type(item) is list, "no array")
        want(most is None or len(item) <= most, f"more than {most} items")
        return [of.read(each) for each in item]

    return Form(read, lambda value: [of.write(each) for each in value])


def tuples(*of: Form) -> Form:
    """An array of fixed length."""

    def read(item: Item) -> tuple[Any, ...]:
        want(type(item) is list and len(item) == len(of), f"no array of {len(of)}")
        return tuple(form.read(each) for form, each in zip(of, item))

    return Form(read, lambda value: [form.write(each) for form, each in zip(of, value)])


def or_null(of: Form) -> Form:
    return Form(
        lambda item: None if item is None else of.read(item),
        lambda value: None if value is None else of.write(value),
    )


def words(*names: str) -> Form:
    return integer(0, len(names) - 1)


ALWAYS, OPTIONAL, IF_ANY, IF_TRUE, IF_NOT_0 = "always", "optional", "if any", "if true", "if not 0"


def _absent(presence: str) -> Any:
    """What a field means whose key is not there."""
    return {OPTIONAL: None, IF_ANY: [], IF_TRUE: False, IF_NOT_0: 0}[presence]


def struct(*fields: tuple[str, Form, str]) -> Form:
    """A map of fields (name, form, presence), which are numbered in this order."""

    def read(item: Item) -> dict[str, Any]:
        want(type(item) is dict and all(0 <= key < len(fields) for key in item), "unknown fields")
        values = {}
        for number, (name, form, presence) in enumerate(fields):
            if number in item:
                values[name] = form.read(item[number])
                want(presence == ALWAYS or values[name] != _absent(presence), f"{name}: a default value")
            else:
                want(presence != ALWAYS, f"{name}: missing")
                values[name] = _absent(presence)
        return values

    def write(values: dict[str, Any]) -> Item:
        unknown = set(values) - {name for name, _, _ in fields}
        if unknown:
            raise KeyError(f"no fields {unknown}")
        item = {}
        for number, (name, form, presence) in enumerate(fields):
            value = values[name] if presence == ALWAYS else values.get(name, _absent(presence))
            if presence == ALWAYS or value != _absent(presence):
                item[number] = form.write(value)
        return item

    return Form(read, write)


def variant(*cases: Form | tuple[Form, ...] | None) -> Form:
    """An array of a number and the values of its case. A case without values is its number alone."""
    forms = [case if isinstance(case, tuple) else (case,) if case else () for case in cases]

    def read(item: Item) -> tuple[Any, ...]:
        if type(item) is int:
            want(0 <= item < len(forms) and not forms[item], "no such variant")
            return (item,)
        want(type(item) is list and len(item) > 0 and type(item[0]) is int, "no variant")
        want(0 <= item[0] < len(forms) and len(forms[item[0]]) > 0, "no such variant")
        case = forms[item[0]]
        want(len(item) == 1 + len(case), "a variant with another number of values")
        return (item[0], *(form.read(each) for form, each in zip(case, item[1:])))

    def write(value: tuple[Any, ...]) -> Item:
        if len(value) == 1:
            return value[0]
        return [value[0], *(form.write(each) for form, each in zip(forms[value[0]], value[1:]))]

    return Form(read, write)


def _read_flag(item: Item) -> Item:
    want(type(item) is bool, "no flag")
    return item


ALGORITHMS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)


def is_key(blob: bytes) -> bool:
    begins = any(blob.startswith(len(name).to_bytes(4, "big") + name.encode()) for name in ALGORITHMS)
    return len(blob) <= 2200 and begins


U16, U32, U64 = integer(0, 2**16 - 1), integer(0, 2**32 - 1), integer(0, 2**64 - 1)
I32 = integer(-(2**31), 2**31 - 1)
FLAG = Form(_read_flag)
TEXT = texts(text.is_text, "text")
BRANCH = texts(text.is_branch, "branch")
URL = texts(text.is_url, "URL")
NAME = texts(text.is_name, "name")
ACTOR = texts(text.is_actor, "name of an actor")
ADDRESS = texts(text.is_address, "address")
IDEMPOTENCY_KEY = texts(text.is_idempotency_key, "idempotency key")
GLOB = texts(lambda item: text.is_text(item) and glob.is_glob(item), "glob")
DAY = texts(text.is_day, "day")
ID = octets(lambda item: len(item) == 32, "id")
COMMIT = octets(lambda item: len(item) in (20, 32), "commit")
KEY = octets(is_key, "key")
TIME = integer(0, LAST_SECOND)
SPAN = U64
WORKING_DAY = integer(60, 86_400)
DAY_OFFSET = integer(-840, 840)
PERCENT = integer(0, 100)


def _read_estimate(item: Item) -> tuple[int, int]:
    low, high = tuples(U32, U32).read(item)
    want(low <= high <= 5_256_000, "no estimate")
    return low, high


ESTIMATE = Form(_read_estimate, list)
WAVE = struct(("number", U32, ALWAYS), ("rank", U32, ALWAYS))

ROLES = ("admin", "coordinator", "worker", "reviewer", "observer")
ADMIN, COORDINATOR, WORKER, REVIEWER, OBSERVER = range(5)
ACTOR_KINDS = ("human", "agent")
LINK_KINDS = ("discovered_from", "duplicates", "relates")
OUTCOMES = ("pass", "fail")
GUARDED = ("done", "integrate", "no")
ROLE, ACTOR_KIND = words(*ROLES), words(*ACTOR_KINDS)
PRIORITY = words("critical", "high", "medium", "low")
RISK = words("high", "medium", "low")
LINK_KIND = words(*LINK_KINDS)
OUTCOME = words(*OUTCOMES)
GUARDED_ENDS = words(*GUARDED)
PULL_REQUEST_STATE = words("open", "merged", "closed")
MERGE_METHOD = words("merge", "squash", "rebase", "fast_forward")
FORGE_KIND = words("github", "gitlab", "gitea", "other")
REVIEW_DECISION = words("none", "required", "approved", "changes_requested")
ACTIVE, RETIRED, REVOKED = range(3)

INTEGRATION = struct(("commit", COMMIT, ALWAYS), ("into", BRANCH, ALWAYS), ("method", MERGE_METHOD, OPTIONAL), ("before", COMMIT, OPTIONAL))

APPROVER = variant(ACTOR, ROLE)
MARK = struct(("entry", ID, OPTIONAL), ("event", U16, IF_NOT_0), ("item", U16, IF_NOT_0))
TASK = struct(("id", NAME, ALWAYS), ("mark", MARK, ALWAYS))
ATTACHMENT = struct(("name", texts(lambda item: text.is_text(item) and text.is_attachment(item), "path"), ALWAYS),
                    ("digest", ID, ALWAYS), ("size", U64, ALWAYS))
VERSION_NAMES = ("format", "rules", "state", "message", "files")
VERSIONS = struct(*((name, U16, OPTIONAL) for name in VERSION_NAMES))
