//! What the roles protect: the table of docs/roles.md, row by row, as conditions on what an entry changed.
//!
//! It is written from that page and not from the rules, so that it can find their gaps. Not here: promises about all
//! actors (`promises`).

use super::promises::{effects, has_ended};
use crate::core::{
    entry::event::{Event, ReviewEvent, TaskEvent, WorkEvent},
    plan::{
        reduce::Accepted,
        state::{
            State,
            guardrails::GuardrailResults,
            task::{Claim, Step, Submission, Task},
        },
    },
    values::{
        glob::Glob,
        id::ActorName,
        task::{Approver, Role},
        time::Timestamp,
    },
};

/// The actors who may do what a row is about.
pub enum Who {
    /// Actors with one of these roles, and admins. The function says whether the entry did it.
    Roles(&'static [Role], fn(&Seen<'_>) -> bool),
    /// As the page says in these words. The function says whether the entry did it to a task without being allowed to.
    Words(&'static str, fn(&Change<'_>) -> bool),
}

/// The rows of the table: the action, and who may do it.
pub const TABLE: &[(&str, Who)] = &[
    (
        "read everything",
        Who::Words("everybody who can read the repository", |_| false),
    ),
    (
        "comment",
        Who::Roles(Role::ALL, |seen| {
            seen.some(|it| it.was.comments != it.is.comments)
        }),
    ),
    (
        "record observations; take a snapshot",
        Who::Roles(Role::ALL, |seen| {
            let part = |state: &State| {
                (
                    state.pull_requests.clone(),
                    state.observed.clone(),
                    state.worktrees.clone(),
                    state.snapshots.clone(),
                )
            };
            part(seen.before) != part(seen.after)
        }),
    ),
    (
        "add a task",
        Who::Roles(WORKERS, |seen| {
            seen.before.tasks().len() != seen.after.tasks().len()
        }),
    ),
    (
        "edit a task",
        Who::Words(
            "coordinators; a worker, if it added, owns or holds the task",
            edited,
        ),
    ),
    (
        "make another actor an owner; remove another owner",
        Who::Roles(COORDINATORS, |seen| {
            seen.after.tasks().any(|(index, is)| {
                let was = seen.before.tasks().find(|(other, _)| *other == index);
                let others = |task: &Task| -> Vec<ActorName> {
                    let owners = task.fields.owners.iter();
                    owners
                        .filter(|owner| *owner != seen.actor)
                        .cloned()
                        .collect()
                };
                was.map_or(Vec::new(), |(_, was)| others(was)) != others(is)
            })
        }),
    ),
    (
        "add a broad path, which has no fixed name, to a task",
        Who::Words(
            "the roles that the policy broad-paths names; by default coordinators",
            |it| {
                let mut added = it.is.fields.paths.difference(&it.was.fields.paths);
                let policy = &it.seen.before.policy;
                let roles: Vec<Role> = policy.broad_path_roles.iter().copied().collect();
                added.any(Glob::is_broad) && !it.seen.has(&roles)
            },
        ),
    ),
    (
        "remove a gate or a checklist item, or a path that the policy wants reviewed",
        Who::Roles(COORDINATORS, |seen| {
            seen.some(|it| {
                let (was, is) = (&it.was.fields, &it.is.fields);
                let mut paths = was.paths.difference(&is.paths);
                !was.gates.is_subset(&is.gates)
                    || !was.checks.is_subset(&is.checks)
                    || paths.any(|path| seen.before.policy.reviews(path))
            })
        }),
    ),
    (
        "claim a free task",
        Who::Words(
            "coordinators and workers; only the owners, if the policy owners-only is yes. The longest lease is max-lease, 24 hours at first",
            |it| {
                let own = it
                    .is
                    .claim
                    .as_ref()
                    .filter(|claim| claim.actor == *it.seen.actor);
                let Some(claim) = own.filter(|claim| it.was.claim.as_ref() != Some(*claim)) else {
                    return false;
                };
                let lease_grew = it
                    .was
                    .claim
                    .as_ref()
                    .is_none_or(|was| was.lease != claim.lease);
                let too_long = lease_grew && claim.lease > it.seen.before.policy.max_lease;
                too_long || it.begins_a_claim() && !(it.seen.has(WORKERS) && it.owners_let())
            },
        ),
    ),
    (
        "take over a running claim (--steal)",
        Who::Words(
            "the roles that the policy names; by default coordinators",
            |it| {
                let running = it
                    .was
                    .claim
                    .as_ref()
                    .filter(|claim| !claim.expired(it.seen.now));
                let thieves: Vec<Role> =
                    it.seen.before.policy.steal_roles.iter().copied().collect();
                let taken = running.is_some_and(|claim| claim.actor != *it.seen.actor);
                taken && it.begins_a_claim() && !it.seen.has(&thieves)
            },
        ),
    ),
    (
        "report work: progress, steps, submit, record a commit",
        Who::Words(
            "the holder; without a claim, coordinators, and workers if the policy allows unclaimed work",
            |it| {
                let done = |task: &Task| -> Vec<bool> {
                    task.steps.iter().map(|step| step.done).collect()
                };
                let same_steps = it.was.steps.len() == it.is.steps.len();
                let reported = it.was.reported_percent != it.is.reported_percent
                    || same_steps && done(it.was) != done(it.is)
                    || it.was.submission != it.is.submission && !it.reopens();
                reported && !it.may_report()
            },
        ),
    ),
    (
        "record a rewritten commit",
        Who::Words(
            "the holder and coordinators; workers, if nobody holds the task",
            |it| it.was.commit != it.is.commit && !it.may_report(),
        ),
    ),
    (
        "bind a worktree to a task",
        Who::Roles(WORKERS, |seen| {
            seen.some(|it| it.was.worktree != it.is.worktree)
        }),
    ),
    (
        "release a claim",
        Who::Words("its holder and coordinators", released),
    ),
    (
        "hand a claim on (handoff)",
        Who::Words(
            "its holder and coordinators, to an actor that may claim the task",
            handed_on,
        ),
    ),
    (
        "report a blocker; clear a blocker",
        Who::Words(
            "coordinators, workers and reviewers, for any task and any blocker",
            |it| it.was.blockers != it.is.blockers && !it.seen.has(REPORTERS),
        ),
    ),
    (
        "give a verdict; tick a checklist item",
        Who::Words(
            "actors with the role reviewer, and actors that a gate of the task names, unless the task is their own work",
            judged,
        ),
    ),
    (
        "mark a task done",
        Who::Words(
            "the holder; without a claim, coordinators, and workers if the policy allows unclaimed work; always after the review, after what the task depends on unless the policy dependencies is no, after its integration if the policy integrated is yes, and after its guardrails as the policy guardrails says",
            |it| {
                let done = it
                    .is
                    .end
                    .as_ref()
                    .is_some_and(|end| end.done && end.reason.is_none());
                done && it.was.end.is_none() && !it.may_report()
            },
        ),
    ),
    (
        "mark a task done before its review, what it depends on, its integration or its guardrails (--waive)",
        Who::Roles(COORDINATORS, |seen| {
            seen.some(|it| {
                let waived = it
                    .is
                    .end
                    .as_ref()
                    .is_some_and(|end| end.done && end.reason.is_some());
                waived && has_ended(it.was, it.is)
            })
        }),
    ),
    (
        "record where the work of a done task is integrated",
        Who::Roles(WORKERS, |seen| {
            seen.some(|it| {
                let ends = it.was.end.as_ref().zip(it.is.end.as_ref());
                ends.is_some_and(|(was, is)| was.integrated != is.integrated)
            })
        }),
    ),
    (
        "cancel or reopen a task",
        Who::Words(
            "coordinators; a worker, if it added or owns the task; the actor that ended it may reopen it",
            |it| {
                let cancelled =
                    it.was.end.is_none() && it.is.end.as_ref().is_some_and(|end| !end.done);
                let undone = it
                    .was
                    .end
                    .as_ref()
                    .is_some_and(|end| end.actor == *it.seen.actor);
                (cancelled || it.reopens() && !undone) && !it.may_end()
            },
        ),
    ),
    (
        "import a plan",
        Who::Roles(COORDINATORS, |seen| {
            seen.before.imports != seen.after.imports
        }),
    ),
    (
        "define or remove a guardrail",
        Who::Roles(COORDINATORS, |seen| {
            let definitions = |state: &State| {
                let mut all = state.guardrails.clone();
                all.values_mut()
                    .for_each(|guardrail| guardrail.results = GuardrailResults::default());
                all
            };
            definitions(seen.before) != definitions(seen.after)
        }),
    ),
    (
        "record a guardrail's result",
        Who::Roles(REPORTERS, |seen| {
            let mut all = seen.before.guardrails.iter();
            all.any(|(id, was)| {
                seen.after
                    .guardrails
                    .get(id)
                    .is_some_and(|is| !is.results.is_empty() && is.results != was.results)
            })
        }),
    ),
    (
        "set a target; set the policy",
        Who::Roles(COORDINATORS, |seen| {
            let part = |state: &State| (state.targets.clone(), state.policy.clone());
            part(seen.before) != part(seen.after)
        }),
    ),
    (
        "change actors, keys, roles and the ledger itself (configure, upgrade)",
        Who::Roles(&[], |seen| {
            let part = |state: &State| {
                let ledger = (state.ledger, state.title.clone(), state.day_offset);
                let home = (state.home_ref.clone(), state.home_url.clone());
                (
                    ledger,
                    home,
                    state.roster.clone(),
                    state.acknowledged.clone(),
                )
            };
            part(seen.before) != part(seen.after)
        }),
    ),
];

const COORDINATORS: &[Role] = &[Role::Coordinator];
const WORKERS: &[Role] = &[Role::Coordinator, Role::Worker];
const REPORTERS: &[Role] = &[Role::Coordinator, Role::Worker, Role::Reviewer];

/// The action of this entry that its actor may not do; none if there is no such action.
pub fn breached(before: &State, after: &State, entry: &Accepted) -> Option<&'static str> {
    let seen = Seen::of(before, after, entry);
    // The second event of an entry is judged by what the first one changed.
    let alone = entry.entry.events.len() == 1;
    let breaks = |who: &Who| match who {
        Who::Roles(roles, did) => did(&seen) && !seen.has(roles),
        Who::Words(_, did) => alone && seen.some(did),
    };
    if let Some((action, _)) = TABLE.iter().find(|(_, who)| breaks(who)) {
        return Some(action);
    }
    if seen.some(|it| identity(it.was) != identity(it.is)) {
        return Some("change what nobody may change");
    }
    let harmless = entry.entry.events.iter().all(|event| !needs_no_role(event));
    let unnamed = harmless && !seen.has(Role::ALL) && effects(before) != effects(after);
    unnamed.then_some("change something without any role")
}

/// The actions of this entry that need one of some roles.
pub fn actions<'a>(
    before: &'a State,
    after: &'a State,
    entry: &'a Accepted,
) -> impl Iterator<Item = &'static str> + 'a {
    let seen = Seen::of(before, after, entry);
    let done = TABLE.iter().filter(move |(_, who)| match who {
        Who::Roles(_, did) => did(&seen),
        Who::Words(..) => false,
    });
    done.map(|(action, _)| *action)
}

/// What an actor without a role may do as well: leave, and judge if a gate names it.
fn needs_no_role(event: &Event) -> bool {
    matches!(
        event,
        Event::Review(
            ReviewEvent::Approved { .. }
                | ReviewEvent::Rejected { .. }
                | ReviewEvent::Withdrawn { .. }
                | ReviewEvent::CheckTicked { .. }
        ) | Event::Work(WorkEvent::Released { .. })
            | Event::Task(TaskEvent::Reopened { .. })
    )
}

/// The states before and after an entry, its actor and its time.
pub struct Seen<'a> {
    before: &'a State,
    after: &'a State,
    actor: &'a ActorName,
    now: Timestamp,
}

/// A task before and after an entry.
pub struct Change<'a> {
    seen: &'a Seen<'a>,
    was: &'a Task,
    is: &'a Task,
}

impl<'a> Seen<'a> {
    fn of(before: &'a State, after: &'a State, entry: &'a Accepted) -> Self {
        Self {
            before,
            after,
            actor: &entry.entry.actor,
            now: entry.effective,
        }
    }
    fn has(&self, roles: &[Role]) -> bool {
        let actor = self.before.roster.actor(self.actor);
        let permits = |role: &Role| *role == Role::Admin || roles.contains(role);
        actor.is_some_and(|actor| actor.roles.iter().any(permits))
    }
    fn some(&self, mut fits: impl FnMut(&Change<'_>) -> bool) -> bool {
        let (before, after) = (self.before.tasks(), self.after.tasks());
        let mut pairs = before.zip(after);
        pairs.any(|((_, was), (_, is))| {
            fits(&Change {
                seen: self,
                was,
                is,
            })
        })
    }
}

impl Change<'_> {
    fn holds(&self) -> bool {
        self.was
            .claim
            .as_ref()
            .is_some_and(|claim| claim.actor == *self.seen.actor)
    }
    fn begins_a_claim(&self) -> bool {
        let origin = |claim: &Claim| claim.origin;
        let own = self
            .is
            .claim
            .as_ref()
            .filter(|claim| claim.actor == *self.seen.actor);
        own.is_some_and(|claim| self.was.claim.as_ref().map(origin) != Some(claim.origin))
    }
    fn reopens(&self) -> bool {
        self.was.end.is_some() && self.is.end.is_none()
    }
    /// Whether a review began or ended, also one for which the actor asks once more within the same second.
    fn begins_a_review(&self) -> bool {
        let asks =
            |asked: &Submission| (&asked.actor, asked.at) == (self.seen.actor, self.seen.now);
        self.was.submission != self.is.submission
            || self.is.submission.as_ref().is_some_and(asks)
            || self.reopens()
    }
    fn owns(&self) -> bool {
        self.was.fields.owners.contains(self.seen.actor)
    }
    fn owners_let(&self) -> bool {
        !self.seen.before.policy.owners_only || self.was.fields.owners.is_empty() || self.owns()
    }
    fn may_end(&self) -> bool {
        let own = self.was.created_by == *self.seen.actor || self.owns();
        self.seen.has(COORDINATORS) || own && self.seen.has(WORKERS)
    }
    fn may_edit(&self) -> bool {
        self.may_end() || self.holds() && self.seen.has(WORKERS)
    }
    fn may_report(&self) -> bool {
        let free = self
            .was
            .claim
            .as_ref()
            .is_none_or(|claim| claim.expired(self.seen.now));
        let unclaimed = free && self.seen.before.policy.unclaimed_work && self.owners_let();
        self.seen.has(COORDINATORS) || self.seen.has(WORKERS) && (self.holds() || unclaimed)
    }
}

/// What is fixed when a task is added. A new attribute of a task is listed here, or in a row.
fn identity(task: &Task) -> impl PartialEq + use<> {
    let Task {
        id,
        origin,
        created_by,
        created,
        fields: _,
        depends: _,
        steps: _,
        body: _,
        ticks: _,
        reported_percent: _,
        claim: _,
        outrun: _,
        contributors: _,
        gates_by: _,
        blockers: _,
        submission: _,
        verdicts: _,
        past_verdicts: _,
        commit: _,
        worktree: _,
        comments: _,
        end: _,
        updated: _,
        parent: _,
        children: _,
        links: _,
    } = task;
    (id.clone(), *origin, created_by.clone(), *created)
}

/// Whether the attributes changed that only editors may change. Reports may set the branch and the pull request too.
fn edited(it: &Change<'_>) -> bool {
    let by_report = |task: &Task| (task.fields.branch.clone(), task.fields.pull_request);
    let rest = |task: &Task| {
        let mut fields = task.fields.clone();
        (fields.branch, fields.pull_request) = (None, None);
        let step = |step: &Step| (step.origin, step.text.clone());
        let steps: Vec<_> = task.steps.iter().map(step).collect();
        let links = (
            task.depends.clone(),
            task.parent,
            task.links.clone(),
            task.body.clone(),
            task.gates_by.clone(),
        );
        (fields, steps, links)
    };
    rest(it.was) != rest(it.is) && !it.may_edit()
        || by_report(it.was) != by_report(it.is) && !it.may_edit() && !it.may_report()
}

/// Whether a claim ended, changed or was forgotten that another actor has. An expired one ends when somebody else claims its
/// files.
/// Whether a claim passed to an actor that did not make it, by one that may not hand it on or to one that may not claim.
fn handed_on(it: &Change<'_>) -> bool {
    let claim = it.is.claim.as_ref();
    let made = |claim: &&Claim| it.was.claim.as_ref().map(|was| was.origin) != Some(claim.origin);
    let Some(claim) = claim
        .filter(made)
        .filter(|claim| claim.actor != *it.seen.actor)
    else {
        return false;
    };
    let may_hand_on = it.seen.has(COORDINATORS) || it.holds() && it.seen.has(WORKERS);
    let roster = &it.seen.after.roster;
    let may_claim = roster.may(&claim.actor, WORKERS)
        && (!it.seen.before.policy.owners_only
            || it.was.fields.owners.is_empty()
            || it.was.fields.owners.contains(&claim.actor));
    !(may_hand_on && may_claim && claim.handed.is_some())
}

fn released(it: &Change<'_>) -> bool {
    let seen = it.seen;
    let Some(was) = it.was.claim.as_ref().filter(|was| was.actor != *seen.actor) else {
        return false;
    };
    let coordinator = seen.has(COORDINATORS);
    match &it.is.claim {
        _ if it.is.end.is_some() => false,
        None => !coordinator && !was.expired(seen.now),
        Some(is) if is.origin == was.origin => is != was && !seen.has(&[]),
        Some(is) => is.actor != *seen.actor && is.handed.is_none(),
    }
}

/// Whether the actor gave a verdict or a tick that it may not give, or took one from another actor.
fn judged(it: &Change<'_>) -> bool {
    let (seen, actor) = (it.seen, it.seen.actor);
    let begun_anew = it.begins_a_review();
    let others = |task: &Task| {
        let (mut verdicts, mut ticks) = (task.verdicts.clone(), task.ticks.clone());
        verdicts.remove(actor);
        ticks.retain(|(item, by)| by != actor && it.is.fields.checks.contains(item));
        (verdicts, ticks)
    };
    let own_ticks = |task: &Task| -> Vec<_> {
        let kept = |item| it.is.fields.checks.contains(item);
        let ticks = task
            .ticks
            .iter()
            .filter(|(item, by)| by == actor && kept(item));
        ticks.cloned().collect()
    };
    let taken = !begun_anew && others(it.was) != others(it.is);
    let given = it
        .is
        .verdicts
        .get(actor)
        .is_some_and(|is| it.was.verdicts.get(actor) != Some(is));
    let ticked = !begun_anew && own_ticks(it.was) != own_ticks(it.is);
    let forgotten = !it.was.contributors.is_subset(&it.is.contributors);
    let is_reviewer = {
        let roles = seen
            .before
            .roster
            .actor(actor)
            .map(|actor| actor.roles.clone());
        let roles = roles.unwrap_or_default();
        let names = |gate: &Approver| match gate {
            Approver::Actor(name) => name == actor,
            Approver::Role(role) => roles.contains(role),
        };
        let mut bare = it.was.clone();
        bare.fields
            .gates
            .retain(|gate| it.was.gates_by.get(gate) != Some(actor));
        let gates = seen.before.gates_of(&bare);
        roles.contains(&Role::Reviewer) || gates.iter().any(names)
    };
    let own = it.was.fields.owners.contains(actor) || it.was.contributors.contains(actor);
    taken || forgotten || (given || ticked) && (own || !is_reviewer)
}
