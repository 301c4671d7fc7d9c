"""Validity and effect of every kind but those of the roster (section 9), in the order of the format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import facts, roster, steps
from .conditions import Context, Review, that_claim
from .forms import ACTIVE, ADMIN, COORDINATOR, GUARDED, INTEGRATION, OBSERVER, OUTCOMES, REVIEWER, WORKER
from .kinds import IMPORT, PULL_REQUEST, WORKTREE, item_of
from .refusal import LISTED, OpenGuardrail, Refused
from .state import (
    Blocker, Claim, End, Fields, Guardrail, Handed, ImportRecord, Raw, Result, Seen, Snapshot, Source, Submission, Task,
    Verdict,
)

Body = Any

ANY_ROLE = {ADMIN, COORDINATOR, WORKER, REVIEWER, OBSERVER}
TASKS = 1_000_000
COMMENTS = 2**32 - 1
CHANGED = 10
"""So many of the changed files stay in a result."""
RESULTS = 64
REVIEWED_BYTES = 8_192
"""Of the globs of the policy's `path_reviews` together."""


def validate(context: Context) -> None:
    """The validity of the event, which raises Refused."""
    event = context.event
    if roster.has_to_be_alone(event):
        roster.validate(context.state.roster, context.actor, context.signer, event, context.entry.events)
        if event.kind == "1.6":
            _may_set_policy(context, event.body)
    else:
        VALIDITY[event.kind](context, event.body)


def apply(context: Context) -> None:
    """The effect of the event."""
    event = context.event
    if event.kind == "1.6":
        _set_policy(context, event.body)
    elif roster.changes_roster(event):
        roster.apply(context.state.roster, event)
    else:
        EFFECTS[event.kind](context, event.body)


# Family 0: the ledger


def _created(context: Context, body: Body) -> None:
    raise Refused("misplaced", event="genesis")


def _may_configure(context: Context, body: Body) -> None:
    context.require(set(), "configure_ledger")


def _configure(context: Context, body: Body) -> None:
    context.state.apply_facts(body)


def _may_acknowledge(context: Context, body: Body) -> None:
    context.require(set(), "acknowledge_entry")


def _acknowledge(context: Context, body: Body) -> None:
    context.state.acknowledged.add(body["entry"])


def _may_repair(context: Context, body: Body) -> None:
    if len(context.entry.parents) != 2 or len(context.entry.events) != 1:
        raise Refused("misplaced", event="repair")
    context.require(set(), "repair_ledger")


def _repair(context: Context, body: Body) -> None:
    for task in context.state.tasks:
        if task.claim is not None:
            task.claim.since = min(task.claim.since, context.at)
            task.claim.renewed = min(task.claim.renewed, context.at)


# Family 1: the policy


def _may_set_policy(context: Context, body: Body) -> None:
    """What 1.6 asks of the policy, after what it asks of the roster."""
    policy = context.state.policy
    number, value = body
    globs = {*policy.path_reviews, value["paths"]} if number == 5 and value["by"] else set()
    if sum(len(each.encode()) for each in globs) > REVIEWED_BYTES:
        raise Refused("too_many", task=None, what="reviewed_bytes", most=REVIEWED_BYTES)


def _set_policy(context: Context, body: Body) -> None:
    policy = context.state.policy
    number, value = body
    names = (
        "default_lease", "steal_roles", "approvals_required", "unclaimed_work", "owners_only", "path_reviews",
        "max_lease", "broad_path_roles", "dependencies", "guardrails", "integrated",
        "working_day",
    )  # fmt: skip
    if number != 5:
        setattr(policy, names[number], set(value) if isinstance(value, list) else value)
    elif value["by"]:
        policy.path_reviews[value["paths"]] = set(value["by"])
    else:
        policy.path_reviews.pop(value["paths"], None)


# Family 2: tasks


def _may_add(context: Context, body: Body) -> None:
    context.require({COORDINATOR, WORKER}, "add_task")
    if len(context.state.tasks) >= TASKS:
        raise Refused("too_many", task=body["id"], what="tasks", most=TASKS)
    facts.validate(context, body["facts"], None, body["id"])


def _add(context: Context, body: Body) -> None:
    origin = (context.here, context.index, 0)
    shown = context.shown(body["id"], origin)
    task = Task(body["id"], origin, Fields(body["title"]), context.actor, context.at, context.at, shown)
    context.state.tasks.append(task)
    facts.apply(context, body["facts"], task)


def _may_edit(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.may_edit(task, "edit_task")
    facts.validate(context, body["facts"], task, task.shown)


def _edit(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    facts.apply(context, body["facts"], task)
    if any(fact[0] == 11 for fact in body["facts"]):
        context.settle(task)


def _may_complete(context: Context, body: Body) -> None:
    state, policy = context.state, context.state.policy
    task = context.known(body["task"])
    if task.end is not None and _comes_to_be_integrated(task.end, body):
        context.require({COORDINATOR, WORKER}, "work_on_task", task)
        if GUARDED[policy.guardrails] == "integrate":
            _ask_guardrails(context, task, body["integrated"]["commit"], body["tree"])
        return
    task = context.open(body["task"])
    context.fenced(task, body["claim"])
    if body["waiver"] is not None:
        context.require({COORDINATOR}, "finish_with_waiver", task)
        return
    commit = body["commit"] if body["commit"] is not None else task.commit
    context.take(steps.review(state, task))
    Review(state, task, commit).ask()
    if policy.dependencies:
        context.take(steps.PER_LINK * (len(task.depends) + len(task.children)))
        waits = [state.tasks[number].shown for number in sorted(task.depends | task.children) if state.tasks[number].end is None]
        if waits:
            raise Refused("waits", task=task.shown, on=waits[:LISTED], more=len(waits[LISTED:]))
    if policy.integrated and commit is not None and body["integrated"] is None:
        raise Refused("not_integrated", task=task.shown, commit=commit)
    guarded = GUARDED[policy.guardrails]
    if guarded == "done" or guarded == "integrate" and body["integrated"] is not None:
        checked = body["integrated"]["commit"] if guarded == "integrate" else commit
        _ask_guardrails(context, task, checked, body["tree"])


def _comes_to_be_integrated(end: End, body: Body) -> bool:
    """Whether 2.2 only says where the work of a done task is integrated."""
    if not end.done or body["integrated"] is None:
        return False
    if any(body[name] is not None for name in ("claim", "commit", "waiver")):
        return False
    known = None if end.integrated is None else end.integrated.item
    told = item_of(INTEGRATION, body["integrated"])
    return known is None or any(known[field] != told[field] for field in (0, 1))


def _ask_guardrails(context: Context, task: Task, commit: bytes | None, tree: bytes | None) -> None:
    state = context.state
    context.take(steps.guardrails(state))
    lacking = []
    for name, rail in sorted(state.guardrails.items()):
        if rail.required and all(state.tasks[number].end is not None for number in rail.depends):
            why = _lack(rail, commit, tree)
            if why is not None:
                lacking.append(OpenGuardrail(name, why, rail.results[-1].commit if rail.results else None))
    if lacking:
        raise Refused("guardrail_open", task=task.shown, commit=commit, guardrails=lacking[:LISTED],
                      more=len(lacking[LISTED:]))


def _lack(rail: Guardrail, commit: bytes | None, tree: bytes | None) -> str | None:
    """Why the guardrail does not pass, or None if it PASSES (5.2)."""
    there = [
        result
        for result in rail.results
        if result.of_a_commit()
        and (commit is not None and result.commit == commit or tree is not None and result.tree == tree)
    ]
    if there:
        return None if OUTCOMES[there[-1].outcome] == "pass" else "fail"
    if not rail.results:
        return "not_run"
    last = rail.results[-1]
    if last.outdated:
        return "other_definition"
    if last.changed:
        return "changed_files"
    return "no_commit" if last.commit is None else "other_commit"


def _end(context: Context, task: Task, end: End) -> None:
    context.touch(task)
    task.end = end
    task.claim = None
    task.outrun = set()


def _complete(context: Context, body: Body) -> None:
    integrated = None if body["integrated"] is None else Raw(item_of(INTEGRATION, body["integrated"]))
    task = context.known(body["task"])
    if task.end is not None:
        context.touch(task)
        task.end.integrated = integrated
        return
    end = End(True, context.actor, context.at, body["commit"], body["waiver"], integrated)
    _end(context, task, end)


def _may_cancel(context: Context, body: Body) -> None:
    context.may_end(context.open(body["task"]), "cancel_task")


def _cancel(context: Context, body: Body) -> None:
    end = End(False, context.actor, context.at, None, body["reason"])
    _end(context, context.known(body["task"]), end)


def _may_reopen(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    if task.end is None:
        raise Refused("task_open", task=task.shown)
    if task.end.actor != context.actor:
        context.may_end(task, "reopen_task")


def _reopen(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    task.end = None
    if not body["mistaken"]:
        task.submission = None
        context.end_verdicts(task, sorted(task.verdicts))
        task.ticks = set()


def _may_comment(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.require(ANY_ROLE, "comment_on_task", task)
    context.attached(body["body"])


def _comment(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    task.comments = min(task.comments + 1, COMMENTS)


def _may_import(context: Context, body: Body) -> None:
    context.require({COORDINATOR}, "import_plan")
    context.attached(body["file"])


def _import(context: Context, body: Body) -> None:
    origin = (context.here, context.index, 0)
    context.state.imports.append(ImportRecord(origin, context.at, context.actor, Raw(item_of(IMPORT, body))))


# Family 3: work


def _may_claim(context: Context, body: Body) -> None:
    task = context.open(body["task"])
    context.require({COORDINATOR, WORKER}, "claim_task", task)
    context.eligible(task, context.actor)
    claim = context.running(task)
    if claim is not None and claim.actor == context.actor:
        if not body["resume"]:
            held = context.held(task, claim)
            raise Refused("already_yours", **held.arguments)
    elif claim is not None:
        if not body["steal"]:
            raise context.held(task, claim)
        context.require(context.state.policy.steal_roles, "steal_claim", task)
    if not body["share"]:
        context.free(task, sorted(task.fields.paths), context.actor, body["worktree"])


def _claim(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    context.lose(task)
    _give_claim(context, task, context.actor, body["lease"], body["worktree"], body["share"], None)


def _may_work(context: Context, body: Body) -> None:
    """OPEN and FENCED, which 3.1, 3.3 and 4.0 ask."""
    context.fenced(context.open(body["task"]), body["claim"])


def _renew(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    if body["lease"] is not None and task.claim is not None:
        task.claim.lease = min(body["lease"], context.state.policy.max_lease)


def _may_release(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    if task.claim is None or task.claim.origin != context.origin(body["claim"]):
        raise context.lost(task)
    if task.claim.actor != context.actor:
        context.require({COORDINATOR}, "release_claim", task)


def _release(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    if task.claim is not None and task.claim.actor == context.actor:
        task.claim = None
    else:
        context.lose(task)


def _progress(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    task.reported_percent = body["percent"]


def _may_set_step(context: Context, body: Body) -> None:
    _may_work(context, body)
    task = context.known(body["task"])
    if context.origin(body["step"]) not in [step.origin for step in task.steps]:
        raise Refused("unknown_step", task=task.shown, number=body["number"])


def _set_step(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    task.reported_percent = None
    for step in task.steps:
        if step.origin == context.origin(body["step"]):
            step.done = body["done"]


def _may_block(context: Context, body: Body) -> None:
    task = context.open(body["task"])
    context.require({COORDINATOR, WORKER, REVIEWER}, "block_task", task)
    context.room(len(task.blockers), "blockers", task)
    if body["on"] is not None:
        context.known(body["on"])


def _block(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    on = None if body["on"] is None else context.number(body["on"])
    task.blockers.append(Blocker((context.here, context.index, 0), len(task.blockers) + 1, body["reason"], on,
                                 context.actor, context.at))


def _may_unblock(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.require({COORDINATOR, WORKER, REVIEWER}, "unblock_task", task)
    if context.origin(body["blocker"]) not in [each.origin for each in task.blockers if not each.cleared]:
        raise Refused("unknown_blocker", task=task.shown, number=body["number"])


def _unblock(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    for blocker in task.blockers:
        if blocker.origin == context.origin(body["blocker"]):
            blocker.cleared = True


def _may_record_commit(context: Context, body: Body) -> None:
    context.fenced(context.known(body["task"]), body["claim"])


def _record_commit(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    task.contributors.add(context.actor)
    task.commit = body["commit"]
    if task.fields.branch is None:
        task.fields.branch = body["branch"]


def _may_rewrite(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.require({COORDINATOR, WORKER}, "work_on_task", task)
    holds = task.claim is not None and task.claim.actor == context.actor
    if not holds and not context.state.roster.has_role(context.actor, ADMIN, COORDINATOR):
        context.unclaimed(task)


def _rewrite(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    if task.commit == body["old"]:
        task.commit = body["new"]
        task.contributors.add(context.actor)


def _may_bind(context: Context, body: Body) -> None:
    context.require({COORDINATOR, WORKER}, "work_on_task", context.known(body["task"]))


def _bind(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    task.worktree = body["worktree"]


def _may_hand_on(context: Context, body: Body) -> None:
    task, to, state = context.open(body["task"]), body["to"], context.state
    claim = task.claim
    if claim is None or claim.origin != context.origin(body["claim"]):
        raise context.lost(task)
    context.require({COORDINATOR, WORKER} if claim.actor == context.actor else {COORDINATOR}, "hand_on_claim", task)
    if to not in state.roster.actors:
        raise Refused("unknown_actor", actor=to)
    if all(key.standing != ACTIVE for key in state.roster.actors[to].keys.values()):
        raise Refused("inactive_actor", actor=to)
    roster.require(state.roster, to, {COORDINATOR, WORKER}, "claim_task", task.shown)
    context.eligible(task, to)
    if claim.actor == to:
        raise Refused("already_yours", task=task.shown, claim=that_claim(claim))
    if not claim.shared:
        context.free(task, sorted(task.fields.paths), to, None)
    context.attached(body["note"])


def _hand_on(context: Context, body: Body) -> None:
    task, to = context.known(body["task"]), body["to"]
    claim = task.claim
    assert claim is not None
    context.touch(task)
    if claim.actor == context.actor:
        task.claim = None
    else:
        context.lose(task)
    handed = Handed(context.actor, context.attachment(body["note"]))
    _give_claim(context, task, to, body["lease"], None, claim.shared, handed)


def _give_claim(context: Context, task: Task, actor: str, lease: int, worktree: str | None, shared: bool, handed: Handed | None) -> None:
    """The claim becomes the actor's, which 3.0 and 3.10 do."""
    task.outrun.discard(actor)
    task.contributors.add(actor)
    task.claim = Claim((context.here, context.index, 0), context.state.entries, actor, context.at,
                       min(lease, context.state.policy.max_lease), context.at, worktree, shared, handed)
    context.settle(task)


# Family 4: reviews


def _submit(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.works(task)
    task.contributors.add(context.actor)
    task.submission = Submission(context.actor, context.at, body["commit"])
    context.end_verdicts(task, sorted(task.verdicts))
    task.ticks = set()
    if body["pr"] is not None:
        task.fields.pull_request = body["pr"]
    if body["commit"] is not None:
        task.commit = body["commit"]


def _may_give_verdict(context: Context, body: Body) -> None:
    task = context.may_judge(body["task"])
    context.current(task, body["commit"])
    context.room(len(task.verdicts) + len(task.past_verdicts), "verdicts", task)
    context.attached(body["note"])


def _give_verdict(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    context.end_verdicts(task, [name for name in task.verdicts if name == context.actor])
    submitted = task.submission.commit if task.submission is not None else None
    commit = next((each for each in (body["commit"], submitted, task.commit) if each is not None), None)
    approved = context.event.kind == "4.1"
    task.verdicts[context.actor] = Verdict(approved, context.at, commit, context.attachment(body["note"]))


def _may_withdraw(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    if context.actor not in task.verdicts:
        raise Refused("no_verdict", task=task.shown, actor=context.actor)


def _withdraw(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    context.end_verdicts(task, [context.actor])


def _may_tick(context: Context, body: Body) -> None:
    task = context.may_judge(body["task"])
    if body["item"] not in task.fields.checks:
        raise Refused("unknown_check", task=task.shown, item=body["item"])


def _tick(context: Context, body: Body) -> None:
    task = context.known(body["task"])
    context.touch(task)
    tick = (body["item"], context.actor)
    (task.ticks.add if body["ticked"] else task.ticks.discard)(tick)


# Family 5: guardrails and targets


def _may_define(context: Context, body: Body) -> None:
    context.require({COORDINATOR}, "define_guardrail")
    for reference in body["depends"]:
        context.known(reference)


def _define(context: Context, body: Body) -> None:
    rails = context.state.guardrails
    old = rails.get(body["id"])
    rail = Guardrail(
        body["title"], body["command"], body["expect"], body["required"],
        [context.number(reference) for reference in body["depends"]],
        body["time_limit"], body["extra"], context.actor, body["environment"], [],
    )  # fmt: skip
    if old is not None:
        rail.results = old.results
        if (old.command, old.expect, old.environment) != (rail.command, rail.expect, rail.environment):
            rail.results = old.results[-1:]
            for result in rail.results:
                result.outdated = True
    rails[body["id"]] = rail


def _known_guardrail(context: Context, name: str) -> Guardrail:
    if name not in context.state.guardrails:
        raise Refused("unknown_guardrail", guardrail=name)
    return context.state.guardrails[name]


def _may_remove(context: Context, body: Body) -> None:
    context.require({COORDINATOR}, "remove_guardrail")
    _known_guardrail(context, body["id"])


def _remove(context: Context, body: Body) -> None:
    del context.state.guardrails[body["id"]]


def _may_record(context: Context, body: Body) -> None:
    context.require({COORDINATOR, WORKER, REVIEWER}, "record_guardrail")
    _known_guardrail(context, body["id"])
    context.attached(body["evidence"])


def _record(context: Context, body: Body) -> None:
    rail = context.state.guardrails[body["id"]]
    of_command = body["command_digest"]
    outdated = of_command is not None and of_command != rail.command_digest()
    result = Result(body["outcome"], context.actor, context.at, body["commit"], body["tree"], body["changed"][:CHANGED],
                    body["exit"], context.attachment(body["evidence"]), of_command is None, outdated)

    def replaced(old: Result) -> bool:
        if result.of_a_commit():
            return old.of_a_commit() and old.commit == result.commit
        return not old.of_a_commit()

    rail.results = [old for old in rail.results if not replaced(old)][-(RESULTS - 1) :] + [result]


def _may_set_target(context: Context, body: Body) -> None:
    context.require({COORDINATOR}, "set_target")


def _set_target(context: Context, body: Body) -> None:
    context.state.targets.pop(body["name"], None)
    if body["expression"] is not None:
        context.state.targets[body["name"]] = body["expression"]


# Family 6: observations and snapshots


def _may_observe(context: Context, body: Body) -> None:
    context.require(ANY_ROLE, "record_observation")


def _observe_pull_requests(context: Context, body: Body) -> None:
    known, source = context.state.pull_requests, Source(**body["source"])
    context.state.observed[source] = context.at
    for number in body["gone"]:
        known.pop((source, number), None)
    for seen in body["seen"]:
        known[source, seen["number"]] = Seen(context.at, Raw(item_of(PULL_REQUEST, seen)))


def _observe_worktrees(context: Context, body: Body) -> None:
    seen = [item_of(WORKTREE, each) for each in body["seen"]]
    context.state.worktrees[body["host"]] = Seen(context.at, Raw(seen))


def _may_snapshot(context: Context, body: Body) -> None:
    if len(context.entry.parents) != 1 or len(context.entry.events) != 1:
        raise Refused("misplaced", event="snapshot")
    context.require(ANY_ROLE, "take_snapshot")


def _snapshot(context: Context, body: Body) -> None:
    context.state.snapshots.append(Snapshot(context.here, body["label"], context.at, context.actor, body["state"],
                                            body["versions"]))


Rule = Callable[[Context, Body], None]

RULES: dict[str, tuple[Rule, Rule]] = {
    "0.0": (_created, _created),
    "0.2": (_may_configure, _configure),
    "0.3": (_may_acknowledge, _acknowledge),
    "0.4": (_may_repair, _repair),
    "2.0": (_may_add, _add),
    "2.1": (_may_edit, _edit),
    "2.2": (_may_complete, _complete),
    "2.3": (_may_cancel, _cancel),
    "2.4": (_may_reopen, _reopen),
    "2.5": (_may_comment, _comment),
    "2.6": (_may_import, _import),
    "3.0": (_may_claim, _claim),
    "3.1": (_may_work, _renew),
    "3.2": (_may_release, _release),
    "3.3": (_may_work, _progress),
    "3.4": (_may_set_step, _set_step),
    "3.5": (_may_block, _block),
    "3.6": (_may_unblock, _unblock),
    "3.7": (_may_record_commit, _record_commit),
    "3.8": (_may_rewrite, _rewrite),
    "3.9": (_may_bind, _bind),
    "3.10": (_may_hand_on, _hand_on),
    "4.0": (_may_work, _submit),
    "4.1": (_may_give_verdict, _give_verdict),
    "4.2": (_may_give_verdict, _give_verdict),
    "4.3": (_may_withdraw, _withdraw),
    "4.4": (_may_tick, _tick),
    "5.0": (_may_define, _define),
    "5.1": (_may_remove, _remove),
    "5.2": (_may_record, _record),
    "5.3": (_may_set_target, _set_target),
    "6.0": (_may_observe, _observe_pull_requests),
    "6.1": (_may_observe, _observe_worktrees),
    "6.2": (_may_snapshot, _snapshot),
}
"""Validity and effect by kind."""
VALIDITY = {kind: validity for kind, (validity, _) in RULES.items()}
EFFECTS = {kind: effect for kind, (_, effect) in RULES.items()}
