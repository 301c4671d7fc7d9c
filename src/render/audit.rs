//! The results of a run of guardrails, as data and as a Markdown page.
//!
//! Not here: the results on a terminal (`render::text`), the guardrails in the state (`core::views::snapshot`), and
//! running them (`cli`).

use serde::Serialize;

use super::markdown::{escaped, table};
use crate::core::{
    plan::state::guardrails::GuardrailStatus,
    values::{
        id::{ActorName, GuardId},
        text::Text,
        time::Timestamp,
    },
};

/// The results of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The commit that was checked; none if the repository has no commit yet.
    pub commit: Option<String>,
    /// The tree of that commit.
    pub tree: Option<String>,
    /// Whether the worktree differed from that tree.
    pub dirty: bool,
    /// The start of the run, in UTC.
    pub at: Timestamp,
    /// The actor that ran it.
    pub actor: ActorName,
    /// The machine that it ran on.
    pub machine: Option<Text>,
    /// Whether every required guardrail passed.
    pub passed: bool,
    /// The selected guardrails, sorted by id.
    pub guardrails: Vec<CheckedGuardrail>,
}

/// The result of one guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedGuardrail {
    /// Its id.
    pub id: GuardId,
    /// Its title.
    pub title: Text,
    /// Whether the audit requires it to pass.
    pub required: bool,
    /// The result; `not_run` if no command was run and no current result is recorded.
    pub status: GuardrailStatus,
    /// The unfinished tasks that it waits for.
    pub waits_for: Vec<String>,
    /// The reason for the result, or another remark, in a few words.
    pub note: Option<String>,
    /// The exit status of its command; none if the command did not end by itself.
    pub exit: Option<i32>,
    /// The duration of its command, in milliseconds.
    pub duration_milliseconds: Option<u64>,
    /// The object id of the entry with its result and its output.
    pub entry: Option<String>,
    /// The path of its output in that entry.
    pub evidence: Option<Text>,
}

impl Audit {
    /// The number of guardrails with this result.
    fn count(&self, status: GuardrailStatus) -> usize {
        let same = |checked: &&CheckedGuardrail| checked.status == status;
        self.guardrails.iter().filter(same).count()
    }

    /// The sums: `2 passed, 1 failed, 1 waiting`.
    pub(super) fn figures(&self) -> String {
        let words = [
            (GuardrailStatus::Pass, "passed"),
            (GuardrailStatus::Fail, "failed"),
            (GuardrailStatus::Waiting, "waiting"),
            (GuardrailStatus::Stale, "stale"),
            (GuardrailStatus::NotRun, "not run"),
        ];
        let counted = words.map(|(status, word)| (self.count(status), word));
        let some = counted.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = some
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if parts.is_empty() {
            "no guardrails".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// `ready` or `not ready`; `nothing is required` if no guardrail is required and not all have passed.
    pub(super) fn verdict(&self) -> &'static str {
        let is_required = |checked: &CheckedGuardrail| checked.required;
        let all_passed = self.count(GuardrailStatus::Pass) == self.guardrails.len().max(1);
        if !self.passed {
            "not ready"
        } else if all_passed || self.guardrails.iter().any(is_required) {
            "ready"
        } else {
            "nothing is required"
        }
    }

    /// The checked files: `commit 0123456789, with changes`.
    fn subject(&self) -> String {
        let commit = match &self.commit {
            Some(commit) => format!("commit {}", short(commit)),
            None => "no commit".to_owned(),
        };
        if self.dirty {
            format!("{commit}, with changes")
        } else {
            commit
        }
    }
}

/// The Markdown page.
pub fn audit_markdown(audit: &Audit) -> String {
    let verdict = match audit.verdict() {
        "ready" => "Ready",
        "not ready" => "Not ready",
        _ => "Nothing is required",
    };
    let mut page = format!(
        "# Guardrails before the audit\n\n**{verdict}**: {}.\n\nSubject: {}; run by {} at {}.\n",
        audit.figures(),
        audit.subject(),
        audit.actor,
        audit.at.dated()
    );
    let rows = audit.guardrails.iter().map(row);
    let columns = ["ID", "Guardrail", "Required", "Result", "Note", "Evidence"];
    table(&mut page, "Results", columns, rows);
    page
}

fn row(checked: &CheckedGuardrail) -> [String; 6] {
    let evidence = checked.entry.as_ref().zip(checked.evidence.as_ref());
    let shown = |(entry, name): (&String, &Text)| format!("{}:{name}", short(entry));
    [
        checked.id.to_string(),
        escaped(checked.title.as_str()),
        if checked.required { "yes" } else { "no" }.to_owned(),
        checked.status.to_string(),
        escaped(checked.note.as_deref().unwrap_or_default()),
        evidence
            .map(shown)
            .map_or_else(String::new, |text| escaped(&text)),
    ]
}

/// The first ten digits of an object id.
fn short(object: &str) -> &str {
    object.get(..10).unwrap_or(object)
}

/// A guardrail as a run left it, and a run of two, for tests.
#[cfg(test)]
pub(super) mod sample {
    use super::*;

    pub fn checked(
        id: &str,
        required: bool,
        status: GuardrailStatus,
        note: &str,
    ) -> CheckedGuardrail {
        CheckedGuardrail {
            id: id.parse().unwrap(),
            title: "a | b\u{1b}[2J".parse().unwrap(),
            required,
            status,
            waits_for: Vec::new(),
            note: (!note.is_empty()).then(|| note.to_owned()),
            exit: Some(1),
            duration_milliseconds: Some(1),
            entry: Some("0123456789abcdef".to_owned()),
            evidence: Some("output.txt".parse().unwrap()),
        }
    }

    pub fn audit() -> Audit {
        Audit {
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            tree: None,
            dirty: true,
            at: "2025-10-15T14:05:00Z".parse().unwrap(),
            actor: "ada".parse().unwrap(),
            machine: None,
            passed: false,
            guardrails: vec![
                checked("G1", true, GuardrailStatus::Pass, ""),
                checked("G2", false, GuardrailStatus::Fail, "exit status 1"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        sample::{audit, checked},
        *,
    };

    #[test]
    fn a_run_without_required_guardrails_is_ready_only_if_all_have_passed() {
        let verdict = |required, status| {
            let guardrails = vec![
                checked("G1", required, GuardrailStatus::Pass, ""),
                checked("G2", false, status, ""),
            ];
            let passed = true;
            let audit = Audit {
                passed,
                guardrails,
                ..audit()
            };
            audit.verdict()
        };
        assert_eq!(verdict(true, GuardrailStatus::NotRun), "ready");
        assert_eq!(verdict(false, GuardrailStatus::Pass), "ready");
        assert_eq!(
            verdict(false, GuardrailStatus::NotRun),
            "nothing is required"
        );
    }

    #[test]
    fn the_page_names_the_commit_and_the_evidence() {
        let page = audit_markdown(&audit());
        for line in [
            "**Not ready**: 1 passed, 1 failed.",
            "Subject: commit 0123456789, with changes; run by ada at 2025-10-15 14:05 UTC.",
            "| G2 | a \\| b\\\\u{1b}\\[2J | no | fail | exit status 1 | 0123456789:output.txt |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }
}
