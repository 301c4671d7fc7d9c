//! The pager: choosing it as git does, and showing a text in it.
//!
//! Not here: whether to use it (`ui`).

use std::{
    io::{self, Write as _},
    process::{Command, Stdio},
};

use crate::cli::environment::Lookup;

/// The shell command of the pager: `GIT_PAGER`, `core.pager`, `PAGER`, `less` (git-var(1)); none if it is empty or `cat`.
pub fn chosen(environment: Lookup<'_>, config: Lookup<'_>) -> Option<String> {
    let command = environment("GIT_PAGER")
        .or_else(|| config("core.pager"))
        .or_else(|| environment("PAGER"))
        .unwrap_or_else(|| "less".to_owned());
    (!command.trim().is_empty() && command != "cat").then_some(command)
}

/// Shows the text through the pager and waits until it ends.
///
/// Without `LESS` in the environment, `less` gets git's `FRX`: it ends at once if everything fits, and keeps colours
/// and the screen. It is not an error if the user quits the pager early.
///
/// # Errors
/// If the shell cannot be started.
pub fn show(command: &str, text: &str) -> io::Result<()> {
    let mut pager = Command::new("sh");
    pager.args(["-c", command]).stdin(Stdio::piped());
    pager.env("GIT_PAGER_IN_USE", "true");
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            pager.env(name, value);
        }
    }
    let mut running = pager.spawn()?;
    if let Some(mut input) = running.stdin.take() {
        // This fails only if the user quits the pager early.
        let _ = input.write_all(text.as_bytes());
    }
    running.wait().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        git_pager: Option<&str>,
        core_pager: Option<&str>,
        pager: Option<&str>,
    ) -> Option<String> {
        let environment = |key: &str| match key {
            "GIT_PAGER" => git_pager.map(str::to_owned),
            "PAGER" => pager.map(str::to_owned),
            _ => None,
        };
        chosen(&environment, &|key| {
            (key == "core.pager")
                .then(|| core_pager.map(str::to_owned))
                .flatten()
        })
    }

    #[test]
    fn the_pager_is_chosen_as_in_git() {
        assert_eq!(check(Some("a"), Some("b"), Some("c")).as_deref(), Some("a"));
        assert_eq!(check(None, Some("b"), Some("c")).as_deref(), Some("b"));
        assert_eq!(check(None, None, Some("c")).as_deref(), Some("c"));
        assert_eq!(check(None, None, None).as_deref(), Some("less"));
    }

    #[test]
    fn an_empty_pager_and_cat_mean_no_pager() {
        assert_eq!(check(Some(""), Some("b"), None), None);
        assert_eq!(check(None, Some("cat"), None), None);
    }

    #[test]
    fn quitting_the_pager_early_is_not_an_error() {
        let text = "line\n".repeat(100_000);
        assert!(show("true", &text).is_ok());
    }
}
