"""Globs (section 15, Globs) and what it takes to compare them (section 14, Steps)."""

from __future__ import annotations

from functools import cache

GLOB_BYTES = 400
GLOB_NAMES = 40

Ranges = tuple[tuple[int, int], ...]
"""A set of characters: ranges of Unicode scalar values, sorted and apart."""

STAR = None
Token = Ranges | None
"""What stands for one character of some set, or STAR."""

Name = tuple[Token, ...] | None
"""A name's tokens, or None for `**`."""

SCALARS: Ranges = ((0, ord("/") - 1), (ord("/") + 1, 0xD7FF), (0xE000, 0x10FFFF))
"""Every character that a name can have."""


def names(glob: str) -> list[str]:
    """The names of a glob, as they are written."""
    return [name for name in glob.split("/") if name not in ("", ".")]


def is_glob(glob: str) -> bool:
    return len(glob.encode()) <= GLOB_BYTES and len(names(glob)) <= GLOB_NAMES


def is_broad(glob: str) -> bool:
    return all(any(each in name for each in "*?[") for name in names(glob))


@cache
def parsed(glob: str) -> tuple[Name, ...]:
    return tuple(None if name == "**" else _tokens(name) for name in names(glob))


def _tokens(name: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    i = 0
    while i < len(name):
        character = name[i]
        i += 1
        if character == "*":
            if tokens[-1:] != [STAR]:
                tokens.append(STAR)
        elif character == "?":
            tokens.append(SCALARS)
        elif character == "\\" and i < len(name):
            tokens.append(_one(name[i]))
            i += 1
        elif character == "[" and (found := _class(name, i)) is not None:
            ranges, i = found
            tokens.append(ranges)
        else:
            tokens.append(_one(character))
    return tuple(tokens)


def _one(character: str) -> Ranges:
    return ((ord(character), ord(character)),)


def _class(name: str, i: int) -> tuple[Ranges, int] | None:
    """The class whose `[` stands before `i`, and where it ends. None if it has no end."""
    negated = name[i : i + 1] in ("!", "^")
    i += negated
    first = i
    ranges: list[tuple[int, int]] = []
    while i < len(name):
        if name[i] == "]" and i > first:
            return _without(SCALARS, ranges) if negated else _within(ranges), i + 1
        low, i = _literal(name, i)
        high = low
        if name[i : i + 1] == "-" and name[i + 1 : i + 2] not in ("", "]"):
            high, i = _literal(name, i + 1)
        ranges.append((low, high))
    return None


def _literal(name: str, i: int) -> tuple[int, int]:
    """A character of a class, and where the next one begins."""
    if name[i] == "\\" and i + 1 < len(name):
        i += 1
    return ord(name[i]), i + 1


def _within(ranges: list[tuple[int, int]]) -> Ranges:
    """The characters of the ranges. A range that runs backwards has none."""
    return tuple(sorted(_common(SCALARS, [each for each in ranges if each[0] <= each[1]])))


def _without(all_of: Ranges, ranges: list[tuple[int, int]]) -> Ranges:
    left = list(all_of)
    for low, high in ranges:
        if low <= high:
            cut = [((a, min(b, low - 1)), (max(a, high + 1), b)) for a, b in left]
            left = [each for pair in cut for each in pair if each[0] <= each[1]]
    return tuple(left)


def _common(first: Ranges, second: Ranges | list[tuple[int, int]]) -> list[tuple[int, int]]:
    pairs = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return [each for each in pairs if each[0] <= each[1]]


@cache
def overlap(first: str, second: str) -> bool:
    """Whether some path is named by both."""
    return _paths_meet(parsed(first), parsed(second))


def _paths_meet(first: tuple[Name, ...], second: tuple[Name, ...]) -> bool:
    """A path that one glob names down to a folder, or as a whole, is to be found for the rest of the other."""
    open_, seen = [(0, 0)], set()
    while open_:
        i, k = open_.pop()
        if (i, k) in seen:
            continue
        seen.add((i, k))
        if i == len(first) or k == len(second):
            if all(_can_be(name) for name in first[i:] + second[k:]):
                return True
            continue
        a, b = first[i], second[k]
        if a is None:
            open_ += [(i + 1, k), (i, k + 1)] if b is None or _can_be(b) else [(i + 1, k)]
        if b is None:
            open_ += [(i, k + 1), (i + 1, k)] if a is None or _can_be(a) else [(i, k + 1)]
        if a is not None and b is not None and _names_meet(a, b):
            open_.append((i + 1, k + 1))
    return False


def _can_be(name: Name) -> bool:
    """Whether there is such a name: an empty class stands for no character."""
    return name is None or all(token is STAR or token for token in name)


@cache
def _names_meet(a: tuple[Token, ...], b: tuple[Token, ...]) -> bool:
    """Whether some name fits both. (Only `*` fits no characters, and it fits others too.)"""
    open_, seen = [(0, 0)], set()
    while open_:
        i, k = open_.pop()
        if (i, k) in seen:
            continue
        seen.add((i, k))
        if i == len(a) and k == len(b):
            return True
        token_a, token_b = (a[i] if i < len(a) else ()), (b[k] if k < len(b) else ())
        if token_a is STAR:
            open_.append((i + 1, k))
        if token_b is STAR:
            open_.append((i, k + 1))
        if token_a is STAR and token_b is not STAR and token_b:
            open_.append((i, k + 1))
        elif token_b is STAR and token_a is not STAR and token_a:
            open_.append((i + 1, k))
        elif token_a and token_b and _common(token_a, token_b):
            open_.append((i + 1, k + 1))
    return False


def steps(first: str, second: str) -> int:
    """What it takes to compare two globs (section 14, Steps)."""
    a, b = names(first), names(second)
    shared = min(len(_beginning(a)), len(_beginning(b)))
    if a[:shared] != b[:shared]:
        return 0
    behind = [sum(len(name.encode()) + 1 for name in each[shared:]) for each in (a, b)]
    return 1 + behind[0] * behind[1]


def _beginning(glob: list[str]) -> list[str]:
    """The names up to the first that contains a character with a meaning."""
    plain = [not any(each in name for each in "*?[\\") for name in glob]
    return glob[: plain.index(False)] if False in plain else glob
