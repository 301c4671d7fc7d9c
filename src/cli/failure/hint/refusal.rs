//! The exact command to try after a refusal.
//!
//! Not here: why the rules said no (`core::plan::refusal`).

use crate::core::{
    plan::refusal::Refusal,
    values::{id::TaskName, text::shell_word as word},
};

/// The next command after `refusal`, or who can help; none where nothing sensible remains to be done.
pub fn after(refusal: &Refusal) -> Option<String> {
    let show = |task: &TaskName| format!("git coord show {}", word(task.as_str()));
    Some(match refusal {
        Refusal::AlreadyYours { task, .. } => {
            format!("git coord claim --resume {}", word(task.as_str()))
        }
        Refusal::GateOpen { task, .. } => {
            let task = word(task.as_str());
            format!("git coord submit {task} asks for the review, if that was not done")
        }
        Refusal::NotSubmitted { task } => format!("git coord submit {}", word(task.as_str())),
        Refusal::OtherCommit { task, .. } => show(task) + " says what is",
        Refusal::OwnWork { task, .. } | Refusal::NotReviewer { task, .. } => {
            show(task) + " names the reviewers"
        }
        Refusal::TaskEnded { task, .. } => show(task) + " says how",
        Refusal::PathsHeld { task, claim, .. } => format!(
            "git coord ready says what is free; git coord claim --share {} takes it beside {}",
            word(task.as_str()),
            claim.actor
        ),
        Refusal::NotOwner { task, .. }
        | Refusal::NoVerdict { task, .. }
        | Refusal::TaskOpen { task }
        | Refusal::UnknownStep { task, .. }
        | Refusal::UnknownCheck { task, .. }
        | Refusal::UnknownBlocker { task, .. }
        | Refusal::TooMany { task, .. } => show(task),
        Refusal::Cycle { on, .. } => show(on),
        Refusal::UnknownTask { .. } => "git coord list".to_owned(),
        Refusal::NotPermitted { .. } => "git coord actor list says who has which role".to_owned(),
        Refusal::LastAdmin { .. } => "git coord actor list names the admins".to_owned(),
        Refusal::ClaimHeld { .. } | Refusal::LeaseLost { taken: Some(_), .. } => {
            "git coord ready says what is free".to_owned()
        }
        Refusal::LeaseLost { task, taken: None } | Refusal::NotClaimed { task } => {
            format!("git coord claim {}", word(task.as_str()))
        }
        Refusal::UnknownActor { actor } => format!("git coord actor add {actor}"),
        Refusal::ActorExists { .. }
        | Refusal::KeyTaken { .. }
        | Refusal::KeyUnknown { .. }
        | Refusal::KeyRevoked { .. } => "git coord actor list".to_owned(),
        Refusal::UnknownGuardrail { .. } => "git coord guard list".to_owned(),
        Refusal::RecoveryOnly { .. }
        | Refusal::Repeated { .. }
        | Refusal::Misplaced { .. }
        | Refusal::UnknownAttachment { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::{cli::Cli, core::sample::refusals::samples};

    /// Whether the words of a command are a command with options that it has.
    fn check(code: &str, command: &str) {
        let mut level = Cli::command();
        let mut words = command.split(' ').peekable();
        while let Some(next) = words.next_if(|_| level.has_subcommands()) {
            let found = level.find_subcommand(next);
            level = found
                .unwrap_or_else(|| panic!("{code}: no command in '{command}'"))
                .clone();
        }
        for option in words.filter_map(|word| word.strip_prefix("--")) {
            let known = level
                .get_arguments()
                .any(|arg| arg.get_long() == Some(option));
            assert!(known, "{code}: no option --{option} in '{command}'");
        }
    }

    #[test]
    fn every_command_in_a_hint_exists() {
        for refusal in samples() {
            let code = refusal.code().as_str();
            let Some(hint) = after(&refusal) else {
                continue;
            };
            for way in hint.split("; ") {
                match way.split_once("git coord ") {
                    Some((_, command)) => check(code, command),
                    None => panic!("the hint for {code} names no command: {hint}"),
                }
            }
        }
    }
}
