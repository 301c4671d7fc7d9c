//! `git coord policy`: the rules of the team.
//!
//! Not here: where they bite (`core::plan::rules`).

use serde::Serialize;

use super::{claim::lease, task_options::gate};
use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, RosterEvent, roster::PolicyRule},
        plan::state::State,
        values::{
            id::{ActorName, InvalidName},
            task::{Approver, Role},
            text::Text,
            time::Span,
        },
        views::snapshot::PolicyDocument,
    },
    render::text,
};

/// Say what the rules of the team are, or set one
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The rules.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// How long a claim lasts when its author does not say
    Lease {
        /// 30min, 4h, 2d
        #[arg(value_name = "TIME", value_parser = lease)]
        lease: Span,
    },
    /// Who, beside an admin, may take a running claim from its holder
    Steal {
        /// The roles, or 'none' for admins only
        #[arg(value_name = "ROLE|none", required = true, value_parser = thief)]
        roles: Vec<Option<Role>>,
    },
    /// How many approvals a task needs that has a gate
    Approvals {
        /// The number, by different actors
        #[arg(value_name = "N")]
        number: u16,
    },
    /// Whether work may be reported on a task that nobody claimed
    UnclaimedWork {
        /// yes or no
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        allowed: bool,
    },
    /// Whether only its owners may claim a task that has owners
    OwnersOnly {
        /// yes or no
        #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
        only: bool,
    },
    /// Whose review a task needs that changes these files
    Paths {
        /// The files, as a glob
        #[arg(value_name = "GLOB")]
        paths: Text,
        /// Somebody has to review them, or nobody
        #[arg(value_name = "review|none")]
        review: Review,
        /// Who has to approve: actors, or anybody with a role
        #[arg(value_name = "ACTOR|ROLE", value_parser = gate)]
        by: Vec<Approver>,
    },
}

/// Whether files need a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Review {
    /// They do, by these.
    Review,
    /// They do not.
    None,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        None => list(context),
        Some(command) => set(context, rule(command)?),
    }
}

fn list(context: &mut Context) -> Result<(), CommandError> {
    let policy = PolicyDocument::from(&context.ledger()?.current()?.state.policy);
    let text = text::policy(&policy);
    context.ui.answer("coord.policy/1", &policy, text)
}

fn rule(command: &Command) -> Result<PolicyRule, CommandError> {
    Ok(match command {
        Command::Lease { lease } => PolicyRule::DefaultLease(*lease),
        Command::Steal { roles } if roles.len() > 1 && roles.contains(&None) => {
            return Err(CommandError::usage("'none' means that only admins may"));
        }
        Command::Steal { roles } => {
            PolicyRule::StealRoles(roles.iter().copied().flatten().collect())
        }
        Command::Approvals { number } => PolicyRule::ApprovalsRequired(*number),
        Command::UnclaimedWork { allowed } => PolicyRule::UnclaimedWork(*allowed),
        Command::OwnersOnly { only } => PolicyRule::OwnersOnly(*only),
        Command::Paths { paths, review, by } => match (review, by.is_empty()) {
            (Review::Review, false) | (Review::None, true) => PolicyRule::PathReview {
                paths: paths.clone(),
                by: by.clone(),
            },
            (Review::Review, true) => {
                return Err(CommandError::usage("'review' needs somebody who reviews"));
            }
            (Review::None, false) => {
                return Err(CommandError::usage("'none' means that nobody reviews"));
            }
        },
    })
}

/// The data of `coord.policy_set/1`.
#[derive(Serialize)]
struct Changed {
    /// The new entry's object id.
    entry: Option<String>,
    actor: ActorName,
    policy: PolicyDocument,
}

fn set(context: &mut Context, rule: PolicyRule) -> Result<(), CommandError> {
    let event = Event::Roster(RosterEvent::PolicySet(rule.clone()));
    let appended = act::on_ledger(context, |_| Ok(event.clone()))?;
    warn_of_gates(context, &appended.state, &rule);
    let policy = PolicyDocument::from(&appended.state.policy);
    let text = text::policy(&policy);
    let changed = Changed {
        entry: appended.entry,
        actor: appended.actor,
        policy,
    };
    context.ui.answer("coord.policy_set/1", &changed, text)
}

/// A role that nobody has yet approves nothing, which is worth a word before work waits for it.
fn warn_of_gates(context: &mut Context, state: &State, rule: &PolicyRule) {
    let PolicyRule::PathReview { paths, by } = rule else {
        return;
    };
    let has_it =
        |gate: &Approver| (state.roster.actors()).any(|(name, _)| state.gate_names(gate, name));
    for gate in by.iter().filter(|gate| !has_it(gate)) {
        context.ui.warn(format!(
            "nobody can pass gate '{gate}', which '{paths}' has now"
        ));
    }
}

/// A role, or nobody's.
fn thief(text: &str) -> Result<Option<Role>, InvalidName> {
    match text {
        "none" => Ok(None),
        role => role.parse().map(Some),
    }
}

fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("say yes or no"),
    }
}
