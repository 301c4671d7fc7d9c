//! The environment variables that say where a repository is, or set config values for git.
//!
//! Not here: variables of our own (`GIT_COORD_ACTOR`), which `cli` reads.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use gix::quote::ansi_c;

/// Variables that name parts of a repository. A git process that gets the repository in `GIT_DIR` must not see them
/// (`git rev-parse --local-env-vars`, and `GIT_NAMESPACE`, with which a repository is not opened).
///
/// Two kinds of variables are passed on, because they are meant for this repository too: config from the command line,
/// and the object directories.
pub(super) const NAMES_A_REPOSITORY: [&str; 11] = [
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Variables that name the objects of a repository. They are passed on to git on the same repository only.
const HOLDS_OBJECTS: [&str; 2] = ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"];

/// Removes variables that name a repository. The git process creates another repository and must not see them.
pub(super) fn keep_from_other_repositories(git: &mut Command) {
    for name in NAMES_A_REPOSITORY.iter().chain(&HOLDS_OBJECTS) {
        git.env_remove(name);
    }
}

/// git's variables, taken from the process once or set by hand.
///
/// gix itself always reads two things from the process: `SUDO_UID`, and the places of the system's and the user's config
/// (`HOME`, `XDG_CONFIG_HOME`, `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM`, `GIT_CONFIG_NOSYSTEM`).
/// [`isolated`](Self::isolated) turns the config off.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    isolated: bool,
}

impl Environment {
    /// The variables of this process whose names begin with `GIT_`.
    pub fn from_process() -> Self {
        let ours = |(name, _): &(OsString, OsString)| is_gits(name);
        Self {
            variables: std::env::vars_os().filter(ours).collect(),
            isolated: false,
        }
    }

    /// No variable, and neither the system's nor the user's config: only the repository counts.
    pub fn isolated() -> Self {
        Self {
            variables: BTreeMap::new(),
            isolated: true,
        }
    }

    /// The same with one variable set.
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The same without the variables that name a repository or parts of one, to open another one. Config from the command
    /// line stays: the user means it for the whole command.
    pub fn elsewhere(mut self) -> Self {
        for name in NAMES_A_REPOSITORY.iter().chain(&HOLDS_OBJECTS) {
            self.variables.remove(OsStr::new(name));
        }
        self
    }

    /// The value of a variable, also when it is empty.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    pub(super) fn is_isolated(&self) -> bool {
        self.isolated
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The path in a variable, relative to `start`.
    pub(super) fn path(&self, name: &str, start: &Path) -> Option<PathBuf> {
        self.get(name).map(|path| start.join(path))
    }

    /// The list of paths in a variable, relative to `start`; empty without the variable.
    pub(super) fn paths(&self, name: &str, start: &Path) -> Vec<PathBuf> {
        let list = self.get(name).unwrap_or_default();
        let named = |path: &PathBuf| !path.as_os_str().is_empty();
        let absolute = |path: PathBuf| start.join(path);
        std::env::split_paths(list)
            .filter(named)
            .map(absolute)
            .collect()
    }

    /// The folders in `GIT_ALTERNATE_OBJECT_DIRECTORIES`, relative to `start`. For git's notation see
    /// [`object_directories`].
    pub(super) fn alternates(&self, start: &Path) -> Vec<PathBuf> {
        let list = self.get("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        let (mut rest, mut found) = (list.unwrap_or_default().as_bytes(), Vec::new());
        while !rest.is_empty() {
            let quoted = rest.starts_with(b"\"").then(|| ansi_c::undo(rest.into()));
            let (path, length) = match quoted {
                Some(Ok((path, length))) => (path.into_owned().into(), length),
                _ => {
                    let end = rest.iter().position(|byte| *byte == b':');
                    let end = end.unwrap_or(rest.len());
                    (rest[..end].to_vec(), end)
                }
            };
            if !path.is_empty() && !path.starts_with(b"#") {
                found.push(start.join(OsString::from_vec(path)));
            }
            rest = rest.get(length + 1..).unwrap_or_default();
        }
        found
    }

    /// Config given on the command line (`git -c`) or by `GIT_CONFIG_COUNT`, as `key=value`, the strongest last.
    ///
    /// A key without a value means true, as in git.
    pub(super) fn config_overrides(&self) -> Vec<String> {
        let text = |name: &str| self.get(name).and_then(OsStr::to_str).unwrap_or_default();
        let count = text("GIT_CONFIG_COUNT").parse().unwrap_or(0_usize);
        let counted = (0..count).filter_map(|n| {
            let key = self.get(&format!("GIT_CONFIG_KEY_{n}"))?.to_str()?;
            let value = self.get(&format!("GIT_CONFIG_VALUE_{n}"))?.to_str()?;
            Some(format!("{key}={value}"))
        });
        let parameters = git_config_env::ConfigParametersIter::new(text("GIT_CONFIG_PARAMETERS"));
        let given = parameters.map(|(key, value)| match value {
            Some(value) => format!("{key}={value}"),
            None => key.into_owned(),
        });
        counted.chain(given).collect()
    }
}

/// Folders in the form of `GIT_ALTERNATE_OBJECT_DIRECTORIES`: a path with a colon is quoted.
pub(super) fn object_directories(paths: &[PathBuf]) -> OsString {
    let listed = paths.iter().map(|path| {
        let path = path.as_os_str().as_bytes();
        if !path.contains(&b':') && !path.starts_with(b"\"") {
            return path.to_vec();
        }
        match ansi_c::quote(path.into()) {
            // Nothing else in it needs quoting.
            Cow::Borrowed(plain) => [b"\"", &**plain, b"\""].concat(),
            Cow::Owned(quoted) => quoted.into(),
        }
    });
    OsString::from_vec(listed.collect::<Vec<_>>().join(&b':'))
}

/// Whether a variable is one of git's.
pub(super) fn is_gits(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"GIT_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_from_the_command_line_is_stronger_than_counted_config() {
        let environment = Environment::isolated()
            .with("GIT_CONFIG_COUNT", "1")
            .with("GIT_CONFIG_KEY_0", "coord.actor")
            .with("GIT_CONFIG_VALUE_0", "counted")
            .with(
                "GIT_CONFIG_PARAMETERS",
                "'coord.actor'='it'\\''s me' 'coord.plain'",
            );
        assert_eq!(
            environment.config_overrides(),
            ["coord.actor=counted", "coord.actor=it's me", "coord.plain"]
        );
    }

    #[test]
    fn relative_paths_are_seen_from_where_the_search_starts() {
        let environment = Environment::isolated().with("GIT_DIR", "x/.git");
        let found = environment.path("GIT_DIR", Path::new("/here"));
        assert_eq!(found, Some("/here/x/.git".into()));
    }

    #[test]
    fn empty_parts_of_a_list_name_nothing() {
        let environment = Environment::isolated().with("LIST", ":a::/b:");
        let found = environment.paths("LIST", Path::new("/here"));
        assert_eq!(found, [PathBuf::from("/here/a"), "/b".into()]);
    }

    #[test]
    fn folders_of_objects_are_listed_as_git_lists_them() {
        let paths = ["/plain", "/a:b", "/c:\"d\n", "/e"].map(PathBuf::from);
        let list = object_directories(&paths);
        assert_eq!(list, "/plain:\"/a:b\":\"/c:\\\"d\\n\":/e");
        let environment = Environment::isolated().with("GIT_ALTERNATE_OBJECT_DIRECTORIES", list);
        assert_eq!(environment.alternates(Path::new("/here")), paths);
        let environment =
            Environment::isolated().with("GIT_ALTERNATE_OBJECT_DIRECTORIES", ":x:#y:\"z");
        let found = environment.alternates(Path::new("/here"));
        assert_eq!(found, ["/here/x", "/here/\"z"].map(PathBuf::from));
    }
}
