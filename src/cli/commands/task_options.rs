//! The options that describe a task, shared by `add` and `edit`.
//!
//! Not here: the title and the id, which the two commands take in different ways.

use std::str::FromStr;

use super::tick;
use crate::{
    cli::{
        CommandError,
        files::{current_folder::CurrentFolder, input},
        task::act,
    },
    core::{
        entry::event::task::TaskFact,
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex},
        },
        values::{
            branch::BranchName,
            glob::Glob,
            id::{ActorName, InvalidName},
            task::{Approver, Estimate, LinkKind, Priority, Risk, Role, WorkingDay},
            text::Text,
            time::{Day, DayOffset, InvalidTime, Span, Timestamp},
            url::Url,
        },
    },
};

/// The attributes of a task on the command line. `facts` looks up other tasks, and `specification` reads the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Task")]
pub struct TaskOptions {
    /// Put the task into GROUP
    #[arg(long, value_name = "GROUP")]
    pub group: Option<Text>,
    /// Add an owner; commas separate several
    #[arg(long = "owner", value_name = "ACTOR", value_parser = trimmed::<ActorName>, value_delimiter = ',')]
    pub owners: Vec<ActorName>,
    /// Set the priority: critical, high, medium or low, or P0 to P4
    #[arg(long, value_name = "PRIORITY")]
    pub priority: Option<Priority>,
    /// Set the risk: high, medium or low
    #[arg(long, value_name = "RISK")]
    pub risk: Option<Risk>,
    /// Set the estimate: 30min, 2h, 2h-3h, 1d (a working day)
    #[arg(long, value_name = "TIME")]
    pub estimate: Option<EstimateOption>,
    /// Set the day on which it has to be done: 2026-12-24, tomorrow, 3d
    #[arg(long, value_name = "DAY")]
    pub due: Option<DayOption>,
    /// Set the first day of the work: 2026-12-05, tomorrow, 3d
    #[arg(long, value_name = "DAY")]
    pub defer: Option<DayOption>,
    /// Add a task that has to be done first; commas separate several
    #[arg(long = "depends", value_name = "ID", value_parser = trimmed::<String>, value_delimiter = ',')]
    pub depends: Vec<String>,
    /// Make the task a part of ID, which then waits for it
    #[arg(long, value_name = "ID")]
    pub parent: Option<String>,
    /// Add a link: discovered_from:ID, duplicates:ID or relates:ID
    #[arg(long = "link", value_name = "KIND:ID")]
    pub links: Vec<LinkOption>,
    /// Say during which task this one was discovered
    #[arg(long, value_name = "ID")]
    pub discovered_from: Option<String>,
    /// Require the approval of an actor or a role; commas separate several
    #[arg(long = "gate", value_name = "ACTOR|ROLE", value_parser = gate, value_delimiter = ',')]
    pub gates: Vec<Approver>,
    /// Add a glob to the files that the task changes
    ///
    /// Earlier globs of the task stay; 'edit --no-path' removes one. A glob is relative to the current folder, as git's pathspecs are. :/GLOB is relative to the top of the worktree.
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<Glob>,
    /// Set the branch for the work
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<BranchName>,
    /// Add a step of the work
    #[arg(long = "step", value_name = "TEXT")]
    pub steps: Vec<Text>,
    /// Add an acceptance criterion
    #[arg(long = "accept", value_name = "TEXT")]
    pub accept: Vec<Text>,
    /// Add an item to the review checklist
    #[arg(long = "check", value_name = "TEXT")]
    pub checks: Vec<Text>,
    /// Add a label
    #[arg(long = "label", value_name = "LABEL")]
    pub labels: Vec<Text>,
    /// Add the address of an issue or a document about the task
    #[arg(long = "url", value_name = "URL")]
    pub urls: Vec<Url>,
    /// Read the specification from FILE; '-' is standard input
    #[arg(long, value_name = "FILE|-")]
    pub body: Option<std::path::PathBuf>,
}

/// The attributes that `edit` removes.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Removing")]
pub struct TaskRemovals {
    /// Remove the task from its group
    #[arg(long, conflicts_with = "group")]
    pub no_group: bool,
    /// Remove an owner
    #[arg(
        id = "no_owner",
        long = "no-owner",
        value_name = "ACTOR",
        value_parser = trimmed::<ActorName>,
        value_delimiter = ','
    )]
    pub owners: Vec<ActorName>,
    /// Remove the priority
    #[arg(long, conflicts_with = "priority")]
    pub no_priority: bool,
    /// Remove the risk
    #[arg(long, conflicts_with = "risk")]
    pub no_risk: bool,
    /// Remove the estimate
    #[arg(long, conflicts_with = "estimate")]
    pub no_estimate: bool,
    /// Remove the due day
    #[arg(long, conflicts_with = "due")]
    pub no_due: bool,
    /// Remove the first day
    #[arg(long, conflicts_with = "defer")]
    pub no_defer: bool,
    /// Remove a dependency
    #[arg(
        id = "no_depends",
        long = "no-depends",
        value_name = "ID",
        value_parser = trimmed::<String>,
        value_delimiter = ','
    )]
    pub depends: Vec<String>,
    /// Make the task no longer a part of another one
    #[arg(long, conflicts_with = "parent")]
    pub no_parent: bool,
    /// Remove a link
    #[arg(id = "no_link", long = "no-link", value_name = "KIND:ID")]
    pub links: Vec<LinkOption>,
    /// Remove a gate
    #[arg(id = "no_gate", long = "no-gate", value_name = "ACTOR|ROLE", value_parser = gate, value_delimiter = ',')]
    pub gates: Vec<Approver>,
    /// Remove a glob
    #[arg(id = "no_path", long = "no-path", value_name = "GLOB")]
    pub paths: Vec<Glob>,
    /// Remove the branch
    #[arg(long, conflicts_with = "branch")]
    pub no_branch: bool,
    /// Remove step N
    #[arg(id = "no_step", long = "no-step", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub steps: Vec<u16>,
    /// Remove an acceptance criterion
    #[arg(id = "no_accept", long = "no-accept", value_name = "TEXT")]
    pub accept: Vec<Text>,
    /// Remove item N from the review checklist
    #[arg(id = "no_check", long = "no-check", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub checks: Vec<u16>,
    /// Remove a label
    #[arg(id = "no_label", long = "no-label", value_name = "LABEL")]
    pub labels: Vec<Text>,
    /// Remove an address
    #[arg(id = "no_url", long = "no-url", value_name = "URL")]
    pub urls: Vec<Url>,
    /// Remove the specification
    #[arg(long, conflicts_with = "body")]
    pub no_body: bool,
}

impl TaskOptions {
    /// The facts of the options, without the specification. Other tasks are looked up in `state`, and days count from `now`.
    ///
    /// # Errors
    /// Another task does not exist, or its id is ambiguous.
    pub fn facts(
        &self,
        state: &State,
        here: &CurrentFolder,
        now: Timestamp,
    ) -> Result<Vec<TaskFact>, CommandError> {
        let day = |day: DayOption| Some(day.seen_from(now, state.day_offset));
        let mut facts = Vec::new();
        facts.extend(self.group.clone().map(|group| TaskFact::Group(Some(group))));
        facts.extend(self.owners.iter().cloned().map(TaskFact::OwnerAdded));
        facts.extend(self.priority.map(|it| TaskFact::Priority(Some(it))));
        facts.extend(self.risk.map(|it| TaskFact::Risk(Some(it))));
        let estimate = self.estimate.as_ref();
        let estimate = estimate.map(|it| Estimate::parse(&it.0, state.policy.working_day));
        let estimate = estimate.transpose().map_err(CommandError::usage)?;
        facts.extend(estimate.map(|it| TaskFact::Estimate(Some(it))));
        facts.extend(self.due.map(|it| TaskFact::Due(day(it))));
        facts.extend(self.defer.map(|it| TaskFact::Defer(day(it))));
        for other in &self.depends {
            let other = state.reference(act::task(state, other)?);
            facts.push(TaskFact::DependencyAdded(other));
        }
        if let Some(parent) = &self.parent {
            let parent = state.reference(act::task(state, parent)?);
            facts.push(TaskFact::Parent(Some(parent)));
        }
        let from = self.discovered_from.iter().cloned();
        let from = from.map(|task| LinkOption {
            kind: LinkKind::DiscoveredFrom,
            task,
        });
        for LinkOption { kind, task } in self.links.iter().cloned().chain(from) {
            let other = state.reference(act::task(state, &task)?);
            facts.push(TaskFact::LinkAdded(kind, other));
        }
        facts.extend(self.gates.iter().cloned().map(TaskFact::GateAdded));
        for glob in &self.paths {
            facts.push(TaskFact::PathAdded(here.glob(glob)?));
        }
        facts.extend(self.branch.clone().map(|it| TaskFact::Branch(Some(it))));
        facts.extend(self.steps.iter().cloned().map(TaskFact::StepAdded));
        facts.extend(self.accept.iter().cloned().map(TaskFact::CriterionAdded));
        facts.extend(self.checks.iter().cloned().map(TaskFact::CheckAdded));
        facts.extend(self.labels.iter().cloned().map(TaskFact::LabelAdded));
        facts.extend(self.urls.iter().cloned().map(TaskFact::UrlAdded));
        Ok(facts)
    }

    /// The specification, read from its file or from standard input.
    ///
    /// # Errors
    /// `cannot_read`.
    pub fn specification(&self) -> Result<Option<Vec<u8>>, CommandError> {
        let Some(path) = &self.body else {
            return Ok(None);
        };
        input::read(path, BODY_BYTES_MAX).map(Some)
    }
}

/// A value between commas, which people write with spaces after them.
pub(super) fn trimmed<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.trim().parse()
}

/// A day on the command line: `2026-12-24`, `today`, `tomorrow`, or `3d` from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOption {
    /// The day itself.
    On(Day),
    /// The day after this span of whole days.
    In(Span),
}

/// An estimate in words. How long a day is comes from the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EstimateOption(String);

impl FromStr for EstimateOption {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Estimate::parse(text, WorkingDay::default()).map(|_| Self(text.to_owned()))
    }
}

/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

impl FromStr for DayOption {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let span = match text {
            "today" => Ok(Span::ZERO),
            "tomorrow" => "1d".parse(),
            text => text.parse(),
        };
        // `1m` is a minute, and may be meant as a month.
        let span = span
            .ok()
            .filter(|span: &Span| span.seconds().is_multiple_of(DAY));
        let day = text.parse().map(Self::On).ok();
        day.or_else(|| span.map(Self::In))
            .ok_or_else(|| InvalidTime {
                what: "day",
                text: text.to_owned(),
                form: "it like 2026-12-24, tomorrow or 3d",
            })
    }
}

impl DayOption {
    fn seen_from(self, now: Timestamp, offset: DayOffset) -> Day {
        match self {
            Self::On(day) => day,
            Self::In(span) => now.after(span).day(offset),
        }
    }
}

/// A link on the command line: `relates:B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkOption {
    kind: LinkKind,
    task: String,
}

impl FromStr for LinkOption {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let unclear = || InvalidName {
            what: "link",
            text: text.to_owned(),
            why: "write it like relates:B; the kinds are discovered_from, duplicates and relates",
        };
        let (kind, task) = text.split_once(':').ok_or_else(unclear)?;
        Ok(Self {
            kind: kind.parse().map_err(|_| unclear())?,
            task: task.to_owned(),
        })
    }
}

/// The longest specification, in bytes.
const BODY_BYTES_MAX: u64 = 10 << 20;

impl TaskRemovals {
    /// The facts that remove the attributes.
    ///
    /// # Errors
    /// Another task, a step or an item does not exist.
    pub fn facts(
        &self,
        state: &State,
        index: TaskIndex,
        here: &CurrentFolder,
    ) -> Result<Vec<TaskFact>, CommandError> {
        let mut facts = Vec::new();
        let mut clear = |asked: bool, fact: TaskFact| facts.extend(asked.then_some(fact));
        clear(self.no_group, TaskFact::Group(None));
        clear(self.no_priority, TaskFact::Priority(None));
        clear(self.no_risk, TaskFact::Risk(None));
        clear(self.no_estimate, TaskFact::Estimate(None));
        clear(self.no_due, TaskFact::Due(None));
        clear(self.no_defer, TaskFact::Defer(None));
        clear(self.no_parent, TaskFact::Parent(None));
        clear(self.no_branch, TaskFact::Branch(None));
        clear(self.no_body, TaskFact::Body(None));
        facts.extend(self.owners.iter().cloned().map(TaskFact::OwnerRemoved));
        for other in &self.depends {
            let other = state.reference(act::task(state, other)?);
            facts.push(TaskFact::DependencyRemoved(other));
        }
        for LinkOption { kind, task } in &self.links {
            let other = state.reference(act::task(state, task)?);
            facts.push(TaskFact::LinkRemoved(*kind, other));
        }
        facts.extend(self.gates.iter().cloned().map(TaskFact::GateRemoved));
        for glob in &self.paths {
            facts.push(TaskFact::PathRemoved(here.glob(glob)?));
        }
        for number in &self.steps {
            let step = state.task(index).steps.get(usize::from(*number) - 1);
            let unknown = || Refusal::UnknownStep {
                task: state.name_of(index),
                number: Some(*number),
            };
            let step = step.ok_or_else(unknown)?;
            facts.push(TaskFact::StepRemoved(step.origin.mark()));
        }
        facts.extend(self.accept.iter().cloned().map(TaskFact::CriterionRemoved));
        for number in &self.checks {
            let item = tick::item(state, index, *number)?;
            facts.push(TaskFact::CheckRemoved(item.clone()));
        }
        facts.extend(self.labels.iter().cloned().map(TaskFact::LabelRemoved));
        facts.extend(self.urls.iter().cloned().map(TaskFact::UrlRemoved));
        Ok(facts)
    }
}

/// A gate. The name of a role means the role; `actor:reviewer` means an actor with that name.
pub(super) fn gate(text: &str) -> Result<Approver, InvalidName> {
    let text = text.trim();
    if let Some(name) = text.strip_prefix("actor:") {
        return name.parse().map(Approver::Actor);
    }
    match text.parse::<Role>() {
        Ok(role) => Ok(Approver::Role(role)),
        Err(_) => text.parse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_an_actor_or_a_role() {
        let shown = |text: &str| gate(text).map(|gate| gate.to_string());
        assert_eq!(shown("claude").unwrap(), "claude");
        assert_eq!(shown("reviewer").unwrap(), "role:reviewer");
        assert_eq!(shown("role:admin").unwrap(), "role:admin");
        assert_eq!(
            gate("actor:reviewer").unwrap(),
            Approver::Actor("reviewer".parse().unwrap())
        );
        assert!(gate("role:boss").is_err());
    }
}
