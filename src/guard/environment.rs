//! The environment of a guardrail's command: few variables, and the same for every user.
//!
//! | passed on, if it is set | why |
//! |---|---|
//! | `PATH`, `HOME`, `USER`, `LOGNAME`, `SHELL` | most tools need them |
//! | `LANG`, `LANGUAGE`, `LC_*`, `TZ`, `TERM` | language, time zone and terminal of a tool |
//! | `TMPDIR`, `XDG_RUNTIME_DIR` | a place for temporary files |
//! | what `coord.guardEnvironment` names | more variables that the tools of this machine need (`CARGO_HOME`, a proxy) |
//! | what the guardrail names (`guard add --env`) | more variables that this command needs; who trusts it, agrees to them |
//!
//! No other variable is passed on, and none that begins with `GIT_`: a command that calls git must find its worktree,
//! not the repository of a hook. `COORD_GUARDRAIL` is set to the guardrail's id. `git coord guard run --help` says the
//! same. Not here: where commands run and for how long (`process`).

use std::{
    ffi::{OsStr, OsString},
    fmt,
};

use crate::{core::values::text::Text, git::repository::Config};

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

/// The variables of this process, with their values.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandEnvironment {
    /// Those that are passed on to every command.
    passed: Vec<(OsString, OsString)>,
    /// Those that are passed on only to a command whose guardrail names them.
    others: Vec<(OsString, OsString)>,
}

/// Without the values, which may be secret.
impl fmt::Debug for CommandEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.passed.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

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
        let all = all.filter(|(name, _)| may_pass(name));
        let (passed, others) = all.partition(|(name, _)| passes(name, &named));
        Self { passed, others }
    }

    #[cfg(test)]
    pub(super) fn nothing_but_the_path() -> Self {
        let all = std::env::vars_os();
        Self {
            passed: all.filter(|(name, _)| name == "PATH").collect(),
            others: Vec::new(),
        }
    }

    /// The variables that a command sees whose guardrail names these.
    pub(super) fn with(&self, named: &[Text]) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let is_named = |name: &OsStr| named.iter().any(|it| name == it.as_str());
        let others = self.others.iter().filter(move |(name, _)| is_named(name));
        let all = self.passed.iter().chain(others);
        all.map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// Whether a variable may be passed on at all.
fn may_pass(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| !name.starts_with("GIT_"))
}

fn passes(name: &OsStr, more: &[&str]) -> bool {
    name.to_str().is_some_and(|name| {
        name.starts_with("LC_") || PASSED.contains(&name) || more.contains(&name)
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
        let names = |named: &[&str]| {
            let named: Vec<Text> = named.iter().map(|name| name.parse().unwrap()).collect();
            let seen = passed.with(&named);
            let seen = seen.filter_map(|(name, _)| Some(name.to_str()?.to_owned()));
            seen.collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), ["PATH", "LC_ALL", "PROXY"]);
        let all = names(&["SECRET", "GIT_DIR", "PATH", "UNSET"]);
        assert_eq!(all, ["PATH", "LC_ALL", "PROXY", "SECRET"]);
    }
}
