"""Keys that follow from a name, and what they sign. They guard nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from reader.curves import BASE, L, compress, ed25519_challenge, times
from reader.signature import sshsig_message, string


@dataclass(frozen=True)
class Key:
    """An ed25519 key."""

    name: str

    @property
    def seed(self) -> bytes:
        return hashlib.sha256(b"git-coord reader " + self.name.encode()).digest()

    @property
    def secret(self) -> int:
        """The scalar (RFC 8032, section 5.1.5)."""
        number = int.from_bytes(hashlib.sha512(self.seed).digest()[:32], "little")
        return number & ((1 << 254) - 8) | 1 << 254

    @property
    def public(self) -> bytes:
        return _public(self)

    @property
    def blob(self) -> bytes:
        return string(b"ssh-ed25519") + string(self.public)

    def sign(self, message: bytes) -> bytes:
        nonce = int.from_bytes(hashlib.sha512(hashlib.sha512(self.seed).digest()[32:] + message).digest(), "little") % L
        r = compress(times(nonce, BASE))
        k = ed25519_challenge(r, self.public, message)
        return r + ((nonce + k * self.secret) % L).to_bytes(32, "little")

    def sshsig(self, signed: bytes) -> bytes:
        """The SSHSIG blob over a commit without its signature header."""
        return sshsig(self.blob, string(b"ssh-ed25519") + string(self.sign(sshsig_message(signed))))


@cache
def _public(key: Key) -> bytes:
    return compress(times(key.secret, BASE))


def sshsig(key: bytes, signature: bytes, namespace: bytes = b"git", reserved: bytes = b"", hash_name: bytes = b"sha512",
           version: int = 1) -> bytes:
    """The blob that armour holds (OpenSSH, PROTOCOL.sshsig)."""
    return b"SSHSIG" + version.to_bytes(4, "big") + string(key) + string(namespace) + string(reserved) + string(hash_name) + string(signature)
