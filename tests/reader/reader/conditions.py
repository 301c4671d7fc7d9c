"""The conditions in capitals (section 14), asked in the context of an event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import digest, glob, roster, steps
from .cbor import encode
from .forms import ADMIN, COORDINATOR, REVIEWER, WORKER
from .kinds import Entry, Event
from .refusal import LISTED, HeldClaim, OpenGate, Overlap, Refused, Taken
from .state import Approver, Attached, Claim, Origin, PastVerdict, State, Task, Verdict

ROOM = 1_000
"""How many items a list of a task has at most before something is added."""
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass
class Context:
    """An event of an entry, the state before it, and the steps of the entry so far."""

    state: State
    entry: Entry
    here: bytes
    """The id of the entry."""
    signer: bytes
    at: int
    """The effective time of the entry."""
    most: int
    """The steps that the entry may take."""
    index: int = 0
    steps: int = 0
    met: set[int] = field(default_factory=set)
    """The numbers of the tasks that the entry has met."""

    @property
    def actor(self) -> str:
        """A."""
        return self.entry.actor

    @property
    def event(self) -> Event:
        return self.entry.events[self.index]

    # Tasks

    def origin(self, mark: dict[str, Any]) -> Origin:
        """What a mark points at."""
        entry = self.here if mark["entry"] is None else mark["entry"]
        return entry, mark["event"], mark["item"]

    def find(self, reference: dict[str, Any]) -> int | None:
        """The number of the task that the reference's mark points at, whatever name it has."""
        origin = self.origin(reference["mark"])
        return next((number for number, task in enumerate(self.state.tasks) if task.origin == origin), None)

    def about(self) -> int | None:
        """The number of the task that the event is about, if it exists."""
        return self.find(self.event.body["task"]) if self.event.about_a_task else None

    def number(self, reference: dict[str, Any]) -> int:
        """KNOWN: the number of the task."""
        number = self.find(reference)
        if number is None or self.state.tasks[number].id != reference["id"]:
            raise Refused("unknown_task", task=reference["id"])
        return number

    def known(self, reference: dict[str, Any]) -> Task:
        """KNOWN."""
        return self.state.tasks[self.number(reference)]

    def open(self, reference: dict[str, Any]) -> Task:
        """OPEN."""
        task = self.known(reference)
        if task.end is not None:
            how = "done" if task.end.done else "cancelled"
            raise Refused("task_ended", task=task.shown, how=how, actor=task.end.actor, at=task.end.at)
        return task

    def shown(self, name: str, origin: Origin) -> str:
        """SHOWN, of a task that is added behind all others."""
        before = {task.shown for task in self.state.tasks if task.id == name}
        if not before:
            return name
        suffix = "".join(LETTERS[byte % 32] for byte in digest.blake3(encode(list(origin))))
        for length in range(4, 12):
            if f"{name}~{suffix[:length]}" not in before:
                return f"{name}~{suffix[:length]}"
        return f"{name}~{suffix[:12]}"

    # Steps

    def take(self, count: int) -> None:
        """Takes steps. An entry that would take too many is refused, and takes all that it may."""
        self.steps += count
        if self.steps > self.most:
            self.steps = self.most
            number = self.about()
            raise Refused("too_costly", task=None if number is None else self.state.tasks[number].shown, most=self.most)

    def take_near(self, paths: list[str], task: Task) -> None:
        """NEAR (section 14, Steps)."""
        self.take(steps.near(self.state, paths, task, self.at))

    # Who may

    def require(self, roles: set[int], action: str, task: Task | None = None) -> None:
        """REQUIRE."""
        roster.require(self.state.roster, self.actor, roles, action, None if task is None else task.shown)

    def may_edit(self, task: Task, action: str) -> None:
        """MAY EDIT."""
        holds = task.claim is not None and task.claim.actor == self.actor
        self._require_worker_if(holds or self._added_or_owns(task), action, task)

    def may_end(self, task: Task, action: str) -> None:
        """MAY END."""
        self._require_worker_if(self._added_or_owns(task), action, task)

    def _added_or_owns(self, task: Task) -> bool:
        return task.created_by == self.actor or self.actor in task.fields.owners

    def _require_worker_if(self, its_own: bool, action: str, task: Task) -> None:
        self.require({COORDINATOR, WORKER} if its_own else {COORDINATOR}, action, task)

    def may_judge(self, reference: dict[str, Any]) -> Task:
        """MAY JUDGE."""
        task = self.open(reference)
        if task.is_own_work(self.actor):
            raise Refused("own_work", task=task.shown, actor=self.actor)
        self.take(steps.gates(self.state, task))
        entitled = any(
            self.state.entitles(task, gate, by_policy, self.actor)
            for gate, by_policy in self.state.gates(task).items()
        )
        if not self.state.roster.has_role(self.actor, REVIEWER) and not entitled:
            raise Refused("not_reviewer", task=task.shown, actor=self.actor)
        if task.submission is None:
            raise Refused("not_submitted", task=task.shown)
        return task

    # Claims

    def running(self, task: Task) -> Claim | None:
        """The task's claim, if it is RUNNING."""
        return task.claim if task.claim is not None and task.claim.running(self.at) else None

    def held(self, task: Task, claim: Claim) -> Refused:
        """HELD."""
        return Refused("claim_held", task=task.shown, claim=that_claim(claim))

    def lost(self, task: Task) -> Refused:
        """LOST."""
        taken = None
        if task.claim is not None:
            taken = Taken(that_claim(task.claim), None)
        else:
            paths = sorted(task.fields.paths)
            self.take_near(paths, task)
            for other, claim in self._others_running(task):
                files = _overlap(paths, other) if claim.actor != self.actor else None
                if files is not None:
                    taken = Taken(that_claim(claim), files)
                    break
        return Refused("lease_lost", task=task.shown, taken=taken)

    def _others_running(self, task: Task | None) -> list[tuple[Task, Claim]]:
        pairs = [(other, self.running(other)) for other in self.state.tasks if other is not task]
        return [(other, claim) for other, claim in pairs if claim is not None]

    def free(self, task: Task, paths: list[str], actor: str, worktree: str | None) -> None:
        """FREE, of each of the paths, which are in the order of the set."""
        self.take_near(paths, task)
        for other, claim in self._others_running(task):
            if (claim.actor, claim.worktree) == (actor, worktree):
                continue
            files = _overlap(paths, other)
            if files is not None:
                raise Refused("paths_held", task=task.shown, files=files, claim=that_claim(claim))

    def eligible(self, task: Task, actor: str) -> None:
        """ELIGIBLE, for an actor."""
        owners = task.fields.owners
        if self.state.policy.owners_only and owners and actor not in owners:
            raise Refused("not_owner", task=task.shown, actor=actor, owners=owners[:LISTED], more=len(owners[LISTED:]))

    def unclaimed(self, task: Task) -> None:
        """UNCLAIMED."""
        claim = self.running(task)
        if claim is not None:
            raise self.held(task, claim)
        if not self.state.policy.unclaimed_work:
            raise Refused("not_claimed", task=task.shown)
        self.eligible(task, self.actor)

    def fenced(self, task: Task, mark: dict[str, Any] | None) -> None:
        """FENCED, by its numbers."""
        self.require({COORDINATOR, WORKER}, "work_on_task", task)  # 1
        claim = task.claim
        mine = claim is not None and claim.actor == self.actor
        if mark is not None:  # 2
            if claim is None or claim.origin != self.origin(mark) or not mine:
                raise self.lost(task)
            return
        if mine and self.running(task) is not None:  # 3
            raise self.lost(task)
        if self.actor in task.outrun:  # 4
            raise self.lost(task)
        if self.state.roster.has_role(self.actor, ADMIN, COORDINATOR):  # 5
            return
        if mine:  # 6
            raise self.lost(task)
        self.unclaimed(task)  # 7

    # Other conditions

    def attached(self, name: str | None) -> None:
        """ATTACHED."""
        if name is not None and name not in self.entry.attachments:
            raise Refused("unknown_attachment", name=name)

    def attachment(self, name: str | None) -> Attached | None:
        return None if name is None else Attached(self.here, name, self.entry.attachments[name])

    def room(self, length: int, what: str, task: Task) -> None:
        """ROOM."""
        if length >= ROOM:
            raise Refused("too_many", task=task.shown, what=what, most=ROOM)

    def current(self, task: Task, commit: bytes | None) -> None:
        """CURRENT."""
        submitted = task.submission.commit if task.submission is not None else None
        current = [each for each in (submitted, task.commit) if each is not None]
        if commit is not None and current and commit not in current:
            raise Refused("other_commit", task=task.shown, commit=commit, submitted=submitted)

    # Effects that several kinds have

    def touch(self, task: Task) -> None:
        """TOUCHES."""
        task.updated = self.at

    def works(self, task: Task) -> None:
        """WORKS."""
        self.touch(task)
        if task.claim is not None and task.claim.actor == self.actor:
            task.claim.renewed = max(task.claim.renewed, self.at)

    def lose(self, task: Task) -> None:
        """The task LOSES its claim."""
        if task.claim is not None:
            task.outrun.add(task.claim.actor)
            task.claim = None

    def settle(self, task: Task) -> None:
        """SETTLES."""
        claim = task.claim
        if claim is None or claim.shared:
            return
        in_the_way = [
            other
            for other in self.state.tasks
            if other is not task
            and other.claim is not None
            and (other.claim.actor, other.claim.worktree) != (claim.actor, claim.worktree)
            and _overlap(sorted(task.fields.paths), other) is not None
        ]
        if claim.running(self.at):
            losing = [other for other in in_the_way if self.running(other) is None]
        else:
            losing = [task] if in_the_way else []
        for loser in losing:
            self.lose(loser)
            self.touch(loser)

    def end_verdicts(self, task: Task, reviewers: list[str]) -> None:
        """The verdicts of these reviewers END."""
        for reviewer in reviewers:
            task.past_verdicts.append(PastVerdict(reviewer, task.verdicts.pop(reviewer)))


def that_claim(claim: Claim) -> HeldClaim:
    """THAT CLAIM."""
    return HeldClaim(claim.actor, claim.since, claim.end())


def _overlap(paths: list[str], other: Task) -> Overlap | None:
    """The first glob of the other task, in its set, that a path overlaps, and the first such path."""
    for held in sorted(other.fields.paths):
        for path in paths:
            if glob.overlap(path, held):
                return Overlap(path, held, other.shown)
    return None


@dataclass
class Review:
    """What the review of a task needs (section 15), for a commit of the task."""

    state: State
    task: Task
    commit: bytes | None

    def counts(self, reviewer: str, verdict: Verdict) -> bool:
        """Whether a verdict counts."""
        at_commit = self.commit is None or verdict.commit == self.commit
        return verdict.approved and at_commit and not self.task.is_own_work(reviewer)

    def counting(self) -> list[str]:
        return [name for name, verdict in self.task.verdicts.items() if self.counts(name, verdict)]

    def open_gates(self) -> list[OpenGate]:
        """The gates that are not approved."""
        return [
            self._open(gate, by_policy)
            for gate, by_policy in self.state.gates(self.task).items()
            if not any(self.state.entitles(self.task, gate, by_policy, name) for name in self.counting())
        ]

    def _open(self, gate: Approver, by_policy: bool) -> OpenGate:
        reviewers = [
            name
            for name in sorted(self.state.roster.actors)
            if self.state.entitles(self.task, gate, by_policy, name) and not self.task.is_own_work(name)
        ]
        again = any(name in self.task.verdicts and self.task.verdicts[name].approved for name in reviewers)
        return OpenGate(gate, again, reviewers[:LISTED], len(reviewers[LISTED:]))

    def ask(self) -> None:
        """Refused, if the review needs anything."""
        gates = self.open_gates()
        approvals = 0
        if self.state.gates(self.task):
            approvals = max(0, self.state.policy.approvals_required - len(self.counting()) - len(gates))
        checks = [
            number
            for number, item in enumerate(sorted(self.task.fields.checks), 1)
            if not any(ticked == item and not self.task.is_own_work(name) for ticked, name in self.task.ticks)
        ]
        if gates or approvals or checks:
            raise Refused("gate_open", task=self.task.shown, gates=gates[:LISTED], approvals=approvals,
                          checks=checks[:LISTED], more=len(gates[LISTED:]) + len(checks[LISTED:]))
