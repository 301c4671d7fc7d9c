//! The answer of an import: the contents of the plan, the changes, and contradictions in the plan.
//!
//! Not here: the import itself (`chain`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::plan::PlanFile;
use crate::{
    cli::{CommandError, Context},
    core::values::text::{Text, counted, visible},
    exchange::{Draft, Finding, import::NotApplied},
};

/// The result of an import.
pub struct ImportOutcome {
    /// How many tasks are new.
    pub added: usize,
    /// How many facts changed about tasks and guardrails.
    pub changes: usize,
    /// How many entries were appended, or would be.
    pub entries: usize,
    /// The object id of the tip, if something was appended.
    pub tip: Option<String>,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// The differences that were left alone.
    pub not_applied: Vec<NotApplied>,
}

/// The data of `coord.import/1`.
#[derive(Serialize)]
struct Document<'a> {
    source: &'a str,
    format: &'static str,
    dry_run: bool,
    tip: Option<&'a str>,
    entries: usize,
    added: usize,
    changes: usize,
    plan: Figures<'a>,
    findings: Vec<Placed<Finding>>,
    not_applied: Vec<Placed<NotApplied>>,
}

/// A remark with its place in the files of the plan.
#[derive(Serialize)]
struct Placed<T> {
    /// The file, if the plan is a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The remark, at its line in that file.
    #[serde(flatten)]
    remark: T,
}

/// The contents of the plan, as numbers.
#[derive(Serialize)]
struct Figures<'a> {
    tasks: usize,
    groups: usize,
    waves: usize,
    tasks_in_waves: usize,
    guardrails: usize,
    by_owner: BTreeMap<&'a str, usize>,
}

/// Answers with the result of an import.
///
/// # Errors
/// Standard output cannot be written.
pub fn say(
    context: &mut Context,
    plan: &PlanFile,
    outcome: &ImportOutcome,
) -> Result<(), CommandError> {
    let figures = Figures::of(&plan.draft);
    let text = text(plan, outcome, &figures);
    let document = Document {
        source: plan.source.as_str(),
        format: plan.draft.format.as_str(),
        dry_run: outcome.dry_run,
        tip: outcome.tip.as_deref(),
        entries: outcome.entries,
        added: outcome.added,
        changes: outcome.changes,
        plan: figures,
        findings: (plan.draft.findings.iter())
            .map(|remark| placed(plan, remark, |remark| &mut remark.line))
            .collect(),
        not_applied: (outcome.not_applied.iter())
            .map(|remark| placed(plan, remark, |remark| &mut remark.line))
            .collect(),
    };
    context.ui.answer("coord.import/1", &document, text)
}

fn placed<T: Clone>(plan: &PlanFile, remark: &T, line: fn(&mut T) -> &mut usize) -> Placed<T> {
    let mut remark = remark.clone();
    let (file, at) = plan.place(*line(&mut remark));
    *line(&mut remark) = at;
    Placed { file, remark }
}

/// A place in words.
fn shown(plan: &PlanFile, line: usize) -> String {
    let (file, line) = plan.place(line);
    let file = file.unwrap_or_else(|| plan.source.as_str().to_owned());
    format!("{}:{line}", visible(&file))
}

impl<'a> Figures<'a> {
    fn of(draft: &'a Draft) -> Self {
        let groups: BTreeSet<&str> = draft
            .tasks
            .iter()
            .filter_map(|it| it.fields.group.as_ref().map(Text::as_str))
            .collect();
        let waves: BTreeSet<u32> = draft
            .tasks
            .iter()
            .filter_map(|it| Some(it.fields.wave?.number))
            .collect();
        let mut by_owner = BTreeMap::new();
        for owner in draft.tasks.iter().flat_map(|task| &task.fields.owners) {
            *by_owner.entry(owner.as_str()).or_insert(0) += 1;
        }
        Self {
            tasks: draft.tasks.len(),
            groups: groups.len(),
            waves: waves.len(),
            tasks_in_waves: draft
                .tasks
                .iter()
                .filter(|it| it.fields.wave.is_some())
                .count(),
            guardrails: draft.guardrails.len(),
            by_owner,
        }
    }
}

/// The lines for people: first the findings, then the totals.
fn text(plan: &PlanFile, outcome: &ImportOutcome, figures: &Figures<'_>) -> String {
    let source = &plan.source;
    let mut lines = Vec::new();
    for Finding {
        line,
        kind,
        message,
    } in &plan.draft.findings
    {
        let place = shown(plan, *line);
        lines.push(format!("{place}: {kind}: {}", visible(message)));
    }
    for NotApplied { line, message, .. } in &outcome.not_applied {
        let place = shown(plan, *line);
        lines.push(format!("{place}: left alone: {}", visible(message)));
    }
    lines.push(holds(source.as_str(), figures));
    let verb = if outcome.dry_run {
        "would append"
    } else {
        "appended"
    };
    lines.push(match outcome.entries {
        0 => "no changes".to_owned(),
        entries => format!(
            "{verb} {}: {} added, {} changed",
            counted(entries, "entry", "entries"),
            counted(outcome.added, "task", "tasks"),
            counted(outcome.changes, "fact", "facts"),
        ),
    });
    lines.join("\n") + "\n"
}

/// The contents of the plan, in a sentence.
fn holds(source: &str, figures: &Figures<'_>) -> String {
    let mut sentence = format!(
        "{} has {} in {}",
        visible(source),
        counted(figures.tasks, "task", "tasks"),
        counted(figures.groups, "group", "groups"),
    );
    if figures.waves > 0 {
        let outside = figures.tasks - figures.tasks_in_waves;
        sentence += &format!(
            ", {} ({} in one, {outside} in none)",
            counted(figures.waves, "wave", "waves"),
            counted(figures.tasks_in_waves, "task", "tasks"),
        );
    }
    if figures.guardrails > 0 {
        sentence += &format!(
            ", {}",
            counted(figures.guardrails, "guardrail", "guardrails")
        );
    }
    let owners = figures.by_owner.iter();
    let owners: Vec<String> = owners
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if !owners.is_empty() {
        sentence += &format!("; by owner: {}", owners.join(", "));
    }
    sentence
}
