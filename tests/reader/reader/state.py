"""The state, its encoding and its digest (section 15). The records have their fields in the order of the format's table."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from . import digest, glob
from .cbor import Item, encode
from .forms import ACTIVE, ADMIN, COORDINATOR, LAST_SECOND

MOST_STEPS = 20_000_000
"""An actor's allowance at first (section 14, Steps)."""

Origin = tuple[bytes, int, int]
"""What a mark points at: entry id, event, item."""
Approver = tuple[int, Any]
"""(0, name) or (1, role)."""


class Record:
    """A map of its fields by number, each of them present."""

    def items(self) -> dict[int, Item]:
        return {number: to_item(getattr(self, each.name)) for number, each in enumerate(fields(self))}  # type: ignore[arg-type]


@dataclass
class Raw:
    """A value as it stands in the event."""

    item: Item


def to_item(value: Any) -> Item:
    """Sets and maps become sorted arrays."""
    if isinstance(value, Raw):
        return value.item
    if isinstance(value, Record):
        return value.items()
    if isinstance(value, (set, frozenset)):
        return [to_item(each) for each in sorted(value)]
    if isinstance(value, dict):
        return [[to_item(key), to_item(each)] for key, each in sorted(value.items(), key=lambda pair: pair[0])]
    if isinstance(value, (list, tuple)):
        return [to_item(each) for each in value]
    return value


RUN = 256
"""So many digests become one."""


def _digest_of_record(item: Item) -> bytes:
    return digest.blake3(b"\0" + encode(item))


def _digest_of_part(part: Item) -> bytes:
    if not isinstance(part, list):
        return _digest_of_record(part)
    digests = [_digest_of_record(item) for item in part]
    while len(digests) > RUN:
        digests = [digest.blake3(b"\1" + b"".join(digests[i : i + RUN])) for i in range(0, len(digests), RUN)]
    return digest.blake3(b"\1" + b"".join(digests))


@dataclass
class KeyRecord(Record):
    standing: int = ACTIVE
    suspect_since: int | None = None


@dataclass
class Actor(Record):
    kind: int
    email: str
    roles: set[int]
    keys: dict[bytes, KeyRecord] = field(default_factory=dict)


@dataclass
class Roster(Record):
    actors: dict[str, Actor] = field(default_factory=dict)
    recovery: bytes | None = None
    versions: dict[int, int] = field(default_factory=dict)
    """By the number of the field of 0.1."""

    def items(self) -> dict[int, Item]:
        return {0: to_item(self.actors), 1: self.recovery, 2: dict(self.versions)}

    def has_role(self, actor: str, *roles: int) -> bool:
        """Whether the actor has one of these roles. ADMIN does not stand for others here."""
        return actor in self.actors and not self.actors[actor].roles.isdisjoint(roles)

    def standing(self, key: bytes, actor: str) -> int | None:
        """STANDING (section 14)."""
        if actor in self.actors and key in self.actors[actor].keys:
            return self.actors[actor].keys[key].standing
        return ACTIVE if key == self.recovery and self.has_role(actor, ADMIN) else None

    def manned(self) -> bool:
        """MANNED (section 14)."""
        return any(
            ADMIN in actor.roles and any(key.standing == ACTIVE for key in actor.keys.values())
            for actor in self.actors.values()
        )


@dataclass
class Policy(Record):
    default_lease: int = 14_400
    steal_roles: set[int] = field(default_factory=lambda: {COORDINATOR})
    approvals_required: int = 0
    unclaimed_work: bool = True
    owners_only: bool = False
    path_reviews: dict[str, set[Approver]] = field(default_factory=dict)
    max_lease: int = 86_400
    broad_path_roles: set[int] = field(default_factory=lambda: {COORDINATOR})
    dependencies: bool = True
    guardrails: int = 0
    integrated: bool = False
    working_day: int = 28_800


@dataclass
class Fields(Record):
    """What is not set is left out."""

    title: str
    group: str | None = None
    owners: list[str] = field(default_factory=list)
    priority: int | None = None
    risk: int | None = None
    estimate: tuple[int, int] | None = None
    gates: set[Approver] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    branch: str | None = None
    pull_request: int | None = None
    criteria: list[str] = field(default_factory=list)
    checks: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    wave: Raw | None = None
    extra: dict[str, str] = field(default_factory=dict)
    due: str | None = None
    defer: str | None = None
    urls: set[str] = field(default_factory=set)

    def items(self) -> dict[int, Item]:
        return {number: item for number, item in super().items().items() if item is not None and item != []}


@dataclass
class Step(Record):
    origin: Origin
    text: str
    done: bool = False


@dataclass
class Handed(Record):
    by: str
    note: Attached | None


@dataclass
class Claim(Record):
    origin: Origin
    number: int
    actor: str
    since: int
    lease: int
    renewed: int
    worktree: str | None
    shared: bool
    handed: Handed | None = None

    def end(self) -> int:
        return min(self.renewed + self.lease, LAST_SECOND)

    def running(self, at: int) -> bool:
        """RUNNING (section 14)."""
        return self.end() >= at


@dataclass
class Blocker(Record):
    origin: Origin
    number: int
    reason: str
    on: int | None
    actor: str
    at: int
    cleared: bool = False


@dataclass
class Submission(Record):
    actor: str
    at: int
    commit: bytes | None


@dataclass
class Attached(Record):
    entry: bytes
    name: str
    digest: bytes


@dataclass
class Verdict(Record):
    approved: bool
    at: int
    commit: bytes | None
    note: Attached | None


@dataclass
class PastVerdict(Record):
    by: str
    verdict: Verdict


@dataclass
class End(Record):
    done: bool
    actor: str
    at: int
    commit: bytes | None
    reason: str | None
    integrated: Raw | None = None


@dataclass
class Task(Record):
    id: str
    origin: Origin
    fields: Fields
    created_by: str
    created: int
    updated: int
    shown: str
    """SHOWN (section 14). It follows from the tasks before and is not in the state."""
    depends: set[int] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    body: Attached | None = None
    ticks: set[tuple[str, str]] = field(default_factory=set)
    reported_percent: int | None = None
    claim: Claim | None = None
    outrun: set[str] = field(default_factory=set)
    contributors: set[str] = field(default_factory=set)
    gates_by: dict[Approver, str] = field(default_factory=dict)
    blockers: list[Blocker] = field(default_factory=list)
    submission: Submission | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    past_verdicts: list[PastVerdict] = field(default_factory=list)
    commit: bytes | None = None
    worktree: str | None = None
    comments: int = 0
    end: End | None = None
    parent: int | None = None
    children: set[int] = field(default_factory=set)
    links: set[tuple[int, int]] = field(default_factory=set)

    ORDER = (
        "id", "origin", "fields", "depends", "steps", "body", "ticks", "reported_percent", "claim", "outrun",
        "contributors", "gates_by", "blockers", "submission", "verdicts", "past_verdicts", "commit", "worktree",
        "comments", "end", "created_by", "created", "updated", "parent", "children", "links",
    )  # fmt: skip
    IF_ANY = ("parent", "children", "links")

    def items(self) -> dict[int, Item]:
        items = {number: to_item(getattr(self, name)) for number, name in enumerate(self.ORDER)}
        absent = [self.ORDER.index(name) for name in self.IF_ANY if items[self.ORDER.index(name)] in (None, [])]
        return {number: item for number, item in items.items() if number not in absent}

    def is_own_work(self, actor: str) -> bool:
        """OWN (section 14)."""
        return actor in self.fields.owners or actor in self.contributors


@dataclass
class Result(Record):
    outcome: int
    actor: str
    at: int
    commit: bytes | None
    tree: bytes | None
    changed: list[str]
    exit: int | None
    evidence: Attached | None
    by_hand: bool
    outdated: bool

    def of_a_commit(self) -> bool:
        """OF A COMMIT (5.2)."""
        return self.commit is not None and not self.outdated and not self.changed


@dataclass
class Guardrail(Record):
    title: str
    command: str | None
    expect: str | None
    required: bool
    depends: list[int]
    time_limit: int | None
    extra: list[tuple[str, str]]
    defined_by: str
    environment: list[str]
    results: list[Result]

    def command_digest(self) -> bytes | None:
        """The digest of its command (5.0)."""
        if self.command is None:
            return None
        names = b"\xff" + " ".join(self.environment).encode() + b"\xff" if self.environment else b""
        return digest.blake3(names + self.command.encode())


@dataclass(frozen=True, order=True)
class Source(Record):
    forge: int
    repository: str


@dataclass
class Seen(Record):
    """A seen pull request, or the seen worktrees of a host."""

    at: int
    seen: Raw


@dataclass
class Snapshot(Record):
    entry: bytes
    label: str | None
    at: int
    actor: str
    state: bytes
    versions: tuple[int, int, int]


@dataclass
class ImportRecord(Record):
    origin: Origin
    at: int
    actor: str
    import_: Raw


@dataclass
class Anomaly(Record):
    entry: bytes
    event: int
    actor: str
    at: int
    refusal: Raw


@dataclass
class Allowance(Record):
    steps: int
    at: int


@dataclass
class UsedKey(Record):
    key: str
    entry: bytes


@dataclass
class State(Record):
    ledger: bytes = b""
    title: str | None = None
    day_offset: int = 0
    home_ref: str = "refs/coord/ledger"
    home_url: str | None = None
    roster: Roster = field(default_factory=Roster)
    policy: Policy = field(default_factory=Policy)
    tasks: list[Task] = field(default_factory=list)
    guardrails: dict[str, Guardrail] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    pull_requests: dict[tuple[Source, int], Seen] = field(default_factory=dict)
    observed: dict[Source, int] = field(default_factory=dict)
    worktrees: dict[str, Seen] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)
    imports: list[ImportRecord] = field(default_factory=list)
    acknowledged: set[bytes] = field(default_factory=set)
    anomalies: list[Anomaly] = field(default_factory=list)
    entries: int = 0
    effective: int = 0
    allowances: dict[str, Allowance] = field(default_factory=dict)
    """Those that have less than the most."""
    used_keys: dict[str, list[UsedKey]] = field(default_factory=dict)
    """The last idempotency keys of each actor."""

    def encoded(self) -> bytes:
        return encode(self.items())

    def parts(self) -> list[Item]:
        """The fields of the state, with those of the roster in its place."""
        parts: list[Item] = []
        for each in fields(self):
            value = getattr(self, each.name)
            parts += value.items().values() if each.name == "roster" else [to_item(value)]
        return parts

    def digest(self) -> str:
        """The state digest."""
        parts = b"".join(_digest_of_part(part) for part in self.parts())
        return "blake3:" + digest.blake3(b"\2" + parts).hex()

    def apply_facts(self, facts: list[tuple[Any, ...]]) -> None:
        """Ledger facts (0.2)."""
        for number, value in facts:
            setattr(self, ("title", "day_offset", "home_ref", "home_url")[number], value)

    def gates(self, task: Task) -> dict[Approver, bool]:
        """The gates of a task's review, in order, and whether the policy adds each (section 15)."""
        by_policy = {
            approver
            for pattern, approvers in self.policy.path_reviews.items()
            if any(glob.overlap(pattern, path) for path in task.fields.paths)
            for approver in approvers
        }
        return {gate: gate in by_policy for gate in sorted(task.fields.gates | by_policy)}

    def entitles(self, task: Task, gate: Approver, by_policy: bool, actor: str) -> bool:
        """Whether a gate of the task's review entitles the actor."""
        number, value = gate
        named = actor == value if number == 0 else self.roster.has_role(actor, value)
        return named and (by_policy or task.gates_by.get(gate) != actor)
