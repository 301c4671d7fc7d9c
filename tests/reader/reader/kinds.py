"""The kinds of events (section 9, forms) and the entry (section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .cbor import Bad, Item, decode, encode
from .forms import (
    ACTOR, ACTOR_KIND, ADDRESS, ALWAYS, APPROVER, ATTACHMENT, BRANCH, COMMIT, DAY, DAY_OFFSET, ESTIMATE, FLAG,
    FORGE_KIND, GLOB, GUARDED_ENDS, I32, ID, IDEMPOTENCY_KEY, IF_ANY, IF_TRUE, INTEGRATION, KEY, LINK_KIND, MARK, NAME, OPTIONAL, OUTCOME,
    PERCENT, PRIORITY, PULL_REQUEST_STATE, REVIEW_DECISION, RISK, ROLE, SPAN, TASK, TEXT, TIME, U16, U32, U64, URL, VERSIONS, WAVE,
    WORKING_DAY,
    Form, listing, or_null, struct, tuples, variant, want,
)

PAYLOAD_BYTES = 65_536
EVENTS = 1_000
PARENTS = 16
FACTS = 1_000
ATTACHMENTS = 256
ATTACHED_BYTES = 67_108_864
LABELS = 100
"""Of an observed pull request."""
FORMAT = 1

LEDGER_FACT = variant(or_null(TEXT), DAY_OFFSET, TEXT, or_null(TEXT))
ACTOR_FACT = variant(ADDRESS, ACTOR_KIND, ROLE, ROLE)
POLICY_RULE = variant(
    SPAN,  # 0 default_lease
    listing(ROLE),  # 1 steal_roles
    U16,  # 2 approvals_required
    FLAG,  # 3 unclaimed_work
    FLAG,  # 4 owners_only
    struct(("paths", GLOB, ALWAYS), ("by", listing(APPROVER), ALWAYS)),  # 5 path_reviews
    SPAN,  # 6 max_lease
    listing(ROLE),  # 7 broad_path_roles
    FLAG,  # 8 dependencies
    GUARDED_ENDS,  # 9 guardrails
    FLAG,  # 10 integrated
    WORKING_DAY,  # 11 working_day
)
TASK_FACTS: tuple[tuple[str, Form | tuple[Form, ...]], ...] = (
    ("title", TEXT),  # 0
    ("group", or_null(TEXT)),
    ("owners", ACTOR),
    ("owners", ACTOR),
    ("priority", or_null(PRIORITY)),
    ("risk", or_null(RISK)),  # 5
    ("estimate", or_null(ESTIMATE)),
    ("dependencies", TASK),
    ("dependencies", TASK),
    ("gates", APPROVER),
    ("gates", APPROVER),  # 10
    ("paths", GLOB),
    ("paths", GLOB),
    ("branch", or_null(BRANCH)),
    ("pull request", or_null(U64)),
    ("steps", TEXT),  # 15
    ("steps", MARK),
    ("acceptance", TEXT),
    ("acceptance", TEXT),
    ("review checks", TEXT),
    ("review checks", TEXT),  # 20
    ("labels", TEXT),
    ("labels", TEXT),
    ("body", or_null(TEXT)),
    ("wave", or_null(WAVE)),
    ("extra", (TEXT, or_null(TEXT))),  # 25
    ("due", or_null(DAY)),
    ("defer", or_null(DAY)),
    ("URLs", URL),
    ("URLs", URL),
    ("parent", or_null(TASK)),  # 30
    ("links", (LINK_KIND, TASK)),
    ("links", (LINK_KIND, TASK)),
)
"""The word and the values of each fact of 2.1."""
FACT = variant(*(form for _, form in TASK_FACTS))
SOURCE = struct(("forge", FORGE_KIND, ALWAYS), ("repository", URL, ALWAYS))
CHECKS = struct(("passing", U32, ALWAYS), ("failing", U32, ALWAYS), ("pending", U32, ALWAYS))
PULL_REQUEST = struct(
    ("number", U64, ALWAYS),
    ("title", TEXT, OPTIONAL),
    ("state", PULL_REQUEST_STATE, OPTIONAL),
    ("draft", FLAG, OPTIONAL),
    ("branch", TEXT, OPTIONAL),
    ("commit", COMMIT, OPTIONAL),
    ("base", TEXT, OPTIONAL),
    ("author", TEXT, OPTIONAL),
    ("checks", CHECKS, OPTIONAL),
    ("review", REVIEW_DECISION, OPTIONAL),
    ("mergeable", FLAG, OPTIONAL),
    ("labels", listing(TEXT, LABELS), OPTIONAL),
    ("updated", TIME, OPTIONAL),
    ("merge_commit", COMMIT, OPTIONAL),
)
WORKTREE = struct(
    ("label", TEXT, ALWAYS),
    ("branch", TEXT, OPTIONAL),
    ("head", COMMIT, OPTIONAL),
    ("ahead", U32, ALWAYS),
    ("behind", U32, ALWAYS),
    ("dirty", U32, ALWAYS),
    ("task", TASK, OPTIONAL),
    ("active", TIME, OPTIONAL),
)
IMPORT = struct(("source", TEXT, ALWAYS), ("format", TEXT, ALWAYS), ("digest", ID, ALWAYS), ("file", TEXT, ALWAYS))

_TASK = ("task", TASK, ALWAYS)
_CLAIM = ("claim", MARK, OPTIONAL)
_REASON = ("reason", TEXT, OPTIONAL)
_ACTOR = ("actor", ACTOR, ALWAYS)
_KEY = ("key", KEY, ALWAYS)

FAMILIES: tuple[tuple[Form | None, ...], ...] = (
    (
        struct(("key", KEY, ALWAYS), ("kind", ACTOR_KIND, ALWAYS), ("email", ADDRESS, ALWAYS), ("recovery", KEY, OPTIONAL),
               ("facts", listing(LEDGER_FACT), IF_ANY), ("nonce", U64, ALWAYS)),  # 0.0
        VERSIONS,  # 0.1
        listing(LEDGER_FACT),  # 0.2
        struct(("entry", ID, ALWAYS)),  # 0.3
        None,  # 0.4
    ),
    (
        struct(("name", ACTOR, ALWAYS), ("kind", ACTOR_KIND, ALWAYS), ("email", ADDRESS, ALWAYS),
               ("roles", listing(ROLE), ALWAYS), ("key", KEY, OPTIONAL)),  # 1.0
        struct(_ACTOR, ("facts", listing(ACTOR_FACT), ALWAYS)),  # 1.1
        struct(_ACTOR, _KEY),  # 1.2
        struct(_ACTOR, _KEY),  # 1.3
        struct(_ACTOR, _KEY, ("since", TIME, OPTIONAL)),  # 1.4
        struct(("key", KEY, OPTIONAL)),  # 1.5
        POLICY_RULE,  # 1.6
    ),
    (
        struct(("id", NAME, ALWAYS), ("title", TEXT, ALWAYS), ("facts", listing(FACT, FACTS), IF_ANY)),  # 2.0
        struct(_TASK, ("facts", listing(FACT, FACTS), ALWAYS)),  # 2.1
        struct(_TASK, _CLAIM, ("commit", COMMIT, OPTIONAL), ("waiver", TEXT, OPTIONAL), ("tree", COMMIT, OPTIONAL),
               ("integrated", INTEGRATION, OPTIONAL)),  # 2.2
        struct(_TASK, _REASON),  # 2.3
        struct(_TASK, _REASON, ("mistaken", FLAG, IF_TRUE)),  # 2.4
        struct(_TASK, ("body", TEXT, ALWAYS)),  # 2.5
        IMPORT,  # 2.6
    ),
    (
        struct(_TASK, ("lease", SPAN, ALWAYS), ("worktree", TEXT, OPTIONAL), ("steal", FLAG, IF_TRUE),
               ("share", FLAG, IF_TRUE), ("resume", FLAG, IF_TRUE)),  # 3.0
        struct(_TASK, ("claim", MARK, ALWAYS), ("lease", SPAN, OPTIONAL)),  # 3.1
        struct(_TASK, ("claim", MARK, ALWAYS)),  # 3.2
        struct(_TASK, _CLAIM, ("percent", PERCENT, ALWAYS)),  # 3.3
        struct(_TASK, ("step", MARK, ALWAYS), ("number", U16, ALWAYS), ("done", FLAG, ALWAYS), _CLAIM),  # 3.4
        struct(_TASK, ("reason", TEXT, ALWAYS), ("on", TASK, OPTIONAL)),  # 3.5
        struct(_TASK, ("blocker", MARK, ALWAYS), ("number", U16, ALWAYS)),  # 3.6
        struct(_TASK, ("commit", COMMIT, ALWAYS), ("branch", BRANCH, OPTIONAL), _CLAIM),  # 3.7
        struct(_TASK, ("old", COMMIT, ALWAYS), ("new", COMMIT, ALWAYS)),  # 3.8
        struct(_TASK, ("worktree", TEXT, OPTIONAL)),  # 3.9
        struct(_TASK, ("claim", MARK, ALWAYS), ("to", ACTOR, ALWAYS), ("lease", SPAN, ALWAYS), ("note", TEXT, OPTIONAL)),  # 3.10
    ),
    (
        struct(_TASK, _CLAIM, ("commit", COMMIT, OPTIONAL), ("pr", U64, OPTIONAL)),  # 4.0
        struct(_TASK, ("commit", COMMIT, OPTIONAL), ("note", TEXT, OPTIONAL)),  # 4.1
        struct(_TASK, ("commit", COMMIT, OPTIONAL), ("note", TEXT, ALWAYS)),  # 4.2
        struct(_TASK),  # 4.3
        struct(_TASK, ("item", TEXT, ALWAYS), ("ticked", FLAG, ALWAYS)),  # 4.4
    ),
    (
        struct(("id", NAME, ALWAYS), ("title", TEXT, ALWAYS), ("command", TEXT, OPTIONAL), ("expect", TEXT, OPTIONAL),
               ("required", FLAG, IF_TRUE), ("depends", listing(TASK), IF_ANY), ("time_limit", SPAN, OPTIONAL),
               ("extra", listing(tuples(TEXT, TEXT)), IF_ANY), ("environment", listing(TEXT), IF_ANY)),  # 5.0
        struct(("id", NAME, ALWAYS)),  # 5.1
        struct(("id", NAME, ALWAYS), ("outcome", OUTCOME, ALWAYS), ("evidence", TEXT, OPTIONAL), ("exit", I32, OPTIONAL),
               ("duration_milliseconds", U64, OPTIONAL), ("host", TEXT, OPTIONAL), ("commit", COMMIT, OPTIONAL),
               ("tree", COMMIT, OPTIONAL), ("changed", listing(TEXT), IF_ANY), ("command_digest", ID, OPTIONAL)),  # 5.2
        struct(("name", NAME, ALWAYS), ("expression", TEXT, OPTIONAL)),  # 5.3
    ),
    (
        struct(("source", SOURCE, ALWAYS), ("seen", listing(PULL_REQUEST), IF_ANY), ("gone", listing(U64), IF_ANY)),  # 6.0
        struct(("host", TEXT, ALWAYS), ("seen", listing(WORKTREE), ALWAYS)),  # 6.1
        struct(("label", NAME, OPTIONAL), ("state", ID, ALWAYS), ("versions", tuples(U16, U16, U16), ALWAYS)),  # 6.2
    ),
)

_EVENT = variant(*(variant(*kinds) for kinds in FAMILIES))
_ENTRY = struct(
    ("format", U16, ALWAYS),
    ("ledger", ID, OPTIONAL),
    ("parents", listing(ID, PARENTS), IF_ANY),
    ("actor", ACTOR, ALWAYS),
    ("time", TIME, ALWAYS),
    ("events", listing(_EVENT, EVENTS), IF_ANY),
    ("attachments", listing(ATTACHMENT, ATTACHMENTS), IF_ANY),
    ("idempotency_key", IDEMPOTENCY_KEY, OPTIONAL),
)


class NotAnnounced(Bad):
    """The payload is of a format that no upgrade announced."""


@dataclass(frozen=True)
class Event:
    """An event: its kind as the format writes it, such as `3.0`, and its body."""

    kind: str
    body: Any

    @property
    def about_a_task(self) -> bool:
        """Whether it is of families 2 to 4 and has a field `task`."""
        return self.kind[0] in "234" and self.kind not in ("2.0", "2.6")


@dataclass(frozen=True)
class Entry:
    """What a payload says."""

    ledger: bytes | None
    parents: list[bytes]
    actor: str
    time: int
    events: list[Event]
    attachments: dict[str, bytes]
    """Digests by name."""
    idempotency_key: str | None


def _version(payload: bytes) -> int:
    """Every version can tell this of every payload (section 7, Version first)."""
    want(len(payload) > 2 and 0xA1 <= payload[0] <= 0xB7 and payload[1] == 0, "it does not begin as a payload")
    size = {0x18: 1, 0x19: 2}.get(payload[2], 0)
    want(payload[2] <= 0x17 or size > 0 and len(payload) >= 3 + size, "no version")
    return int.from_bytes(payload[3 : 3 + size], "big") if size else payload[2]


def read_payload(payload: bytes) -> Entry:
    """Reads a payload, or raises Bad."""
    if _version(payload) != FORMAT:
        raise NotAnnounced("a payload of another format")
    want(len(payload) <= PAYLOAD_BYTES, "a payload of more than 64 KiB")
    values = _ENTRY.read(decode(payload))
    want(len(values["events"]) > 0 or len(values["parents"]) >= 2, "a join of fewer than two lines")
    attached = values["attachments"]
    names = [each["name"].encode() for each in attached]
    want(names == sorted(set(names)), "attachments that are not sorted")
    want(sum(each["size"] for each in attached) <= ATTACHED_BYTES, "attachments of more than 64 MiB")
    events = [Event(f"{family}.{kind[0]}", kind[1] if kind[1:] else None) for family, kind in values["events"]]
    return Entry(values["ledger"], values["parents"], values["actor"], values["time"], events,
                 {each["name"]: each["digest"] for each in attached}, values["idempotency_key"])


def write_payload(values: dict[str, Any]) -> bytes:
    """Writes the fields of an entry, whose events are (family, (kind, body))."""
    return encode(_ENTRY.write({"format": FORMAT, **values}))


def item_of(form: Form, value: Any) -> Item:
    """A value as it stands in the payload."""
    return form.write(value)
