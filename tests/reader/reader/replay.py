"""Replay (section 13): the state after every entry of the order."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from . import facts, roster, rules, steps
from .conditions import Context
from .forms import REVOKED
from .judge import Judge, Judged
from .refusal import Refused
from .state import MOST_STEPS, Allowance, Anomaly, Raw, State, UsedKey

USED_KEYS = 1_000
"""So many idempotency keys are kept of an actor."""


@dataclass
class Outcome:
    """What became of a commit."""

    object_id: str
    judged: Judged
    refusal: tuple[int, Refused] | None = None

    @property
    def verdict(self) -> str:
        if not self.judged.accepted:
            return "quarantined"
        return "accepted" if self.refusal is None else "refused"


class Replay:
    """The state of a history that was judged."""

    def __init__(self, judge: Judge, tip: str) -> None:
        self.judge = judge
        self.order = judge.order(tip)
        self.state = State()
        self.ids: set[bytes] = set()

    def run(self) -> Iterator[Outcome]:
        """Goes through the order. After each outcome, `state` is the state at that place."""
        for object_id in self.order:
            judged = self.judge.judged[object_id]
            outcome = Outcome(object_id, judged)
            if not self.ids:
                self._begin(judged)
            elif judged.accepted:
                outcome.refusal = self._entry(judged)
            yield outcome

    def _begin(self, judged: Judged) -> None:
        """BEGIN."""
        assert judged.entry is not None
        self.ids.add(judged.id)
        self.state.ledger = judged.id
        self.state.roster = copy.deepcopy(judged.roster)
        self.state.apply_facts(judged.entry.events[0].body["facts"])
        self.state.entries = 1
        self.state.effective = judged.effective

    def _entry(self, judged: Judged) -> tuple[int, Refused] | None:
        entry = judged.entry
        assert entry is not None
        self.state.entries += 1
        self.state.effective = judged.effective
        allowance = self._allowance(judged)
        most = min(steps.MOST_OF_AN_ENTRY, allowance)
        context = Context(self.state, entry, judged.id, judged.signer, judged.effective, most)
        if judged.id in self.ids:
            refusal: tuple[int, Refused] | None = (0, Refused("repeated", entry=judged.id))
        else:
            self.ids.add(judged.id)
            refusal = self._standing(judged) or self._used_key(judged) or self._events(context)
            if refusal is None:
                self._use_key(judged)
            self._take_from_allowance(context, allowance)
        if refusal is not None:
            index, why = refusal
            self.state.anomalies.append(Anomaly(judged.id, index, entry.actor, judged.effective, Raw(why.item())))
        return refusal

    def _standing(self, judged: Judged) -> tuple[int, Refused] | None:
        assert judged.entry is not None
        actor = judged.entry.actor
        standing = self.state.roster.standing(judged.signer, actor)
        if standing == REVOKED:
            return 0, Refused("key_revoked", actor=actor)
        if standing is None:
            return 0, Refused("key_unknown", actor=actor)
        return judged.refused

    def _used_key(self, judged: Judged) -> tuple[int, Refused] | None:
        """An idempotency key makes a change once. Only the roster decides about changes of the roster."""
        entry = judged.entry
        assert entry is not None
        if any(roster.has_to_be_alone(event) for event in entry.events):
            return None
        used = [each.entry for each in self.state.used_keys.get(entry.actor, []) if each.key == entry.idempotency_key]
        return (0, Refused("idempotency_key_used", entry=used[0])) if used else None

    def _use_key(self, judged: Judged) -> None:
        entry = judged.entry
        assert entry is not None
        if entry.idempotency_key is not None:
            before = [each for each in self.state.used_keys.get(entry.actor, []) if each.key != entry.idempotency_key]
            self.state.used_keys[entry.actor] = [*before[-(USED_KEYS - 1) :], UsedKey(entry.idempotency_key, judged.id)]

    def _events(self, context: Context) -> tuple[int, Refused] | None:
        """Each event in order. If one is refused, the effects of the others are undone."""
        events = context.entry.events
        before = copy.deepcopy(self.state) if len(events) > 1 else None
        for index in range(len(events)):
            context.index = index
            try:
                self._event(context)
            except Refused as refusal:
                if before is not None:
                    self.state = before
                return index, refusal
        return None

    @staticmethod
    def _event(context: Context) -> None:
        _take_steps(context)
        rules.validate(context)
        rules.apply(context)

    def _allowance(self, judged: Judged) -> int:
        """What is left to the actor."""
        assert judged.entry is not None
        last = self.state.allowances.get(judged.entry.actor)
        if last is None:
            return MOST_STEPS
        return min(MOST_STEPS, last.steps + steps.PER_SECOND * max(0, judged.effective - last.at))

    def _take_from_allowance(self, context: Context, allowance: int) -> None:
        left = max(0, allowance - context.steps)
        left += steps.PER_ENTRY + steps.PER_EVENT * len(context.entry.events)
        self.state.allowances.pop(context.actor, None)
        if left < MOST_STEPS:
            self.state.allowances[context.actor] = Allowance(left, context.at)


def _take_steps(context: Context) -> None:
    """The steps that an event takes whatever its validity asks (section 14, Steps)."""
    event, state = context.event, context.state
    context.take(1)
    number = context.about()
    if number is not None:
        context.take(facts.meet(context, number))
        if event.kind in ("2.2", "2.3", "3.0", "3.2", "3.10"):
            context.take(steps.PER_PATH * len(state.tasks[number].fields.paths))
    match event.kind:
        case "2.0" | "2.1":
            facts.take_steps(context, event.body["facts"], number)
        case "5.0" | "5.1" | "5.2":
            if event.body["id"] in state.guardrails:
                context.take(steps.guardrail(state.guardrails[event.body["id"]]))
            context.take(len(event.body.get("depends", [])) + len(event.body.get("changed", [])))
        case "6.0":
            context.take(steps.PER_SEARCHED * (len(event.body["seen"]) + len(event.body["gone"])))
        case "6.1":
            host = state.worktrees.get(event.body["host"])
            seen = host.seen.item if host is not None and isinstance(host.seen.item, list) else []
            context.take(steps.PER_SEARCHED * (len(event.body["seen"]) + len(seen)))
