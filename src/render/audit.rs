//! What a run of guardrails found, and the page in Markdown for the person who decides.
//!
//! Not here: the same for terminals (`render::text`), what the state says of a guardrail (`core::views::snapshot`), and
//! running one (`cli`).

use serde::Serialize;

use super::markdown::{escaped, table};
use crate::core::{
    plan::state::standing::GuardrailStatus,
    values::{
        id::{ActorName, GuardId},
        text::Text,
    },
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The commit that was looked at; none before the first.
    pub commit: Option<String>,
    /// Its tree.
    pub tree: Option<String>,
    /// Whether the worktree differed from it.
    pub dirty: bool,
    /// When it began, in UTC.
    pub at: String,
    /// Who ran it.
    pub actor: ActorName,
    /// The machine that it ran on.
    pub host: Option<Text>,
    /// Whether all that had to pass did.
    pub passed: bool,
    /// The guardrails that were asked for, by name.
    pub guardrails: Vec<Checked>,
}

/// How one guardrail came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its name.
    pub id: GuardId,
    /// What it shows.
    pub title: Text,
    /// Whether everything has to wait for it.
    pub required: bool,
    /// How it came out; `not_run` where nothing could be run and nothing that is at hand was recorded.
    pub status: GuardrailStatus,
    /// The unfinished tasks that it waits for.
    pub waits_for: Vec<String>,
    /// Why it did not pass, in a few words, or what else there is to say.
    pub note: Option<String>,
    /// The exit status of its command, if that ended by itself.
    pub exit: Option<i32>,
    /// How long it ran.
    pub duration_milliseconds: Option<u64>,
    /// The object id of the entry that holds its result and its output.
    pub entry: Option<String>,
    /// The path of its output in that entry.
    pub evidence: Option<Text>,
}

impl Audit {
    /// How many came out so.
    fn count(&self, status: GuardrailStatus) -> usize {
        let same = |checked: &&Checked| checked.status == status;
        self.guardrails.iter().filter(same).count()
    }

    /// `2 passed, 1 failed, 1 waiting`.
    pub(super) fn figures(&self) -> String {
        let words = [
            (GuardrailStatus::Pass, "passed"),
            (GuardrailStatus::Fail, "failed"),
            (GuardrailStatus::Waiting, "waiting"),
            (GuardrailStatus::NotRun, "not run"),
        ];
        let counted = words.map(|(status, word)| (self.count(status), word));
        let some = counted.into_iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = some
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if told.is_empty() {
            "there is no guardrail".to_owned()
        } else {
            told.join(", ")
        }
    }

    /// Whether all that had to pass did; where nothing has to and not all did, that is said.
    pub(super) fn verdict(&self) -> &'static str {
        let is_required = |checked: &Checked| checked.required;
        let all_passed = self.count(GuardrailStatus::Pass) == self.guardrails.len().max(1);
        if !self.passed {
            "not ready"
        } else if all_passed || self.guardrails.iter().any(is_required) {
            "ready"
        } else {
            "nothing is required"
        }
    }

    /// `commit 0123456789, with changes`.
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

/// The page.
pub fn audit_markdown(audit: &Audit) -> String {
    let verdict = match audit.verdict() {
        "ready" => "Ready",
        "not ready" => "Not ready",
        _ => "Nothing is required",
    };
    let mut page = format!(
        "# Guardrails before the audit\n\n**{verdict}**: {}.\n\nOf {}; run by {} at {}.\n",
        audit.figures(),
        audit.subject(),
        audit.actor,
        audit.at
    );
    let rows: Vec<Vec<String>> = audit.guardrails.iter().map(row).collect();
    let columns = ["ID", "Guardrail", "Required", "Result", "Note", "Evidence"];
    table(&mut page, "Results", &columns, &rows);
    page
}

fn row(checked: &Checked) -> Vec<String> {
    let evidence = checked.entry.as_ref().zip(checked.evidence.as_ref());
    let shown = |(entry, name): (&String, &Text)| format!("{}:{name}", short(entry));
    vec![
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

/// The digits of an object id that are shown.
fn short(object: &str) -> &str {
    object.get(..10).unwrap_or(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(id: &str, required: bool, status: GuardrailStatus, note: &str) -> Checked {
        Checked {
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

    fn audit() -> Audit {
        Audit {
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            tree: None,
            dirty: true,
            at: "2025-10-15T14:05:00Z".to_owned(),
            actor: "ada".parse().unwrap(),
            host: None,
            passed: false,
            guardrails: vec![
                checked("G1", true, GuardrailStatus::Pass, ""),
                checked("G2", false, GuardrailStatus::Fail, "exit status 1"),
            ],
        }
    }

    #[test]
    fn where_nothing_is_required_it_is_not_called_ready_before_all_have_passed() {
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
    fn the_page_says_of_what_it_is_and_where_the_evidence_lies() {
        let page = audit_markdown(&audit());
        for line in [
            "**Not ready**: 1 passed, 1 failed.",
            "Of commit 0123456789, with changes; run by ada at 2025-10-15T14:05:00Z.",
            "| G2 | a \\| b\\\\u{1b}\\[2J | no | fail | exit status 1 | 0123456789:output.txt |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }
}
