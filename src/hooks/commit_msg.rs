//! The hook `commit-msg`: adds the trailer to a message from an editor, and checks that trailers name existing tasks.
//!
//! Not here: which task that is (`prepare_commit_msg`), and the effect of trailers (`post_commit`).

use super::{
    HookFinding, HookInput, Next, Response,
    prepared::Prepared,
    trailers::{self, DONE, PROGRESS, TASK, Trailers},
};
use crate::{
    core::{plan::state::State, values::text::brief},
    ledger::Error,
};

/// The code for an invalid trailer.
pub const BAD_TRAILER: &str = "bad_trailer";

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let (repository, file) = (input.repository(), input.file(0));
    if repository.replay().is_some() {
        return Ok(Response::default());
    }
    if let Some(prepared) = Prepared::take(repository)? {
        prepared.finish(repository, &file)?;
    }
    if !trailers::could_be_in(&trailers::message(&file)?) {
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
}
