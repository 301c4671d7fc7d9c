//! A figure about tasks in one line of text: `18 tasks total`, `Completed: 0`, `9 Codex tasks`, `(8 Total)`.
//!
//! Not here: choosing the lines to read (`claims`).
//!
//! A number right before "tasks" is the total, unless the words around it limit it: `up to 3 tasks`,
//! `3 tasks remaining`.

use std::collections::HashSet;

use crate::{
    core::values::{id::ActorName, task::Status},
    exchange::{contradictions::Subject, words},
};

/// Longer lines are not searched for figures, so that a hostile file costs little time.
const FIGURE_BYTES_MAX: usize = 1000;

/// The first figure about tasks in a line: the subject that it counts, and the count.
pub(super) fn figure(text: &str, actors: &HashSet<ActorName>) -> Option<(Subject, u64)> {
    if text.len() > FIGURE_BYTES_MAX {
        return None;
    }
    let tokens = tokens(text);
    labelled(&tokens, actors)
        .or_else(|| (0..tokens.len()).find_map(|at| counted(&tokens, at, actors)))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(u64),
    Word(String),
    Mark(char),
}

impl Token {
    fn word(&self) -> &str {
        match self {
            Self::Word(word) => word,
            _ => "",
        }
    }
}

/// Splits a line into numbers, lower-case words and other signs. `5-track` is one word; a dash between spaces
/// becomes a comma, because it separates clauses.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let solid = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
        let mut end = rest.find(|c| !solid(c)).unwrap_or(rest.len());
        let tail = &rest[end..];
        if end > 0 && tail.starts_with('-') && tail[1..].starts_with(char::is_alphabetic) {
            end += 1 + tail[1..].find(|c| !solid(c)).unwrap_or(tail.len() - 1);
        }
        if end == 0 {
            end = first.len_utf8();
            let spaced =
                text[..text.len() - rest.len()].ends_with(' ') && rest[end..].starts_with(' ');
            if "-–—".contains(first) && spaced {
                tokens.push(Token::Mark(','));
            } else if !first.is_whitespace() && !"*_`".contains(first) {
                tokens.push(Token::Mark(first));
            }
        } else {
            let word = &rest[..end];
            tokens.push(
                word.parse()
                    .map_or_else(|_| Token::Word(word.to_lowercase()), Token::Number),
            );
        }
        rest = &rest[end..];
    }
    tokens
}

/// A figure after a label: `Total Tasks: 18`, `Completed: 0 (…)`, `Codex: 9`, `Critical Reviews: 2`.
fn labelled(tokens: &[Token], actors: &HashSet<ActorName>) -> Option<(Subject, u64)> {
    let start = tokens
        .iter()
        .position(|token| matches!(token, Token::Word(_)))?;
    let colon = tokens.iter().position(|token| *token == Token::Mark(':'))?;
    let Some(Token::Number(count)) = tokens.get(colon + 1) else {
        return None;
    };
    stands_alone(tokens, colon + 1).then_some(())?;
    let label: Vec<&str> = tokens.get(start..colon)?.iter().map(Token::word).collect();
    Some((subject_of_label(&label, actors)?, *count))
}

fn subject_of_label(label: &[&str], actors: &HashSet<ActorName>) -> Option<Subject> {
    match label {
        ["total"]
        | ["tasks"]
        | ["total", "tasks"]
        | ["tasks", "total"]
        | ["number", "of", "tasks"]
        | ["task", "count"] => {
            return Some(Subject::Total);
        }
        ["critical", "reviews"] | ["reviews", "required"] | ["critical", "reviews", "required"] => {
            return Some(Subject::Reviews);
        }
        [] => return None,
        _ => {}
    }
    let bare = match label {
        [bare @ .., "tasks" | "task"] => bare,
        ["tasks", bare @ ..] => bare,
        bare => bare,
    };
    status(bare)
        .map(Subject::Status)
        .or_else(|| known_actor(bare, actors).map(Subject::Owner))
}

fn status(words: &[&str]) -> Option<Status> {
    (!words.is_empty()).then(|| words::exact_status(&words.join(" ")))?
}

fn known_actor(words: &[&str], actors: &HashSet<ActorName>) -> Option<ActorName> {
    let known = |name: &ActorName| actors.contains(name);
    (1..=3)
        .contains(&words.len())
        .then(|| words::actor(&words.join(" ")).ok().filter(known))?
}

/// Whether a number is a plain count: not a part of a range, a version, a fraction, a reference or an estimate.
fn stands_alone(tokens: &[Token], at: usize) -> bool {
    let mark = |token: Option<&Token>| match token {
        Some(Token::Mark(mark)) => *mark,
        _ => ' ',
    };
    let before = mark(at.checked_sub(1).and_then(|at| tokens.get(at)));
    let after = mark(tokens.get(at + 1));
    let decimal = after == '.' && matches!(tokens.get(at + 2), Some(Token::Number(_)));
    !"#/–-≤≥<>~≈.$+".contains(before) && !"/–-%+→".contains(after) && !decimal
}

/// A figure before a noun: `18 tasks`, `9 Codex tasks`, `3 tasks done`, or `18 Total` in a line about tasks.
fn counted(tokens: &[Token], at: usize, actors: &HashSet<ActorName>) -> Option<(Subject, u64)> {
    let Token::Number(count) = tokens[at] else {
        return None;
    };
    stands_alone(tokens, at).then_some(())?;
    let after: Vec<&str> = tokens[at + 1..].iter().take(5).map(Token::word).collect();
    let before: Vec<&str> = tokens[..at].iter().rev().take(2).map(Token::word).collect();
    if let Some(noun) = after
        .iter()
        .take(4)
        .position(|word| matches!(*word, "task" | "tasks"))
    {
        let subject = match &after[..noun] {
            [] => subject_of_noun(&before, &after[1..], actors)?,
            ["total"] => Subject::Total,
            words => status(words)
                .map(Subject::Status)
                .or_else(|| known_actor(words, actors).map(Subject::Owner))?,
        };
        return Some((subject, count));
    }
    let about_tasks = tokens.iter().any(|token| token.word().starts_with("task"));
    (about_tasks && after.first() == Some(&"total")).then_some((Subject::Total, count))
}

/// The subject of `N tasks`, if the words around it do not limit the number. `before` holds up to two words,
/// the nearer first.
fn subject_of_noun(
    before: &[&str],
    after: &[&str],
    actors: &HashSet<ActorName>,
) -> Option<Subject> {
    const LIMITING: &[&str] = &[
        "to", "most", "least", "than", "first", "next", "last", "these", "those", "other",
        "another", "over", "under", "about", "only", "every", "another", "launch", "start", "run",
        "complete", "finish", "pick", "claim",
    ];
    const QUALIFYING: &[&str] = &[
        "remaining",
        "left",
        "per",
        "each",
        "at",
        "parallel",
        "today",
        "tomorrow",
        "in",
        "every",
        "ready",
        "this",
    ];
    match (before.first(), before.get(1)) {
        (Some(&"of"), Some(&("total" | "plan" | "list" | "set"))) | (Some(&"all"), _) => {
            return Some(Subject::Total);
        }
        (Some(&"of"), _) => return None,
        (Some(word), _) if LIMITING.contains(word) => return None,
        _ => {}
    }
    if let Some(status) = (1..=after.len().min(2))
        .rev()
        .find_map(|n| status(&after[..n]))
    {
        return Some(Subject::Status(status));
    }
    match after {
        ["in", "total", ..] | ["total", ..] => Some(Subject::Total),
        ["for" | "by" | "of", owner @ ..] => (1..=owner.len().min(3))
            .rev()
            .find_map(|n| known_actor(&owner[..n], actors))
            .map(Subject::Owner),
        [word, ..] if QUALIFYING.contains(word) => None,
        _ => Some(Subject::Total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let actors =
            HashSet::from(["codex", "claude", "ann-lee"].map(|name| name.parse().unwrap()));
        let found = figure(text, &actors).map(|(subject, count)| match subject {
            Subject::Owner(owner) => format!("{owner} {count}"),
            Subject::Status(status) => format!("{status} {count}"),
            subject => format!("{subject:?} {count}").to_lowercase(),
        });
        assert_eq!(found.as_deref().unwrap_or("nothing"), expected, "{text}");
    }

    #[test]
    fn a_total_is_found_in_many_wordings() {
        for text in [
            "18 tasks total with detailed specifications",
            "Task Breakdown (18 Total)",
            "All 18 tasks with metadata",
            "Total Tasks: 18",
            "**Total**: 18",
            "This plan has 18 tasks.",
            "a total of 18 tasks",
            "TASK_ASSIGNMENTS.md - 18 tasks with specs",
        ] {
            check(text, "total 18");
        }
    }

    #[test]
    fn a_figure_may_count_the_tasks_of_an_owner_or_a_status() {
        check("9 Codex tasks (code/runtime)", "codex 9");
        check("6 Claude Code tasks", "claude 6");
        check("Ann Lee: 4", "ann-lee 4");
        check("4 tasks for Ann Lee", "ann-lee 4");
        check(
            "Completed: 0 (all planning complete, execution ready)",
            "done 0",
        );
        check("In Progress: 0", "in_progress 0");
        check("3 tasks done", "done 3");
        check("3 blocked tasks", "blocked 3");
        check("Critical Reviews: 2 required by Claude Code", "reviews 2");
    }

    #[test]
    fn numbers_that_count_something_else_are_skipped() {
        for text in [
            "up to 3 tasks in parallel",
            "3 tasks remaining",
            "4–6 tasks",
            "~30 tasks",
            "PRs Open: 3 (#396 auto-merging)",
            "5-track strategy for tasks",
            "Completion %: 0% → 100%",
            "Guardrails: 0/4",
            "Top-5 \"Do Now\" Tasks (2–4 Hour Wins)",
            "Execute CC-1: guardrails (30 minutes)",
            "2 of 18 tasks",
            "Bob: 4",
            "version 1.0 tasks",
        ] {
            check(text, "nothing");
        }
    }
}
