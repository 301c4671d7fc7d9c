"""BLAKE3 (sections 10, 14 and 15): by the package `blake3` if it is installed, else in Python."""

from __future__ import annotations

import struct

try:
    import blake3 as _package
except ImportError:  # The package is an accelerator only.
    _package = None  # type: ignore[assignment]

FOREIGN = "git-coord 2026-11 commit that is no entry v1"
"""The context string for the ids of commits that are no entries (section 10)."""


def blake3(data: bytes) -> bytes:
    """The digest of `data`, 32 bytes."""
    if _package is not None:
        return bytes(_package.blake3(data).digest())
    return _hash(data, _IV, 0)


def foreign_id(commit: bytes) -> bytes:
    """The id of a quarantined commit (section 10), from its raw object."""
    if _package is not None:
        return bytes(_package.blake3(commit, derive_key_context=FOREIGN).digest())
    key = struct.unpack("<8I", _hash(FOREIGN.encode(), _IV, _CONTEXT))
    return _hash(commit, list(key), _MATERIAL)


_IV = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19]
_ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT, _CONTEXT, _MATERIAL = 1, 2, 4, 8, 32, 64
_MASK = 0xFFFFFFFF


def _compress(chain: list[int], block: list[int], counter: int, length: int, flags: int) -> list[int]:
    v = chain + _IV[:4] + [counter & _MASK, counter >> 32, length, flags]

    def mix(a: int, b: int, c: int, d: int, x: int, y: int) -> None:
        for word, first, second in ((x, 16, 12), (y, 8, 7)):
            v[a] = (v[a] + v[b] + word) & _MASK
            v[d] = _turn(v[d] ^ v[a], first)
            v[c] = (v[c] + v[d]) & _MASK
            v[b] = _turn(v[b] ^ v[c], second)

    for _ in range(7):
        mix(0, 4, 8, 12, block[0], block[1])
        mix(1, 5, 9, 13, block[2], block[3])
        mix(2, 6, 10, 14, block[4], block[5])
        mix(3, 7, 11, 15, block[6], block[7])
        mix(0, 5, 10, 15, block[8], block[9])
        mix(1, 6, 11, 12, block[10], block[11])
        mix(2, 7, 8, 13, block[12], block[13])
        mix(3, 4, 9, 14, block[14], block[15])
        block = [block[i] for i in _ORDER]
    return [v[i] ^ v[i + 8] for i in range(8)]


def _turn(word: int, by: int) -> int:
    return (word >> by | word << 32 - by) & _MASK


def _hash(data: bytes, key: list[int], mode: int) -> bytes:
    """The hash tree: chunks of 1,024 bytes are leaves, a left subtree is a full power of two."""

    def node(first: int, last: int, root: int) -> list[int]:
        if last - first == 1:
            return chunk(first, root)
        half = 1 << (last - first - 1).bit_length() - 1
        below = node(first, first + half, 0) + node(first + half, last, 0)
        return _compress(key, below, 0, 64, mode | _PARENT | root)

    def chunk(number: int, root: int) -> list[int]:
        content = data[1024 * number : 1024 * (number + 1)]
        blocks = max(1, -(-len(content) // 64))
        chain = key
        for i in range(blocks):
            part = content[64 * i : 64 * (i + 1)]
            flags = mode | (_CHUNK_START if i == 0 else 0) | (_CHUNK_END | root if i == blocks - 1 else 0)
            words = list(struct.unpack("<16I", part.ljust(64, b"\0")))
            chain = _compress(chain, words, number, len(part), flags)
        return chain

    return struct.pack("<8I", *node(0, max(1, -(-len(data) // 1024)), _ROOT))
