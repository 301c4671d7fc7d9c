//! The next command after a finding of a hook.
//!
//! Not here: the findings (`hooks`).

use crate::{core::values::text::shell_word, hooks::Next};

/// The command for `next`.
pub fn command(next: &Next) -> String {
    match next {
        Next::Show(task) => format!("git coord show {}", shell_word(task)),
        Next::List => "git coord list".to_owned(),
        Next::Log => "git coord log".to_owned(),
        Next::Sync => "git coord sync".to_owned(),
    }
}
