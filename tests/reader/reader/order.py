"""The order of commits (section 12)."""

from __future__ import annotations

from collections.abc import Callable


def order(tip: str, parents: dict[str, list[str]], follows: Callable[[str, int], bool], done: set[str]) -> list[str]:
    """The commits of a tip that are not in `done`, to which they are added. `follows` tells whether a commit's
    parent of this number is followed."""
    if tip in done:
        return []
    done.add(tip)
    emitted: list[str] = []
    stack = [(tip, 0)]
    while stack:
        commit, number = stack.pop()
        if number == len(parents[commit]):
            emitted.append(commit)
            continue
        stack.append((commit, number + 1))
        parent = parents[commit][number]
        if follows(commit, number) and parent not in done:
            done.add(parent)
            stack.append((parent, 0))
    return emitted


def parents_first(tip: str, parents: dict[str, list[str]]) -> list[str]:
    """Every commit that the tip leads to, parents before children, the end of its first-parent line first."""
    return order(tip, parents, lambda _commit, _number: True, set())
