//! What a person has to decide, then who holds what: the page of `status --watch`.
//!
//! Not here: the whole plan (`status`).

use super::{
    status::header,
    style::{BAD, NOTICE, Style, of_status},
    table::{Cell, titled},
};
use crate::{
    core::{
        entry::event::observation::{Checks, PullRequestState},
        plan::state::guardrails::GuardrailStatus,
        values::{task::Status, text::Text, time::Timestamp},
        views::snapshot::{GuardrailAtHand, StatusDocument, TaskDocument},
    },
    render::words,
};

/// The page: blocked tasks, tasks that await a review, lapsed claims, red guardrails and red pull requests; then the claims
/// with the time that is left of each lease.
pub fn attention(
    document: &StatusDocument,
    at_hand: &[GuardrailAtHand],
    now: Timestamp,
    style: Style,
) -> String {
    let row = |what, ansi, id: &str, title: &str, why: &str| {
        [
            Cell::painted(what, ansi),
            Cell::new(id),
            Cell::new(title),
            Cell::new(why),
        ]
    };
    let of = |task: &TaskDocument, what, why: &str| {
        row(
            what,
            of_status(task.status),
            &task.id,
            task.title.as_str(),
            why,
        )
    };
    let mut rows = Vec::new();
    for task in with(document, Status::Blocked) {
        rows.push(of(task, "blocked", &words::blockers(&task.blockers)));
    }
    for task in with(document, Status::InReview) {
        rows.push(of(task, "review", &words::gates(&task.gates)));
    }
    for (task, claim) in claims(document) {
        if claim.until < now {
            let ago = claim.until.distance_from(now);
            let why = format!("{}, expired {ago}", claim.actor);
            rows.push(row("claim", NOTICE, &task.id, task.title.as_str(), &why));
        }
    }
    for guardrail in &document.guardrails {
        let here = at_hand.iter().find(|it| it.id == guardrail.id);
        let status = here.map_or(guardrail.status, |it| it.status);
        if status == GuardrailStatus::Fail {
            let by = guardrail.actor.as_ref();
            let why = by.map_or_else(String::new, |actor| format!("fails, run by {actor}"));
            let (id, title) = (guardrail.id.to_string(), guardrail.title.as_str());
            rows.push(row("guardrail", BAD, &id, title, &why));
        }
    }
    for request in &document.pull_requests {
        let is_open = matches!(request.state, Some(PullRequestState::Open) | None);
        let is_red = request
            .checks
            .is_some_and(|it| it.result == Checks::Failing);
        if is_open && is_red {
            let (id, why) = (
                format!("#{}", request.number),
                words::checks(request.checks),
            );
            let title = request.title.as_ref().map_or("", Text::as_str);
            rows.push(row("pull request", BAD, &id, title, &why));
        }
    }
    let mut page = header(document, style);
    page.push('\n');
    let columns = ["What", "ID", "Task", "Why"];
    let decide = titled("To decide", columns, rows, style);
    page.push_str(&decide.unwrap_or_else(|| "Nothing has to be decided.\n".to_owned()));
    let held = claims(document).filter(|(_, claim)| claim.until >= now);
    let held = held.map(|(task, claim)| {
        let left = claim.until.distance_from(now);
        [
            Cell::new(claim.actor.as_str()),
            Cell::new(&task.id),
            Cell::new(task.title.as_str()),
            Cell::new(&left),
        ]
    });
    let columns = ["Holder", "ID", "Task", "Lease ends"];
    if let Some(held) = titled("Claims", columns, held, style) {
        page.push('\n');
        page.push_str(&held);
    }
    page
}

fn with(document: &StatusDocument, status: Status) -> impl Iterator<Item = &TaskDocument> {
    let tasks = document.tasks.iter();
    tasks.filter(move |task| task.status == status)
}

fn claims(
    document: &StatusDocument,
) -> impl Iterator<Item = (&TaskDocument, &crate::core::views::snapshot::ClaimDocument)> {
    let tasks = document.tasks.iter();
    tasks.filter_map(|task| Some((task, task.claim.as_ref()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{sample::Sample, views::snapshot};

    #[test]
    fn what_needs_a_decision_comes_before_the_claims_with_the_time_left() {
        let mut plan = Sample::new();
        let first = plan.add("A", "First\u{1b}[2J", Vec::new());
        plan.add("B", "Second", Vec::new());
        plan.claim("codex", &first);
        let document = snapshot::status(plan.state());
        let now = plan.state().effective;
        let page = attention(&document, &[], now, Style::default());
        assert!(
            page.contains("Nothing has to be decided.\n\nClaims\n"),
            "{page}"
        );
        assert!(page.contains("codex   A   First\\u{1b}[2J  in "), "{page}");
        let later = now.after("30d".parse().unwrap());
        let page = attention(&document, &[], later, Style::default());
        assert!(
            page.contains("claim  A   First\\u{1b}[2J  codex, expired "),
            "{page}"
        );
        assert!(!page.contains("Claims"), "{page}");
    }
}
