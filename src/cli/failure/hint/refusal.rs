//! The next command after a refusal.
//!
//! Not here: why the rules refuse (`core::plan::refusal`).

use crate::core::{
    plan::refusal::Refusal,
    values::{id::TaskName, text::shell_word as word},
};

/// The next command after `refusal`, or the actors that can help; none if there is nothing to do.
pub fn after(refusal: &Refusal) -> Option<String> {
    let of =
        |command: &str, task: &TaskName| format!("git coord {command} {}", word(task.as_str()));
    let show = |task| of("show", task);
    Some(match refusal {
        Refusal::AlreadyYours { task, .. } => of("claim --resume", task),
        Refusal::GateOpen { task, .. } => {
            format!("to ask for the review: {}", of("submit", task))
        }
        Refusal::NotSubmitted { task } => of("submit", task),
        Refusal::PathsHeld { task, claim, .. } => {
            format!(
                "to work beside {}: {}",
                claim.actor,
                of("claim --share", task)
            )
        }
        Refusal::OtherCommit { task, .. }
        | Refusal::OwnWork { task, .. }
        | Refusal::NotReviewer { task, .. }
        | Refusal::TaskEnded { task, .. }
        | Refusal::NotOwner { task, .. }
        | Refusal::NoVerdict { task, .. }
        | Refusal::TaskOpen { task }
        | Refusal::UnknownStep { task, .. }
        | Refusal::UnknownCheck { task, .. }
        | Refusal::UnknownBlocker { task, .. }
        | Refusal::TooMany {
            task: Some(task), ..
        }
        | Refusal::TooCostly {
            task: Some(task), ..
        } => show(task),
        Refusal::TooMany { task: None, .. } => "git coord policy".to_owned(),
        Refusal::Cycle { on, .. } => show(on),
        Refusal::NotIntegrated { task, .. } => of("integrate", task),
        Refusal::Waits { task, on, .. } => show(on.first().unwrap_or(task)),
        Refusal::GuardrailOpen { guardrails, .. } => {
            let ids: Vec<&str> = guardrails.iter().map(|it| it.id.as_str()).collect();
            format!("git coord guard run {}", ids.join(" "))
        }
        Refusal::UnknownTask { .. } => "git coord list".to_owned(),
        Refusal::ClaimHeld { .. } | Refusal::LeaseLost { taken: Some(_), .. } => {
            "git coord ready".to_owned()
        }
        Refusal::LeaseLost { task, taken: None } | Refusal::NotClaimed { task } => {
            of("claim", task)
        }
        Refusal::UnknownActor { actor } => format!("git coord actor add {actor}"),
        Refusal::NotPermitted { .. }
        | Refusal::LastAdmin { .. }
        | Refusal::InactiveActor { .. }
        | Refusal::ActorExists { .. }
        | Refusal::KeyTaken { .. }
        | Refusal::KeyUnknown { .. }
        | Refusal::KeyRevoked { .. } => "git coord actor list".to_owned(),
        Refusal::IdempotencyKeyUsed { entry } => {
            format!("git coord show {}", entry.short())
        }
        Refusal::UnknownGuardrail { .. } => "git coord guard list".to_owned(),
        Refusal::TooCostly { task: None, .. }
        | Refusal::RecoveryOnly { .. }
        | Refusal::Repeated { .. }
        | Refusal::Misplaced { .. }
        | Refusal::UnknownAttachment { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{cli::Cli, core::sample::refusals::samples};

    #[test]
    fn every_command_in_a_hint_is_a_command_line() {
        for refusal in samples() {
            let Some(hint) = after(&refusal) else {
                continue;
            };
            let command = hint.rsplit(": ").next().unwrap();
            let arguments = command.strip_prefix("git coord ").expect(&hint);
            let words = ["git-coord"].into_iter().chain(arguments.split(' '));
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("{hint}: {error}");
            }
        }
    }
}
