//! Finding and opening a repository as git does: from a folder upwards, or as the environment says.
//!
//! Not here: creating one.

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use gix::discover::upwards::TrustPolicy;

use super::{Environment, Reader, Repository, environment, extensions};
use crate::git::Error;

impl Repository {
    /// Opens the repository around `start`, or the one that `environment` names.
    ///
    /// As git does: `GIT_DIR`, `GIT_WORK_TREE`, `GIT_OBJECT_DIRECTORY`, `GIT_ALTERNATE_OBJECT_DIRECTORIES`,
    /// `GIT_CEILING_DIRECTORIES`, `GIT_DISCOVERY_ACROSS_FILESYSTEM` are honoured. Relative paths start at `start`. The
    /// user must own the repository, or `safe.directory` must name it, unless `GIT_DIR` names it.
    ///
    /// # Errors
    /// [`Error::NotARepository`], [`Error::WrongGitDir`], [`Error::Untrusted`], [`Error::BareNotAllowed`], [`Error::UnsupportedExtension`],
    /// [`Error::UnsupportedEnvironment`], [`Error::BrokenRepository`], [`Error::Config`].
    pub fn discover(start: &Path, environment: Environment) -> Result<Self, Error> {
        let start = &std::path::absolute(start)
            .map_err(|source| Error::read("find folder", start, source))?;
        refuse_namespace(&environment)?;
        let options = open_options(&environment);
        let opened = match environment.path("GIT_DIR", start) {
            Some(git_dir) => open_named(git_dir, options)?,
            None => {
                refuse_broken_git_file(start, &environment)?;
                open_found(start, &environment, options)?
            }
        };
        let git_dir = real(opened.git_dir())?;
        let common_dir = real(opened.common_dir())?;
        refuse_unreadable_config(&common_dir)?;
        refuse_other_common_dir(&environment, start, &common_dir)?;
        let config = opened.config_snapshot().plumbing().clone();
        let hash = opened.object_hash();
        let ref_storage = extensions::check(&config, &common_dir)?;
        let directories = object_directories(&environment, start, &common_dir)?;
        let object_directories = directories_given(&environment, &directories);
        Ok(Self {
            work_dir: work_dir(&environment, start, &opened)?,
            reader: Reader::open(directories, hash)?,
            git_dir,
            common_dir,
            hash,
            ref_storage,
            config: config.into(),
            environment,
            object_directories,
            unflushed: Default::default(),
            unsettled: Default::default(),
        })
    }
}

/// In a ref namespace, git would not see our refs when it runs without the namespace.
fn refuse_namespace(environment: &Environment) -> Result<(), Error> {
    match environment.get("GIT_NAMESPACE") {
        Some(namespace) if !namespace.is_empty() => Err(Error::UnsupportedEnvironment {
            variable: "GIT_NAMESPACE",
            why: "the ledger does not live in a ref namespace",
        }),
        _ => Ok(()),
    }
}

/// `GIT_COMMON_DIR` is honoured if it agrees with the repository; git itself sets it to nothing else.
fn refuse_other_common_dir(
    environment: &Environment,
    start: &Path,
    common_dir: &Path,
) -> Result<(), Error> {
    let Some(named) = environment.path("GIT_COMMON_DIR", start) else {
        return Ok(());
    };
    let same = same_folder(&named, common_dir);
    same.then_some(()).ok_or(Error::UnsupportedEnvironment {
        variable: "GIT_COMMON_DIR",
        why: "it names another folder than the repository does",
    })
}

fn same_folder(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// One name for one folder, by any path to it.
fn real(path: &Path) -> Result<PathBuf, Error> {
    let real = path.canonicalize();
    real.map_err(|source| Error::read("find folder", path, source))
}

fn open_options(environment: &Environment) -> gix::open::Options {
    let mut permissions = gix::open::Permissions::all();
    // GIT_CONFIG_COUNT comes with the overrides, in git's order of precedence.
    permissions.config.env = false;
    if environment.is_isolated() {
        permissions.config.system = false;
        permissions.config.git = false;
        permissions.config.user = false;
    }
    gix::open::Options::default()
        .permissions(permissions)
        .cli_overrides(environment.config_overrides())
        // Objects are read through a store of our own, so this one needs no memory and never reads the disk.
        .object_store_slots(gix::odb::store::init::Slots::Given(1))
}

/// There can be another repository above a worktree or submodule whose git directory is gone. Like git, we stop
/// before it; gix would continue.
fn refuse_broken_git_file(start: &Path, environment: &Environment) -> Result<(), Error> {
    let ceilings = environment.paths("GIT_CEILING_DIRECTORIES", start);
    let folders = start.ancestors().enumerate();
    let below_ceiling =
        folders.take_while(|(up, folder)| *up == 0 || !ceilings.iter().any(|end| end == folder));
    for (_, folder) in below_ceiling {
        let file = folder.join(".git");
        match std::fs::metadata(&file) {
            Ok(found) if found.is_file() => return check_git_file(file),
            Ok(found) if found.is_dir() && gix::discover::is_git(&file).is_ok() => break,
            _ => {}
        }
    }
    Ok(())
}

fn check_git_file(file: PathBuf) -> Result<(), Error> {
    let content = std::fs::read(&file).map_err(|source| Error::read("read", &file, source))?;
    let Some(named) = content.strip_prefix(b"gitdir: ") else {
        let why = "it does not begin with 'gitdir: '".to_owned();
        return Err(Error::BrokenRepository { path: file, why });
    };
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let end = named.iter().rposition(|byte| !is_end(byte));
    let named = OsStr::from_bytes(&named[..end.map_or(0, |last| last + 1)]);
    let leads_to = file.parent().unwrap_or(&file).join(named);
    match gix::discover::is_git(&leads_to) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::BrokenGitFile { file, leads_to }),
    }
}

/// Only its config says of what kind a repository is and to which ledger it is pinned. gix skips a config that it cannot
/// read, so we check it.
fn refuse_unreadable_config(common_dir: &Path) -> Result<(), Error> {
    let path = common_dir.join("config");
    match std::fs::File::open(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::read("read", &path, source))
        }
        _ => Ok(()),
    }
}

/// Opens the repository in `GIT_DIR`. As in git, a user who names a repository trusts it.
fn open_named(git_dir: PathBuf, options: gix::open::Options) -> Result<gix::Repository, Error> {
    let opened = options
        .with(gix::sec::Trust::Full)
        .open_path_as_is(true)
        .open(&git_dir);
    match opened {
        Ok(opened) => Ok(opened.to_thread_local()),
        Err(_) if gix::discover::is_git(&git_dir).is_err() => {
            Err(Error::WrongGitDir { path: git_dir })
        }
        Err(error) => Err(broken(git_dir, &error)),
    }
}

/// Searches from `start` upwards.
fn open_found(
    start: &Path,
    environment: &Environment,
    options: gix::open::Options,
) -> Result<gix::Repository, Error> {
    let open = |options: gix::open::Options, trust| {
        let mapping = gix::sec::trust::Mapping {
            full: options.clone(),
            reduced: options,
        };
        let mut search = search_options(environment, start);
        search.trust = trust;
        gix::ThreadSafeRepository::discover_opts(start, search, mapping)
            .map_err(|error| not_opened(start, search_options(environment, start), &error))
    };
    let owned = TrustPolicy::Required(gix::sec::Trust::Reduced);
    let opened = match open(options.clone().bail_if_untrusted(true), owned) {
        Err(Error::Untrusted { path }) if is_declared_safe(&path, environment) => {
            open(options, TrustPolicy::Assume(gix::sec::Trust::Full))
        }
        opened => opened,
    };
    let opened = opened?.to_thread_local();
    refuse_bare_if_configured(&opened)?;
    Ok(opened)
}

/// Whether the command line or `GIT_CONFIG_COUNT` puts the folder into `safe.directory`, where gix does not look.
/// As in git, an empty value cancels the values before it.
fn is_declared_safe(path: &Path, environment: &Environment) -> bool {
    let mut safe = false;
    for pair in environment.config_overrides() {
        let (key, value) = pair.split_once('=').unwrap_or((&pair, ""));
        if key.eq_ignore_ascii_case("safe.directory") {
            let named = value == "*" || same_folder(Path::new(value), path);
            safe = !value.is_empty() && (safe || named);
        }
    }
    safe
}

/// Distinguishes a missing repository, one of another user, and a broken one.
fn not_opened(
    start: &Path,
    search: gix::discover::upwards::Options<'_>,
    error: &gix::Error,
) -> Error {
    let path = match gix::discover::upwards_opts(start, search) {
        Ok((found, _)) => safe_directory(&found),
        Err(error) => return not_found(start, &error),
    };
    if error.is_permission_denied() && !is_system_error(error) {
        Error::Untrusted { path }
    } else {
        broken(path, error)
    }
}

/// The folder that `safe.directory` names: the worktree, or the git directory without one.
fn safe_directory(found: &gix::discover::repository::Path) -> PathBuf {
    use gix::discover::repository::Path as Found;
    match found {
        Found::WorkTree(path) | Found::Repository(path) => path.clone(),
        Found::LinkedWorkTree { work_dir, .. } => work_dir.clone(),
    }
}

fn search_options(
    environment: &Environment,
    start: &Path,
) -> gix::discover::upwards::Options<'static> {
    let across = environment.get("GIT_DISCOVERY_ACROSS_FILESYSTEM");
    let across = across.and_then(OsStr::to_str).unwrap_or("false");
    let yes = ["1", "true", "yes", "on"];
    gix::discover::upwards::Options {
        cross_fs: yes.contains(&across.to_ascii_lowercase().as_str()),
        ceiling_dirs: environment.paths("GIT_CEILING_DIRECTORIES", start),
        match_ceiling_dir_or_error: false,
        ..Default::default()
    }
}

fn not_found(start: &Path, error: &gix::Error) -> Error {
    let path = start.to_owned();
    match error.downcast_any_ref::<gix::discover::upwards::Error>() {
        Some(gix::discover::upwards::Error::NoTrustedGitRepository { candidate, .. }) => {
            Error::Untrusted {
                path: candidate.clone(),
            }
        }
        Some(_) => Error::NotARepository { path },
        None => broken(path, error),
    }
}

fn broken(path: PathBuf, error: &gix::Error) -> Error {
    let why = error.probable_cause().to_string();
    Error::BrokenRepository { path, why }
}

fn is_system_error(error: &gix::Error) -> bool {
    error
        .iter_errors()
        .any(|error| error.is::<std::io::Error>())
}

/// With `safe.bareRepository=explicit`, git does not obey the config of a bare repository that hides in a checkout.
fn refuse_bare_if_configured(opened: &gix::Repository) -> Result<(), Error> {
    let config = opened.config_snapshot();
    let theirs = |meta: &gix::config::file::Metadata| {
        meta.source.kind() != gix::config::source::Kind::Repository
    };
    let policy = config
        .plumbing()
        .string_filter("safe.bareRepository", theirs);
    let explicit = policy.is_some_and(|policy| policy == "explicit");
    let inside = |path: &Path| path.components().any(|part| part.as_os_str() == ".git");
    if explicit && opened.workdir().is_none() && !inside(opened.git_dir()) {
        Err(Error::BareNotAllowed {
            path: opened.git_dir().to_owned(),
        })
    } else {
        Ok(())
    }
}

/// The work tree by git's rule: `GIT_WORK_TREE`; else none with `core.bare`; else `core.worktree`; else, if `GIT_DIR` is set,
/// the current folder; else the folder in which the repository was found. A linked worktree ignores the two settings, which
/// are about the main one, unless each worktree has config of its own.
fn work_dir(
    environment: &Environment,
    start: &Path,
    opened: &gix::Repository,
) -> Result<Option<PathBuf>, Error> {
    if let Some(named) = environment.path("GIT_WORK_TREE", start) {
        return Ok(Some(named));
    }
    let config = opened.config_snapshot();
    // In hooks of a linked worktree, git sets `GIT_DIR`.
    if environment.get("GIT_DIR").is_some() {
        let is_linked = opened.git_dir() != opened.common_dir();
        let are_own = !is_linked || config.boolean("extensions.worktreeConfig") == Some(true);
        if are_own && config.boolean("core.bare") == Some(true) {
            return Ok(None);
        }
        if !are_own || config.string("core.worktree").is_none() {
            return Ok(Some(start.to_owned()));
        }
    }
    opened.workdir().map(real).transpose()
}

/// The object directories that git would use. Objects are written to the first.
fn object_directories(
    environment: &Environment,
    start: &Path,
    common_dir: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let first = match environment.path("GIT_OBJECT_DIRECTORY", start) {
        Some(named) if !named.is_dir() => {
            return Err(Error::UnsupportedEnvironment {
                variable: "GIT_OBJECT_DIRECTORY",
                why: "it names no folder",
            });
        }
        Some(named) => named,
        None => common_dir.join("objects"),
    };
    let mut directories = vec![first];
    let alternates = environment.alternates(start);
    // As in git, a missing alternate is skipped.
    directories.extend(alternates.into_iter().filter(|path| path.is_dir()));
    Ok(directories)
}

/// The object directories as environment variables for the git program, if they are not the usual one.
fn directories_given(
    environment: &Environment,
    directories: &[PathBuf],
) -> Option<(PathBuf, std::ffi::OsString)> {
    let given = |name| environment.get(name).is_some();
    if !given("GIT_OBJECT_DIRECTORY") && !given("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
        return None;
    }
    let (first, alternates) = directories.split_first()?;
    Some((first.clone(), environment::object_directories(alternates)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    fn discover(start: &Path, environment: Environment) -> Result<Repository, Error> {
        Repository::discover(start, environment)
    }

    #[test]
    fn without_a_repository_the_error_names_the_searched_folder() {
        let root = tempfile::tempdir().unwrap();
        let error = discover(root.path(), Environment::isolated())
            .err()
            .unwrap();
        assert_eq!(error.code(), "no_repository");
        assert!(error.to_string().contains(&*root.path().to_string_lossy()));
        let environment = Environment::isolated().with("GIT_DIR", "nowhere");
        let error = discover(root.path(), environment).err().unwrap();
        assert_eq!(error.code(), "no_repository");
    }

    #[test]
    fn the_common_directory_may_be_named_if_it_is_the_same() {
        let fixture = Fixture::new();
        let same = Environment::isolated().with("GIT_COMMON_DIR", fixture.path("main/.git"));
        assert!(discover(&fixture.path("main"), same).is_ok());
    }

    #[test]
    fn a_repository_of_somebody_else_is_not_touched_unless_it_is_declared_safe() {
        let fixture = Fixture::new();
        let path = fixture.path("main");
        // Only root can give a repository away.
        if std::os::unix::fs::chown(&path, Some(12345), None).is_err() {
            return;
        }
        let error = discover(&path, Environment::isolated()).err().unwrap();
        assert!(
            matches!(&error, Error::Untrusted { path: found } if *found == path),
            "{error}"
        );
        let safe = format!("'safe.directory'='{}'", path.display());
        let environment = Environment::isolated().with("GIT_CONFIG_PARAMETERS", safe);
        assert!(discover(&path, environment).is_ok());
    }

    #[test]
    fn a_bare_repository_in_a_checkout_can_be_kept_out() {
        let fixture = Fixture::with_options(&["--bare"]);
        let explicit = "'safe.bareRepository'='explicit'";
        let environment = Environment::isolated().with("GIT_CONFIG_PARAMETERS", explicit);
        let error = discover(&fixture.path("main"), environment.clone())
            .err()
            .unwrap();
        assert_eq!(error.code(), "untrusted_repository");
        let named = environment.with("GIT_DIR", ".");
        assert!(discover(&fixture.path("main"), named).is_ok());
    }

    #[test]
    fn a_ceiling_ends_the_search() {
        let fixture = Fixture::new();
        let deep = fixture.path("main/a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let environment =
            Environment::isolated().with("GIT_CEILING_DIRECTORIES", fixture.path("main/a"));
        assert_eq!(
            discover(&deep, environment).err().unwrap().code(),
            "no_repository"
        );
    }

    #[test]
    fn a_linked_worktree_has_the_work_tree_that_git_finds_there() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "../linked"]);
        let (linked, git_dir) = (fixture.path("linked"), fixture.open_at("linked").git_dir);
        for settings in [
            vec!["core.bare", "core.bare true"],
            vec!["core.bare true", "core.worktree ../../main"],
            vec!["core.bare true", "extensions.worktreeConfig true"],
        ] {
            for setting in settings {
                let (key, value) = setting.split_once(' ').unwrap_or((setting, "false"));
                fixture.git(&["config", key, value]);
            }
            let told = std::process::Command::new("git")
                .args(["rev-parse", "--show-toplevel"])
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_DIR", &git_dir)
                .current_dir(&linked)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&told.stdout);
            let wanted = Some(told.trim()).filter(|told| !told.is_empty());
            let named = Environment::isolated().with("GIT_DIR", &git_dir);
            let found = discover(&linked, named).unwrap();
            assert_eq!(found.work_dir().map(|it| it.to_str().unwrap()), wanted);
        }
    }
}
