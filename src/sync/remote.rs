//! The repositories that share a ledger: its home and couriers, and the names of the refs there.
//!
//! Not here: fetching and pushing (`git`), and syncing (`round`).

use std::path::Path;

use crate::{
    core::{plan::state::State, values::id::Digest},
    git::{
        Error,
        repository::{self, Bundle, Repository},
    },
    ledger::{BRANCH_REF, LEDGER_REF},
};

/// Another repository, by the name of a remote, an address, a path, or a bundle's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    name: String,
    is_home: bool,
}

impl Remote {
    /// The ledger's home: `coord.remote`, else `origin` where there is one.
    pub fn home(repository: &Repository) -> Option<Self> {
        let config = repository.config();
        let set = config
            .string("coord.remote")
            .filter(|name| !name.is_empty());
        let origin = || {
            config
                .string("remote.origin.url")
                .map(|_| "origin".to_owned())
        };
        let name = set.or_else(origin)?;
        Some(Self {
            name,
            is_home: true,
        })
    }

    /// The repository of this name: home, or a courier. A path is relative to the folder `here`.
    pub fn named(repository: &Repository, name: &str, here: &Path) -> Self {
        Self::home(repository)
            .filter(|home| home.name == name)
            .unwrap_or_else(|| Self {
                name: located(repository, name, here),
                is_home: false,
            })
    }

    /// The name that git gets.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// Whether its line is the mainline.
    pub fn is_home(&self) -> bool {
        self.is_home
    }

    /// Whether it is a bundle or the full name of a local ref. It brings entries and takes none.
    pub fn is_offer(&self, repository: &Repository) -> bool {
        let (name, is_file) = (&self.name, Path::new(&self.name).is_file());
        (is_file || name.starts_with("refs/")) && !is_configured(repository, name)
    }

    /// Whether it is a file that is neither a bundle nor an outbox.
    pub fn is_other_file(&self, repository: &Repository) -> bool {
        let path = Path::new(&self.name);
        let is_file = path.is_file() && self.is_offer(repository);
        is_file && Bundle::open(path, repository.hash_name()).is_err()
    }

    /// The local ref that holds the fetched tip before it is accepted. It is outside of `refs/remotes`, which
    /// `git fetch --prune` empties, and of `refs/coord`, which a mirror's refspec would rewind.
    pub fn shadow(&self, repository: &Repository) -> String {
        self.folder(repository) + "/ledger"
    }

    fn folder(&self, repository: &Repository) -> String {
        let own = format!("refs/coord-remotes/{}", self.name);
        if is_configured(repository, &self.name) && repository::check_ref_format(&own).is_ok() {
            own
        } else {
            // An address, or a name that no ref can have.
            let name = Digest::of(self.name.as_bytes()).to_hex();
            format!("refs/coord-remotes/at-{name:.10}")
        }
    }

    /// Lets plain `git fetch` bring the ledger into the [`shadow`](Self::shadow) too, if this is a configured remote.
    ///
    /// # Errors
    /// The config cannot be written.
    pub fn follow(&self, repository: &Repository) -> Result<(), Error> {
        let key = |what: &str| format!("remote.{}.{what}", self.name);
        let config = repository.config();
        let wanted = format!("+refs/coord/*:{}/*", self.folder(repository));
        let fetched = config.strings(&key("fetch"));
        // Plain `git fetch` may fetch the other side's HEAD without a refspec; it must go on to do so.
        let is_done = fetched.is_empty() || fetched.contains(&wanted);
        let mirrors = config.boolean(&key("mirror"))?.unwrap_or(false);
        if is_done || mirrors || config.string(&key("url")).is_none() {
            return Ok(());
        }
        repository.add_config(&key("fetch"), &wanted)
    }

    /// The refs that may hold the ledger at the remote, the most likely first: only the one in `coord.ref` if that is
    /// set; else the one that the ledger names, and then the usual ones.
    ///
    /// # Errors
    /// [`Error::Config`] if `coord.ref` is not the full name of a ref.
    pub fn refs(
        &self,
        repository: &Repository,
        state: Option<&State>,
    ) -> Result<Vec<String>, Error> {
        if let Some(set) = repository.config().string("coord.ref") {
            let bad = |why: String| Error::Config {
                key: "coord.ref".to_owned(),
                why,
            };
            repository::check_ref_format(&set).map_err(bad)?;
            return if set.starts_with("refs/") {
                Ok(vec![set])
            } else {
                Err(bad(format!("'{set}' does not begin with 'refs/'")))
            };
        }
        let told = state.map(|state| state.home_ref.as_str().to_owned());
        let told = told.filter(|name| repository::check_ref_format(name).is_ok());
        let mut names: Vec<String> = told.into_iter().collect();
        for usual in [LEDGER_REF, BRANCH_REF] {
            if !names.iter().any(|name| name == usual) {
                names.push(usual.to_owned());
            }
        }
        Ok(names)
    }
}

/// Whether this is the name of a remote.
fn is_configured(repository: &Repository, name: &str) -> bool {
    let key = format!("remote.{name}.url");
    repository.config().string(&key).is_some()
}

/// git is started at the root of the worktree, so a path relative to another folder is made absolute.
fn located(repository: &Repository, name: &str, here: &Path) -> String {
    let path = here.join(name);
    let elsewhere = here != repository.work_dir().unwrap_or(repository.git_dir());
    let is_path = !name.is_empty() && !is_configured(repository, name) && path.exists();
    let absolute = path.to_str().filter(|_| is_path && elsewhere);
    absolute.unwrap_or(name).to_owned()
}
