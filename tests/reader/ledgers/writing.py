"""Writes commits, and objects into repositories."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reader import digest
from reader.git import EMPTY_TREES
from reader.kinds import read_payload
from reader.message import render

from .keys import Key


def object_id(kind: str, content: bytes, digits: int = 40) -> str:
    data = f"{kind} {len(content)}\0".encode() + content
    return (hashlib.sha1(data) if digits == 40 else hashlib.sha256(data)).hexdigest()


def armour(blob: bytes) -> str:
    """As it stands in the header of a commit."""
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n ".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])


@dataclass
class Draft:
    """A commit before it is signed. What a forger changes is a field."""

    tree: str
    parents: list[str]
    name: str
    email: str
    seconds: int
    message: str

    def head(self) -> bytes:
        person = f"{self.name} <{self.email}> {self.seconds} +0000"
        parents = "".join(f"parent {each}\n" for each in self.parents)
        return f"tree {self.tree}\n{parents}author {person}\ncommitter {person}\n".encode()

    def signed_bytes(self) -> bytes:
        return self.head() + b"\n" + self.message.encode()

    def signed(self, key: Key) -> bytes:
        """The raw commit."""
        return self.with_signature(key.sshsig(self.signed_bytes()))

    def with_signature(self, blob: bytes) -> bytes:
        header = "gpgsig" if len(self.tree) == 40 else "gpgsig-sha256"
        return self.head() + f"{header} {armour(blob)}\n\n".encode() + self.message.encode()


@dataclass
class Files:
    """The objects of attachments: blobs and trees by object id."""

    objects: dict[str, tuple[str, bytes]]
    digits: int = 40

    def tree(self, files: dict[str, bytes]) -> str:
        """The tree that holds the files."""
        if not files:
            return EMPTY_TREES[self.digits]
        below: dict[str, dict[str, bytes]] = {}
        for path, content in files.items():
            first, _, rest = path.partition("/")
            below.setdefault(first, {})[rest] = content
        entries = []
        for name, inside in below.items():
            if "" in inside:
                entries.append((name.encode(), b"100644", self._put("blob", inside[""])))
            else:
                entries.append((name.encode() + b"/", b"40000", self.tree(inside)))
        lines = [mode + b" " + name.rstrip(b"/") + b"\0" + bytes.fromhex(each) for name, mode, each in sorted(entries)]
        return self._put("tree", b"".join(lines))

    def _put(self, kind: str, content: bytes) -> str:
        name = object_id(kind, content, self.digits)
        self.objects[name] = (kind, content)
        return name


def attachments(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """As the payload names them."""
    return [
        {"name": name, "digest": digest.blake3(files[name]), "size": len(files[name])}
        for name in sorted(files, key=str.encode)
    ]


def message_of(payload: bytes) -> str:
    """The rendered message. A payload that cannot be read gets its trailer only."""
    return render(read_payload(payload), payload)


def trailer(payload: bytes) -> str:
    return "Coord-Payload: " + base64.b64encode(payload).decode() + "\n"


def new_repository(path: str, digits: int = 40) -> None:
    kind = "sha1" if digits == 40 else "sha256"
    subprocess.run(["git", "init", "-q", f"--object-format={kind}", path], check=True)


def write_objects(path: str, objects: Iterable[tuple[str, str, bytes]]) -> None:
    """Writes loose objects (name, kind, content) into a repository."""
    for name, kind, content in objects:
        folder = os.path.join(path, ".git", "objects", name[:2])
        os.makedirs(folder, exist_ok=True)
        file = os.path.join(folder, name[2:])
        if not os.path.exists(file):
            with open(file, "wb") as out:
                out.write(zlib.compress(f"{kind} {len(content)}\0".encode() + content, 1))


def set_tip(path: str, tip: str) -> None:
    ref = os.path.join(path, ".git", "refs", "coord", "ledger")
    os.makedirs(os.path.dirname(ref), exist_ok=True)
    with open(ref, "w") as file:
        file.write(tip + "\n")


