//! The pull requests of one task.
//!
//! Not here: the table of all pull requests (`status`).

use super::style::{BAD, GOOD, NOTICE, PLAIN, Style};
use crate::{
    core::{
        entry::event::observation::{Checks, PullRequestState},
        values::{
            text::{Text, quoted, shell_word},
            time::Timestamp,
        },
        views::snapshot::TiedPullRequest,
    },
    render::words,
};

/// A section with a line for each pull request: `#7  open, 1 of 2 failing: “First”; seen 08:12 UTC (2 h ago)`; empty without any.
/// `open` is the name of the task if it is open: if its work is merged, the section has the command that finishes it.
pub fn pull_requests_of_task(
    requests: &[TiedPullRequest],
    open: Option<&str>,
    now: Timestamp,
    style: Style,
) -> String {
    if requests.is_empty() {
        return String::new();
    }
    let mut page = format!("\n{}\n", style.heading("Pull requests"));
    for TiedPullRequest { by, request } in requests {
        let checks = match request.checks.map(|checks| checks.result) {
            Some(Checks::Failing) => BAD,
            Some(Checks::Passing) => GOOD,
            Some(Checks::Pending) => NOTICE,
            Some(Checks::None) | None => PLAIN,
        };
        let counted = request
            .checks
            .filter(|checks| checks.result != Checks::None);
        let facts = [
            words::state(request.state, request.draft).to_owned(),
            words::checks(counted),
            words::review(request),
        ];
        let [state, counts, review] = facts;
        let counts = if counts.is_empty() {
            counts
        } else {
            style.paint(checks, &counts)
        };
        let facts = [state, counts, review];
        let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        let title = request.title.as_ref().map(Text::as_str).map(quoted);
        let parts = [facts.join(", "), title.unwrap_or_default()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        page.push_str(&format!(
            "  #{}  {}; by {by}, seen {} ({})\n",
            request.number,
            parts.join(": "),
            request.seen.seen_from(now),
            request.seen.distance_from(now)
        ));
    }
    let is_merged = |it: &TiedPullRequest| it.request.state == Some(PullRequestState::Merged);
    let is_over = requests.iter().any(is_merged) && !requests.iter().any(|it| it.request.is_open());
    if let Some(name) = open.filter(|_| is_over) {
        page.push_str(&format!(
            "  The work is merged: git coord done {}\n",
            shell_word(name)
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::observation::{CheckCounts, PullRequest, ReviewDecision},
        plan::state::records::SeenPullRequest,
        sample::{source, text},
        views::snapshot::{PullRequestDocument, TieKind},
    };

    #[test]
    fn a_line_has_what_was_observed_and_a_merged_one_the_command() {
        let mut seen = PullRequest {
            number: 7,
            title: Some(text("First\u{202e}")),
            state: Some(PullRequestState::Open),
            checks: Some(CheckCounts {
                passing: 1,
                failing: 1,
                pending: 0,
            }),
            review: Some(ReviewDecision::Approved),
            ..PullRequest::default()
        };
        let page = |seen: &PullRequest| {
            let seen = SeenPullRequest {
                at: "2025-10-15T08:00:00Z".parse().unwrap(),
                seen: seen.clone(),
            };
            let tied = TiedPullRequest {
                by: TieKind::Branch,
                request: PullRequestDocument::of(&source("h"), &seen),
            };
            let now = "2025-10-15T10:00:00Z".parse().unwrap();
            pull_requests_of_task(&[tied], Some("B"), now, Style::default())
        };
        assert_eq!(
            page(&seen),
            "\nPull requests\n  #7  open, 1 of 2 failing, approved: “First\\u{202e}”; by branch, seen 08:00 UTC (2 h ago)\n"
        );
        seen.state = Some(PullRequestState::Merged);
        assert!(page(&seen).ends_with("  The work is merged: git coord done B\n"));
        assert_eq!(
            pull_requests_of_task(&[], Some("B"), Timestamp::default(), Style::default()),
            ""
        );
    }
}
