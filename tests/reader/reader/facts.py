"""Task facts: FITS (section 14) and their effects (2.1)."""

from __future__ import annotations

from typing import Any

from . import glob, steps
from .conditions import Context
from .forms import ADMIN, COORDINATOR, WAVE
from .kinds import item_of
from .refusal import Refused
from .state import Raw, Step, Task

Fact = tuple[Any, ...]

MOST_ANCESTORS = 32
"""The parent, its ancestors and the levels below the task, together."""


def validate(context: Context, facts: list[Fact], task: Task | None, name: str) -> None:
    """Each fact FITS, in order. `task` is None for a task that 2.0 is just adding, `name` what it is called."""
    asking = _Asking(context, facts, task, name)
    asking.search_for_dependencies()
    for fact in facts:
        asking.fits(fact)
    claim = task.claim if task is not None else None
    added = [fact[1] for fact in facts if fact[0] == 11]
    if task is not None and added and claim is not None and not claim.shared:
        context.take_near([*sorted(task.fields.paths), *added], task)


class _Asking:
    """The facts of one event, and the task before it."""

    def __init__(self, context: Context, facts: list[Fact], task: Task | None, name: str) -> None:
        self.context = context
        self.state = context.state
        self.facts = facts
        self.task = task
        self.name = name

    def fits(self, fact: Fact) -> None:
        context, task, value = self.context, self.task, fact[1]
        match fact[0]:
            case 2:
                if value != context.actor:
                    self._room(lambda own: own.fields.owners, "owners")
                    context.require({COORDINATOR}, "assign_task", task)
            case 3:
                if value != context.actor:
                    context.require({COORDINATOR}, "unassign_task", task)
            case 7:
                self._room(lambda own: own.depends, "dependencies")
                other = context.number(value)
                if task is not None and self._number() in steps.after(self.state, {other}):
                    self._refuse_cycle(other)
            case 8:
                context.known(value)
            case 32:
                context.known(fact[2])
            case 9:
                self._room(lambda own: own.fields.gates, "gates")
            case 10 | 20:
                context.require({COORDINATOR}, "lower_review", task)
            case 11:
                self._path(value)
            case 12:
                if any(glob.overlap(pattern, value) for pattern in self.state.policy.path_reviews):
                    context.require({COORDINATOR}, "lower_review", task)
            case 15:
                self._room(lambda own: own.steps, "steps")
            case 16:
                if task is None or context.origin(value) not in [step.origin for step in task.steps]:
                    raise Refused("unknown_step", task=self.name, number=None)
            case 17:
                self._room(lambda own: own.fields.criteria, "criteria")
            case 19:
                self._room(lambda own: own.fields.checks, "checks")
            case 21:
                self._room(lambda own: own.fields.labels, "labels")
            case 23:
                context.attached(value)
            case 25:
                self._room(lambda own: own.fields.extra, "extras")
            case 28:
                self._room(lambda own: own.fields.urls, "urls")
            case 30:
                if value is not None:
                    self._parent(value)
            case 31:
                self._room(lambda own: own.links, "links")
                other = context.number(fact[2])
                if task is not None and other == self._number():
                    self._refuse_cycle(other)

    def _number(self) -> int:
        return next(i for i, task in enumerate(self.state.tasks) if task is self.task)

    def _room(self, of: Any, what: str) -> None:
        """ROOM, which a task that is just being added has."""
        if self.task is not None:
            self.context.room(len(of(self.task)), what, self.task)

    def _refuse_cycle(self, other: int) -> None:
        raise Refused("cycle", task=self.name, on=self.state.tasks[other].shown)

    def search_for_dependencies(self) -> None:
        """The steps of the facts 7 of 2.1 together."""
        if self.task is not None and any(fact[0] == 7 for fact in self.facts):
            found = {self.context.find(fact[1]) for fact in self.facts if fact[0] == 7}
            begin = {number for number in found if number is not None and number not in self.task.depends}
            self.context.take(steps.search(self.state, begin, self._number()))

    def _path(self, path: str) -> None:
        context, task = self.context, self.task
        self._room(lambda own: own.fields.paths, "paths")
        if glob.is_broad(path):
            context.require(self.state.policy.broad_path_roles, "add_broad_path", task)
        claim = context.running(task) if task is not None else None
        if task is not None and claim is not None and not claim.shared:
            context.free(task, [path], claim.actor, claim.worktree)

    def _parent(self, reference: dict[str, Any]) -> None:
        context, task = self.context, self.task
        number = context.number(reference)
        parent = self.state.tasks[number]
        context.room(len(parent.children), "children", parent)
        waits_for = set(task.children) if task is not None else set()
        waits_for |= self._depends_after()
        context.take(steps.search(self.state, waits_for, number))
        if task is parent or number in steps.after(self.state, waits_for):
            self._refuse_cycle(number)
        above, up = 1, parent
        while up.parent is not None:
            above, up = above + 1, self.state.tasks[up.parent]
        below = levels(context, task) if task is not None else []
        context.take(steps.PER_SEARCHED * sum(len(level) for level in below))
        if above + len(below) > MOST_ANCESTORS:
            raise Refused("too_many", task=self.name, what="ancestors", most=MOST_ANCESTORS)

    def _depends_after(self) -> set[int]:
        """What would be in `depends` after the facts 7 and 8 of the event."""
        depends = set(self.task.depends) if self.task is not None else set()
        for fact in self.facts:
            if fact[0] in (7, 8):
                number = self.context.find(fact[1])
                if number is not None:
                    (depends.add if fact[0] == 7 else depends.discard)(number)
        return depends


def levels(context: Context, task: Task) -> list[set[int]]:
    """The levels of `children` below a task."""
    found, level = [], task.children
    while level:
        found.append(level)
        level = {child for number in level for child in context.state.tasks[number].children}
    return found


def take_steps(context: Context, facts: list[Fact], number: int | None) -> None:
    """What the facts of an event take, whatever they ask. `number` is that of the task, if it exists."""
    task = None if number is None else context.state.tasks[number]
    for fact in facts:
        context.take(1 + _steps(context, fact, len(facts), task))
        if fact[0] == 30:
            named = None if fact[1] is None else context.find(fact[1])
            for parent in (named, None if task is None else task.parent):
                if parent is not None:
                    context.take(meet(context, parent))


def _steps(context: Context, fact: Fact, facts: int, task: Task | None) -> int:
    """What one fact of so many takes besides 1."""
    lengths: dict[int, int] = {2: 0, 3: 0, 17: 0, 18: 0, 30: 0, 16: 0, 20: 0}
    if task is not None:
        owners, criteria = len(task.fields.owners), len(task.fields.criteria)
        links = len(task.depends) + len(task.children)
        lengths = {2: owners, 3: owners, 17: criteria, 18: criteria, 30: links, 16: len(task.steps), 20: len(task.ticks)}
    if fact[0] == 12:
        return sum(1 + glob.steps(pattern, fact[1]) for pattern in context.state.policy.path_reviews)
    return lengths[fact[0]] + facts if fact[0] in lengths else 0


def meet(context: Context, number: int) -> int:
    """MEET (section 14, Steps)."""
    first = number not in context.met
    context.met.add(number)
    return steps.items(context.state.tasks[number]) * (steps.FIRST_MEETING if first else 1)


def apply(context: Context, facts: list[Fact], task: Task) -> None:
    """The effects of the facts, in order."""
    for index, fact in enumerate(facts):
        _apply(context, index, fact, task)


def _apply(context: Context, index: int, fact: Fact, task: Task) -> None:
    own, value, tasks = task.fields, fact[1], context.state.tasks
    match fact[0]:
        case 0:
            own.title = value
        case 1:
            own.group = value
        case 2:
            _append(own.owners, value)
        case 3:
            _remove(own.owners, value)
        case 4:
            own.priority = value
        case 5:
            own.risk = value
        case 6:
            own.estimate = value
        case 7:
            task.depends.add(context.number(value))
        case 8:
            task.depends.discard(context.number(value))
        case 9:
            if context.state.roster.has_role(context.actor, ADMIN, COORDINATOR):
                task.gates_by.pop(value, None)
            elif value not in own.gates:
                task.gates_by[value] = context.actor
            own.gates.add(value)
        case 10:
            own.gates.discard(value)
            task.gates_by.pop(value, None)
        case 11:
            own.paths.add(value)
        case 12:
            own.paths.discard(value)
        case 13:
            own.branch = value
        case 14:
            own.pull_request = value
        case 15:
            task.steps.append(Step((context.here, context.index, index), value))
        case 16:
            task.steps = [step for step in task.steps if step.origin != context.origin(value)]
        case 17:
            _append(own.criteria, value)
        case 18:
            _remove(own.criteria, value)
        case 19:
            own.checks.add(value)
        case 20:
            own.checks.discard(value)
            task.ticks = {(item, name) for item, name in task.ticks if item != value}
        case 21:
            own.labels.add(value)
        case 22:
            own.labels.discard(value)
        case 23:
            task.body = context.attachment(value)
        case 24:
            own.wave = None if value is None else Raw(item_of(WAVE, value))
        case 25:
            own.extra.pop(value, None)
            if fact[2] is not None:
                own.extra[value] = fact[2]
        case 26:
            own.due = value
        case 27:
            own.defer = value
        case 28:
            own.urls.add(value)
        case 29:
            own.urls.discard(value)
        case 30:
            number = next(i for i, each in enumerate(tasks) if each is task)
            if task.parent is not None:
                tasks[task.parent].children.discard(number)
            task.parent = None if value is None else context.number(value)
            if task.parent is not None:
                tasks[task.parent].children.add(number)
        case 31:
            task.links.add((value, context.number(fact[2])))
        case 32:
            task.links.discard((value, context.number(fact[2])))


def _append(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


def _remove(items: list[str], item: str) -> None:
    if item in items:
        items.remove(item)
