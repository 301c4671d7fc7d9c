//! The report of a day, as a page in Markdown and as JSON.
//!
//! Not here: choosing the contents (`core::views::report`).

use serde::Serialize;

use super::{
    changes,
    markdown::{escaped, table},
    refusal, words,
};
use crate::core::{
    values::{
        text::{Text, quoted, visible},
        time::Timestamp,
    },
    views::{
        report::{Note, OtherChanges, Report, ReportItem, ReportRequest, Undone, UndoneAct},
        snapshot::Minutes,
    },
};

/// The answer of `report --json`.
#[derive(Serialize)]
pub struct ReportDocument<'a> {
    #[serde(flatten)]
    report: &'a Report,
    also: Vec<String>,
}

impl<'a> From<&'a Report> for ReportDocument<'a> {
    fn from(report: &'a Report) -> Self {
        let also = also(&report.also);
        Self { report, also }
    }
}

/// A sentence for each change that is in no other list.
fn also(also: &OtherChanges) -> Vec<String> {
    let tasks = also.tasks.iter().map(changes::of_task);
    let requests = also.pull_requests.iter().map(changes::of_pull_request);
    let actors = also.actors.iter().map(changes::of_actor);
    let guardrails = also.guardrails.iter().map(changes::of_guardrail);
    let policy = also.policy.iter().map(changes::of_setting);
    let rest = actors.chain(guardrails).chain(policy);
    tasks.chain(requests).chain(rest).collect()
}

/// The page. Empty sections are left out.
pub fn report(report: &Report) -> String {
    let title = report.title.as_ref().map_or("Coordination", Text::as_str);
    let mut page = format!("# {}: {}\n\n{}\n", escaped(title), report.day, sum(report));
    for (heading, items) in [
        ("Done", &report.done),
        ("Cancelled", &report.cancelled),
        ("Reopened", &report.reopened),
    ] {
        list(&mut page, heading, items.iter().map(line));
    }
    list(
        &mut page,
        "Undone on the same day",
        report.undone.iter().map(undone),
    );
    for (heading, items) in [
        ("Reviewed", &report.reviewed),
        ("Waiting for review", &report.submitted),
        ("Claimed", &report.claimed),
        ("Overdue", &report.overdue),
        ("Lapsed claims", &report.lapsed),
        ("Blocked", &report.blocked),
        ("Unblocked", &report.unblocked),
        ("Added", &report.added),
    ] {
        list(&mut page, heading, items.iter().map(line));
    }
    for (heading, requests) in [
        ("Pull requests to review", &report.requests.to_review),
        ("Red pull requests", &report.requests.red),
        ("Merged, but not done", &report.requests.merged),
    ] {
        list(&mut page, heading, requests.iter().map(request));
    }
    let also = also(&report.also);
    list(&mut page, "Also", also.iter().map(|it| escaped(it)));
    guardrails(&mut page, report);
    for (heading, ids) in [
        ("Failing guardrails", &report.failing),
        ("Stale guardrails", &report.stale),
    ] {
        let ids = ids.iter().map(ToString::to_string);
        list(&mut page, heading, ids);
    }
    targets(&mut page, report);
    actors(&mut page, report);
    tomorrow(&mut page, report);
    let refused = report.anomalies.iter().map(|it| {
        let why = refusal::anomaly(&it.cause, None);
        format!("{}: {}", it.actor, escaped(&why))
    });
    list(&mut page, "Anomalies", refused);
    page
}

/// The sums: `12 of 21 tasks done, 57% (before: 43%), 8h-9h to go; 31 entries so far.`
fn sum(report: &Report) -> String {
    let summary = &report.summary;
    let sums = summary.estimate_minutes;
    let percent = report.figures.iter().find(|it| it.name == "percent");
    let before = percent.map_or_else(String::new, |it| format!(" (before: {}%)", it.before));
    let to_go = Minutes {
        low: sums.remaining_low,
        high: sums.remaining_high,
    };
    let to_go = match to_go.high {
        0 => String::new(),
        _ => format!(", {} to go", words::effort(to_go)),
    };
    let entries = match report.entries {
        0 => "no entries".to_owned(),
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let so_far = if report.over { "" } else { " so far" };
    // A cancelled task is not a part of the work.
    let total = summary.total.saturating_sub(summary.cancelled);
    let (done, percent) = (summary.done, summary.percent);
    format!("{done} of {total} tasks done, {percent}%{before}{to_go}; {entries}{so_far}.")
}

fn list(page: &mut String, heading: &str, items: impl Iterator<Item = String>) {
    let lines: Vec<String> = items.map(|line| format!("- {line}\n")).collect();
    if !lines.is_empty() {
        page.push_str(&format!("\n## {heading}\n\n{}", lines.concat()));
    }
}

/// One item of a list: `B: “Circuit-Breaker to MATRIZ”; approved at 0123456789ab: “fine” (claude, 2025-10-15 14:05 UTC)`.
fn line(item: &ReportItem) -> String {
    let note = item.note.as_ref().map(|note| match note {
        Note::Reason(reason) => format!("; {}", escaped(&quoted(reason.as_str()))),
        Note::Waiver(reason) => format!("; waived: {}", escaped(&quoted(reason.as_str()))),
        Note::HandedOn(by) => format!("; handed on by {by}"),
        Note::Judgement(judgement) => format!("; {judgement}"),
    });
    let commit = item.commit.as_ref();
    let commit = commit.map(|commit| format!(" at {commit:.12}"));
    let text = item.text.as_ref();
    let text = text.map(|text| format!(": {}", escaped(&quoted(text.trim()))));
    let integrated = item.integrated.as_ref();
    let integrated = integrated.map_or_else(String::new, |it| {
        format!("; {}", escaped(&words::integrated(it)))
    });
    let at = item.at.map(Timestamp::dated);
    let by = item.by.as_ref().map(|by| by.as_str().to_owned());
    let who: Vec<String> = by.into_iter().chain(at).collect();
    let who = if who.is_empty() {
        String::new()
    } else {
        format!(" ({})", who.join(", "))
    };
    let title = escaped(&quoted(item.title.as_str()));
    format!(
        "{}: {title}{}{}{integrated}{}{who}",
        escaped(&item.id),
        note.unwrap_or_default(),
        commit.unwrap_or_default(),
        text.unwrap_or_default()
    )
}

/// An act that was undone: `B: “Breaker”; claimed by codex (2025-10-15 14:05 UTC), released by ada (2025-10-15 14:07 UTC)`.
fn undone(undone: &Undone) -> String {
    let word = match undone.act {
        UndoneAct::Done | UndoneAct::Cancelled => "reopened",
        UndoneAct::Claimed => "released",
    };
    format!(
        "{}: {}; {} by {} ({}), {word} by {} ({})",
        escaped(&undone.id),
        escaped(&quoted(undone.title.as_str())),
        undone.act,
        undone.by,
        undone.at.dated(),
        undone.undone_by,
        undone.undone_at.dated()
    )
}

/// A pull request: `#7: “First”; 1 of 2 failing, approved (B)`.
fn request(request: &ReportRequest) -> String {
    let ReportRequest {
        tasks,
        pull_request,
    } = request;
    let title = pull_request.title.as_ref().map(Text::as_str).map(quoted);
    let title = title.map_or_else(String::new, |title| format!(": {}", escaped(&title)));
    let facts = [
        words::checks(pull_request.checks),
        words::review(pull_request),
    ];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let facts = match &*facts.join(", ") {
        "" => String::new(),
        facts => format!("; {facts}"),
    };
    let tasks = match &*tasks.join(", ") {
        "" => String::new(),
        tasks => format!(" ({})", escaped(tasks)),
    };
    let name = escaped(&format!("#{}", pull_request.number));
    format!("{name}{title}{facts}{tasks}")
}

fn actors(page: &mut String, report: &Report) {
    let names = |ids: &[String]| escaped(&ids.join(", "));
    let rows = report.actors.iter().map(|it| {
        [
            it.actor.to_string(),
            it.entries.to_string(),
            names(&it.done),
            names(&it.reviewed),
            names(&it.submitted),
            names(&it.claimed),
        ]
    });
    let columns = [
        "Actor",
        "Entries",
        "Done",
        "Reviewed",
        "Submitted",
        "Claimed",
    ];
    table(page, "By actor", columns, rows);
}

fn tomorrow(page: &mut String, report: &Report) {
    let rows = report.tomorrow.iter().map(|plan| {
        let more = match plan.more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        [
            plan.actor
                .as_ref()
                .map_or("anybody", |it| it.as_str())
                .to_owned(),
            escaped(&plan.review.join(", ")),
            escaped(&plan.go_on.join(", ")),
            escaped(&plan.next.join(", ")) + &more,
        ]
    });
    table(page, "Tomorrow", ["Actor", "Review", "Go on", "Next"], rows);
}

fn guardrails(page: &mut String, report: &Report) {
    let rows = report.guardrails.iter().map(|guardrail| {
        let at = guardrail.at.map(Timestamp::dated);
        let commit = guardrail.commit.as_ref();
        let commit = commit.map(|commit| format!("{commit:.12}"));
        [
            guardrail.id.to_string(),
            escaped(guardrail.title.as_str()),
            if guardrail.required { "yes" } else { "no" }.to_owned(),
            words::guardrail_status(guardrail.status, guardrail.by_hand, guardrail.dirty),
            commit.unwrap_or_default(),
            at.unwrap_or_default(),
        ]
    });
    let columns = ["ID", "Guardrail", "Required", "Status", "Commit", "Run"];
    table(page, "Guardrails", columns, rows);
}

fn targets(page: &mut String, report: &Report) {
    let rows = report.targets.iter().map(|target| {
        [
            target.name.to_string(),
            escaped(target.expression.as_str()),
            visible(&words::target(target)).into_owned(),
        ]
    });
    table(page, "Targets", ["Figure", "Target", "Result"], rows);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, WorkEvent},
        sample::Sample,
    };

    #[test]
    fn the_page_shows_the_day_and_escapes_markdown_in_texts() {
        let mut sample = Sample::day();
        let morning = sample.state().clone();
        let reference = |name| morning.reference(morning.names().resolve(name).unwrap());
        sample.block("codex", &reference("G"), "no | quota\n# x", None);
        sample.done("codex", &reference("1"));
        let day = "2025-10-15".parse().unwrap();
        let ends = (Some(&morning), sample.state());
        let page = report(&Report::of((day, false), ends.0, ends.1, &[], &|_| None));
        let wanted = "\
# Release 1.0: 2025-10-15

2 of 7 tasks done, 35% (before: 27%), 6h to go; 2 entries so far.

## Done

- 1: “Shadow-Diff Harness” (codex, 2025-10-15 08:32 UTC)

## Blocked

- 2: “Golden Token Kit \\| \\`Fixtures\\` \\<b>”; “staging is down” (codex, 2025-10-15 08:18 UTC)
- G: “Tenant Sandbox”; “no \\| quota\\\\n# x” (codex, 2025-10-15 08:31 UTC)

## Pull requests to review

- \\#<!-- -->410: “Coordination \\\\u{9b}31m”; 3 passing (B)

## Guardrails

| ID | Guardrail | Required | Status | Commit | Run |
| --- | --- | --- | --- | --- | --- |
| G1 | State sweep | no | pass | 0123456789ab | 2025-10-15 08:25 UTC |
| G2 | Shadow-diff | no | not_run |  |  |

## Targets

| Figure | Target | Result |
| --- | --- | --- |
| in_progress | 3..5 | it is 0, missed |
| mood | good | its figure is unknown |
| prs_open | \\<10 | it is 1, met |

## By actor

| Actor | Entries | Done | Reviewed | Submitted | Claimed |
| --- | --- | --- | --- | --- | --- |
| codex | 0 | 1 |  |  |  |

## Tomorrow

| Actor | Review | Go on | Next |
| --- | --- | --- | --- |
| claude | B |  |  |
| anybody |  |  | B\\~2zk0 |
";
        assert_eq!(page, wanted);
    }

    #[test]
    fn an_act_that_was_undone_is_shown_with_both_actors() {
        let mut sample = Sample::day();
        let morning = sample.state().clone();
        let known = sample.entries().len();
        let task = morning.reference(morning.names().resolve("G").unwrap());
        let claim = sample.claim("copilot", &task);
        let released = WorkEvent::Released { task, claim };
        sample.by("copilot", Event::Work(released));
        let entries = &sample.entries()[known..];
        let day = "2025-10-15".parse().unwrap();
        let ends = (Some(&morning), sample.state());
        let page = report(&Report::of((day, false), ends.0, ends.1, entries, &|_| {
            None
        }));
        let wanted = "\n## Undone on the same day\n\n- G: “Tenant Sandbox”; claimed by copilot \
                      (2025-10-15 08:31 UTC), released by copilot (2025-10-15 08:32 UTC)\n";
        assert!(page.contains(wanted), "{page}");
    }
}
