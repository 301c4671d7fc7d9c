//! The answer of a sync: fetched, published and refused entries, and the actors that came first.
//!
//! Not here: the sync itself (`sync::round`).

use serde::Serialize;

use super::contact::Contact;
use crate::{
    cli::{CommandError, Context},
    core::{
        history::{
            judge::Flaw,
            log::{EntryDocument, EntryEffect},
        },
        plan::{refusal::Refusal, state::records::Anomaly},
        values::{
            id::{ActorName, EntryId},
            text::{counted, shell_word, visible},
            time::Timestamp,
        },
    },
    render::refusal,
    sync::{
        ahead::Ahead,
        round::{LostClaim, Renamed, ReplacedGuardrail, Synced},
    },
};

/// The data of `coord.sync/1`.
#[derive(Serialize)]
pub struct SyncAnswer<'a> {
    remote: &'a str,
    r#ref: &'a str,
    dry_run: bool,
    tip: String,
    entries: u64,
    /// How often home changed before the local entries could be published.
    races: u32,
    /// Whether home was rewound and its missing entries were pushed again.
    restored: bool,
    fetched: &'a [EntryDocument],
    /// With `--dry-run`, the entries that would be published.
    published: &'a [EntryDocument],
    refused: Vec<Refused>,
    /// The tasks that were renamed because their id was already taken.
    renamed: &'a [Renamed],
    /// The guardrails of which one definition replaced another that was made at the same time.
    replaced_guardrails: &'a [ReplacedGuardrail],
    lost_claims: &'a [LostClaim],
    /// Why a courier did not accept the entries of this clone.
    declined: Option<&'a str>,
    /// The first entry of home that stays outside, because it is ahead of the clock or of this program's versions.
    ahead: Option<&'a Ahead>,
    /// The entries of this clone that a repair left behind.
    left_behind: &'a [EntryDocument],
    /// Whether entries of this clone could not be published.
    #[serde(skip)]
    is_stuck: bool,
    /// The first contact with home, if this was it.
    contact: Option<&'a Contact>,
}

/// An entry that the rules refuse at its new position.
#[derive(Serialize)]
pub struct Refused {
    entry: EntryId,
    actor: ActorName,
    #[serde(flatten)]
    refusal: Refusal,
}

impl<'a> SyncAnswer<'a> {
    /// The answer of a sync; with `dry_run`, what would happen.
    pub fn of(
        synced: &'a Synced,
        remote: &'a str,
        dry_run: bool,
        contact: Option<&'a Contact>,
    ) -> Self {
        let report = &synced.report;
        Self {
            remote,
            r#ref: &synced.name,
            dry_run,
            tip: synced.current.tip.to_string(),
            entries: synced.current.state.entries,
            races: synced.races,
            restored: report.restored,
            fetched: &report.fetched,
            published: if dry_run && report.ahead.is_none() {
                &report.waiting
            } else {
                &report.published
            },
            refused: report.refused.iter().map(Refused::of).collect(),
            renamed: &report.renamed,
            replaced_guardrails: &report.replaced,
            lost_claims: &report.lost_claims,
            declined: report.declined.as_deref(),
            ahead: report.ahead.as_ref(),
            left_behind: &report.left_behind,
            is_stuck: report.ahead.is_some() && !report.waiting.is_empty(),
            contact,
        }
    }

    /// Prints it. The answer is no if an entry of this clone was refused, left behind or could not be published.
    ///
    /// # Errors
    /// An entry of this clone did not get through, or standard output cannot be written.
    pub fn say(&self, context: &mut Context) -> Result<(), CommandError> {
        let text = text(self, context.now()?);
        context.ui.answer("coord.sync/1", self, text)?;
        let quarantined = |entry: &&EntryDocument| entry.effect == EntryEffect::Quarantined;
        for entry in self.published.iter().filter(quarantined) {
            let commit = ignored(entry);
            context
                .ui
                .warn(format!("published a commit without effect: {commit}"));
        }
        if let Some(ahead) = self.ahead {
            context.ui.warn(ahead.to_string());
            let repair = "to drop it, an admin runs: git coord repair";
            context.ui.hint(repair.to_owned());
        }
        CommandError::unless(
            self.refused.is_empty() && self.left_behind.is_empty() && !self.is_stuck,
        )
    }
}

impl Refused {
    /// The refused entry of this anomaly.
    pub fn of(anomaly: &Anomaly) -> Self {
        Self {
            entry: anomaly.entry,
            actor: anomaly.actor.clone(),
            refusal: anomaly.refusal.clone(),
        }
    }
    /// The same as a sentence, read at `now`.
    pub fn in_words(&self, now: Timestamp) -> String {
        let why = refusal::sentence(&self.refusal, Some(now));
        format!("the rules refused an entry of {}: {why}", self.actor)
    }
}

/// The greatest number of entries that are listed.
const SHOWN_MAX: usize = 10;

fn text(told: &SyncAnswer<'_>, now: Timestamp) -> String {
    let SyncAnswer { remote, .. } = told;
    let (restored, fetched, published) = if told.dry_run {
        ("would be pushed", "would fetch", "would publish")
    } else {
        ("were pushed", "fetched", "published")
    };
    let mut lines = Vec::new();
    if let Some(contact) = told.contact {
        lines.extend(contact.lines(remote, told.entries));
    }
    if told.restored {
        lines.push(format!(
            "{remote} was rewound; its missing entries {restored} again"
        ));
    }
    // The first contact fetches the whole ledger, which is too long to list.
    let is_first = told.contact.is_some_and(Contact::is_first);
    if !is_first {
        let heading = format!("{fetched} {{}} from {remote}");
        entries(&mut lines, told.fetched, &heading);
    }
    entries(
        &mut lines,
        told.published,
        &format!("{published} {{}} to {remote}"),
    );
    for lost in told.lost_claims {
        let now = lost.now.as_ref().map_or("nobody", ActorName::as_str);
        let LostClaim { task, before, .. } = lost;
        lines.push(format!(
            "after the repair, {before} no longer holds {task}: {now} holds it"
        ));
    }
    for Renamed { id, shown, by } in told.renamed.iter().filter(|_| !is_first) {
        lines.push(format!(
            "renamed {id} of {by} to {shown}: another task has this id"
        ));
    }
    for replaced in told.replaced_guardrails {
        let ReplacedGuardrail {
            guardrail,
            before,
            now,
        } = replaced;
        lines.push(format!(
            "the guardrail {guardrail} of {now} replaced that of {before}, which was defined at the same time"
        ));
        let given = shell_word(guardrail.as_str());
        lines.push(format!("  git coord guard show {given}"));
    }
    for refused in &told.refused {
        lines.push(refused.in_words(now));
    }
    if let Some(ahead) = told.ahead {
        let count = counted(ahead.commits, "commit", "commits");
        let why = match ahead.version {
            Some(_) => "this version of git-coord cannot read the first",
            None => "the first is dated ahead of this machine's clock",
        };
        lines.push(format!(
            "this clone leaves {count} of {remote} outside: {why}"
        ));
    }
    if told.is_stuck {
        lines.push("your new entries wait until they can be published".to_owned());
    }
    entries(
        &mut lines,
        told.left_behind,
        "the repair dropped {} of this clone",
    );
    if let Some(why) = told.declined {
        lines.push(format!(
            "{remote} did not accept the entries of this clone: {why}"
        ));
    }
    if lines.is_empty() {
        lines.push(format!("up to date with {remote}"));
    }
    lines
        .iter()
        .map(|line| visible(line).into_owned() + "\n")
        .collect()
}

/// A commit that is ignored, and why.
fn ignored(entry: &EntryDocument) -> String {
    let why = entry
        .flaw
        .as_ref()
        .map_or_else(String::new, Flaw::to_string);
    format!(
        "commit {:.10} is ignored (quarantined): {why}",
        entry.object
    )
}

fn entries(lines: &mut Vec<String>, entries: &[EntryDocument], heading: &str) {
    if entries.is_empty() {
        return;
    }
    // An ignored commit is not an entry.
    let (one, many) = if entries.iter().any(|entry| entry.flaw.is_some()) {
        ("commit", "commits")
    } else {
        ("entry", "entries")
    };
    let count = counted(entries.len(), one, many);
    lines.push(heading.replace("{}", &count));
    for entry in entries.iter().take(SHOWN_MAX) {
        lines.push(match (&entry.actor, &entry.subject) {
            (Some(actor), Some(subject)) => format!("  {actor}: {subject}"),
            _ => format!("  {}", ignored(entry)),
        });
    }
    if entries.len() > SHOWN_MAX {
        lines.push(format!("  and {} more", entries.len() - SHOWN_MAX));
    }
}
