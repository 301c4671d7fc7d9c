//! Facts in a few words, for tables and messages. Text from people is not escaped.
//!
//! Not here: escaping and layout (`render::markdown`, `render::text`), and whole sentences (`render::changes`).

use std::collections::HashMap;

use crate::core::{
    entry::event::{
        observation::{Checks, PullRequestState, ReviewDecision},
        task::{Integration, MergeMethod},
    },
    plan::state::{guardrails::GuardrailStatus, standing::GateStanding},
    values::{
        id::ActorName,
        task::{LinkKind, Priority, Status},
        text::{Text, counted, quoted},
        time::Timestamp,
    },
    views::snapshot::{
        BlockerDocument, ChecksDocument, ChildrenDocument, ContradictionDocument, Count,
        GateDocument, IdleDocument, Minutes, Need, NewsKind, PlaceDocument, Progress,
        PullRequestDocument, ReadyTask, StatusDocument, TargetDocument, TaskDocument,
    },
};

/// A status as a heading.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "Not started",
        Status::Waiting => "Waiting",
        Status::InProgress => "In progress",
        Status::Blocked => "Blocked",
        Status::InReview => "In review",
        Status::Approved => "Approved",
        Status::Done => "Done",
        Status::Cancelled => "Cancelled",
    }
}

/// What a person must look at, in words.
pub struct NeedWords {
    /// What it is: `blocked`, `guardrail`.
    pub kind: &'static str,
    /// The task, as the documents name it, if it is one.
    pub task: Option<String>,
    /// The name of anything else: `G1`, `#410`.
    pub name: String,
    /// Its title, not escaped.
    pub title: String,
    /// Why it needs a person.
    pub why: String,
}

/// What a person must look at, in words.
pub fn need(need: &Need<'_>) -> NeedWords {
    let of_task = |kind, task: &TaskDocument, why| NeedWords {
        kind,
        task: Some(task.id.clone()),
        name: String::new(),
        title: task.title.as_str().to_owned(),
        why,
    };
    let other = |kind, name, title: Option<&Text>, why| NeedWords {
        kind,
        task: None,
        name,
        title: title.map_or_else(String::new, |title| title.as_str().to_owned()),
        why,
    };
    match need {
        Need::Blocked(task) => of_task("blocked", task, blockers(&task.blockers)),
        Need::Rejected(task) => of_task("rejected", task, gates(&task.gates)),
        Need::Review(task) => of_task("in review", task, gates(&task.gates)),
        Need::Lapsed(task) => {
            let claim = task.claim.as_ref();
            let ended =
                claim.map(|it| format!("the claim of {} ended at {}", it.actor, it.until.dated()));
            of_task("lapsed", task, ended.unwrap_or_default())
        }
        Need::Overdue(task) => {
            let due = task.due.map(|due| format!("due {due}"));
            of_task("overdue", task, due.unwrap_or_default())
        }
        Need::Guardrail(guardrail) => {
            let failed = guardrail.at.map(|at| format!("failed at {}", at.dated()));
            let name = guardrail.id.to_string();
            other(
                "guardrail",
                name,
                Some(&guardrail.title),
                failed.unwrap_or_default(),
            )
        }
        Need::PullRequest(request) => {
            let said = [checks(request.checks), review(request)];
            let said: Vec<String> = said.into_iter().filter(|it| !it.is_empty()).collect();
            let name = format!("#{}", request.number);
            other(
                "pull request",
                name,
                request.title.as_ref(),
                said.join(", "),
            )
        }
        Need::Target(missed) => {
            let why = format!("should be {}; {}", missed.expression, target(missed));
            other("target", missed.name.to_string(), None, why)
        }
    }
}

/// A figure of the summary as a heading.
pub fn figure(name: &str) -> &str {
    let of_status = |status: &&Status| status.as_str() == name;
    match name {
        "total" => "Tasks",
        "percent" => "Progress",
        "prs_open" => "Open pull requests",
        "guardrails_passed" => "Passed guardrails",
        other => Status::ALL
            .iter()
            .find(of_status)
            .map_or(other, |it| status(*it)),
    }
}

/// Whether a target is met, in a word.
pub fn target_result(target: &TargetDocument) -> &'static str {
    match target.met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "unknown",
    }
}

/// The state of a pull request in a word; empty if it was not observed.
pub fn state(state: Option<PullRequestState>, draft: Option<bool>) -> &'static str {
    match state {
        Some(PullRequestState::Open) | None if draft == Some(true) => "draft",
        Some(state) => state.as_str(),
        None => "",
    }
}

/// The checks of a pull request: `1 of 4 failing`; empty if they were not observed.
pub fn checks(checks: Option<ChecksDocument>) -> String {
    let Some(ChecksDocument { result, counts }) = checks else {
        return String::new();
    };
    let total = counts.total();
    match result {
        Checks::None => "none".to_owned(),
        Checks::Passing => format!("{total} passing"),
        Checks::Failing => format!("{} of {total} failing", counts.failing),
        Checks::Pending => format!("{} of {total} pending", counts.pending),
    }
}

/// What the reviewers of a pull request have decided; empty without a review.
pub fn decision(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::None => "",
        ReviewDecision::Required => "review required",
        ReviewDecision::Approved => "approved",
        ReviewDecision::ChangesRequested => "changes requested",
    }
}

/// Whether a pull request can be merged, told only if it cannot.
pub fn mergeable(mergeable: bool) -> &'static str {
    if mergeable { "" } else { "conflicts" }
}

/// The review of a pull request, and whether it has conflicts: `approved, conflicts`.
pub fn review(request: &PullRequestDocument) -> String {
    let review = request.review.map_or("", decision);
    let conflicts = request.mergeable.map_or("", mergeable);
    match (review, conflicts) {
        (review, "") => review.to_owned(),
        ("", conflicts) => conflicts.to_owned(),
        (review, conflicts) => format!("{review}, {conflicts}"),
    }
}

/// The status of a guardrail by its last result: `pass`, `pass, by hand`, `fail, with changed files`.
pub fn guardrail_status(status: GuardrailStatus, by_hand: bool, dirty: bool) -> String {
    match (by_hand, dirty) {
        (true, _) => format!("{status}, by hand"),
        (false, true) => format!("{status}, with changed files"),
        (false, false) => status.to_string(),
    }
}

/// News in a sentence; `by` is the other actor, or the author of the comment.
pub fn news(kind: NewsKind, task: Option<&str>, by: Option<&str>) -> String {
    let task = task.unwrap_or("the plan");
    let by = by.unwrap_or("somebody");
    match kind {
        NewsKind::Approved => format!("{by} approved {task}"),
        NewsKind::Rejected => format!("{by} rejected {task}"),
        NewsKind::Review => format!("{task} waits for your review"),
        NewsKind::Ready => format!("{task} is ready for you"),
        NewsKind::Handed => format!("{by} handed {task} on to you"),
        NewsKind::ClaimLost => format!("{by} holds {task} now; your claim has ended"),
        NewsKind::Done => format!("{by} marked {task} as done; your claim has ended"),
        NewsKind::Cancelled => format!("{by} cancelled {task}; your claim has ended"),
        NewsKind::Comment => format!("{by} named you in a comment on {task}"),
        NewsKind::Finished => "no task is open".to_owned(),
    }
}

/// The owners of a task: `codex + copilot`.
pub fn owners(owners: &[ActorName]) -> String {
    let names: Vec<&str> = owners.iter().map(ActorName::as_str).collect();
    names.join(" + ")
}

/// A priority; empty if there is none.
pub fn priority(priority: Option<Priority>) -> &'static str {
    priority.map_or("", Priority::as_str)
}

/// An estimate: `2h-3h`; empty if there is none.
pub fn estimate(minutes: Option<Minutes>) -> String {
    minutes.map_or_else(String::new, effort)
}

/// The progress of a task: `40% (2/5)`.
pub fn progress(progress: Progress) -> String {
    match progress.steps_total {
        0 => format!("{}%", progress.percent),
        total => format!("{}% ({}/{total})", progress.percent, progress.steps_done),
    }
}

/// The gates of a task: `claude pending, role:reviewer approved by ana`.
pub fn gates(gates: &[GateDocument]) -> String {
    let gates: Vec<String> = gates.iter().map(gate).collect();
    gates.join(", ")
}

/// A gate and its state: `claude pending`, `role:reviewer approved by ana`.
pub fn gate(gate: &GateDocument) -> String {
    let by = gate.by.to_string();
    match (&gate.actor, gate.state) {
        (Some(actor), GateStanding::Approved | GateStanding::Rejected)
            if *actor.as_str() != *by =>
        {
            format!("{by} {} by {actor}", gate.state)
        }
        _ => format!("{by} {}", gate.state),
    }
}

/// The blockers of a task: `“staging is down”; on A: “needs its schema”`.
pub fn blockers(blockers: &[BlockerDocument]) -> String {
    let blockers = blockers.iter().map(|blocker| match &blocker.on {
        Some(on) => format!("on {on}: {}", quoted(blocker.reason.as_str())),
        None => quoted(blocker.reason.as_str()),
    });
    blockers.collect::<Vec<_>>().join("; ")
}

/// The number of done tasks among all: `3 of 9`.
pub fn count(count: Count) -> String {
    format!("{} of {}", count.done, count.total)
}

/// Where work is integrated.
pub fn integrated(integration: &Integration) -> String {
    let method = match integration.method {
        Some(MergeMethod::Squash) => " by a squash",
        Some(MergeMethod::Rebase) => " by a rebase",
        Some(MergeMethod::Merge | MergeMethod::FastForward) | None => "",
    };
    format!(
        "integrated {:.12} into {}{method}",
        integration.commit, integration.into
    )
}

/// The end of a claim: `until 14:05 UTC (in 2 h)`; without the time left if it has ended.
pub fn until(end: Timestamp, now: Timestamp) -> String {
    let seen = end.seen_from(now);
    if end > now {
        format!("until {seen} ({})", end.distance_from(now))
    } else {
        format!("until {seen}")
    }
}

/// A range of minutes: `30min`, `2h-3h`, `1h30min`.
pub fn effort(minutes: Minutes) -> String {
    match minutes {
        Minutes { low, high } if low == high => duration(low),
        Minutes { low, high } => format!("{}-{}", duration(low), duration(high)),
    }
}

/// Minutes: `30min`, `2h`, `1h30min`.
pub fn duration(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}min"),
        (hours, 0) => format!("{hours}h"),
        (hours, rest) => format!("{hours}h{rest}min"),
    }
}

/// The name of a wave by its number, from 1: `FIRST` to `TENTH`, then `WAVE 11` and so on.
pub fn wave(number: u32) -> String {
    const NAMES: [&str; 10] = [
        "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH",
        "TENTH",
    ];
    let name = usize::try_from(number)
        .ok()
        .and_then(|number| NAMES.get(number.checked_sub(1)?));
    match name {
        Some(name) => (*name).to_owned(),
        None => format!("WAVE {number}"),
    }
}

/// A contradiction of a declared wave and a dependency: `task 'A' (FIRST, place 1) waits for 'B' (SECOND, place 2)`.
pub fn contradiction(found: &ContradictionDocument) -> String {
    let place = |task: &str, PlaceDocument { wave: number, rank }: PlaceDocument| {
        format!("'{task}' ({}, place {rank})", wave(number))
    };
    let task = place(&found.task, found.place);
    let later = place(&found.waits_for, found.later_place);
    format!("task {task} waits for {later}")
}

/// The result of a target: `it is 2, missed`, `its figure is unknown`.
pub fn target(target: &TargetDocument) -> String {
    match (target.value, target.met) {
        (Some(value), Some(true)) => format!("it is {value}, met"),
        (Some(value), Some(false)) => format!("it is {value}, missed"),
        (Some(value), None) => format!("it is {value}"),
        (None, _) => "its figure is unknown".to_owned(),
    }
}

/// The reasons for the place of a task among the ready ones. `seen_from` decides whether a claim has expired.
pub fn why_here(ready: &ReadyTask, seen_from: Timestamp) -> Vec<String> {
    let task = &ready.task;
    let mut reasons = Vec::new();
    if ready.for_others {
        reasons.push(format!("meant for {}", owners(&task.owners)));
    }
    reasons.push(match task.priority {
        Some(priority) => format!("{priority} priority"),
        None => "no priority, counts as medium".to_owned(),
    });
    if let Some(day) = task.due {
        reasons.push(format!("due {day}"));
    }
    if let Some(children) = &task.children {
        reasons.push(below(children));
    }
    if let Some(declared) = task.wave {
        let name = wave(declared.number);
        reasons.push(format!("declared {name}, place {}", declared.rank));
    }
    match ready.unblocks.len() {
        0 => {}
        1 => reasons.push("1 task waits for it".to_owned()),
        several => reasons.push(format!("{several} tasks wait for it")),
    }
    if let Some(claim) = task.claim.as_ref().filter(|claim| claim.until < seen_from) {
        let ago = claim.until.distance_from(seen_from);
        reasons.push(format!("the claim of {} expired {ago}", claim.actor));
    }
    reasons
}

/// The reasons why no task is ready: `4 meant for others, 1 held, 3 waiting (most for B)`, or `no task is open`.
pub fn idle(idle: &IdleDocument) -> String {
    match idle_reasons(idle).as_slice() {
        [] => "no task is open".to_owned(),
        reasons => reasons.join(", "),
    }
}

/// The reasons why no task is ready, one by one; empty if no task is open.
pub fn idle_reasons(idle: &IdleDocument) -> Vec<String> {
    let waiting = match &idle.awaited {
        Some(task) => format!("waiting (most for {task})"),
        None => "waiting".to_owned(),
    };
    let deferred = match idle.deferred_until {
        Some(day) => format!("deferred (until {day})"),
        None => "deferred".to_owned(),
    };
    let counts = [
        (idle.for_others, "meant for others"),
        (idle.held, "held"),
        (idle.paths_held, "with files that are held"),
        (idle.waiting, waiting.as_str()),
        (idle.blocked, "blocked"),
        (idle.in_review, "in review"),
        (idle.deferred, deferred.as_str()),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

/// The tasks below a parent: `2 of 5 parts done, B is blocked`.
pub fn below(children: &ChildrenDocument) -> String {
    let (done, total) = (children.done, children.total);
    let sums = format!("{done} of {} done", counted(total, "part", "parts"));
    match children.blocked.as_slice() {
        [] => sums,
        [one] => format!("{sums}, {one} is blocked"),
        several => format!("{sums}, {} are blocked", several.join(", ")),
    }
}

/// A link in words, before the other task: `discovered from A`.
pub fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::DiscoveredFrom => "discovered from",
        LinkKind::Duplicates => "duplicate of",
        LinkKind::Relates => "related to",
    }
}

/// A link in words, from its other end: `led to B`.
pub fn linked_from(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::DiscoveredFrom => "led to",
        LinkKind::Duplicates => "duplicated by",
        LinkKind::Relates => "related to",
    }
}

/// The tasks by group, in the order in which the first task of each group was added.
///
/// Tasks without a group come last: as "Other tasks", or as "Tasks" if there are no groups.
pub fn groups(document: &StatusDocument) -> Vec<(&str, Vec<&TaskDocument>)> {
    let names = document.summary.by_group.0.iter();
    let mut groups: Vec<(&str, Vec<&TaskDocument>)> =
        names.map(|(name, _)| (name.as_str(), Vec::new())).collect();
    let without_group = if groups.is_empty() {
        "Tasks"
    } else {
        "Other tasks"
    };
    let places: HashMap<&str, usize> = groups.iter().map(|(name, _)| *name).zip(0..).collect();
    groups.push((without_group, Vec::new()));
    let last = groups.len() - 1;
    for task in &document.tasks {
        let group = task.group.as_ref().map(Text::as_str);
        let place = group.and_then(|group| places.get(group));
        groups[place.copied().unwrap_or(last)].1.push(task);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::{TaskFact, Wave},
        plan::state::paths::Holder,
        sample::{Sample, actor},
        views::snapshot::ready,
    };

    #[test]
    fn ready_tasks_have_reasons_and_other_tasks_are_counted_by_reason() {
        let mut plan = Sample::new();
        let first = plan.add(
            "A",
            "x",
            vec![
                TaskFact::Priority(Some(Priority::High)),
                TaskFact::Wave(Some(Wave { number: 2, rank: 4 })),
            ],
        );
        plan.add("B", "x", vec![TaskFact::DependencyAdded(first)]);
        plan.add("C", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        let held = plan.add("D", "x", vec![]);
        plan.claim("codex", &held);
        let codex = actor("codex");
        let ready_for_codex = |own_only| {
            ready(
                plan.state(),
                plan.state().effective,
                Some(Holder {
                    actor: &codex,
                    worktree: None,
                }),
                own_only,
                None,
            )
        };
        let all = ready_for_codex(false);
        let why = all.tasks.iter();
        let why = why.map(|task| why_here(task, plan.state().effective).join("; "));
        let why: Vec<String> = why.collect();
        assert_eq!(
            why,
            [
                "high priority; declared SECOND, place 4; 1 task waits for it",
                "meant for copilot; no priority, counts as medium",
            ]
        );
        assert_eq!(
            idle(&all.idle),
            "1 meant for others, 1 held, 1 waiting (most for A)"
        );
    }
}
