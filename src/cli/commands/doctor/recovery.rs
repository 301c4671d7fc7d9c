//! `git coord doctor --recover`: restore the ledger's ref, or list the lines to choose from.
//!
//! Not here: the search (`sync::recover`).

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::{code, hint::RECOVER},
        reading::revision::short,
        remote::answer::Refused,
    },
    core::values::{
        email::Email,
        text::{counted, shell_word, visible},
        time::Timestamp,
    },
    git::{refs::Reflog, repository::ObjectId},
    ledger::{Error, LEDGER_REF, Ledger},
    sync::{
        recover::{FoundLine, FoundLines, Present, Recovery, Search},
        remote::Remote,
    },
};

/// The data of `coord.recovery/1`.
#[derive(Serialize)]
struct Recovered {
    /// Whether the ref was moved.
    moved: bool,
    /// Whether two lines were joined for that.
    joined: bool,
    /// The object id in the ref before, if it was one.
    from: Option<String>,
    /// The object id in the ref now.
    tip: Option<String>,
    /// Every line with entries that no other line has, the longest first.
    lines: Vec<LineDocument>,
    /// The entries that the rules refuse at their new position.
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct LineDocument {
    tip: String,
    entries: usize,
    at: String,
    /// Whether the ref points to it now.
    taken: bool,
}

/// `first` is the tip of the line that a person puts first.
pub(super) fn run(
    context: &mut Context,
    ledger: &Ledger,
    first: Option<&str>,
) -> Result<(), CommandError> {
    let found = ledger.look_for_lines(Search::Objects)?;
    let before = held(&found.present);
    let (mut joined, mut refused) = (None, Vec::new());
    let taken = match found.recovery() {
        Recovery::Lost => return Err(lost(ledger, &found)),
        Recovery::Nothing => before,
        Recovery::Choose => {
            joined = match first {
                None => rejoin(context, ledger, &found)?,
                Some(first) => {
                    let line = line(&found, first)?;
                    let now = context.now()?;
                    let author = |state: &_| context.author(ledger.repository(), state);
                    let all = found.rejoin_all(ledger, line, now, author)?;
                    take(context, ledger, &found, &all.line)?;
                    refused = all.refused;
                    Some(all.line)
                }
            };
            joined.as_ref().map(|line| line.tip)
        }
        Recovery::Take(line) => {
            take(context, ledger, &found, line)?;
            Some(line.tip)
        }
    };
    if taken.is_some() {
        logged(context, ledger, |reflog| ledger.mend_anchor(reflog))?;
    }
    let document = |line: &FoundLine| LineDocument {
        tip: line.tip.to_string(),
        entries: line.entries,
        at: line.at.to_string(),
        taken: Some(line.tip) == taken,
    };
    let data = Recovered {
        moved: taken.is_some() && taken != before,
        from: before.map(|tip| tip.to_string()),
        tip: taken.or(before).map(|tip| tip.to_string()),
        joined: joined.is_some(),
        lines: found.lines.iter().map(document).collect(),
        refused: refused.iter().map(Refused::of).collect(),
    };
    let text = match &joined {
        Some(line) => told_of_join(line, &data.refused, context.now()?),
        None => text(&found, before, taken),
    };
    context.ui.answer("coord.recovery/1", &data, text)?;
    if let (None, Some(line)) = (taken, found.advised(ledger)?) {
        let (tip, entries) = (line.tip, line.entries);
        let hint = format!(
            "to join all lines, with the one of {entries} entries first: git coord doctor --recover {tip}"
        );
        context.ui.hint(hint);
    }
    CommandError::unless(taken.is_some())
}

/// The line whose tip begins so.
fn line<'a>(found: &'a FoundLines, given: &str) -> Result<&'a FoundLine, CommandError> {
    let begins = |line: &&FoundLine| line.tip.to_string().starts_with(given);
    let lines: Vec<&FoundLine> = found.lines.iter().filter(begins).collect();
    match lines.as_slice() {
        [line] => Ok(line),
        [] => {
            let message = format!("no line has the tip '{given}'");
            Err(CommandError::no(code::NOTHING_TO_RECOVER, message).hint(RECOVER))
        }
        several => {
            let tips: Vec<String> = several.iter().map(|line| short(line.tip)).collect();
            Err(CommandError::ambiguous("line", given, &tips))
        }
    }
}

/// Joins two lines if neither loses anything. Without a key to sign the join, a person has to choose.
fn rejoin(
    context: &Context,
    ledger: &Ledger,
    found: &FoundLines,
) -> Result<Option<FoundLine>, CommandError> {
    let now = context.now()?;
    let mut unsigned = None;
    let joined = found.rejoin(ledger, now, |state| {
        context
            .author(ledger.repository(), state)
            .inspect_err(|error| unsigned = Some(error.to_string()))
    });
    let line = match (joined, unsigned) {
        (Ok(line), _) => line,
        (Err(_), Some(_)) => None,
        (Err(error), None) => return Err(error),
    };
    if let Some(line) = &line {
        take(context, ledger, found, line)?;
    }
    Ok(line)
}

fn told_of_join(line: &FoundLine, refused: &[Refused], now: Timestamp) -> String {
    let (tip, entries) = (short(line.tip), line.entries);
    let mut page = format!(
        "joined all lines: {LEDGER_REF} is at {tip}, {}\n",
        counted(entries, "entry", "entries")
    );
    for refused in refused {
        page += &visible(&refused.in_words(now));
        page += "\n";
    }
    page
}

/// The object id in the ref, even if it does not lead to a ledger.
fn held(present: &Present) -> Option<ObjectId> {
    match present {
        Present::Absent => None,
        Present::Good(line) => Some(line.tip),
        Present::Bad { holds, .. } => *holds,
    }
}

fn take(
    context: &Context,
    ledger: &Ledger,
    found: &FoundLines,
    line: &FoundLine,
) -> Result<(), CommandError> {
    logged(context, ledger, |reflog| found.take(ledger, line, reflog))
}

/// Moves a ref with the actor's name in its log, if an actor is set.
fn logged(
    context: &Context,
    ledger: &Ledger,
    move_ref: impl FnOnce(&Reflog<'_>) -> Result<(), Error>,
) -> Result<(), CommandError> {
    let actor = context.named_actor(ledger.repository()).ok().flatten();
    let email = actor.as_ref().map(Email::placeholder);
    let reflog = Reflog {
        name: actor.as_ref().map_or("git coord", |actor| actor.as_str()),
        email: email.as_ref().map_or("", |email| email.as_str()),
        // Before the year 10000.
        time: context.now()?.seconds() as i64,
        message: "doctor: recovered",
    };
    Ok(move_ref(&reflog)?)
}

/// Home still has what was published. Only `--refetch` brings objects that git takes for present.
fn lost(ledger: &Ledger, found: &FoundLines) -> CommandError {
    let message = match &found.present {
        Present::Bad { why, .. } => format!("{why}; no line of the ledger was found"),
        _ => "no line of the ledger was found".to_owned(),
    };
    let repository = ledger.repository();
    let home = Remote::home(repository);
    let names = home.as_ref().map(|home| home.refs(repository, None));
    let (home, name) = match (&home, names) {
        (Some(home), Some(Ok(names))) => (home.name(), names.into_iter().next()),
        _ => ("REMOTE", None),
    };
    let name = name.unwrap_or_else(|| LEDGER_REF.to_owned());
    CommandError::no(code::NOTHING_TO_RECOVER, message).hint(format!(
        "git fetch --refetch -- {} {} && {RECOVER}",
        shell_word(home),
        shell_word(&name)
    ))
}

fn text(found: &FoundLines, before: Option<ObjectId>, taken: Option<ObjectId>) -> String {
    let mut page = String::new();
    let mut say = |line: String| _ = writeln!(page, "{}", visible(&line));
    match taken {
        Some(tip) if Some(tip) == before => {
            say(format!("{LEDGER_REF} holds everything that was found"));
        }
        Some(tip) => {
            let line = found.lines.iter().find(|line| line.tip == tip);
            let entries = line.map_or(0, |line| line.entries);
            let entries = counted(entries, "entry", "entries");
            say(format!(
                "restored {LEDGER_REF} to {}, {entries}",
                short(tip)
            ));
        }
        None => {
            if let Present::Bad { why, .. } = &found.present {
                say(why.to_string());
            }
            say("no line contains all the others; nothing was changed".to_owned());
        }
    }
    for line in found.lines.iter().filter(|line| Some(line.tip) != taken) {
        let here = if Some(line.tip) == before {
            " (the ref points to it)"
        } else {
            ""
        };
        let (entries, at) = (counted(line.entries, "entry", "entries"), line.at);
        say(format!(
            "a line of {entries} until {}{here}: {}",
            at.dated(),
            line.tip
        ));
        if taken.is_none() {
            say(format!("  to look at it: git log {}", line.tip));
            say(format!("  to put it first: {RECOVER} {}", line.tip));
        }
    }
    page
}
