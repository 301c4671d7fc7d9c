"""The canonical CBOR of section 7: integers, byte strings, text strings, arrays, maps, false, true and null."""

from __future__ import annotations

from typing import Any, TypeAlias

Item: TypeAlias = Any
"""An int, bytes, str, bool or None, a list of items, or a dict of items by their integer keys."""

NESTING = 12
"""No structure is deeper (section 7)."""


class Bad(Exception):
    """The bytes do not have the form that the format asks for."""


def encode(item: Item) -> bytes:
    """Writes an item in the core deterministic encoding. The keys of maps are integers."""
    if item is None:
        return b"\xf6"
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return _head(0, item) if item >= 0 else _head(1, -1 - item)
    if isinstance(item, bytes):
        return _head(2, len(item)) + item
    if isinstance(item, str):
        text = item.encode()
        return _head(3, len(text)) + text
    if isinstance(item, list):
        return _head(4, len(item)) + b"".join(encode(each) for each in item)
    if isinstance(item, dict):
        pairs = sorted((encode(key), encode(value)) for key, value in item.items())
        return _head(5, len(item)) + b"".join(key + value for key, value in pairs)
    raise TypeError(f"no CBOR for {type(item)}")


def _head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    for more, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if count < 1 << 8 * size:
            return bytes([major << 5 | more]) + count.to_bytes(size, "big")
    raise ValueError("an integer of more than 64 bits")


def decode(data: bytes) -> Item:
    """Reads the one item that `data` is. What would be written differently is bad."""
    item, _ = _item(data, 0, 0)
    if encode(item) != data:
        raise Bad("not canonical")
    return item


def _item(data: bytes, at: int, depth: int) -> tuple[Item, int]:
    if depth > NESTING:
        raise Bad("nested too deeply")
    if at >= len(data):
        raise Bad("the item ends early")
    major, count = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if count not in (20, 21, 22):
            raise Bad("a float or another simple value")
        return (False, True, None)[count - 20], at
    if count > 27:
        raise Bad("an indefinite length")
    if count > 23:
        size = 1 << count - 24
        count = int.from_bytes(_take(data, at, size), "big")
        at += size
    if major == 0:
        return count, at
    if major == 1:
        return -1 - count, at
    if major in (2, 3):
        content = _take(data, at, count)
        if major == 2:
            return content, at + count
        try:
            return content.decode(), at + count
        except UnicodeDecodeError:
            raise Bad("not UTF-8") from None
    if major == 4:
        items: list[Any] = []
        for _ in range(count):
            item, at = _item(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        pairs: dict[int, Any] = {}
        for _ in range(count):
            key, at = _item(data, at, depth + 1)
            if type(key) is not int or key in pairs:
                raise Bad("a key that is no integer, or twice")
            pairs[key], at = _item(data, at, depth + 1)
        return pairs, at
    raise Bad("a tag")


def _take(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise Bad("the item ends early")
    return data[at : at + size]
