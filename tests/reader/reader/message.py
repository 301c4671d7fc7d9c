"""The message that a payload renders to (section 6)."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from .forms import ACTOR_KINDS, GUARDED, LAST_SECOND, OUTCOMES, ROLES
from .kinds import TASK_FACTS, Entry, Event
from .text import brief

RECORDED = "5.2"
"""The subject names an event of this kind only if there is no other."""


def render(entry: Entry, payload: bytes) -> str:
    """MESSAGE = 1."""
    sentences = [sentence(entry, event) for event in entry.events]
    lines = [_subject(entry, sentences), ""]
    if len(sentences) > 1:
        lines += [f"- {each}" for each in sentences] + [""]
    lines += [f"Coord-Task: {name}" for name in _tasks(entry)]
    lines.append("Coord-Payload: " + base64.b64encode(payload).decode())
    return "".join(line + "\n" for line in lines)


def _subject(entry: Entry, sentences: list[str]) -> str:
    if not sentences:
        return f"join {len(entry.parents)} lines"
    if len(sentences) == 1:
        return sentences[0]
    named = [i for i, event in enumerate(entry.events) if event.kind != RECORDED]
    return f"{sentences[named[0] if named else 0]} (and {len(sentences) - 1} more)"


def _tasks(entry: Entry) -> list[str]:
    names: dict[str, None] = {}
    for event in entry.events:
        if event.kind == "2.0":
            names[event.body["id"]] = None
        elif event.about_a_task:
            names[event.body["task"]["id"]] = None
    return list(names)


def _quoted(text: str) -> str:
    return f"'{brief(text)}'"


def _after(text: str | None) -> str:
    return "" if text is None else f": {brief(text)}"


def _digits(object_id: bytes) -> str:
    return object_id.hex()[:12]


def _at(commit: bytes | None) -> str:
    return "" if commit is None else f", commit {_digits(commit)}"


def span(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds != 0 and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _until(time: int, lease: int) -> str:
    """The end of a lease, with its day if that is another one."""
    begin, end = (datetime.datetime.fromtimestamp(each, datetime.timezone.utc) for each in (time, min(time + lease, LAST_SECOND)))
    day = f"{end.date().isoformat()} " if end.date() != begin.date() else ""
    return f"{day}{end:%H:%M}Z"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _policy(rule: tuple[Any, ...]) -> str:
    number, value = rule
    match number:
        case 0:
            return f"default lease {span(value)}"
        case 1:
            return "who may take a running claim"
        case 2:
            return f"{value} approvals"
        case 3:
            return f"unclaimed work {_yes(value)}"
        case 4:
            return f"owners only {_yes(value)}"
        case 5:
            return f"review of {_quoted(value['paths'])}"
        case 6:
            return f"longest lease {span(value)}"
        case 7:
            return "who may add broad paths"
        case 8:
            return f"dependencies {_yes(value)}"
        case 9:
            return f"guardrails {GUARDED[value]}"
        case 10:
            return f"integrated {_yes(value)}"
        case 11:
            return f"working day {'24h' if value == 86_400 else span(value)}"
    raise KeyError(number)


def _edited(facts: list[tuple[Any, ...]]) -> str:
    words: list[str] = []
    for number, *_ in facts:
        word = TASK_FACTS[number][0]
        if words[-1:] != [word]:
            words.append(word)
    return ", ".join(words)


def _completed(actor: str, task: str, body: dict[str, Any]) -> str:
    text = f"done {task}: {actor}{_at(body['commit'])}"
    if body["integrated"] is not None:
        into = body["integrated"]
        text += f", integrated {_digits(into['commit'])} into {_quoted(into['into'])}"
    return text + (f", waived: {brief(body['waiver'])}" if body["waiver"] is not None else "")


def sentence(entry: Entry, event: Event) -> str:
    """What one event says."""
    actor, body = entry.actor, event.body
    task = body["task"]["id"] if event.about_a_task else ""
    match event.kind:
        case "0.0":
            return f"create the ledger: {actor}"
        case "0.1":
            return "upgrade the ledger"
        case "0.2":
            return "configure the ledger"
        case "0.3":
            return f"acknowledge {body['entry'].hex()[:10]}"
        case "0.4":
            return "repair the ledger"
        case "1.0":
            roles = "".join(f", {ROLES[role]}" for role in body["roles"])
            return f"add actor {body['name']}: {ACTOR_KINDS[body['kind']]}{roles}"
        case "1.1":
            facts = [("email", "kind", "roles", "roles")[number] for number, _ in body["facts"]]
            return f"edit actor {body['actor']}: {', '.join(facts)}"
        case "1.2":
            return f"add a key of {body['actor']}"
        case "1.3":
            return f"retire a key of {body['actor']}"
        case "1.4":
            return f"revoke a key of {body['actor']}"
        case "1.5":
            return "set the recovery key"
        case "1.6":
            return f"set policy: {_policy(body)}"
        case "2.0":
            return f"add {body['id']}: {brief(body['title'])}"
        case "2.1":
            return f"edit {task}: {_edited(body['facts'])}"
        case "2.2":
            return _completed(actor, task, body)
        case "2.3":
            return f"cancel {task}{_after(body['reason'])}"
        case "2.4":
            return f"reopen {task}{_after(body['reason'])}"
        case "2.5":
            return f"comment on {task}: {actor}"
        case "2.6":
            return f"import {_quoted(body['source'])}"
        case "3.0":
            return f"claim {task}: {actor}, until {_until(entry.time, body['lease'])}" + (", taken over" if body["steal"] else "")
        case "3.1":
            return f"renew {task}: {actor}"
        case "3.2":
            return f"release {task}: {actor}"
        case "3.3":
            return f"progress {task}: {body['percent']}%"
        case "3.4":
            return f"step {body['number']} of {task}: {'done' if body['done'] else 'not done'}"
        case "3.5":
            on = f" (on {body['on']['id']})" if body["on"] is not None else ""
            return f"block {task}: {brief(body['reason'])}{on}"
        case "3.6":
            return f"unblock {task}: blocker {body['number']}"
        case "3.7":
            return f"commit for {task}{_at(body['commit'])}"
        case "3.8":
            return f"rewrite a commit of {task}{_at(body['new'])}"
        case "3.9":
            if body["worktree"] is None:
                return f"unbind {task} from its worktree"
            return f"bind {task} to worktree {_quoted(body['worktree'])}"
        case "3.10":
            return f"hand on {task}: {actor} to {body['to']}"
        case "4.0":
            return f"submit {task}: {actor}{_at(body['commit'])}"
        case "4.1":
            return f"approve {task}: {actor}{_at(body['commit'])}"
        case "4.2":
            return f"reject {task}: {actor}{_at(body['commit'])}"
        case "4.3":
            return f"withdraw the verdict on {task}: {actor}"
        case "4.4":
            return f"{'tick' if body['ticked'] else 'untick'} {_quoted(body['item'])} of {task}"
        case "5.0":
            return f"guardrail {body['id']}: {brief(body['title'])}"
        case "5.1":
            return f"remove guardrail {body['id']}"
        case "5.2":
            return f"guardrail {body['id']}: {OUTCOMES[body['outcome']]}{_at(body['commit'])}"
        case "5.3":
            if body["expression"] is None:
                return f"remove target {body['name']}"
            return f"target {body['name']}: {brief(body['expression'])}"
        case "6.0":
            return f"observe {len(body['seen'])} pull requests on {_quoted(body['source']['repository'].split('://', 1)[1])}"
        case "6.1":
            return f"observe {len(body['seen'])} worktrees of {_quoted(body['host'])}"
        case "6.2":
            return "snapshot" if body["label"] is None else f"snapshot {body['label']}"
    raise KeyError(event.kind)
