"""Signatures (section 5): what is good and what is not, a commit each."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256, sha512

from reader.curves import L, P384, Curve, compress, decompress, negative
from reader.forms import OBSERVER
from reader.kinds import write_payload
from reader.signature import RSA_HASHES, sshsig_message, string

from ..building import Builder, event
from ..keys import Key, sshsig
from ..odd import (
    NOT_CANONICAL_NEUTRAL, Ecdsa, MixedKey, Rsa, forged_for_small_key, mpint, off_by_torsion, off_curve_numbers,
    small_points, with_small_r,
)
from .team import team

GOOD, BAD = "accepted", "signature"
WITHOUT_PARAMETERS = bytes.fromhex("304f300b0609608648016503040203") + b"\x04\x40"
"""The DER that stands before a digest of SHA-512, without the NULL that RFC 8017 wants."""


class Signing:
    """A ledger of bob's entries under many keys."""

    def __init__(self, nonce: int) -> None:
        self.ledger = team(nonce)

    def entry(self, about: str, expected: str, key: bytes, blob: Callable[[bytes], bytes]) -> None:
        """An entry of bob with the SSHSIG blob that is made of its signed bytes."""
        ledger = self.ledger
        if key not in self._keys():
            ledger.entry("ada", event("1.2", actor="bob", key=key))
        values = ledger.values("bob", event("6.1", host="h", seen=[]))
        draft = ledger.draft(write_payload(values), values)
        ledger.case(about, expected)
        ledger.put(draft.with_signature(blob(draft.signed_bytes())))

    def _keys(self) -> set[bytes]:
        actors = self.ledger.judge.judged[self.ledger.tip].roster.actors
        return {key for actor in actors.values() for key in actor.keys}

    def signed(self, about: str, expected: str, key: bytes, sign: Callable[[bytes], bytes], algorithm: bytes | None = None, after: bytes = b"") -> None:
        """As `entry`, with the signature that is made of the message that the key signs."""
        length = int.from_bytes(key[:4], "big")
        name = algorithm or key[4 : 4 + length]
        self.entry(about, expected, key, lambda signed: sshsig(key, string(name) + string(sign(sshsig_message(signed))) + after))


def sshsig_blobs() -> Builder:
    """The parts of the blob."""
    signing = Signing(71)
    key = Key("bob")

    def signature(signed: bytes, message: bytes | None = None) -> bytes:
        return string(b"ssh-ed25519") + string(key.sign(message or sshsig_message(signed)))

    def other_message(signed: bytes, old: bytes, new: bytes) -> bytes:
        return sshsig_message(signed).replace(old, new)

    entry = signing.entry
    entry("a good one", GOOD, key.blob, key.sshsig)
    entry("another magic", BAD, key.blob, lambda signed: b"sSHSIG" + key.sshsig(signed)[6:])
    entry("version 2", BAD, key.blob, lambda signed: sshsig(key.blob, signature(signed), version=2))
    entry("namespace file, signed so", BAD, key.blob,
          lambda signed: sshsig(key.blob, signature(signed, other_message(signed, string(b"git"), string(b"file"))), namespace=b"file"))
    entry("something reserved, signed so", BAD, key.blob,
          lambda signed: sshsig(key.blob, signature(signed, other_message(signed, string(b""), string(b"r"))), reserved=b"r"))
    entry("hash sha256, signed so", BAD, key.blob,
          lambda signed: sshsig(key.blob, signature(signed, b"SSHSIG" + string(b"git") + string(b"") + string(b"sha256") + string(sha256(signed).digest())), hash_name=b"sha256"))
    entry("a byte behind the blob", BAD, key.blob, lambda signed: key.sshsig(signed) + b"\0")
    entry("a byte behind the signature", BAD, key.blob, lambda signed: sshsig(key.blob, signature(signed) + b"\0"))
    entry("a byte behind the key", BAD, key.blob + b"\0", lambda signed: sshsig(key.blob + b"\0", signature(signed)))
    entry("a blob that ends early", BAD, key.blob, lambda signed: key.sshsig(signed)[:-1])
    entry("an empty key", BAD, key.blob, lambda signed: sshsig(b"", signature(signed)))
    entry("a key of 2,201 bytes", BAD, key.blob, lambda signed: sshsig(key.blob + bytes(2201 - len(key.blob)), signature(signed)))
    entry("another algorithm's name", BAD, key.blob, lambda signed: sshsig(key.blob, string(b"rsa-sha2-512") + signature(signed)[15:]))
    entry("over other bytes", BAD, key.blob, lambda signed: key.sshsig(signed + b"\n"))
    entry("with another's key", BAD, key.blob, lambda signed: sshsig(key.blob, string(b"ssh-ed25519") + string(Key("dan").sign(sshsig_message(signed)))))
    return signing.ledger


def ed25519() -> Builder:
    """ssh-ed25519."""
    signing = Signing(72)
    key = Key("bob")

    def changed(change: Callable[[bytes, int], bytes]) -> Callable[[bytes], bytes]:
        def sign(message: bytes) -> bytes:
            good = key.sign(message)
            return change(good[:32], int.from_bytes(good[32:], "little"))

        return sign

    signed = signing.signed
    signed("S + L", BAD, key.blob, changed(lambda r, s: r + (s + L).to_bytes(32, "little")))
    signed("63 bytes", BAD, key.blob, lambda message: key.sign(message)[:63])
    signed("65 bytes", BAD, key.blob, lambda message: key.sign(message) + b"\0")
    signed("R is the neutral point", BAD, key.blob, lambda message: with_small_r(key.secret, key.public, message))
    signed("R with a part of order 8: good with the cofactor only", BAD, key.blob, lambda message: off_by_torsion(key.secret, key.public, message))
    signed("the sign bit of R", BAD, key.blob, changed(lambda r, s: r[:31] + bytes([r[31] ^ 128]) + s.to_bytes(32, "little")))
    short = string(b"ssh-ed25519") + string(key.public[:31])
    signed("a key of 31 bytes", BAD, short, key.sign)
    for number, point in enumerate(small_points()):
        blob = string(b"ssh-ed25519") + string(point)
        signed(f"a key of small order, {number} of 8", BAD, blob, lambda message, point=point: forged_for_small_key(point, message, 8))
    blob = string(b"ssh-ed25519") + string(NOT_CANONICAL_NEUTRAL)
    signed("a key that is not canonical", BAD, blob, lambda message: forged_for_small_key(NOT_CANONICAL_NEUTRAL, message, 1))
    mixed = MixedKey("mixed")
    signed("a key with a part of order 8, k reduced modulo L is a multiple of 8", GOOD, mixed.blob(), lambda message: mixed.sign(message, True, False))
    signed("k is a multiple of 8, but not reduced", BAD, mixed.blob(), lambda message: mixed.sign(message, False, True))
    signed("neither is", BAD, mixed.blob(), lambda message: mixed.sign(message, False, False))
    signed("R with the part of order 8 that makes up for the key's", GOOD, mixed.blob(), mixed.sign_mixed)
    public = decompress(key.public)
    assert public is not None
    opposite = string(b"ssh-ed25519") + string(compress(negative(public)))
    signed("the opposite key", BAD, opposite, key.sign)
    return signing.ledger


def ecdsa() -> Builder:
    """ecdsa-sha2-nistp256 and -nistp384."""
    signing = Signing(73)
    signed = signing.signed
    for key in (Ecdsa("p256"), Ecdsa("p384", P384)):
        curve = key.curve
        name = key.name

        def numbers(change: Callable[[int, int], bytes], key: Ecdsa = key) -> Callable[[bytes], bytes]:
            return lambda message: change(*key.numbers(message))

        both = numbers(lambda r, s: mpint(r) + mpint(s))
        signed(f"{name}: low s", GOOD, key.blob(), both)
        signed(f"{name}: high s", GOOD, key.blob(), numbers(lambda r, s, n=curve.n: mpint(r) + mpint(n - s)))
        signed(f"{name}: s + n", BAD, key.blob(), numbers(lambda r, s, n=curve.n: mpint(r) + mpint(s + n)))
        signed(f"{name}: r + n", BAD, key.blob(), numbers(lambda r, s, n=curve.n: mpint(r + n) + mpint(s)))
        signed(f"{name}: s = 0", BAD, key.blob(), numbers(lambda r, s: mpint(r) + mpint(0)))
        signed(f"{name}: r with a zero byte too much", BAD, key.blob(), numbers(lambda r, s, size=curve.size: string(bytes(2) + r.to_bytes(size, "big")) + mpint(s)))
        signed(f"{name}: s with a zero byte too much", BAD, key.blob(), numbers(lambda r, s, size=curve.size: mpint(r) + string(b"\0" + mpint(s)[4:])))
        signed(f"{name}: s negative", BAD, key.blob(), numbers(lambda r, s, n=curve.n: mpint(r) + string((n - s).to_bytes(-(-n.bit_length() // 8), "big"))))
        signed(f"{name}: a byte behind the numbers", BAD, key.blob(), numbers(lambda r, s: mpint(r) + mpint(s) + b"\0"))
        x, y = key.point
        half = curve.size
        compressed = key.blob(bytes([2 + y % 2]) + x.to_bytes(half, "big"))
        signed(f"{name}: a compressed point", BAD, compressed, both)
        hybrid = key.blob(bytes([6 + y % 2]) + key.encoded()[1:])
        signed(f"{name}: a hybrid point", BAD, hybrid, both)
        away = key.blob(key.encoded()[:-1] + bytes([key.encoded()[-1] ^ 1]))
        signed(f"{name}: a point that is not on the curve", BAD, away, both)

        def off_curve(message: bytes, curve: Curve = curve) -> bytes:
            r, s = off_curve_numbers(curve, 5, message)
            return mpint(r) + mpint(s)

        other = key.blob(b"\4" + (5).to_bytes(half, "big") + bytes(half))
        signed(f"{name}: a point of another curve, with which it verifies", BAD, other, off_curve)
        signed(f"{name}: another name of the curve", BAD, key.blob(curve=b"nistp521"), both)
        signed(f"{name}: a byte behind the key", BAD, key.blob() + b"\0", both)
        signed(f"{name}: the other curve's algorithm", BAD, key.blob(), both,
               algorithm=b"ecdsa-sha2-nistp384" if curve is not P384 else b"ecdsa-sha2-nistp256")
    return signing.ledger


def rsa() -> Builder:
    """ssh-rsa."""
    signing = Signing(74)
    key = Rsa("rsa")
    blob = key.blob()

    def signed(about: str, expected: str, key_blob: bytes, sign: Callable[[bytes], bytes], algorithm: bytes = b"rsa-sha2-512") -> None:
        signing.signed(about, expected, key_blob, sign, algorithm=algorithm)

    signed("rsa-sha2-512", GOOD, blob, key.sign)
    signed("rsa-sha2-256", GOOD, blob, lambda message: key.sign(message, b"rsa-sha2-256"), b"rsa-sha2-256")
    signed("the name ssh-rsa", BAD, blob, key.sign, b"ssh-rsa")
    signed("sha2-256 under the name of sha2-512", BAD, blob, lambda message: key.sign(message, b"rsa-sha2-256"))
    signed("a zero byte before the signature", BAD, blob, lambda message: b"\0" + key.sign(message))
    small = Rsa("2047", 2047)
    for bits, expected in ((2047, BAD), (2049, GOOD), (4096, GOOD), (4097, BAD)):
        other = Rsa(str(bits), bits)
        signed(f"a modulus of {bits} bits", expected, other.blob(), other.sign)
    for e, expected in ((1, BAD), (3, GOOD), (65_539, BAD)):
        other = Rsa(f"e {e}", 2048, e)
        signed(f"e = {e}", expected, other.blob(), other.sign)
    even = Rsa("even", 2048, even=True)
    signed("an even modulus", BAD, even.blob(), even.sign)
    n, e = key.modulus(), key.e
    signed("e with a zero byte too much", BAD, string(b"ssh-rsa") + string(b"\0" + e.to_bytes(3, "big")) + mpint(n), key.sign)
    signed("n with a zero byte too much", BAD, string(b"ssh-rsa") + mpint(e) + string(bytes(2) + n.to_bytes(256, "big")), key.sign)
    signed("n negative", BAD, string(b"ssh-rsa") + mpint(e) + string(n.to_bytes(256, "big")), key.sign)
    signed("a byte behind the key", BAD, blob + b"\0", key.sign)
    signed("another signature", BAD, blob, lambda message: small.sign(message) + b"\0")
    odd = Rsa("2049", 2049)
    signed("a signature that is not below the modulus", BAD, odd.blob(), lambda message: (int.from_bytes(odd.sign(message), "big") + odd.modulus()).to_bytes(257, "big"))
    der = RSA_HASHES[b"rsa-sha2-512"][1]
    signed("a digest whose algorithm has no parameters", BAD, blob, lambda message: key.sign_encoded(WITHOUT_PARAMETERS + sha512(message).digest()))
    signed("a byte behind the digest", BAD, blob, lambda message: key.sign_encoded(der + sha512(message).digest(), b"\0"))
    return signing.ledger


def hardware() -> Builder:
    """sk-ssh-ed25519@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com."""
    signing = Signing(75)
    ed, nist = Key("token"), Ecdsa("token")

    def keys(application: bytes) -> list[tuple[str, bytes, Callable[[bytes], bytes]]]:
        curve = string(b"sk-ssh-ed25519@openssh.com") + string(ed.public) + string(application)
        point = string(b"sk-ecdsa-sha2-nistp256@openssh.com") + string(b"nistp256") + string(nist.encoded()) + string(application)

        def ecdsa_sign(message: bytes) -> bytes:
            r, s = nist.numbers(message)
            return mpint(r) + mpint(s)

        return [("ed25519", curve, ed.sign), ("ecdsa", point, ecdsa_sign)]

    def signed(about: str, expected: str, application: bytes = b"ssh:", flags: int = 1, counter: int = 7, after: bytes = b"",
               algorithm: bytes | None = None) -> None:
        for name, blob, sign in keys(application):
            tail = bytes([flags]) + counter.to_bytes(4, "big")

            def token(message: bytes, sign: Callable[[bytes], bytes] = sign, tail: bytes = tail) -> bytes:
                return sign(sha256(application).digest() + tail + sha256(message).digest())

            signing.signed(f"{name}: {about}", expected, blob, token, algorithm=algorithm, after=tail + after)

    signed("touched", GOOD)
    signed("touched and verified, the counter is 0", GOOD, flags=0xFF, counter=0)
    signed("not touched", BAD, flags=4)
    signed("another application", GOOD, application=b"")
    signed("an application with a NUL", BAD, application=b"ssh:\0")
    signed("a byte behind the counter", BAD, after=b"\0")
    for name, blob, sign in keys(b"a" * 2200):
        tail = b"\1\0\0\0\7"

        def token(message: bytes, sign: Callable[[bytes], bytes] = sign) -> bytes:
            return sign(sha256(b"a" * 2200).digest() + tail + sha256(message).digest())

        # No event can register it.
        signing.entry(f"{name}: a key of more than 2,200 bytes", BAD, Key("bob").blob, lambda signed, blob=blob, token=token: sshsig(
            blob, string(blob[4 : 4 + int.from_bytes(blob[:4], "big")]) + string(token(sshsig_message(signed))) + tail))
    signed("webauthn", BAD, algorithm=b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com")
    for name, blob, sign in keys(b"ssh:"):
        signing.signed(f"{name}: without flags", BAD, blob, sign)
        signing.signed(f"{name}: a byte behind the key", BAD, blob + b"\0", sign, after=b"\1\0\0\0\7")
        signing.signed(f"{name}: signed as by a key that is in no token", BAD, blob, sign, after=b"\1\0\0\0\7")
    return signing.ledger


def name_of_the_header() -> Builder:
    """What is signed does not depend on where the header's name stands elsewhere."""
    ledger = team(76)
    ledger.case("an actor whose name is that of the signature's header")
    ledger.add_actor("gpgsig", OBSERVER)
    ledger.case("signs")
    ledger.entry("gpgsig", event("6.1", host="h", seen=[]))
    return ledger


STORIES = (sshsig_blobs, ed25519, ecdsa, rsa, hardware, name_of_the_header)
