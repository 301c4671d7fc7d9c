//! Compares a plan's claims about itself with its tasks: its figures, and its waves.
//!
//! Not here: finding the figures in a file (`markdown::claims`, `json::summary`).

use std::collections::HashMap;

use crate::{
    core::values::{
        id::{ActorName, TaskId},
        task::{Priority, Status},
    },
    exchange::{DraftTask, FindingKind, notes::Notes, words::push_new},
};

/// A figure about tasks that the plan states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub line: usize,
    /// The part of the file that states it: `the document`, `the summary`, `the metrics`.
    pub source: &'static str,
    pub subject: Subject,
    pub count: u64,
}

impl Claim {
    fn say(&self) -> &'static str {
        if self.source.ends_with('s') {
            "say"
        } else {
            "says"
        }
    }
}

/// The things that a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// All tasks.
    Total,
    /// The tasks under a heading, as a range of places in the list: the first, and one past the last.
    Section(usize, usize),
    Owner(ActorName),
    Status(Status),
    Priority(Priority),
    Group(String),
    /// Tasks that need a review.
    Reviews,
    /// The percentage of done tasks.
    Percent,
}

/// The maximum number of claims that are checked, because each check looks at every task.
const CLAIMS_MAX: usize = 1000;

/// Reports every claim that the tasks contradict.
pub(super) fn check(tasks: &[DraftTask], claims: &[Claim], notes: &mut Notes) {
    let claims = claims.get(..CLAIMS_MAX).unwrap_or(claims);
    for claim in claims {
        if let Some(message) = contradiction(tasks, claim, claims) {
            notes.find(FindingKind::Contradiction, claim.line, message);
        }
    }
    check_sums(tasks, claims, notes);
}

/// Reports every open task that the plan puts before one of its dependencies: in an earlier wave, or earlier in the
/// same wave. Only direct dependencies that are still open count.
pub(super) fn check_waves(tasks: &[DraftTask], notes: &mut Notes) {
    let by_id: HashMap<&TaskId, &DraftTask> = tasks.iter().map(|task| (&task.id, task)).collect();
    let ended = |task: &DraftTask| matches!(task.status, Status::Done | Status::Cancelled);
    let place = |task: &DraftTask| {
        let wave = task.fields.wave;
        wave.map(|wave| (wave.number, wave.rank))
    };
    for task in tasks.iter().filter(|task| !ended(task)) {
        let Some(own) = place(task) else { continue };
        let others = task.depends.iter().filter_map(|id| by_id.get(id));
        for other in others.filter(|other| !ended(other)) {
            let Some(later) = place(other).filter(|place| *place > own) else {
                continue;
            };
            let there = if later.0 == own.0 {
                "comes later in it".to_owned()
            } else {
                format!("is in wave {}", later.0)
            };
            let (id, here, other) = (&task.id, own.0, &other.id);
            let message =
                format!("task '{id}' is in wave {here}, but its dependency '{other}' {there}");
            notes.find(FindingKind::Contradiction, task.line, message);
        }
    }
}

fn contradiction(tasks: &[DraftTask], claim: &Claim, claims: &[Claim]) -> Option<String> {
    match &claim.subject {
        Subject::Owner(owner) => owner_contradiction(tasks, claim, owner, claims),
        Subject::Percent => percent_contradiction(tasks, claim),
        subject => {
            let counted = counted(tasks, subject);
            let found = counted.len() as u64;
            let of = match subject {
                Subject::Section(..) => " under this heading".to_owned(),
                Subject::Status(status) => format!(" {status}"),
                Subject::Priority(priority) => format!(" of priority {priority}"),
                Subject::Group(group) => format!(" in group '{group}'"),
                Subject::Reviews => " that need a review".to_owned(),
                _ => String::new(),
            };
            let named = match subject {
                Subject::Status(_) | Subject::Reviews => named(&counted),
                _ => String::new(),
            };
            let (source, say, count) = (claim.source, claim.say(), claim.count);
            (found != count).then(|| {
                let noun = tasks_word(count);
                format!(
                    "{source} {say} {count} {noun}{of}, but {}{named}",
                    are_listed(found)
                )
            })
        }
    }
}

fn counted<'a>(tasks: &'a [DraftTask], subject: &Subject) -> Vec<&'a DraftTask> {
    let places = match subject {
        Subject::Section(from, to) => tasks.get(*from..*to).unwrap_or_default(),
        _ => tasks,
    };
    let holds = |task: &DraftTask| match subject {
        Subject::Owner(owner) => task.fields.owners.contains(owner),
        Subject::Status(status) => task.status == *status,
        Subject::Priority(priority) => task.fields.priority == Some(*priority),
        Subject::Group(group) => {
            let own = task.fields.group.as_ref();
            own.is_some_and(|own| own.as_str() == group)
        }
        Subject::Reviews => !task.fields.gates.is_empty(),
        Subject::Total | Subject::Section(..) | Subject::Percent => true,
    };
    places.iter().filter(|task| holds(task)).collect()
}

/// The first ten ids in brackets, and the number of the others.
fn named(tasks: &[&DraftTask]) -> String {
    let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    match ids.len() {
        0 => String::new(),
        1..=10 => format!(" ({})", ids.join(", ")),
        n => format!(" ({} and {} more)", ids[..10].join(", "), n - 10),
    }
}

fn tasks_word(count: u64) -> &'static str {
    if count == 1 { "task" } else { "tasks" }
}

fn are_listed(count: u64) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{count} {verb} listed")
}

fn owner_contradiction(
    tasks: &[DraftTask],
    claim: &Claim,
    owner: &ActorName,
    claims: &[Claim],
) -> Option<String> {
    let owned = counted(tasks, &claim.subject);
    let (found, source, say, count) = (owned.len() as u64, claim.source, claim.say(), claim.count);
    if found == count {
        return None;
    }
    let shared: Vec<&DraftTask> = owned
        .iter()
        .copied()
        .filter(|task| task.fields.owners.len() > 1)
        .collect();
    let noun = tasks_word(count);
    let mut message = format!(
        "{source} {say} {count} {noun} of {owner}, but {}",
        are_listed(found)
    );
    if !shared.is_empty() && found - shared.len() as u64 == count {
        let mut others: Vec<&ActorName> = Vec::new();
        for other in shared
            .iter()
            .flat_map(|task| &task.fields.owners)
            .filter(|other| *other != owner)
        {
            push_new(&mut others, other);
        }
        let counted_for: Vec<&str> = others
            .iter()
            .filter(|other| is_right(tasks, other, claims))
            .map(|other| other.as_str())
            .collect();
        let names: Vec<&str> = others.iter().map(|other| other.as_str()).collect();
        let counted_for = match counted_for[..] {
            [] => "not counted".to_owned(),
            _ => format!("counted for {} only", counted_for.join(" and ")),
        };
        message += &format!(
            ": tasks that {owner} shares with {}{} are {counted_for}",
            names.join(" and "),
            named(&shared)
        );
    }
    Some(message)
}

/// Whether a claim about this owner counts all of their tasks, including shared ones.
fn is_right(tasks: &[DraftTask], owner: &ActorName, claims: &[Claim]) -> bool {
    let subject = Subject::Owner(owner.clone());
    let count = counted(tasks, &subject).len() as u64;
    claims
        .iter()
        .any(|claim| claim.subject == subject && claim.count == count)
}

fn percent_contradiction(tasks: &[DraftTask], claim: &Claim) -> Option<String> {
    let done = tasks
        .iter()
        .filter(|task| task.status == Status::Done)
        .count() as u64;
    let total = tasks.len() as u64;
    let percent = (done * 100).checked_div(total)?;
    (claim.count.abs_diff(percent) > 1).then(|| {
        let (source, say, count) = (claim.source, claim.say(), claim.count);
        format!(
            "{source} {say} {count} % complete, but {percent} % is done ({done} of {total} tasks)"
        )
    })
}

/// Compares the sum of the figures by owner with the total that the plan states.
fn check_sums(tasks: &[DraftTask], claims: &[Claim], notes: &mut Notes) {
    let mut owners: Vec<(&ActorName, &Claim)> = Vec::new();
    for claim in claims {
        if let Subject::Owner(owner) = &claim.subject
            && !owners.iter().any(|(known, _)| *known == owner)
        {
            owners.push((owner, claim));
        }
    }
    let Some((_, first)) = owners.first().filter(|_| owners.len() > 1) else {
        return;
    };
    if owners
        .iter()
        .all(|(owner, _)| is_right(tasks, owner, claims))
    {
        return; // A shared task counts for each of its owners, so the sum may exceed the total.
    }
    let sum: u64 = owners
        .iter()
        .map(|(_, claim)| claim.count)
        .fold(0, u64::saturating_add);
    let whole = |claim: &&Claim| {
        claim.subject == Subject::Total || claim.subject == Subject::Section(0, tasks.len())
    };
    if let Some(total) = claims.iter().filter(whole).find(|total| total.count != sum) {
        let parts: Vec<String> = owners
            .iter()
            .map(|(owner, claim)| format!("{} {owner}", claim.count))
            .collect();
        let message = format!(
            "the figures by owner in {} ({}) add up to {sum}, but the total is {} on line {}",
            first.source,
            parts.join(", "),
            total.count,
            total.line
        );
        notes.find(FindingKind::Contradiction, first.line, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::plan::fields::Fields;

    fn task(id: &str, owners: &[&str], status: Status) -> DraftTask {
        let mut task = DraftTask::new(id.parse().unwrap(), 1, Fields::titled(id.parse().unwrap()));
        task.fields.owners = owners.iter().map(|name| name.parse().unwrap()).collect();
        task.status = status;
        task
    }

    fn check_one(subject: Subject, count: u64) -> Option<String> {
        let tasks = [
            task("1", &["ann"], Status::Done),
            task("2", &["ann", "bob"], Status::NotStarted),
            task("3", &["bob"], Status::NotStarted),
        ];
        let source = "the document";
        contradiction(
            &tasks,
            &Claim {
                line: 1,
                source,
                subject,
                count,
            },
            &[],
        )
    }

    #[test]
    fn a_correct_figure_is_not_reported() {
        assert_eq!(check_one(Subject::Total, 3), None);
        assert_eq!(check_one(Subject::Owner("ann".parse().unwrap()), 2), None);
        assert_eq!(check_one(Subject::Status(Status::Done), 1), None);
        assert_eq!(check_one(Subject::Percent, 33), None);
    }

    #[test]
    fn a_wrong_figure_is_reported_with_the_count_and_the_tasks() {
        let message = |subject, count| check_one(subject, count).unwrap();
        assert_eq!(
            message(Subject::Total, 4),
            "the document says 4 tasks, but 3 are listed"
        );
        assert_eq!(
            message(Subject::Status(Status::Done), 0),
            "the document says 0 tasks done, but 1 is listed (1)"
        );
        assert_eq!(
            message(Subject::Owner("bob".parse().unwrap()), 1),
            "the document says 1 task of bob, but 2 are listed: tasks that bob shares with ann (2) are not counted"
        );
        assert_eq!(
            message(Subject::Owner("bob".parse().unwrap()), 5),
            "the document says 5 tasks of bob, but 2 are listed"
        );
    }
}
