//! The environment of a guardrail's command: few variables, and the same for every user.
//!
//! | passed on, if it is set | why |
//! |---|---|
//! | `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL` | most tools need them |
//! | `LANG`, `LANGUAGE`, `LC_*`, `TZ`, `TERM` | language, time zone and terminal of a tool |
//! | `TMPDIR`, `XDG_RUNTIME_DIR` | a place for temporary files |
//! | what `coord.guardEnvironment` names | more variables that the tools of this machine need (`CARGO_HOME`, a proxy) |
//!
//! No other variable is passed on, and none that begins with `GIT_`: a command that calls git must find its worktree,
//! not the repository of a hook. `COORD_GUARDRAIL` is set to the guardrail's id. `git coord guard run --help` says the
//! same. Not here: where commands run and for how long (`process`).

use std::ffi::{OsStr, OsString};

use crate::git::repository::Config;

/// The key of git's config that names more variables, separated by white space; it may be given several times.
const KEY: &str = "coord.guardEnvironment";

const PASSED: [&str; 11] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
];

/// The variables that are passed on, with their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandEnvironment(Vec<(OsString, OsString)>);

impl CommandEnvironment {
    /// The variables of this process that are passed on.
    pub fn from_process(config: Config<'_>) -> Self {
        Self::of(std::env::vars_os(), &config.strings(KEY))
    }

    fn of(all: impl Iterator<Item = (OsString, OsString)>, more: &[String]) -> Self {
        let named: Vec<&str> = more
            .iter()
            .flat_map(|names| names.split_whitespace())
            .collect();
        Self(all.filter(|(name, _)| passes(name, &named)).collect())
    }

    #[cfg(test)]
    pub(super) fn nothing_but_the_path() -> Self {
        let all = std::env::vars_os();
        Self(all.filter(|(name, _)| name == "PATH").collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

fn passes(name: &OsStr, more: &[&str]) -> bool {
    name.to_str().is_some_and(|name| {
        !name.starts_with("GIT_")
            && (name.starts_with("LC_") || PASSED.contains(&name) || more.contains(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_what_passes() {
        let help = include_str!("../cli/commands/guard/run.rs");
        for name in PASSED {
            assert!(help.contains(name), "{name}");
        }
        assert!(help.contains(KEY));
    }

    #[test]
    fn little_passes_and_never_what_steers_git() {
        let all = [
            "PATH",
            "LC_ALL",
            "SECRET",
            "GIT_DIR",
            "LD_PRELOAD",
            "PROXY",
            "ENV",
        ]
        .map(|name| (OsString::from(name), OsString::from("x")));
        let more = ["PROXY GIT_DIR".to_owned()];
        let passed = CommandEnvironment::of(all.into_iter(), &more);
        let names: Vec<&str> = passed
            .iter()
            .filter_map(|(name, _)| name.to_str())
            .collect();
        assert_eq!(names, ["PATH", "LC_ALL", "PROXY"]);
    }
}
