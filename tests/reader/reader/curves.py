"""Arithmetic of the curves of section 5: edwards25519 (RFC 8032) and the NIST curves (FIPS 186-5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# edwards25519

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
"""The order of the group."""
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z."""

NEUTRAL: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * D * a[3] * b[3] % P
    z = 2 * a[2] * b[2]
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(a: Point) -> Point:
    x, y = a[0] * a[0] % P, a[1] * a[1] % P
    h = x + y
    e = h - (a[0] + a[1]) ** 2 % P
    g = x - y
    f = 2 * a[2] * a[2] + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    result = NEUTRAL
    for bit in bin(scalar)[2:]:
        result = double(result)
        if bit == "1":
            result = add(result, point)
    return result


def times_both(s: int, a: Point, k: int, b: Point) -> Point:
    """s·a + k·b."""
    both, result = add(a, b), NEUTRAL
    for i in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        result = double(result)
        bits = (s >> i & 1, k >> i & 1)
        if bits != (0, 0):
            result = add(result, {(1, 0): a, (0, 1): b, (1, 1): both}[bits])
    return result


def negative(a: Point) -> Point:
    return P - a[0], a[1], a[2], P - a[3]


def compress(a: Point) -> bytes:
    inverse = pow(a[2], -1, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(encoded: bytes) -> Point | None:
    """The point of a canonical encoding (RFC 8032, section 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT % P
        if v * x * x % P != u:
            return None
    if x == 0 and sign == 1:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def has_small_order(a: Point) -> bool:
    x, y, z, _ = times(8, a)
    return x % P == 0 and (y - z) % P == 0


_BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
assert _BASE is not None
BASE: Point = _BASE


def ed25519_challenge(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def ed25519_is_good(key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, section 5.1.7, with the rules of section 5: one signature, without the cofactor."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    if has_small_order(a) or has_small_order(r):
        return False
    k = ed25519_challenge(signature[:32], key, message)
    return compress(times_both(s, BASE, k, negative(a))) == signature[:32]


# NIST curves


@dataclass(frozen=True)
class Curve:
    """y² = x³ − 3x + b over the integers modulo p. The group's order is n, its base (x, y)."""

    p: int
    b: int
    n: int
    x: int
    y: int
    hash: str

    @property
    def size(self) -> int:
        return (self.p.bit_length() + 7) // 8

    def has(self, x: int, y: int) -> bool:
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x * x - 3 * x + self.b)) % self.p == 0


P256 = Curve(
    p=2**256 - 2**224 + 2**192 + 2**96 - 1,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    x=0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    y=0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    hash="sha256",
)
P384 = Curve(
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    x=0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    y=0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    hash="sha384",
)

Affine = tuple[int, int] | None
"""A point of a NIST curve, or None for the neutral one."""


def curve_add(curve: Curve, a: Affine, b: Affine) -> Affine:
    if a is None or b is None:
        return a or b
    p = curve.p
    if a[0] == b[0]:
        if (a[1] + b[1]) % p == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def curve_times(curve: Curve, scalar: int, point: Affine) -> Affine:
    result: Affine = None
    for bit in bin(scalar)[2:]:
        result = curve_add(curve, result, result)
        if bit == "1":
            result = curve_add(curve, result, point)
    return result


def ecdsa_number(curve: Curve, message: bytes) -> int:
    """The leftmost bits of the digest, as many as the order has."""
    digest = hashlib.new(curve.hash, message).digest()
    return int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())


def ecdsa_is_good(curve: Curve, key: tuple[int, int], message: bytes, r: int, s: int) -> bool:
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    inverse = pow(s, -1, curve.n)
    u, v = ecdsa_number(curve, message) * inverse % curve.n, r * inverse % curve.n
    point = curve_add(curve, curve_times(curve, u, (curve.x, curve.y)), curve_times(curve, v, key))
    return point is not None and point[0] % curve.n == r
