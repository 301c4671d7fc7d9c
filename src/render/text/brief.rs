//! The brief of an actor: the tasks to work on next, each with its facts and the commands to copy.
//!
//! Not here: the facts of a task (`task`), and choosing the commands (`cli::task::steps`).

use std::fmt::Write as _;

use super::{Letter, Style, letters, plan::idle as reasons, pull_requests_of_task, task};
use crate::core::{
    plan::state::State,
    values::{id::ActorName, text::visible, time::Timestamp},
    views::snapshot::{BriefReason, BriefTask, IdleDocument, TiedPullRequest},
};

/// A task of a brief, with its commands and its specification, which the state does not hold.
pub struct BriefedTask<'a> {
    /// The task.
    pub task: &'a BriefTask,
    /// Its pull requests.
    pub pull_requests: &'a [TiedPullRequest],
    /// The commands to copy.
    pub commands: &'a [String],
    /// The commands by which a person allows guardrails to run here.
    pub trust: &'a [String],
    /// Its specification, if it has one.
    pub specification: Option<Letter>,
    /// The note of the actor that handed it on.
    pub handed: Option<Letter>,
    /// The notes of those who rejected it.
    pub rejections: Vec<Letter>,
}

/// The brief with `tasks`. `more` is the number of other tasks that the actor could take.
pub fn brief(
    state: &State,
    actor: &ActorName,
    tasks: &[BriefedTask<'_>],
    more: usize,
    idle: &IdleDocument,
    now: Timestamp,
    style: Style,
) -> String {
    let count = |wanted| {
        tasks
            .iter()
            .filter(|briefed| briefed.task.why == wanted)
            .count()
    };
    let held = count(BriefReason::Held);
    let ready = count(BriefReason::Next) + more;
    let mut page = match count(BriefReason::Review) {
        0 => format!("{actor}: {held} held, "),
        reviews => format!("{actor}: {reviews} to review, {held} held, "),
    };
    page += &match ready {
        0 => format!("none ready{}", reasons(idle)),
        _ => format!("{ready} ready\n"),
    };
    for briefed in tasks {
        let heading = match briefed.task.why {
            BriefReason::Review => "To review",
            BriefReason::Held => "Held",
            BriefReason::Next => "Next",
        };
        page += &format!("\n{}\n\n", style.heading(heading));
        page += &task::brief(state, briefed.task.index, briefed.task.why, now, style);
        let (requests, id) = (briefed.pull_requests, &*briefed.task.task.id);
        page += &pull_requests_of_task(requests, Some(id), now, style);
        page += &letters("Specification", briefed.specification.as_slice(), style);
        page += &letters("Handed on", briefed.handed.as_slice(), style);
        page += &letters("Rejected", &briefed.rejections, style);
        for gate in &briefed.task.gates_without_reviewer {
            page += &format!(
                "\nNobody else can approve gate '{gate}', so the task cannot be done yet.\n"
            );
        }
        page += &lines("A person has to allow this first", briefed.trust, style);
        page += &commands(briefed.commands, style);
    }
    page
}

/// Commands to copy, under a heading.
pub fn commands(commands: &[String], style: Style) -> String {
    lines("Commands", commands, style)
}

fn lines(heading: &str, lines: &[String], style: Style) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", style.heading(heading));
    for line in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {}", visible(line));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        plan::state::paths::Holder,
        sample::{Sample, actor},
        views::snapshot,
    };

    #[test]
    fn a_brief_shows_the_task_its_specification_and_the_commands() {
        let day = Sample::day();
        let (state, codex) = (day.state(), actor("codex"));
        let now = state.effective;
        let asking = Holder {
            actor: &codex,
            worktree: None,
        };
        let (tasks, more) = snapshot::brief(state, now, asking, 3);
        let letter = Letter {
            about: String::new(),
            text: Ok("Compare \u{1b}[2J both.".to_owned()),
        };
        let commands = ["git coord step 1 1 --actor codex".to_owned()];
        let with = tasks.iter().map(|task| BriefedTask {
            task,
            pull_requests: &[],
            commands: &commands,
            trust: &[],
            specification: Some(letter.clone()),
            handed: None,
            rejections: Vec::new(),
        });
        let with: Vec<_> = with.collect();
        let idle = snapshot::ready(state, now, Some(asking), true, None).idle;
        let page = brief(state, &codex, &with, more, &idle, now, Style::default());
        assert!(
            page.starts_with("codex: 2 held, 1 ready\n\nHeld\n\n1  “Shadow-Diff Harness”\n"),
            "{page}"
        );
        assert!(page.contains("\nSpecification\n  > Compare \\u{1b}[2J both.\n\nCommands\n    git coord step 1 1 --actor codex\n"), "{page}");
    }
}
