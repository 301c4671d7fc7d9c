"""What texts may be (section 8), and how they are shown in messages (section 6, Escaping)."""

from __future__ import annotations

import datetime
import re

Ranges = tuple[tuple[int, int], ...]


def _ranges(text: str) -> Ranges:
    """Ranges of code points, as the format writes them: `00AD 200B-200F`."""
    pairs = [part.split("-") for part in text.split()]
    return tuple((int(pair[0], 16), int(pair[-1], 16)) for pair in pairs)


INVISIBLE = _ranges(
    "0000-001F 007F-009F 00AD 034F 061C 115F 1160 17B4 17B5 180B-180F 200B-200F 2028-202E 2060-206F 2800 3164"
    " FE00-FE0F FEFF FFA0 FFF0-FFFB 1BCA0-1BCA3 1D159 1D173-1D17A E0000-E0FFF"
)
EMOJI = _ranges(
    "00A9 00AE 203C 2049 2122 2139 2190-21FF 2300-23FF 24C2 25A0-27BF 2934 2935 2B00-2BFF 3030 303D 3297 3299"
    " 1F000-1FAFF"
)
JOINED = _ranges("0620-07FF 0840-0DFF 0F00-109F 1780-18AF A840-A87F A8E0-A8FF 11000-11FFF")
BEFORE_JOINERS = _ranges("094D 09CD 0A4D 0ACD 0B4D 0BCD 0C4D 0CCD 0D4D 0DCA")
BLANK = _ranges("0020 00A0 1680 2000-200A 202F 205F 3000")


def within(character: str, ranges: Ranges) -> bool:
    return any(low <= ord(character) <= high for low, high in ranges if character)


def _joined(character: str) -> bool:
    return within(character, JOINED) and not within(character, INVISIBLE)


def _stays(before: str, character: str, after: str) -> bool:
    """Whether an invisible character stays, by its neighbours."""
    if character in "\ufe0e\ufe0f":
        keycap = before != "" and before in "#*0123456789" and after == "\u20e3"
        return keycap or within(before, EMOJI)
    if character == "\u200d" and (within(before, EMOJI) or before == "\ufe0f") and within(after, EMOJI):
        return True
    if character in "\u200c\u200d":
        return _joined(before) and _joined(after) or within(before, BEFORE_JOINERS)
    return False


def show(text: str) -> str:
    """The text with its invisible characters replaced."""
    shown = []
    for i, character in enumerate(text):
        if not within(character, INVISIBLE) or _stays(text[i - 1 : i], character, text[i + 1 : i + 2]):
            shown.append(character)
        else:
            names = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
            shown.append(names.get(character, f"\\u{{{ord(character):x}}}"))
    return "".join(shown)


def brief(text: str, most: int = 60) -> str:
    """The shown text, cut to `most` characters."""
    shown = show(text)
    return shown if len(shown) <= most else shown[: most - 1].rstrip("\u200c\u200d") + "\u2026"


def is_visible(character: str) -> bool:
    return not within(character, INVISIBLE) and not within(character, BLANK)


def is_text(text: str) -> bool:
    return len(text.encode()) <= 4000 and any(is_visible(each) for each in text)


def is_branch(text: str) -> bool:
    """A name of a branch that git allows."""
    parts = text.split("/")
    return (
        len(text.encode()) <= 1000
        and not text.startswith("-")
        and text != "HEAD"
        and not any(part == "" or part.startswith(".") or part.endswith(".lock") for part in parts)
        and not text.endswith(".")
        and not any(each in text for each in ("..", "@{", " "))
        and not any(each in "~^:?*[\\" or ord(each) < 32 or ord(each) == 127 for each in text)
        and any(is_visible(each) for each in text)
    )


def is_url(text: str) -> bool:
    pattern = r"https?://[A-Za-z0-9\[][^/?#@]*([/?#].*)?"
    allowed = r"([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
    return len(text) <= 2000 and bool(re.fullmatch(pattern, text)) and bool(re.fullmatch(allowed, text))


def is_name(text: str) -> bool:
    """A task id, guardrail id, target name or label; with `is_actor` also the name of an actor."""
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text))


def is_actor(text: str) -> bool:
    return is_name(text) and not text.lower().endswith((".pub", ".lock"))


def is_address(text: str) -> bool:
    return 1 <= len(text.encode()) <= 254 and all(each not in "<>" and is_visible(each) for each in text)


def is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return datetime.date.fromisoformat(text).year >= 1970
    except ValueError:
        return False


def is_idempotency_key(text: str) -> bool:
    return 1 <= len(text) <= 64 and all("!" <= each <= "~" for each in text)


def is_attachment(name: str) -> bool:
    """A path of 1 to 16 parts (section 10)."""
    parts = name.split("/")
    return len(parts) <= 16 and not any(
        part in ("", ".", "..") or part.lower() in (".git", "git~1") or "\0" in part or "\\" in part
        for part in parts
    )
