//! Repository extensions: which are known, and that any other keeps us out.
//!
//! Not here: the effect of known extensions, which gix and git implement. Source: git's `repository-version` document.

use std::path::Path;

use super::RefStorage;
use crate::git::Error;

/// Extensions that git honours whatever `core.repositoryFormatVersion` says.
const KNOWN: [&str; 4] = ["noop", "partialclone", "preciousobjects", "worktreeconfig"];

/// Extensions that exist from version 1 on and need nothing here.
const KNOWN_FROM_VERSION_1: [&str; 3] = ["noop-v1", "objectformat", "relativeworktrees"];

/// Reads the extensions out of `config` and says how refs are stored.
///
/// # Errors
/// [`Error::UnsupportedExtension`] for a version or an extension that a careful reader must not ignore.
pub(super) fn check(config: &gix::config::File, common_dir: &Path) -> Result<RefStorage, Error> {
    let unsupported = |name: String| Error::UnsupportedExtension {
        path: common_dir.to_owned(),
        name,
    };
    let version = config.integer("core.repositoryFormatVersion");
    let version = version.ok().flatten().unwrap_or(0);
    if version > 1 {
        return Err(unsupported(format!(
            "core.repositoryFormatVersion={version}"
        )));
    }
    let sections = config.sections_by_name("extensions").into_iter().flatten();
    // git looks for them in the repository's own config file and nowhere else.
    let local = sections.filter(|section| section.meta().source == gix::config::Source::Local);
    let mut storage = RefStorage::Files;
    for name in local.flat_map(|section| section.value_names().collect::<Vec<_>>()) {
        let name = name.to_ascii_lowercase();
        if KNOWN.contains(&name.as_str()) {
            continue;
        }
        let value = config.string(format!("extensions.{name}").as_str());
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        match (name.as_str(), value.as_str(), version) {
            (name, _, 1) if KNOWN_FROM_VERSION_1.contains(&name) => {}
            ("refstorage", "files", 1) => {}
            ("refstorage", "reftable", 1) => storage = RefStorage::Reftable,
            ("refstorage" | "compatobjectformat", value, _) => {
                return Err(unsupported(format!("{name}={value}")));
            }
            // git itself refuses these in version 0, and ignores unknown ones.
            (name, _, 0) if !KNOWN_FROM_VERSION_1.contains(&name) => {}
            _ => return Err(unsupported(name)),
        }
    }
    Ok(storage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str) -> Result<RefStorage, String> {
        let meta = gix::config::file::Metadata::from(gix::config::Source::Local);
        let config =
            gix::config::File::from_bytes_no_includes(text.as_bytes(), meta, Default::default());
        check(&config.unwrap(), Path::new("/r")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_unknown_extension_keeps_us_out_of_a_version_1_repository() {
        let text = "[core]\nrepositoryformatversion = 1\n[extensions]\nfromTheFuture = true\n";
        let refusal = check_text(text).unwrap_err();
        assert!(refusal.contains("'fromthefuture'"), "{refusal}");
    }

    #[test]
    fn version_0_passes_by_what_no_git_knows() {
        let text = "[core]\nrepositoryformatversion = 0\n[extensions]\nfromTheFuture = true\n";
        assert_eq!(check_text(text), Ok(RefStorage::Files));
    }

    #[test]
    fn the_extensions_of_git_2_47_are_known() {
        let text = "[core]\nrepositoryformatversion = 1\n[extensions]\nnoop = 1\nworktreeConfig = true\n\
                    preciousObjects = true\npartialClone = origin\nobjectFormat = sha256\n\
                    relativeWorktrees = true\nrefStorage = reftable\n";
        assert_eq!(check_text(text), Ok(RefStorage::Reftable));
    }

    #[test]
    fn a_repository_with_a_compatibility_hash_is_refused() {
        let text =
            "[core]\nrepositoryformatversion = 1\n[extensions]\ncompatObjectFormat = sha256\n";
        assert!(check_text(text).is_err());
        assert!(check_text("[core]\nrepositoryformatversion = 2\n").is_err());
    }
}
