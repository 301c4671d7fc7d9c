//! The exact command to try after a refusal.
//!
//! Not here: why the rules said no (`core::plan::refusal`).

use crate::core::{
    plan::refusal::{Code, Refusal},
    values::{id::ActorName, text::shell_word as word},
};

/// The next command after `refusal`, or who can help; none where nothing sensible remains to be done.
pub fn after(refusal: &Refusal) -> Option<String> {
    let subject = word(refusal.subject.as_str());
    let detail = refusal.detail.as_ref().map_or("", |text| text.as_str());
    Some(match refusal.code {
        Code::AlreadyYours => format!("git coord claim --resume {subject}"),
        Code::GateOpen => {
            format!("git coord submit {subject} asks for the review, if that was not done")
        }
        Code::NotSubmitted if refusal.detail.is_some() => {
            format!("git coord show {subject} says what is")
        }
        Code::NotSubmitted => format!("git coord submit {subject}"),
        Code::OwnWork | Code::NotReviewer => {
            format!("git coord show {subject} names the reviewers")
        }
        Code::TaskEnded => format!("git coord show {subject} says how"),
        Code::ClaimHeld => "git coord ready says what is free".to_owned(),
        Code::PathsHeld => {
            let holder = refusal.actor.as_ref().map_or("them", ActorName::as_str);
            format!(
                "git coord ready says what is free; git coord claim --share {subject} takes it beside {holder}"
            )
        }
        Code::NoVerdict
        | Code::TaskOpen
        | Code::UnknownStep
        | Code::UnknownCheck
        | Code::UnknownBlocker
        | Code::TooMany => format!("git coord show {subject}"),
        Code::Cycle => format!("git coord show {}", word(detail)),
        Code::UnknownTask => "git coord list".to_owned(),
        Code::NotPermitted => "git coord actor list says who has which role".to_owned(),
        Code::LastAdmin => "git coord actor list names the admins".to_owned(),
        Code::LeaseLost if refusal.actor.is_some() => {
            "git coord ready says what is free".to_owned()
        }
        Code::LeaseLost | Code::NotClaimed => format!("git coord claim {subject}"),
        Code::UnknownActor => format!("git coord actor add {subject}"),
        Code::ActorExists | Code::KeyTaken | Code::KeyUnknown | Code::KeyRevoked => {
            "git coord actor list".to_owned()
        }
        Code::UnknownGuardrail => "git coord guard list".to_owned(),
        Code::RecoveryOnly | Code::Repeated | Code::Misplaced | Code::UnknownAttachment => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn refusal(code: Code) -> Refusal {
        Refusal::new(code, "B~x7f3").with("C")
    }

    /// Whether the words of a command are a command with options that it has.
    fn check(code: Code, command: &str) {
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
        for code in Code::ALL {
            let Some(hint) = after(&refusal(*code)) else {
                continue;
            };
            for way in hint.split("; ") {
                match way.split_once("git coord ") {
                    Some((_, command)) => check(*code, command),
                    None => panic!("the hint for {code} names no command: {hint}"),
                }
            }
        }
    }
}
