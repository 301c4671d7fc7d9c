"""The commit object (section 4)."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass

from .cbor import Bad

COMMIT_BYTES = 524_288
READABLE_BYTES = 1_048_576

_HEAD = re.compile(
    r"tree (?P<tree>[0-9a-f]+)\n"
    r"(?P<parents>(?:parent [0-9a-f]+\n)*)"
    r"author (?P<author>(?P<name>[^<>\n]+) <(?P<email>[^<>\n]+)> (?P<seconds>0|[1-9][0-9]*) \+0000)\n"
    r"committer (?P<committer>[^\n]*)\n"
    r"(?P<header>gpgsig|gpgsig-sha256) (?P<armour>-----BEGIN SSH SIGNATURE-----\n(?: [^\n]*\n)+)"
    r"\n"
)


@dataclass(frozen=True)
class Commit:
    """The parts of a commit of the right form."""

    tree: str
    parents: list[str]
    name: str
    email: str
    seconds: int
    signature: bytes
    """The SSHSIG blob."""
    signed: bytes
    """The commit without its signature header."""
    message: str


def read_commit(raw: bytes, digits: int) -> Commit:
    """Reads a commit of a repository whose object ids have so many digits, or raises Bad."""
    if len(raw) > COMMIT_BYTES or b"\0" in raw:
        raise Bad("too long, or with a NUL")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Bad("not UTF-8") from None
    head = _HEAD.match(text)
    if head is None:
        raise Bad("not the lines of an entry")
    parents = [line.removeprefix("parent ") for line in head["parents"].splitlines()]
    if any(len(each) != digits for each in [head["tree"], *parents]):
        raise Bad("an object id of another length")
    if head["author"] != head["committer"] or int(head["seconds"]) >= 2**64:
        raise Bad("the committer is another one, or the time is too large")
    if any(unicodedata.category(each) == "Cc" for each in head["name"] + head["email"]):
        raise Bad("a control character")
    if head["header"] != ("gpgsig" if digits == 40 else "gpgsig-sha256"):
        raise Bad("the signature header of another object format")
    message = text[head.end() :]
    signed = text[: head.start("header")] + text[head.end("armour") :]
    return Commit(head["tree"], parents, head["name"], head["email"], int(head["seconds"]),
                  _dearmour(head["armour"]), signed.encode(), message)


def _dearmour(armour: str) -> bytes:
    """The blob of the armour, whose lines after the first begin with a space."""
    lines = armour[:-1].split("\n ")
    body = lines[1:-1]
    if lines[-1] != "-----END SSH SIGNATURE-----" or not body:
        raise Bad("no end of the armour")
    if any(len(line) != 70 for line in body[:-1]) or not 1 <= len(body[-1]) <= 70:
        raise Bad("armour that is wrapped otherwise")
    return read_base64("".join(body))


def read_base64(text: str) -> bytes:
    """RFC 4648, section 4: padded, unused bits zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Bad("no base64") from None
    if base64.b64encode(data).decode() != text:
        raise Bad("base64 of another form")
    return data


def could_be_an_entry(raw: bytes) -> bool:
    """Whether the bytes before its last space are the begin of a last line with a payload (What is read)."""
    return raw.rpartition(b" ")[0].endswith(b"\nCoord-Payload:")


def parents_as_git(raw: bytes, digits: int) -> list[str]:
    """Where a commit of a repository whose object ids have so many digits leads, whatever its form: the lines `parent ID` after its line `tree ID`."""
    if len(raw) > READABLE_BYTES:
        raise ValueError("the history cannot be read: a commit of more than 1 MiB")
    object_id = rb"[0-9a-fA-F]{%d}" % digits
    head = re.match(rb"tree %b\n((?:parent %b\n)*)" % (object_id, object_id), raw)
    if head is None:
        raise ValueError("the history cannot be read: an object that is not a commit")
    return [line[7:].decode().lower() for line in head[1].splitlines()]
