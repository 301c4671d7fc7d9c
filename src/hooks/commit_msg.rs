//! The hook `commit-msg`: checks that the trailers of a message name existing tasks.
//!
//! Not here: adding the trailer (`prepare_commit_msg`), and the effect of trailers (`post_commit`).

use std::fs;

use super::{
    HookFinding, HookInput, Next, Response,
    trailers::{self, DONE, PROGRESS, TASK, Trailers},
};
use crate::{
    core::{plan::state::State, values::text::brief},
    git::{self, repository::Repository},
    ledger::Error,
};

/// The code for an invalid trailer.
pub const BAD_TRAILER: &str = "bad_trailer";

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let (repository, file) = (input.repository(), input.file(0));
    let message = trailers::message(&file)?;
    if !trailers::could_be_in(&message) || repository.replay().is_some() {
        return Ok(Response::default());
    }
    if is_nothing_but_trailers(&message, &comments(repository)) {
        // git aborts a commit with an empty message, but does not recognize a message with only our trailer as empty.
        fs::write(&file, "").map_err(|source| git::Error::read("write", &file, source))?;
        return Ok(Response::default());
    }
    let trailers = Trailers::of_file(repository, &file)?;
    Ok(Response {
        findings: findings(input.state()?, &trailers),
        ..Response::default()
    })
}

fn findings(state: &State, trailers: &Trailers) -> Vec<HookFinding> {
    let mut findings = Vec::new();
    let tasks = trailers.tasks.iter().map(|name| (TASK, name));
    for (key, name) in tasks.chain(trailers.done.iter().map(|name| (DONE, name))) {
        if trailers::named(state, name).is_none() {
            let message = format!("{key} names an unknown task: '{}'", brief(name, 80));
            findings.push(HookFinding::new(BAD_TRAILER, message).next(Next::List));
        }
    }
    if let Some(progress) = &trailers.progress {
        let message = if trailers.percent().is_none() {
            format!("{PROGRESS} is not a percentage: '{}'", brief(progress, 80))
        } else if trailers.tasks.is_empty() {
            format!("{PROGRESS} needs a {TASK} that names the task")
        } else {
            return findings;
        };
        findings.push(HookFinding::new(BAD_TRAILER, message));
    }
    findings
}

/// Whether the user left the editor without writing anything: the message has only our trailer and comments.
fn is_nothing_but_trailers(message: &str, comments: &[String]) -> bool {
    let is_comment = |line: &str| comments.iter().any(|begin| line.starts_with(begin));
    let mut written = message
        .lines()
        .take_while(|line| !line.contains(SCISSORS))
        .filter(|line| !line.trim().is_empty() && !is_comment(line));
    written.all(|line| {
        let rest = line.strip_prefix(TASK);
        rest.is_some_and(|rest| rest.starts_with(':'))
    })
}

/// The prefixes of comment lines, which git removes from a message. For `auto`, all prefixes that git may choose.
fn comments(repository: &Repository) -> Vec<String> {
    let config = repository.config();
    let set = ["core.commentString", "core.commentChar"]
        .into_iter()
        .filter_map(|key| config.string(key))
        .next_back();
    match set.as_deref() {
        None | Some("") => vec!["#".to_owned()],
        Some("auto") => "#;@!$%^&|:".chars().map(String::from).collect(),
        Some(set) => vec![set.to_owned()],
    }
}

/// The line that git writes above the diff of `commit --verbose`.
const SCISSORS: &str = "------------------------ >8 ------------------------";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sample::Sample;

    fn found(lines: &str) -> Vec<String> {
        let mut plan = Sample::new();
        plan.add("B", "Breaker", Vec::new());
        plan.add("CC-1", "Other", Vec::new());
        let findings = findings(plan.state(), &Trailers::of_lines(lines));
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn unknown_tasks_and_invalid_percentages_are_found() {
        assert_eq!(
            found("Coord-Task: B\nCoord-Progress: 60\nCoord-Done: CC-1"),
            [""; 0]
        );
        assert_eq!(
            found("Coord-Task: Z"),
            ["Coord-Task names an unknown task: 'Z'"]
        );
        // A beginning is enough on the command line only.
        assert_eq!(
            found("Coord-Done: CC"),
            ["Coord-Done names an unknown task: 'CC'"]
        );
        assert_eq!(
            found("Coord-Task: B\nCoord-Progress: most"),
            ["Coord-Progress is not a percentage: 'most'"]
        );
        assert_eq!(
            found("Coord-Progress: 60"),
            ["Coord-Progress needs a Coord-Task that names the task"]
        );
    }

    #[test]
    fn a_message_with_only_our_trailer_is_recognized() {
        let empty = |message: &str| is_nothing_but_trailers(message, &["#".to_owned()]);
        assert!(empty(
            "\nCoord-Task: B\n# Please enter the commit message\n"
        ));
        assert!(empty(&format!(
            "\nCoord-Task: B\n# {SCISSORS}\ndiff --git a b\n"
        )));
        assert!(!empty("Coord-Task\n\nCoord-Done: B\n"));
        assert!(!empty("Say more\n\nCoord-Task: B\n"));
        assert!(!empty("Coord-Tasks, a list of them\n"));
    }
}
