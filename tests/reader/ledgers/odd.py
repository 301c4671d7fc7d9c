"""Keys and signatures of other kinds, sound and unsound ones. All follow from names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from reader.curves import BASE, L, P, P256, Curve, Point, add, compress, curve_add, curve_times, decompress, ecdsa_number, ed25519_challenge, times
from reader.signature import RSA_HASHES, string


def number_of(name: str, bits: int) -> int:
    """A number of so many bits that follows from a name."""
    return int.from_bytes(hashlib.shake_256(name.encode()).digest(-(-bits // 8)), "big") >> -bits % 8


def mpint(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big") if value else b"")


# ECDSA


@dataclass(frozen=True)
class Ecdsa:
    """A key on a NIST curve."""

    name: str
    curve: Curve = P256

    @property
    def secret(self) -> int:
        return number_of(self.name, 512) % (self.curve.n - 1) + 1

    @property
    def algorithm(self) -> bytes:
        return b"ecdsa-sha2-nistp256" if self.curve is P256 else b"ecdsa-sha2-nistp384"

    @property
    def point(self) -> tuple[int, int]:
        point = curve_times(self.curve, self.secret, (self.curve.x, self.curve.y))
        assert point is not None
        return point

    def encoded(self) -> bytes:
        x, y = self.point
        return b"\4" + x.to_bytes(self.curve.size, "big") + y.to_bytes(self.curve.size, "big")

    def blob(self, point: bytes | None = None, curve: bytes | None = None, algorithm: bytes | None = None) -> bytes:
        algorithm = algorithm or self.algorithm
        return string(algorithm) + string(curve or algorithm[-8:]) + string(point or self.encoded())

    def numbers(self, message: bytes) -> tuple[int, int]:
        """r, and the s of the two that is low."""
        curve = self.curve
        nonce = number_of(f"{self.name} {message.hex()}", 512) % (curve.n - 1) + 1
        point = curve_times(curve, nonce, (curve.x, curve.y))
        assert point is not None
        r = point[0] % curve.n
        s = pow(nonce, -1, curve.n) * (ecdsa_number(curve, message) + r * self.secret) % curve.n
        return r, min(s, curve.n - s)


def off_curve_numbers(curve: Curve, x: int, message: bytes) -> tuple[int, int]:
    """A signature that verifies with the point (x, 0), which is on another curve, where it has order 2."""
    number = 0
    while True:
        k = number_of(f"off curve {number} {message.hex()}", 512) % (curve.n - 1) + 1
        point = curve_add(curve, curve_times(curve, k, (curve.x, curve.y)), (x, 0))
        assert point is not None
        r, s = point[0] % curve.n, ecdsa_number(curve, message) * pow(k, -1, curve.n) % curve.n
        if r * pow(s, -1, curve.n) % curve.n % 2 == 1:
            return r, s
        number += 1


# RSA


@dataclass(frozen=True)
class Rsa:
    """A key whose modulus has many small primes, so that one of every size is found at once."""

    name: str
    bits: int = 2048
    e: int = 65_537
    even: bool = False

    def primes(self) -> list[int]:
        """As many primes as make a modulus of exactly so many bits."""
        return _primes(self)

    def _find_primes(self) -> list[int]:
        primes: list[int] = [2] if self.even else []
        product = 2 if self.even else 1
        while self.bits - product.bit_length() > 300:
            primes.append(_prime(f"{self.name} {len(primes)}", 200, self.e, primes))
            product *= primes[-1]
        low, high = (1 << self.bits - 1) // product + 1, (1 << self.bits) // product
        number = 0
        while True:
            candidate = low + number_of(f"{self.name} last {number}", 400) % (high - low)
            if _is_prime(candidate) and (self.e == 1 or (candidate - 1) % self.e):
                return [*primes, candidate]
            number += 1

    def modulus(self) -> int:
        product = 1
        for prime in self.primes():
            product *= prime
        return product

    def blob(self) -> bytes:
        return string(b"ssh-rsa") + mpint(self.e) + mpint(self.modulus())

    def sign(self, message: bytes, algorithm: bytes = b"rsa-sha2-512") -> bytes:
        hash_name, der = RSA_HASHES[algorithm]
        return self.sign_encoded(der + hashlib.new(hash_name, message).digest())

    def sign_encoded(self, digest: bytes, after: bytes = b"") -> bytes:
        """The signature of a padded message, which has something after the digest that stands at its end."""
        n = self.modulus()
        size = (n.bit_length() + 7) // 8
        padded = int.from_bytes(b"\0\1" + b"\xff" * (size - len(digest) - len(after) - 3) + b"\0" + digest + after, "big")
        order = 1
        for prime in self.primes():
            order *= prime - 1
        return pow(padded, pow(self.e, -1, order), n).to_bytes(size, "big")


@cache
def _primes(key: Rsa) -> list[int]:
    return key._find_primes()


def _prime(name: str, bits: int, e: int, taken: list[int]) -> int:
    number = 0
    while True:
        candidate = number_of(f"{name} {number}", bits) | 1 << bits - 1 | 1
        if candidate not in taken and _is_prime(candidate) and (e == 1 or (candidate - 1) % e):
            return candidate
        number += 1


def _is_prime(number: int) -> bool:
    if number % 2 == 0:
        return number == 2
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11, 13))


# Ed25519


def torsion() -> Point:
    """A point of order 8."""
    number = 0
    while True:
        encoded = hashlib.sha256(f"torsion {number}".encode()).digest()
        point = decompress(encoded)
        if point is not None:
            point = times(L, point)
            if compress(times(4, point)) != compress((0, 1, 1, 0)):
                return point
        number += 1


@dataclass(frozen=True)
class MixedKey:
    """An ed25519 key with a part of order 8 in its public point."""

    name: str

    @property
    def secret(self) -> int:
        return number_of(self.name, 256) % L

    @property
    def public(self) -> bytes:
        return compress(add(times(self.secret, BASE), torsion()))

    def blob(self) -> bytes:
        return string(b"ssh-ed25519") + string(self.public)

    def sign(self, message: bytes, reduced: bool, other: bool) -> bytes:
        """A signature where the challenge is a multiple of 8 when reduced modulo L, and when it is not, or is not."""
        number = 0
        while True:
            nonce = number_of(f"{self.name} {number} {message.hex()}", 256) % L
            r = compress(times(nonce, BASE))
            k = int.from_bytes(hashlib.sha512(r + self.public + message).digest(), "little")
            if (k % L % 8 == 0) == reduced and (k % 8 == 0) == other:
                return r + ((nonce + k * self.secret) % L).to_bytes(32, "little")
            number += 1

    def sign_mixed(self, message: bytes) -> bytes:
        """A signature whose R has the part of order 8 that the equation asks for: S·B − k·A = R."""
        number = 0
        while True:
            nonce = number_of(f"{self.name} mixed {number} {message.hex()}", 256) % L
            for part in range(1, 8):
                r = compress(add(times(nonce, BASE), times(part, torsion())))
                k = ed25519_challenge(r, self.public, message)
                if (part + k) % 8 == 0:
                    return r + ((nonce + k * self.secret) % L).to_bytes(32, "little")
            number += 1


def off_by_torsion(secret: int, public: bytes, message: bytes) -> bytes:
    """A signature that is good with the cofactor only: R has a part of order 8, the key none."""
    nonce = number_of(f"off {message.hex()}", 256) % L
    r = compress(add(times(nonce, BASE), torsion()))
    k = ed25519_challenge(r, public, message)
    return r + ((nonce + k * secret) % L).to_bytes(32, "little")


def forged_for_small_key(public: bytes, message: bytes, order: int) -> bytes:
    """A signature for a key of small order, which anybody can make."""
    number = 0
    while True:
        s = number_of(f"small {number} {message.hex()}", 256) % L
        r = compress(times(s, BASE))
        if ed25519_challenge(r, public, message) % order == 0:
            return r + s.to_bytes(32, "little")
        number += 1


def with_small_r(secret: int, public: bytes, message: bytes) -> bytes:
    """A signature whose R is the neutral point: S = k · secret."""
    r = compress((0, 1, 1, 0))
    k = ed25519_challenge(r, public, message)
    return r + (k * secret % L).to_bytes(32, "little")


def small_points() -> list[bytes]:
    """The encodings of the eight points of small order."""
    return [compress(times(number, torsion())) for number in range(8)]


NOT_CANONICAL_NEUTRAL = (P + 1).to_bytes(32, "little")
"""y = p + 1, which is 1 modulo p."""
