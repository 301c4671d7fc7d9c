"""Pairs of globs (section 15, Globs): whether they overlap, and the steps that comparing them takes."""

from __future__ import annotations

PAIRS: tuple[tuple[str, str, bool], ...] = (
    ("a", "a", True), ("a", "b", False), ("a", "A", False), ("a", "a/b", True), ("a/b", "a", True), ("ab", "a", False),
    ("./a//b/.", "a/b", True), ("/a", "a", True), (".", "a", True), ("/", ".", True), ("..", "*", True), ("..", "a", False),
    ("*", "a", True), ("*", ".a", True), ("*", "a/b", True), ("a/*", "a", True), ("a/*", "a/b", True), ("a/*", "b/a", False),
    ("**", "a/b/c", True), ("**/c", "a/b/c", True), ("**/c", "a/b/d", True), ("**/c", "c", True), ("a/**/c", "a/c", True),
    ("a/**/c/d", "a/b/c", True), ("a/**/c", "b/c", False), ("a**", "ab/c", True), ("a**", "b", False), ("**a", "ba", True), ("***", "x/y", True),
    ("?", "a", True), ("?", "ab", False), ("?", "é", True), ("?", "\U0001f469", True), ("??", "a*", True), ("??", "a*bc", False), ("?*", "*?", True),
    ("*a", "b*", True), ("*a*", "*b*", True), ("a*b", "a", False), ("a*b", "*c", False), ("a*b*c", "abbbc", True), ("a*b*c", "acb", False),
    ("[ab]", "[bc]", True), ("[ab]", "[cd]", False), ("[a-c]", "b", True), ("[a-c]", "d", False), ("[c-a]", "b", False), ("[c-a]", "[c-a]", False),
    ("a[b-a]", "*", False), ("a[b-a]", "**", False), ("a[b-a]", "a[b-a]", False), ("a[b-a]", "?", False), ("x/a[b-a]", "x", False), ("[b-ac]", "c", True),
    ("[!a]", "a", False), ("[!a]", "b", True), ("[^a]", "a", False), ("[^a]", "b", True), ("[!a]", "[a]", False), ("[!a]", "[!b]", True), ("[!b-a]", "b", True),
    ("[]a]", "]", True), ("[]a]", "a", True), ("[!]a]", "]", False), ("[!]a]", "b", True), ("[]-a]", "^", True), ("[]-a]", "b", False), ("[^]", "[^]", True), ("[^]", "a", False),
    ("[a-]", "-", True), ("[a-]", "b", False), ("[-a]", "-", True), ("[a-c-e]", "-", True), ("[a-c-e]", "d", False), ("[--a]", "0", True), ("[--a]", "b", False),
    ("[a-c-e]", "e", True), ("[a-c-e-g]", "f", True), ("[a-c-e-g]", "d", False), ("[a-c-]", "-", True), ("[a-c-]", "d", False), ("[+--]", ",", True), ("[+--]", "[.]", False), ("[---]", "-", True), ("[---]", "[.]", False), ("[]-a]", "`", True), ("[!]-a]", "^", False), ("[!]-a]", "b", True),
    ("[\\]]", "]", True), ("[\\]]", "\\", False), ("[\\a-c]", "b", True), ("[a\\-c]", "b", False), ("[a\\-c]", "-", True), ("[a-\\c]", "b", True), ("[a-\\]", "[a-]", False), ("[a-\\]", "\\[a-]", True), ("[a-\\]", "b", False),
    ("[a", "[a", True), ("[a", "a", False), ("[", "[", True), ("[]", "[]", True), ("[]", "]", False), ("[!", "[!", True), ("[!]", "[!]", True), ("[!]", "a", False), ("[!]]", "]", False), ("[!]]", "a", True), ("[^]]", "a", True), ("[^]]", "^]", False), ("a[b/c]", "a[b/c]", True), ("a[b/c]", "ab", False),
    ("\\*", "*", True), ("\\*", "a", False), ("\\a", "a", True), ("a\\", "a\\", True), ("a\\", "a\\\\", True), ("\\[a]", "a", False), ("\\[a]", "[a]", False), ("\\?", "ab", False),
    ("[[:alpha:]]", "a", False), ("[[:alpha:]]", "a]", True), ("[[:alpha:]]", "[]", True), ("[[]", "[", True), ("[/]", "/", True), ("[/]", "[", True), ("[/]", "]", False), ("[+-0]", "[.]", True), ("[.-0]", "/", True),
    ("*/b", "a/*/c", True), ("*/b", "a/c/*", False), ("*/b", "a/*", True), ("**/a/**", "b/**/c", True), ("a/**", "**/b", True), ("src/*.rs", "src/a*.*", True), ("src/*.rs", "src/*.py", False),
    ("[\ud7ff-\ue000]", "\ue000", True), ("[!\x00-\U0010ffff]", "a", False), ("[!\x01-\U0010ffff]", "a", False), ("[\U0001f468-\U0001f469]", "👩", True),
)  # fmt: skip
