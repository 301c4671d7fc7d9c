//! `git coord verify`: check every entry of the ledger.
//!
//! Not here: the checks themselves (`ledger::verify`, `core::history::judge`).

use std::{fmt::Write as _, path::Path};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context, failure::code, files::input, reading::revision::short, remote::home,
    },
    core::{
        plan::refusal::Refusal,
        values::{
            id::{Digest, EntryId, TaskId},
            text::{counted, visible},
            time::Timestamp,
        },
        views::diff::{FirstDifference, RecordDigests},
    },
    git::repository::ObjectId,
    ledger::Ledger,
    ledger::verify::{Broken, CheckedSnapshot, Quarantined, Rederivation, Suspect, Verification},
    render::refusal,
};

/// Check every entry of the ledger
///
/// The command checks objects, encoding, the chain, signatures, permissions and snapshots. It exits with 1 if
/// something is wrong, or if a commit is ignored (quarantined) and no admin has acknowledged it.
///
/// '--compare' names the first record in which the state differs from the one of a remote, a bundle or an outbox. Two
/// clones at the same tip have the same state. If their programs disagree, compare with a file of '--digests'.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord verify --strict\n  git coord verify --compare origin\n  git coord verify --digests >here.txt\n  git coord verify --compare there.txt"
)]
pub struct Args {
    /// Exit with 1 also if the rules refused an entry
    #[arg(long)]
    pub strict: bool,
    /// Print the digests of all records of the state
    #[arg(long, conflicts_with = "compare")]
    pub digests: bool,
    /// Compare with a remote, a bundle, or a file of digests (- for stdin)
    #[arg(long, value_name = "REMOTE|FILE")]
    pub compare: Option<String>,
}

/// The largest file of digests, in bytes: a state with a million records has about a hundred.
const DIGESTS_BYTES_MAX: u64 = 256 << 20;

/// The data of `coord.verify/1`.
#[derive(Serialize)]
struct Verified<'a> {
    ledger: LedgerSummary,
    /// Whether the exit status is 0.
    good: bool,
    /// The number of valid entries, each with a good signature.
    entries: usize,
    quarantined: &'a [Quarantined],
    refused: Vec<Refused>,
    snapshots: Vec<Snapshot>,
    broken: &'a [Broken],
    suspects: &'a [Suspect],
    /// The result of `--compare`; none without it.
    compared: Option<&'a Compared>,
}

/// The comparison with another state.
#[derive(Serialize)]
struct Compared {
    /// The digest of the other state.
    digest: Digest,
    /// Whether both states are the same.
    same: bool,
    /// The first record that differs; none if no record does.
    first: Option<FirstDifference>,
}

#[derive(Serialize)]
struct LedgerSummary {
    id: EntryId,
    digest: Digest,
}

#[derive(Serialize)]
struct Refused {
    object: String,
    id: EntryId,
    /// The index of the event that the rules refused.
    event: u16,
    actor: String,
    at: String,
    #[serde(flatten)]
    refusal: Refusal,
}

#[derive(Serialize)]
struct Snapshot {
    object: String,
    label: Option<TaskId>,
    at: String,
    /// `derived`, `not_rederived`, `other_state` or `other_file`.
    outcome: &'static str,
    /// The file that is wrong or missing.
    file: Option<String>,
}

/// # Errors
/// The answer is no if there is a problem.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let other = args.compare.as_deref();
    let other = other.map(|given| digests_of(context, &ledger, given));
    let other = other.transpose()?;
    let report = ledger.verify()?;
    let good = report.is_good() && (report.refused.is_empty() || !args.strict);
    if args.digests {
        let digests = RecordDigests::of(&report.state);
        let page = |_| digests.to_text();
        context.ui.show("coord.digests/1", || &digests, page)?;
        return CommandError::unless(good);
    }
    let compared = other.map(|other| compare(&report, &other)).transpose()?;
    let yes = good && compared.as_ref().is_none_or(|compared| compared.same);
    let verified = || Verified::of(&report, yes, compared.as_ref());
    let now = context.now()?;
    let tip = ledger.tip()?;
    let page = |_| {
        let compared = compared.as_ref().map(comparison).unwrap_or_default();
        compared + &text(&report, good, now) + &remedy(&report, tip)
    };
    context.ui.show("coord.verify/1", verified, page)?;
    CommandError::unless(yes)
}

/// The digests of the state at a remote, or in a file.
fn digests_of(
    context: &Context,
    ledger: &Ledger,
    given: &str,
) -> Result<RecordDigests, CommandError> {
    let remote = home::remote(ledger, Some(given))?;
    if given == "-" || remote.is_other_file(ledger.repository()) {
        return read_digests(Path::new(given));
    }
    let state = home::sync(context, ledger, &remote)?.state_there()?;
    Ok(RecordDigests::of(&state))
}

/// The digests in a file.
fn read_digests(path: &Path) -> Result<RecordDigests, CommandError> {
    let bytes = input::read(path, DIGESTS_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    RecordDigests::read(&text).map_err(|why| {
        let message = format!("'{}' does not have the digests of a state", path.display());
        CommandError::fatal(code::CANNOT_READ, message)
            .because(why)
            .hint("in the other clone, run: git coord verify --digests")
    })
}

/// Compares the state with another one.
fn compare(report: &Verification, other: &RecordDigests) -> Result<Compared, CommandError> {
    if other.ledger != report.state.ledger {
        let message = format!(
            "the digests are those of another ledger, {}",
            other.ledger.short()
        );
        let hint = "in another clone of this ledger, run: git coord verify --digests";
        return Err(CommandError::fatal(code::CANNOT_READ, message).hint(hint));
    }
    let first = RecordDigests::of(&report.state).first_difference(other);
    Ok(Compared {
        digest: other.digest,
        same: first.is_none(),
        first,
    })
}

/// The line about a comparison.
fn comparison(compared: &Compared) -> String {
    let Some(first) = &compared.first else {
        return format!("the same state, {}\n", compared.digest);
    };
    let place = match &first.record {
        Some(record) => format!("record '{}' of {}", visible(record), first.part),
        None => visible(&first.part).into_owned(),
    };
    let how = match (first.here.is_some(), first.there.is_some()) {
        (true, false) => "is only here",
        (false, true) => "is only in the other state",
        _ => "differs",
    };
    format!("another state, {}: {place} {how}\n", compared.digest)
}

/// The hint for ignored (quarantined) commits that nobody has acknowledged.
fn remedy(report: &Verification, tip: Option<ObjectId>) -> String {
    let open = report
        .quarantined
        .iter()
        .filter(|found| !found.acknowledged);
    let open: Vec<ObjectId> = open.map(|found| found.object).collect();
    let named = match (open.as_slice(), tip) {
        ([only], _) => short(*only),
        ([_, _, ..], Some(tip)) => format!("{}..{}", report.state.ledger.short(), short(tip)),
        _ => return String::new(),
    };
    format!("hint: when an admin has looked at them: git coord acknowledge {named}\n")
}

/// The findings, a line each, and a summary at the end.
fn text(report: &Verification, good: bool, now: Timestamp) -> String {
    let mut lines = Vec::new();
    for found in &report.quarantined {
        let seen = if found.acknowledged {
            ", acknowledged"
        } else {
            ""
        };
        lines.push(format!(
            "{} ignored (quarantined){seen}: {}",
            short(found.object),
            found.flaw
        ));
    }
    lines.extend(report.broken.iter().map(|found| {
        let object = short(found.object);
        format!("{object} broken: {}", found.fault)
    }));
    for (object, anomaly) in &report.refused {
        let object = short(*object);
        lines.push(format!(
            "{object} refused, an entry of {}: {}",
            anomaly.actor,
            refusal::sentence(&anomaly.refusal, Some(now))
        ));
    }
    lines.extend(report.suspects.iter().map(|found| {
        let object = short(found.object);
        format!(
            "{object} suspect, an entry of {} at {}: its key may have been in wrong hands",
            found.actor,
            found.at.seen_from(now)
        )
    }));
    lines.extend(report.snapshots.iter().filter_map(of_snapshot));
    let mut page = String::new();
    for line in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{}", visible(&line));
    }
    page + &sentence(report, good) + "\n"
}

/// The line about a snapshot; none if it is good.
fn of_snapshot(snapshot: &CheckedSnapshot) -> Option<String> {
    let what = match &snapshot.outcome {
        Rederivation::Derived => return None,
        Rederivation::NotRederived => {
            "was not derived again: this program does not have its versions".to_owned()
        }
        Rederivation::OtherState => "has the digest of another state".to_owned(),
        Rederivation::OtherFile(file) => {
            format!("has '{file}', which does not follow from its state")
        }
    };
    let label = snapshot.label.as_ref();
    let label = label.map_or_else(String::new, |label| format!(" {label}"));
    Some(format!("{} snapshot{label} {what}", short(snapshot.object)))
}

fn sentence(report: &Verification, good: bool) -> String {
    let entries = entries(report);
    let mut remarks = Vec::new();
    let open = report
        .quarantined
        .iter()
        .filter(|found| !found.acknowledged)
        .count();
    let seen = report.quarantined.len() - open;
    let bad = report.snapshots.iter().filter(|snapshot| is_bad(snapshot));
    for (count, what) in [
        (open, "ignored (quarantined)"),
        (report.broken.len(), "broken"),
        (bad.count(), "bad snapshots"),
        (seen, "acknowledged"),
        (report.refused.len(), "refused"),
        (report.suspects.len(), "suspect"),
    ] {
        if count > 0 {
            remarks.push(format!("{count} {what}"));
        }
    }
    let counts = [
        counted(entries, "entry", "entries"),
        counted(entries, "signature", "signatures"),
        counted(report.snapshots.len(), "snapshot", "snapshots"),
    ];
    let verdict = match (good, remarks.is_empty()) {
        (true, true) => "all good".to_owned(),
        (true, false) => format!("good, {}", remarks.join(", ")),
        (false, _) => remarks.join(", "),
    };
    format!("verified {}: {verdict}", counts.join(", "))
}

fn is_bad(snapshot: &CheckedSnapshot) -> bool {
    matches!(
        snapshot.outcome,
        Rederivation::OtherState | Rederivation::OtherFile(_)
    )
}

/// The number of valid commits; a signature was verified for each.
fn entries(report: &Verification) -> usize {
    report.commits - report.quarantined.len()
}

impl<'a> Verified<'a> {
    fn of(report: &'a Verification, good: bool, compared: Option<&'a Compared>) -> Self {
        let hex = |object: ObjectId| object.to_string();
        let refused = report.refused.iter().map(|(object, anomaly)| Refused {
            object: hex(*object),
            id: anomaly.entry,
            event: anomaly.event,
            actor: anomaly.actor.to_string(),
            at: anomaly.at.to_string(),
            refusal: anomaly.refusal.clone(),
        });
        let snapshots = report.snapshots.iter().map(|snapshot| {
            let (outcome, file) = match &snapshot.outcome {
                Rederivation::Derived => ("derived", None),
                Rederivation::NotRederived => ("not_rederived", None),
                Rederivation::OtherState => ("other_state", None),
                Rederivation::OtherFile(file) => ("other_file", Some(file.clone())),
            };
            Snapshot {
                object: hex(snapshot.object),
                label: snapshot.label.clone(),
                at: snapshot.at.to_string(),
                outcome,
                file,
            }
        });
        Self {
            ledger: LedgerSummary {
                id: report.state.ledger,
                digest: report.state.digest(),
            },
            good,
            entries: entries(report),
            quarantined: &report.quarantined,
            refused: refused.collect(),
            snapshots: snapshots.collect(),
            broken: &report.broken,
            suspects: &report.suspects,
            compared,
        }
    }
}
