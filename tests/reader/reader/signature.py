"""The signature of a commit (section 5)."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from .curves import P256, P384, Curve, ecdsa_is_good, ed25519_is_good
from .forms import is_key

CURVES: dict[bytes, tuple[bytes, Curve]] = {
    b"ecdsa-sha2-nistp256": (b"nistp256", P256),
    b"ecdsa-sha2-nistp384": (b"nistp384", P384),
    b"sk-ecdsa-sha2-nistp256@openssh.com": (b"nistp256", P256),
}
RSA_HASHES = {
    b"rsa-sha2-256": ("sha256", bytes.fromhex("3031300d060960864801650304020105000420")),
    b"rsa-sha2-512": ("sha512", bytes.fromhex("3051300d060960864801650304020305000440")),
}
"""The name of the hash, and the DER that stands before the digest (RFC 8017, section 9.2)."""

TOUCHED = 1
"""The bit of a hardware key's flags that says that somebody touched it."""


class NotGood(Exception):
    """The signature is not a good one."""


class _Parts:
    """The parts of a blob (RFC 4251, section 5). Nothing may follow the last one."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def octets(self, size: int) -> bytes:
        if len(self.data) < size:
            raise NotGood("a part ends early")
        part, self.data = self.data[:size], self.data[size:]
        return part

    def number(self) -> int:
        return int.from_bytes(self.octets(4), "big")

    def string(self) -> bytes:
        return self.octets(self.number())

    def mpint(self) -> int:
        """A positive number in its shortest form."""
        octets = self.string()
        value = int.from_bytes(octets, "big", signed=True)
        if value <= 0 or len(octets) != value.bit_length() // 8 + 1:
            raise NotGood("an mpint that is not minimal and positive")
        return value

    def end(self) -> None:
        if self.data:
            raise NotGood("something follows")


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def sshsig_message(signed: bytes) -> bytes:
    """What the key signs (OpenSSH, PROTOCOL.sshsig)."""
    digest = hashlib.sha512(signed).digest()
    return b"SSHSIG" + string(b"git") + string(b"") + string(b"sha512") + string(digest)


@lru_cache(maxsize=100_000)
def signer(blob: bytes, signed: bytes) -> bytes:
    """The wire blob of the key that signed, or NotGood."""
    parts = _Parts(blob)
    if parts.octets(6) != b"SSHSIG" or parts.number() != 1:
        raise NotGood("no SSHSIG of version 1")
    key = parts.string()
    if parts.string() != b"git" or parts.string() != b"" or parts.string() != b"sha512":
        raise NotGood("another namespace, something reserved, or another hash")
    signature = parts.string()
    parts.end()
    if not is_key(key):
        raise NotGood("a key that cannot sign")
    _verify(key, sshsig_message(signed), signature)
    return key


def _verify(key: bytes, message: bytes, signature: bytes) -> None:
    of_key, of_signature = _Parts(key), _Parts(signature)
    algorithm, signed_with, content = of_key.string(), of_signature.string(), of_signature.string()
    if algorithm == b"ssh-rsa":
        e, n = of_key.mpint(), of_key.mpint()
        good = signed_with in RSA_HASHES and rsa_is_good(n, e, message, signed_with, content)
    else:
        if signed_with != algorithm:
            raise NotGood("the signature is of another algorithm")
        curve, public = _public(algorithm, of_key)
        if algorithm.startswith(b"sk-"):
            message = _hardware_message(of_key.string(), of_signature, message)
        good = _curve_is_good(curve, public, message, content)
    of_key.end()
    of_signature.end()
    if not good:
        raise NotGood("it does not verify")


def _public(algorithm: bytes, key: _Parts) -> tuple[Curve | None, bytes]:
    """The curve, None for edwards25519, and the public key."""
    if algorithm not in CURVES:
        return None, key.string()
    name, curve = CURVES[algorithm]
    if key.string() != name:
        raise NotGood("another curve")
    return curve, key.string()


def _hardware_message(application: bytes, signature: _Parts, message: bytes) -> bytes:
    """What a hardware key signs (OpenSSH, PROTOCOL.u2f)."""
    flags, counter = signature.octets(1), signature.octets(4)
    if b"\0" in application:
        raise NotGood("an application with a NUL")
    if not flags[0] & TOUCHED:
        raise NotGood("nobody touched the token")
    return hashlib.sha256(application).digest() + flags + counter + hashlib.sha256(message).digest()


def _curve_is_good(curve: Curve | None, public: bytes, message: bytes, content: bytes) -> bool:
    if curve is None:
        return ed25519_is_good(public, message, content)
    if len(public) != 1 + 2 * curve.size or public[0] != 4:
        raise NotGood("the point is not uncompressed")
    x = int.from_bytes(public[1 : 1 + curve.size], "big")
    y = int.from_bytes(public[1 + curve.size :], "big")
    if not curve.has(x, y):
        raise NotGood("the point is not on the curve")
    numbers = _Parts(content)
    r, s = numbers.mpint(), numbers.mpint()
    numbers.end()
    return ecdsa_is_good(curve, (x, y), message, r, s)


def rsa_is_good(n: int, e: int, message: bytes, algorithm: bytes, signature: bytes) -> bool:
    """PKCS#1 v1.5 (RFC 8332), with the bounds of section 5."""
    if not (2048 <= n.bit_length() <= 4096 and n % 2 == 1):
        return False
    if not (3 <= e <= 65_537 and e % 2 == 1):
        return False
    size = (n.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= n:
        return False
    name, der = RSA_HASHES[algorithm]
    digest = der + hashlib.new(name, message).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return pow(number, e, n).to_bytes(size, "big") == padded
