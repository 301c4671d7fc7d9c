//! `git coord board`: the plan on the whole terminal, as it is now and was, with keys for what is done most.
//!
//! The loop is here: what happens, what the board makes of it, and what is drawn. Not here: the parts, which know nothing of
//! each other's effects.

mod acts;
mod draw;
mod keys;
mod model;
mod terminal;

use std::{
    collections::HashMap,
    io,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
};

use self::{
    model::{Board, Details, Effect},
    terminal::{Screen, TerminalEvent},
};
use super::show;
use crate::{
    cli::{
        CommandError, Context,
        clock::Running,
        failure::code,
        reading::{
            long_text::LongText,
            revision::{Reading, Revision},
        },
    },
    core::{history::log::Log, views::snapshot::TaskDocument},
    ledger::watch::{LOOK_AGAIN, Watching},
    render::text::{self, Letter, Style},
};

/// Show the plan on the whole terminal, and follow it
///
/// It has columns by status, lanes by group or owner, the details of each task, and other views on the digits. It follows the
/// ledger, and '[' and ']' go through its snapshots. Press '?' for the keys.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord board")]
pub struct Args {}

/// How many entries the history shows.
const HISTORY: usize = 500;

/// # Errors
/// `no_terminal`; the terminal is gone.
pub fn run(context: &mut Context, _: &Args) -> Result<(), CommandError> {
    let mut reading = Reading::open(context)?;
    let Some(stdout) = context.ui.screen() else {
        let message = "the board needs a terminal for its input and its output";
        return Err(CommandError::fatal(code::NO_TERMINAL, message).hint("git coord status"));
    };
    let color = context.ui.style().color;
    let (tell, told) = channel();
    let moved = tell.clone();
    let _watching = Watching::new(reading.ledger().repository(), move || {
        // Nobody listens any more: the board has ended.
        let _ = moved.send(TerminalEvent::Moved);
    });
    let clock = Running::from(context.now()?);
    let mut board = Board::new(reading.state().clone(), reading.now());
    board.history = history(&reading)?;
    let mut screen = Screen::enter(stdout, &tell).map_err(gone)?;
    let ended = follow(
        context,
        &mut reading,
        &mut board,
        (&mut screen, &told),
        (clock, color),
    )?;
    if let Some(signal) = ended {
        screen.end(signal);
    }
    Ok(())
}

fn gone(error: io::Error) -> CommandError {
    CommandError::fatal(code::NO_TERMINAL, "cannot use the terminal").because(error)
}

/// The loop; the signal that ended it, if one did.
fn follow(
    context: &mut Context,
    reading: &mut Reading,
    board: &mut Board,
    (screen, told): (&mut Screen, &Receiver<TerminalEvent>),
    (clock, color): (Running, bool),
) -> Result<Option<i32>, CommandError> {
    // The tip whose details are shown.
    let mut detailed = None;
    loop {
        let area = screen.area().map_err(gone)?;
        let wanted = board
            .selected()
            .map(|task| task.id.clone())
            .filter(|_| board.open);
        let wanted = wanted.map(|id| (id, board.moment, reading.tip(), area.width));
        if wanted != detailed {
            let revision = revision(reading, board.moment)?;
            let (top, id) = match (&board.details, &wanted) {
                (Some(details), Some((id, ..))) if details.id == *id => (details.top, Some(id)),
                (_, wanted) => (0, wanted.as_ref().map(|(id, ..)| id)),
            };
            board.details = id.map(|id| Details {
                id: id.clone(),
                lines: details(reading, &revision, id, draw::details_width(area)),
                top,
            });
            detailed = wanted;
        }
        board.fit(draw::height(board, area));
        screen
            .draw(|area, buffer| draw::draw(board, color, area, buffer))
            .map_err(gone)?;
        let happening = match told.recv_timeout(LOOK_AGAIN) {
            Ok(happening) => happening,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => TerminalEvent::Moved,
        };
        let effect = match happening {
            TerminalEvent::Key(key) => board.update(key),
            TerminalEvent::Moved => {
                refresh(reading, board, clock);
                Effect::None
            }
            TerminalEvent::Resized => Effect::None,
            TerminalEvent::Stop => {
                screen.stop();
                Effect::None
            }
            TerminalEvent::Continued => {
                screen.resume().map_err(gone)?;
                refresh(reading, board, clock);
                Effect::None
            }
            TerminalEvent::Ended(signal) => return Ok(Some(signal)),
        };
        match effect {
            Effect::None => {}
            Effect::Quit => return Ok(None),
            Effect::Suspend => Screen::suspend_job(),
            Effect::Act(act) => {
                board.message = Some(match act.run(context) {
                    Ok(said) => (said, false),
                    Err(why) => (why, true),
                });
                let message = board.message.take();
                refresh(reading, board, clock);
                board.message = message;
            }
            Effect::Travel(moment) => travel(reading, board, moment)?,
        }
    }
}

/// Reads the ledger again. A ledger that cannot be read is reported, and what was known of it stays.
fn refresh(reading: &mut Reading, board: &mut Board, clock: Running) {
    let read = reading.refresh(clock.now()).and_then(|moved| {
        if moved {
            board.history = history(reading)?;
        }
        Ok(())
    });
    match read {
        Ok(()) if board.moment.is_none() => {
            board.moments = reading.state().snapshots.len();
            board.show(reading.state().clone(), reading.now());
        }
        Ok(()) => {}
        Err(error) => board.message = Some((error.to_string(), true)),
    }
}

/// The lines of the newest entries.
fn history(reading: &Reading) -> Result<Vec<String>, CommandError> {
    let (past, log) = (reading.past()?, Log::new(reading.state()));
    let spots = past.newest_first(None)?.take(HISTORY);
    let lines = spots.map(|spot| {
        let entry = log.document(&past.logged(&spot?)?);
        Ok(text::log_line(&entry, Style::default())
            .trim_end()
            .to_owned())
    });
    lines.collect()
}

/// The revision of a snapshot, or now.
fn revision(reading: &Reading, moment: Option<usize>) -> Result<Revision, CommandError> {
    let snapshot = moment.and_then(|moment| reading.state().snapshots.get(moment));
    snapshot.map_or_else(|| Ok(reading.present()), |it| reading.at_snapshot(it))
}

/// Shows a snapshot, and marks what differs from the one before.
fn travel(reading: &Reading, board: &mut Board, moment: Option<usize>) -> Result<(), CommandError> {
    let there = revision(reading, moment)?;
    let snapshots = reading.state().snapshots.len();
    let before = moment.unwrap_or(snapshots).checked_sub(1);
    board.changed.clear();
    if before.is_some() {
        let before = TaskDocument::all(&revision(reading, before)?.state);
        let after = TaskDocument::all(&there.state);
        let old: HashMap<&str, &TaskDocument> =
            before.iter().map(|task| (task.id.as_str(), task)).collect();
        let differs = |task: &&TaskDocument| old.get(task.id.as_str()) != Some(task);
        let changed = after.iter().filter(differs).map(|task| task.id.clone());
        board.changed = changed.collect();
    }
    board.moment = moment;
    board.moments = snapshots;
    board.moment_name = there.snapshot.as_ref().map(|_| there.name.clone());
    let count = board.changed.len();
    let since = if before.is_some() {
        format!("{count} changed since the snapshot before")
    } else {
        "the first snapshot".to_owned()
    };
    board.message = Some((since, false));
    board.show(there.state, there.seen_from);
    Ok(())
}

/// The details of a task: what `show` prints, and the state of each dependency.
fn details(reading: &Reading, revision: &Revision, id: &str, width: usize) -> Vec<String> {
    let state = &revision.state;
    let Ok(index) = state.exactly(id) else {
        return vec![format!("no task '{id}' in this state")];
    };
    let style = Style {
        color: false,
        width: Some(width),
    };
    let mut page = text::show(state, index, revision.seen_from, style);
    let document = TaskDocument::of(state, index);
    if !document.depends_on.is_empty() {
        page.push_str("\nDependencies\n");
    }
    for name in &document.depends_on {
        let found = state
            .exactly(name)
            .ok()
            .map(|it| TaskDocument::of(state, it));
        let (status, title) = found.map_or_else(Default::default, |task| {
            let holder = task.claim.map(|claim| format!(", {}", claim.actor));
            (
                format!("{}{}", task.status, holder.unwrap_or_default()),
                task.title.to_string(),
            )
        });
        page.push_str(&format!("  {name}: {status}  {title}\n"));
    }
    let letters: Result<Vec<Letter>, CommandError> = show::comments(reading, revision, index)
        .and_then(|comments| {
            let read = comments.iter().map(|it| LongText::read(reading, it));
            read.map(|text| Ok(text?.letter(revision.seen_from)))
                .collect()
        });
    match letters {
        Ok(letters) => page.push_str(&text::letters("Comments", &letters, style)),
        Err(error) => page.push_str(&format!("\nthe comments cannot be read: {error}\n")),
    }
    let lines = page.lines().flat_map(|line| folded(line, width));
    lines.collect()
}

/// A line in pieces that fit the width, the later ones indented.
fn folded(line: &str, width: usize) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    for word in line.split_inclusive(' ') {
        let long = text::columns_of(&piece) + text::columns_of(word.trim_end()) > width;
        if long && !piece.trim().is_empty() {
            pieces.push(std::mem::replace(&mut piece, "    ".to_owned()));
        }
        piece.push_str(word);
    }
    pieces.push(piece);
    pieces
}
