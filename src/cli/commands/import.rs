//! `git coord import`: take in a plan from a file.
//!
//! Not here: how the formats are read and what an import appends (`exchange`), and how it is told (`imported`).

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use super::imported::{self, Outcome};
use crate::{
    cli::{CommandError, Context, failure::code, files::input},
    core::{
        entry::event::{Event, TaskEvent, task::Import},
        plan::state::{
            State,
            records::{Attached, ImportRecord},
        },
        values::{
            id::{Digest, InvalidName},
            text::Text,
            time::Timestamp,
        },
    },
    exchange::{
        self, Draft, Limits,
        import::{Item, additions, changes, chunks},
    },
    ledger::{self, Author, Ledger, cache::Verified},
};

/// Import a plan from a file
///
/// All of the file is taken in, or nothing. Importing the same file again changes nothing; a later version brings
/// what differs from its last import and leaves alone what moved in the ledger since.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan, or '-' for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How the file is read, where its contents do not tell
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Only say what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// The shapes of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A task_status.json of schema version 1.0.
    TaskStatus,
    /// A document with tables of tasks.
    Markdown,
    /// A JSON list of tasks.
    TaskList,
}

impl From<Format> for exchange::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::TaskStatus => Self::TaskStatus,
            Format::Markdown => Self::Markdown,
            Format::TaskList => Self::TaskList,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    // Without a repository nothing about the file matters.
    context.repository()?;
    let plan = Plan::read(&args.file, args.format.map(Into::into))?;
    take_in(context, &plan, args.dry_run)
}

/// Takes a plan in, or only says what that would change.
///
/// # Errors
/// What the store and the rules say.
pub fn take_in(context: &mut Context, plan: &Plan, dry_run: bool) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let now = context.now()?;
    let known = ledger.current()?;
    let author = context.author(ledger.repository(), &known.state)?;
    let before = known.state.tasks().len();
    let begin = |state: &State| Chain::begin(&ledger, plan, state);
    let (state, entries, tip, chain) = if dry_run {
        let (state, entries, chain) =
            ledger.rehearse_chain(known, &author, now, begin, Chain::next)?;
        (state, entries, None, chain)
    } else {
        let (appended, chain) =
            ledger.append_chain(Some(known), &author, now, begin, Chain::next)?;
        let tip = appended.entries.last().map(|(tip, _)| tip.to_string());
        (appended.verified.state, appended.entries.len(), tip, chain)
    };
    let outcome = Outcome {
        added: state.tasks().len() - before,
        changes: chain.changes,
        entries,
        tip,
        dry_run,
        left: chain.left,
    };
    imported::say(context, plan, &outcome)
}

/// Whether a plan can be taken in by this author where the state is `known`; nothing is said or appended.
///
/// # Errors
/// What the store and the rules say.
pub fn rehearse(
    ledger: &Ledger,
    plan: &Plan,
    known: Verified,
    author: &Author,
    now: Timestamp,
) -> Result<(), CommandError> {
    let begin = |state: &State| Chain::begin(ledger, plan, state);
    let rehearsed = ledger.rehearse_chain(known, author, now, begin, Chain::next);
    rehearsed.map(drop)
}

/// A plan as it was read from a file.
pub struct Plan {
    /// The name of the file, without its folder.
    pub source: Text,
    /// What stands in it.
    pub draft: Draft,
    bytes: Vec<u8>,
}

impl Plan {
    fn read(path: &Path, format: Option<exchange::Format>) -> Result<Self, CommandError> {
        let name = path.file_name().map(|name| name.to_string_lossy());
        let name = match name.as_deref() {
            None | Some("-") => "standard input",
            Some(name) => name,
        };
        let bytes = input::read(path, Limits::default().bytes as u64)?;
        Self::of(name, bytes, format)
    }

    /// A plan from a file's name and bytes.
    ///
    /// # Errors
    /// `bad_plan`, with the places of everything that is wrong.
    pub fn of(
        name: &str,
        bytes: Vec<u8>,
        format: Option<exchange::Format>,
    ) -> Result<Self, CommandError> {
        let format = format.unwrap_or_else(|| exchange::detect(name, &bytes));
        let draft = exchange::read(format, &bytes, &Limits::default()).map_err(|complaints| {
            let lines: Vec<String> = complaints.iter().map(|it| format!("{name}:{it}")).collect();
            let message = format!("'{name}' cannot be imported as {format}");
            CommandError::fatal(code::BAD_PLAN, message).details(lines)
        })?;
        if draft.tasks.is_empty() && draft.guardrails.is_empty() {
            let message = format!("'{name}' holds no task that can be read as {format}");
            return Err(CommandError::fatal(code::BAD_PLAN, message)
                .hint("git coord import --format task-status|markdown|task-list FILE"));
        }
        let source = name.parse().map_err(|error: InvalidName| {
            CommandError::fatal(code::BAD_PLAN, "the name of the file cannot be recorded")
                .because(error)
        })?;
        Ok(Self {
            source,
            draft,
            bytes,
        })
    }
}

/// Reads the text of an attachment, where it is at hand.
pub type Bodies<'a> = Box<dyn Fn(&Attached) -> Option<String> + 'a>;

/// The chain of entries that an import appends, made one by one from the state before each.
struct Chain<'a> {
    plan: &'a Plan,
    /// The plan as it was imported last, and its digest.
    base: Option<(Draft, Digest)>,
    body: Bodies<'a>,
    waiting: VecDeque<ledger::Draft>,
    /// Whether everything that differs was found.
    compared: bool,
    changes: usize,
    left: Vec<exchange::import::Left>,
}

impl<'a> Chain<'a> {
    /// The chain from this state. A writer who was faster may have imported the file, which gives another chain.
    fn begin(ledger: &'a Ledger, plan: &'a Plan, state: &State) -> Result<Self, CommandError> {
        let body = bodies(ledger, state)?;
        let mut chain = Self {
            plan,
            base: base_of(state, plan, &body),
            body,
            waiting: VecDeque::new(),
            compared: false,
            changes: 0,
            left: Vec::new(),
        };
        let added = additions(state, &plan.draft);
        if added.is_empty() {
            chain.compare(state);
        } else {
            chain.waiting = drafts(added);
        }
        if let Some(record) = chain.record()? {
            chain.waiting.push_front(record);
        }
        Ok(chain)
    }

    /// The next entry of the chain, or none if the chain is complete.
    fn next(&mut self, state: &State) -> Result<Option<ledger::Draft>, CommandError> {
        if self.waiting.is_empty() && !self.compared {
            self.compare(state);
        }
        Ok(self.waiting.pop_front())
    }

    /// What differs, or of it what has to be there before it can be compared again.
    fn compare(&mut self, state: &State) {
        let base = self.base.as_ref().map(|(draft, _)| draft);
        let mut found = changes(state, &self.plan.draft, base, &self.body);
        let first = found.steps_first();
        self.compared = first.is_none();
        self.left = found.left;
        let items = first.unwrap_or(found.items);
        self.changes += items.len();
        self.waiting = drafts(items);
    }

    /// The entry that records the import, with the file for comparison with its next version. A file
    /// that brings nothing is only recorded where it replaces another version.
    fn record(&self) -> Result<Option<ledger::Draft>, CommandError> {
        let digest = Digest::of(&self.plan.bytes);
        let is_newer = self.base.as_ref().is_some_and(|(_, base)| *base != digest);
        if self.waiting.is_empty() && !is_newer {
            return Ok(None);
        }
        let name = |text: &str| {
            let name = text.parse::<Text>();
            name.map_err(|error| CommandError::caused(code::INTERNAL, error))
        };
        let file = name("plan")?;
        let import = Import {
            source: self.plan.source.clone(),
            format: name(self.plan.draft.format.as_str())?,
            digest,
            file: file.clone(),
        };
        Ok(Some(ledger::Draft {
            events: vec![Event::Task(TaskEvent::Imported(import))],
            attachments: vec![(file, self.plan.bytes.clone())],
        }))
    }
}

/// The plan as it was imported last.
fn base_of(
    state: &State,
    plan: &Plan,
    body: impl Fn(&Attached) -> Option<String>,
) -> Option<(Draft, Digest)> {
    let record = last_import(state, plan)?;
    let import = &record.import;
    let text = body(&Attached {
        entry: record.origin.entry,
        name: import.file.clone(),
        digest: import.digest,
    })?;
    let draft = exchange::read(plan.draft.format, text.as_bytes(), &Limits::default());
    Some((draft.ok()?, import.digest))
}

fn last_import<'a>(state: &'a State, plan: &Plan) -> Option<&'a ImportRecord> {
    let same = |record: &&ImportRecord| {
        let import = &record.import;
        import.source == plan.source && import.format.as_str() == plan.draft.format.as_str()
    };
    state.imports.iter().rfind(same)
}

/// The items as entries of a bearable size.
fn drafts(items: Vec<Item>) -> VecDeque<ledger::Draft> {
    let draft = |items: Vec<Item>| {
        let mut draft = ledger::Draft::default();
        for item in items {
            draft.events.push(item.event);
            draft.attachments.extend(item.attachment);
        }
        draft
    };
    chunks(items).into_iter().map(draft).collect()
}

/// Texts that stand in attachments; a state without any needs no look at the history.
pub fn bodies<'a>(ledger: &'a Ledger, state: &State) -> Result<Bodies<'a>, CommandError> {
    let has_some = !state.imports.is_empty() || state.tasks().any(|(_, task)| task.body.is_some());
    if !has_some {
        return Ok(Box::new(|_| None));
    }
    let objects = ledger.history()?.objects();
    Ok(Box::new(move |attached| {
        let object = objects.get(&attached.entry)?;
        let bytes = ledger.attachment(*object, attached).ok()?;
        String::from_utf8(bytes).ok()
    }))
}
