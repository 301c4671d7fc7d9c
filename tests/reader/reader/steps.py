"""How many steps the rules take (section 14, Steps), by formulas."""

from __future__ import annotations

from . import glob
from .state import Guardrail, State, Task

MOST_OF_AN_ENTRY = 2_000_000
PER_ENTRY = 20_000
PER_EVENT = 1_000
PER_SECOND = 500
PER_PATH = 256
PER_LINK = 32
PER_SEARCHED = 16
FIRST_MEETING = 32


def items(task: Task) -> int:
    """ITEMS."""
    own = task.fields
    lists = (
        own.owners, own.gates, own.paths, own.criteria, own.checks, own.labels, own.extra, own.urls, task.depends,
        task.children, task.links, task.steps, task.ticks, task.outrun, task.contributors, task.gates_by, task.blockers,
        task.verdicts, task.past_verdicts,
    )  # fmt: skip
    return 1 + sum(len(each) for each in lists)


def near(state: State, paths: list[str], task: Task, at: int) -> int:
    """NEAR."""
    count = len(paths) * len(task.fields.paths)
    for other in state.tasks:
        if other is task or other.claim is None:
            continue
        compared = sum(glob.steps(path, held) for path in paths for held in other.fields.paths)
        count += compared
        if compared > 0 and not other.claim.running(at):
            count += PER_PATH * len(other.fields.paths)
    return count


def gates(state: State, task: Task) -> int:
    """GATES."""
    return sum(1 + glob.steps(pattern, path) for pattern in state.policy.path_reviews for path in task.fields.paths)


def review(state: State, task: Task) -> int:
    """When 2.2 asks what the review needs."""
    asked = len(state.gates(task)) + len(task.fields.checks)
    answers = len(task.verdicts) + len(task.ticks) + len(state.roster.actors)
    return gates(state, task) + asked * answers * (1 + len(task.fields.owners))


def guardrail(rail: Guardrail) -> int:
    """For 5.0, 5.1 and 5.2, of the guardrail that there is."""
    lists = (rail.depends, rail.extra, rail.environment, rail.results)
    return PER_LINK * sum(len(each) for each in lists) + len((rail.command or "").encode())


def guardrails(state: State) -> int:
    """When 2.2 asks for its guardrails."""
    required = [rail for rail in state.guardrails.values() if rail.required]
    return len(state.guardrails) + sum(PER_LINK * len(rail.depends) + len(rail.results) for rail in required)


def search(state: State, begin: set[int], goal: int) -> int:
    """For the search from the tasks `begin` along `depends` and `children` to the task `goal`."""
    reached, size = _reach(begin, [list(task.depends | task.children) for task in state.tasks])
    against: list[list[int]] = [[] for _ in state.tasks]
    for number, task in enumerate(state.tasks):
        for other in task.depends | task.children:
            against[other].append(number)
    _, size_against = _reach({goal}, against)
    if goal in reached and size <= size_against:
        return PER_SEARCHED * size_against
    return PER_SEARCHED * min(size, size_against)


def after(state: State, begin: set[int]) -> set[int]:
    """The tasks `begin` and those that they come AFTER (section 14)."""
    return _reach(begin, [list(task.depends | task.children) for task in state.tasks])[0]


def _reach(begin: set[int], links: list[list[int]]) -> tuple[set[int], int]:
    """The tasks reached, and the size of the search: these and all links from them."""
    reached, left = set(begin), list(begin)
    while left:
        for other in links[left.pop()]:
            if other not in reached:
                reached.add(other)
                left.append(other)
    return reached, len(reached) + sum(len(links[number]) for number in reached)
