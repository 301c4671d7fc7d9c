//! The keys of the board, in one table: the help, docs/board.md and the tests are made from it.
//!
//! Not here: what a key does (`model`).

use crossterm::event::{
    KeyCode::{self, Char, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Up},
    KeyEvent, KeyModifiers,
};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The next task.
    Down,
    /// The task before.
    Up,
    /// The column on the left.
    Left,
    /// The column on the right.
    Right,
    /// The first task.
    First,
    /// The last task.
    Last,
    /// A page down, in the open details if there are some.
    PageDown,
    /// A page up.
    PageUp,
    /// Open the details.
    Open,
    /// Close what is open, then end the filter.
    Back,
    /// The help.
    Help,
    /// Type a filter.
    Filter,
    /// Lanes by group, or by owner.
    Lanes,
    /// The view of the digit.
    View,
    /// The snapshot before.
    Earlier,
    /// The snapshot after, and at last now.
    Later,
    /// Claim the task.
    Claim,
    /// Report its progress.
    Progress,
    /// Report a blocker.
    Block,
    /// Comment on it.
    Comment,
    /// Approve it.
    Approve,
    /// Suspend the program.
    Suspend,
    /// End the program.
    Quit,
}

/// A row of the table.
pub struct Binding {
    /// The keys in words.
    pub keys: &'static str,
    /// The same keys, and whether with Ctrl.
    codes: &'static [(KeyCode, bool)],
    /// What they ask for.
    pub command: Command,
    /// What they do, in words.
    pub does: &'static str,
}

const fn binding(
    keys: &'static str,
    codes: &'static [(KeyCode, bool)],
    command: Command,
    does: &'static str,
) -> Binding {
    Binding {
        keys,
        codes,
        command,
        does,
    }
}

/// The table.
pub const BINDINGS: &[Binding] = &[
    binding(
        "j Down",
        &[(Char('j'), false), (Down, false)],
        Command::Down,
        "next task",
    ),
    binding(
        "k Up",
        &[(Char('k'), false), (Up, false)],
        Command::Up,
        "task before",
    ),
    binding(
        "h Left",
        &[(Char('h'), false), (Left, false)],
        Command::Left,
        "column on the left",
    ),
    binding(
        "l Right",
        &[(Char('l'), false), (Right, false)],
        Command::Right,
        "column on the right",
    ),
    binding(
        "g Home",
        &[(Char('g'), false), (Home, false)],
        Command::First,
        "first task",
    ),
    binding(
        "G End",
        &[(Char('G'), false), (End, false)],
        Command::Last,
        "last task",
    ),
    binding(
        "Ctrl-F PgDn",
        &[(Char('f'), true), (PageDown, false)],
        Command::PageDown,
        "a page down; with details open, there",
    ),
    binding(
        "Ctrl-B PgUp",
        &[(Char('b'), true), (PageUp, false)],
        Command::PageUp,
        "a page up",
    ),
    binding(
        "Enter",
        &[(Enter, false)],
        Command::Open,
        "details of the task",
    ),
    binding(
        "Esc",
        &[(Esc, false)],
        Command::Back,
        "close the details, then end the filter",
    ),
    binding(
        "1 to 9",
        &[],
        Command::View,
        "board, list, agents, reviews, dependencies, pull requests, history, guardrails, anomalies",
    ),
    binding(
        "o",
        &[(Char('o'), false)],
        Command::Lanes,
        "lanes by group or by owner",
    ),
    binding(
        "/",
        &[(Char('/'), false)],
        Command::Filter,
        "filter, as for 'list': owner:codex is:ready",
    ),
    binding(
        "[",
        &[(Char('['), false)],
        Command::Earlier,
        "snapshot before, with what changed in it",
    ),
    binding(
        "]",
        &[(Char(']'), false)],
        Command::Later,
        "snapshot after, then now",
    ),
    binding("c", &[(Char('c'), false)], Command::Claim, "claim the task"),
    binding(
        "p",
        &[(Char('p'), false)],
        Command::Progress,
        "report its progress",
    ),
    binding(
        "b",
        &[(Char('b'), false)],
        Command::Block,
        "report what blocks it",
    ),
    binding(
        "m",
        &[(Char('m'), false)],
        Command::Comment,
        "comment on it",
    ),
    binding("a", &[(Char('a'), false)], Command::Approve, "approve it"),
    binding("?", &[(Char('?'), false)], Command::Help, "this help"),
    binding("Ctrl-Z", &[(Char('z'), true)], Command::Suspend, "suspend"),
    binding(
        "q Ctrl-C",
        &[(Char('q'), false), (Char('c'), true)],
        Command::Quit,
        "quit",
    ),
];

/// What a key asks for, if anything.
pub fn command(key: KeyEvent) -> Option<Command> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    if let (Char('1'..='9'), false) = (key.code, ctrl) {
        return Some(Command::View);
    }
    let asks = |binding: &&Binding| binding.codes.contains(&(key.code, ctrl));
    BINDINGS.iter().find(asks).map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_row_can_be_typed_and_no_key_has_two_meanings() {
        for binding in BINDINGS {
            assert!(binding.command == Command::View || !binding.codes.is_empty());
            for (code, ctrl) in binding.codes {
                let modifiers = if *ctrl {
                    KeyModifiers::CONTROL
                } else {
                    KeyModifiers::NONE
                };
                let found = command(KeyEvent::new(*code, modifiers));
                assert_eq!(found, Some(binding.command), "{}", binding.keys);
            }
        }
    }

    #[test]
    fn the_document_has_the_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/board.md");
        let document = fs::read_to_string(path).unwrap();
        for binding in BINDINGS {
            let row = format!("| `{}` | {} |", binding.keys, binding.does);
            assert!(document.contains(&row), "docs/board.md lacks: {row}");
        }
    }
}
