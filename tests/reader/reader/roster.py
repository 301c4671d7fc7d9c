"""The rules of the roster: events of family 1 and 0.1 (sections 9 and 11). The judge and the replay both use them."""

from __future__ import annotations

import copy

from .forms import ACTIVE, ADMIN, COORDINATOR, RETIRED, REVOKED, VERSION_NAMES
from .kinds import Event
from .refusal import Refused
from .state import Actor, KeyRecord, Roster


def has_to_be_alone(event: Event) -> bool:
    """Whether the event asks ALONE (section 9, family 1)."""
    return event.kind == "0.1" or event.kind.startswith("1.")


def changes_roster(event: Event) -> bool:
    """Whether the event has an effect on the roster. (That of 1.6 is on the policy.)"""
    return has_to_be_alone(event) and event.kind != "1.6"


def require(roster: Roster, actor: str, roles: set[int], action: str, task: str | None = None) -> None:
    """REQUIRE (section 14)."""
    if not roster.has_role(actor, ADMIN, *roles):
        raise Refused("not_permitted", actor=actor, action=action, task=task, roles={ADMIN, *roles})


def validate(roster: Roster, actor: str, signer: bytes, event: Event, events: list[Event]) -> None:
    """The validity of an event that has to be alone, among the events of its entry."""
    if not all(has_to_be_alone(each) for each in events):
        raise Refused("misplaced", event="roster_change")
    body = event.body
    match event.kind:
        case "0.1":
            require(roster, actor, set(), "upgrade_ledger")
        case "1.5":
            if roster.recovery is not None and signer != roster.recovery:
                raise Refused("recovery_only", actor=actor)
            require(roster, actor, set(), "set_recovery_key")
            if body["key"] is not None:
                _unused(roster, body["key"])
        case "1.6":
            require(roster, actor, {COORDINATOR}, "set_policy")
            number, value = body
            for kind, name in value["by"] if number == 5 else []:
                if kind == 0:
                    _exists(roster, name)
        case "1.0":
            require(roster, actor, set(), "change_roster")
            for name in roster.actors:
                if name.lower() == body["name"].lower():
                    raise Refused("actor_exists", actor=name)
            if body["key"] is not None:
                _unused(roster, body["key"])
        case _:
            require(roster, actor, set(), "change_roster")
            _exists(roster, body["actor"])
            if event.kind == "1.2":
                _unused(roster, body["key"])
            if event.kind in ("1.3", "1.4") and body["key"] not in roster.actors[body["actor"]].keys:
                raise Refused("key_unknown", actor=body["actor"])
            if event.kind in ("1.1", "1.3", "1.4"):
                after = copy.deepcopy(roster)
                apply(after, event)
                if not after.manned():
                    raise Refused("last_admin", actor=body["actor"])


def _exists(roster: Roster, name: str) -> None:
    if name not in roster.actors:
        raise Refused("unknown_actor", actor=name)


def _unused(roster: Roster, key: bytes) -> None:
    """UNUSED (section 14)."""
    for name, actor in roster.actors.items():
        if key in actor.keys:
            raise Refused("key_taken", actor=name)
    if key == roster.recovery:
        raise Refused("key_taken", actor=None)


def apply(roster: Roster, event: Event) -> None:
    """The effect on the roster."""
    body = event.body
    match event.kind:
        case "0.1":
            for number, name in enumerate(VERSION_NAMES):
                if body[name] is not None:
                    roster.versions[number] = max(body[name], roster.versions.get(number, 0))
        case "1.0":
            keys = {} if body["key"] is None else {body["key"]: KeyRecord()}
            roster.actors[body["name"]] = Actor(body["kind"], body["email"], set(body["roles"]), keys)
        case "1.1":
            actor = roster.actors[body["actor"]]
            for number, value in body["facts"]:
                match number:
                    case 0:
                        actor.email = value
                    case 1:
                        actor.kind = value
                    case 2:
                        actor.roles.add(value)
                    case 3:
                        actor.roles.discard(value)
        case "1.2":
            roster.actors[body["actor"]].keys[body["key"]] = KeyRecord()
        case "1.3":
            key = roster.actors[body["actor"]].keys[body["key"]]
            key.standing = max(key.standing, RETIRED)
        case "1.4":
            key = roster.actors[body["actor"]].keys[body["key"]]
            key.standing = REVOKED
            times = [each for each in (key.suspect_since, body["since"]) if each is not None]
            key.suspect_since = min(times, default=None)
        case "1.5":
            roster.recovery = body["key"]


def change(roster: Roster, actor: str, signer: bytes, events: list[Event]) -> Roster | tuple[int, Refused]:
    """The roster with all events of an entry that changes it, or which event was refused and why."""
    if roster.standing(signer, actor) not in (ACTIVE, RETIRED):
        return roster
    after = copy.deepcopy(roster)
    for number, event in enumerate(events):
        if not has_to_be_alone(event):
            continue
        try:
            validate(after, actor, signer, event, events)
        except Refused as refusal:
            return number, refusal
        apply(after, event)
    return after
