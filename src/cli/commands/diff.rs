//! `git coord diff`: what changed between two revisions.
//!
//! Not here: how two states are compared (`core`), and the layout (`render`).

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        files::snapshot,
        reading::{
            long_text::LongText,
            revision::{Reading, Revision},
        },
    },
    core::{
        values::id::Digest,
        views::diff::{self, Diff},
    },
    render::{changes::DiffDocument, text, unified},
};

/// Show what changed between two revisions
///
/// Without arguments, the command compares the two latest snapshots; with one argument, that revision with now. A
/// revision is a day (2025-10-15), a snapshot (2025-10-15/morning), a time or an entry.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord diff 2025-10-15/morning 2025-10-15/evening")]
pub struct Args {
    /// Earlier revision
    #[arg(value_name = "A")]
    pub from: Option<String>,
    /// Later revision (default: now)
    #[arg(value_name = "B")]
    pub to: Option<String>,
    /// Compare the files line by line, as 'git diff' does
    #[arg(long)]
    pub text: bool,
    /// Count the changes: a line for each task, and the sums
    #[arg(long, conflicts_with = "text")]
    pub stat: bool,
    /// Exit with 1 if there are differences
    #[arg(long)]
    pub exit_code: bool,
}

/// The data of `coord.diff/1`.
#[derive(Serialize)]
struct Compared<'a> {
    from: End<'a>,
    to: End<'a>,
    #[serde(flatten)]
    changes: ChangesDocument<'a>,
}

/// One of the two revisions.
#[derive(Serialize)]
struct End<'a> {
    name: &'a str,
    tip: String,
    at: String,
    digest: Digest,
}

/// By meaning, or with `--text` line by line.
enum Changes {
    Meaning(Box<Diff>),
    Lines(String),
}

/// The same as JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum ChangesDocument<'a> {
    Meaning(DiffDocument<'a>),
    Lines { text: &'a str },
}

/// # Errors
/// A revision does not exist, or there are not two snapshots.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let (from, to) = ends(&reading, args)?;
    let changes = if args.text {
        Changes::Lines(unified(&files(&from), &files(&to)))
    } else {
        Changes::Meaning(Box::new(diff::diff(
            &from.state,
            &to.state,
            &reading.applied_between(Some(&from), &to)?,
            &LongText::reader(&reading),
        )))
    };
    let compared = || Compared {
        from: End::of(&from),
        to: End::of(&to),
        changes: changes.document(),
    };
    let page = |style| match &changes {
        Changes::Lines(text) => text.clone(),
        Changes::Meaning(diff) => {
            let body = if args.stat {
                text::diff_stat(diff, style)
            } else {
                text::diff(diff, style)
            };
            format!("{} → {}\n{body}", from.name, to.name)
        }
    };
    context.ui.show("coord.diff/1", compared, page)?;
    CommandError::unless(!args.exit_code || changes.is_empty())
}

/// The two revisions that are compared.
fn ends(reading: &Reading, args: &Args) -> Result<(Revision, Revision), CommandError> {
    match (&args.from, &args.to) {
        (None, _) => latest_two(reading),
        (Some(from), to) => Ok((
            reading.revision(Some(from))?,
            reading.revision(to.as_deref())?,
        )),
    }
}

fn latest_two(reading: &Reading) -> Result<(Revision, Revision), CommandError> {
    let state = reading.state();
    match state.snapshots.as_slice() {
        [.., before, last] => Ok((reading.at_snapshot(before)?, reading.at_snapshot(last)?)),
        [only] => {
            let message = "there is only one snapshot to compare";
            let name = only.name(state.day_offset);
            Err(CommandError::fatal(code::UNKNOWN_SNAPSHOT, message)
                .hint(format!("to compare it with now: git coord diff {name}")))
        }
        [] => {
            let message = "there are no snapshots to compare";
            Err(CommandError::fatal(code::UNKNOWN_SNAPSHOT, message).hint("git coord snapshot"))
        }
    }
}

/// The files that a snapshot of this revision has or would have.
fn files(revision: &Revision) -> Vec<(String, Vec<u8>)> {
    let label = revision
        .snapshot
        .as_ref()
        .and_then(|snapshot| snapshot.label.as_ref());
    snapshot::files(&revision.state, revision.seen_from, label)
}

impl Changes {
    fn is_empty(&self) -> bool {
        match self {
            Self::Meaning(diff) => diff.is_empty(),
            Self::Lines(text) => text.is_empty(),
        }
    }
    fn document(&self) -> ChangesDocument<'_> {
        match self {
            Self::Meaning(diff) => ChangesDocument::Meaning(diff.as_ref().into()),
            Self::Lines(text) => ChangesDocument::Lines { text },
        }
    }
}

impl<'a> End<'a> {
    fn of(revision: &'a Revision) -> Self {
        Self {
            name: &revision.name,
            tip: revision.tip.to_string(),
            at: revision.state.effective.to_string(),
            digest: revision.state.digest(),
        }
    }
}
