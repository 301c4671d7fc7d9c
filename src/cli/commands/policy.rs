//! `git coord policy`: the rules of the team.
//!
//! Not here: where they apply (`core::plan::rules`).

use serde::Serialize;

use super::{lease::lease, task_options::gate};
use crate::{
    cli::{
        CommandError, Context,
        files::current_folder::CurrentFolder,
        task::{act, answer},
    },
    core::{
        entry::event::{Event, RosterEvent, guardrail::Guarded, roster::PolicyRule},
        plan::state::State,
        values::{
            glob::Glob,
            id::InvalidName,
            task::{Approver, Role, WorkingDay},
            time::Span,
        },
        views::snapshot::PolicyDocument,
    },
    render::text,
};

/// Show the team's rules, or set one
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord policy lease 8h\n  git coord policy paths 'lib/**' review role:reviewer"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The rules.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Set how long a claim lasts without work, by default
    #[command(after_long_help = "Example:\n  git coord policy lease 8h")]
    Lease {
        /// Length of time, such as 30min, 4h or 2d
        #[arg(value_name = "TIME", value_parser = lease)]
        lease: Span,
    },
    /// Set the longest lease that a claim can have
    ///
    /// A longer '--lease' is cut to it. Running claims keep their leases.
    #[command(after_long_help = "Example:\n  git coord policy max-lease 48h")]
    MaxLease {
        /// Length of time, such as 12h or 2d
        #[arg(value_name = "TIME", value_parser = lease)]
        lease: Span,
    },
    /// Set the roles that may take a running claim from its holder
    ///
    /// Admins always may.
    #[command(after_long_help = "Example:\n  git coord policy steal coordinator")]
    Steal {
        /// Roles, or 'none' for admins only
        #[arg(value_name = "ROLE|none", required = true, value_parser = role_or_none)]
        roles: Vec<Option<Role>>,
    },
    /// Set the roles that may add a path such as '**' or '*.rs' to a task
    ///
    /// A claim of such a task keeps others from files everywhere. Admins always may.
    #[command(after_long_help = "Example:\n  git coord policy broad-paths coordinator worker")]
    BroadPaths {
        /// Roles, or 'none' for admins only
        #[arg(value_name = "ROLE|none", required = true, value_parser = role_or_none)]
        roles: Vec<Option<Role>>,
    },
    /// Set how many approvals a task with a gate needs
    #[command(after_long_help = "Example:\n  git coord policy approvals 2")]
    Approvals {
        /// Number of approvals, each by another actor
        #[arg(value_name = "N")]
        number: u16,
    },
    /// Allow or forbid work on tasks that nobody has claimed
    #[command(after_long_help = "Example:\n  git coord policy unclaimed-work no")]
    UnclaimedWork {
        /// yes to allow it, no to forbid it
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        allowed: bool,
    },
    /// Reserve tasks for their owners, or open them to all
    #[command(after_long_help = "Example:\n  git coord policy owners-only yes")]
    OwnersOnly {
        /// yes if only owners may claim them
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        only: bool,
    },
    /// Refuse 'done' while a task depends on an open one, or only warn
    ///
    /// A cancelled task is not open. Coordinators and admins can waive it: 'git coord done --waive'.
    #[command(after_long_help = "Example:\n  git coord policy dependencies no")]
    Dependencies {
        /// yes to refuse it, no to warn
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        first: bool,
    },
    /// Set when required guardrails keep a task from being done
    ///
    /// With 'done', every task: a required guardrail must have passed at the commit of the task. With 'integrate', only
    /// a task whose work is in the main branch: at the commit there, where 'git coord integrate' runs them. A guardrail that
    /// waits for a task ('git coord guard add --depends') does not count before that task is done or cancelled.
    /// Coordinators and admins can waive it: 'git coord done --waive'.
    #[command(after_long_help = "Example:\n  git coord policy guardrails integrate")]
    Guardrails {
        /// done for every task, integrate for integrated tasks, no for none
        #[arg(value_name = "done|integrate|no")]
        guarded: Guarded,
    },
    /// Refuse 'done' until the main branch has the task's commit
    ///
    /// A commit with the same patch counts too, as after a squash or a rebase. A task without a commit has nothing to
    /// integrate. Coordinators and admins can waive it: 'git coord done --waive'.
    #[command(after_long_help = "Example:\n  git coord policy integrated yes")]
    Integrated {
        /// yes to refuse it
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        first: bool,
    },
    /// Set how long a working day is, for estimates in days
    ///
    /// '--estimate 1d' and imports read a day as a working day, and a week as five of them. Estimates that are there stay as they
    /// are. Leases and other spans of time go on at night: there, 1d is 24 hours.
    #[command(after_long_help = "Example:\n  git coord policy working-day 6h")]
    WorkingDay {
        /// Length of time from 1min to 24h
        #[arg(value_name = "TIME")]
        day: WorkingDay,
    },
    /// Require a review of tasks that change certain files
    #[command(after_long_help = "Example:\n  git coord policy paths 'lib/**' review role:reviewer")]
    Paths {
        /// Files, as a glob
        #[arg(value_name = "GLOB")]
        paths: Glob,
        /// 'review' to require one, 'none' to require none any more
        #[arg(value_name = "review|none")]
        review: Review,
        /// Reviewers who have to approve: actors, or roles
        #[arg(value_name = "ACTOR|ROLE", value_parser = gate)]
        by: Vec<Approver>,
    },
}

/// Whether files need a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Review {
    /// They need one.
    Review,
    /// They need none.
    None,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        None => list(context),
        Some(command) => {
            let here = CurrentFolder::of(&context.repository()?);
            set(context, rule(command, &here)?)
        }
    }
}

fn list(context: &mut Context) -> Result<(), CommandError> {
    let policy = PolicyDocument::from(&context.ledger()?.current()?.state.policy);
    let text = text::policy(&policy);
    context.ui.answer("coord.policy/1", &policy, text)
}

fn rule(command: &Command, here: &CurrentFolder) -> Result<PolicyRule, CommandError> {
    Ok(match command {
        Command::Lease { lease } => PolicyRule::DefaultLease(*lease),
        Command::MaxLease { lease } => PolicyRule::MaxLease(*lease),
        Command::Steal { roles } => PolicyRule::StealRoles(all_or_none(roles)?),
        Command::BroadPaths { roles } => PolicyRule::BroadPaths(all_or_none(roles)?),
        Command::Approvals { number } => PolicyRule::ApprovalsRequired(*number),
        Command::UnclaimedWork { allowed } => PolicyRule::UnclaimedWork(*allowed),
        Command::OwnersOnly { only } => PolicyRule::OwnersOnly(*only),
        Command::Dependencies { first } => PolicyRule::Dependencies(*first),
        Command::Guardrails { guarded } => PolicyRule::Guardrails(*guarded),
        Command::Integrated { first } => PolicyRule::Integrated(*first),
        Command::WorkingDay { day } => PolicyRule::WorkingDay(*day),
        Command::Paths { paths, review, by } => match (review, by.is_empty()) {
            (Review::Review, false) | (Review::None, true) => PolicyRule::PathReview {
                paths: here.glob(paths)?,
                by: by.clone(),
            },
            (Review::Review, true) => {
                return Err(CommandError::usage("'review' needs at least one reviewer"));
            }
            (Review::None, false) => {
                return Err(CommandError::usage("'none' takes no reviewers"));
            }
        },
    })
}

/// The roles, or none of them for the word `none` alone.
fn all_or_none(roles: &[Option<Role>]) -> Result<Vec<Role>, CommandError> {
    if roles.len() > 1 && roles.contains(&None) {
        return Err(CommandError::usage("'none' cannot be combined with roles"));
    }
    Ok(roles.iter().copied().flatten().collect())
}

/// The data of `coord.policy_set/1`.
#[derive(Serialize)]
struct Changed {
    policy: PolicyDocument,
}

fn set(context: &mut Context, rule: PolicyRule) -> Result<(), CommandError> {
    let event = Event::Roster(RosterEvent::PolicySet(rule.clone()));
    let appended = act::on_ledger(context, |_| Ok(event.clone()))?;
    warn_of_gates(context, &appended.state, &rule);
    let policy = PolicyDocument::from(&appended.state.policy);
    let text = text::policy(&policy);
    let changed = Changed { policy };
    appended.answer(context, "coord.policy_set/1", changed, text)
}

/// Warns of gates that no actor can approve yet, before work waits for them.
fn warn_of_gates(context: &mut Context, state: &State, rule: &PolicyRule) {
    let PolicyRule::PathReview { paths, by } = rule else {
        return;
    };
    let has_it =
        |gate: &Approver| (state.roster.actors()).any(|(name, _)| state.gate_names(gate, name));
    for gate in by.iter().filter(|gate| !has_it(gate)) {
        let why = answer::without_actor(gate);
        context.ui.warn(format!(
            "nobody can approve gate '{gate}' of '{paths}': {why}"
        ));
    }
}

/// A role; none for the word `none`.
fn role_or_none(text: &str) -> Result<Option<Role>, InvalidName> {
    match text {
        "none" => Ok(None),
        role => role.parse().map(Some),
    }
}

fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("use yes or no"),
    }
}
