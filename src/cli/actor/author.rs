//! The keys of actors: finding and opening them, and the errors if one is missing.
//!
//! Not here: how a key signs (`git::sign`), and which actor acts (`identity`, `context`).

use std::path::{Path, PathBuf};

use crate::{
    cli::{CommandError, failure::code},
    core::{
        plan::{roster::KeyStanding, state::State},
        values::{id::ActorName, key::PublicKey, text::shell_word},
    },
    git::{
        self,
        repository::Repository,
        sign::{self, KeySource, SignError, Signer, SigningConfig},
    },
    ledger,
    sync::remote::Remote,
};

/// The key of an actor: the one in `coord.NAME.signingKey`, else the one that was generated here, else
/// `user.signingKey`.
///
/// # Errors
/// As for [`key_folder`].
pub fn key_of(
    repository: &Repository,
    actor: &ActorName,
) -> Result<Option<KeySource>, CommandError> {
    let own = configured(repository, &signing_key_setting(actor));
    if own.is_some() {
        return Ok(own);
    }
    let generated = generated_key(repository, actor)?;
    Ok(if generated.exists() {
        Some(KeySource::File(generated))
    } else {
        users_key(repository)
    })
}

/// The setting that names an actor's signing key.
pub fn signing_key_setting(actor: &ActorName) -> String {
    format!("coord.{actor}.signingKey")
}

/// The setting for the folder of generated keys.
const KEY_FOLDER: &str = "coord.keyDir";

/// The folder of generated keys: `coord.keyDir`, else a folder in the git directory that all worktrees share.
///
/// # Errors
/// `coord.keyDir` is not a path. No key may then be created in another folder.
pub fn key_folder(repository: &Repository) -> Result<PathBuf, CommandError> {
    let config = repository.config();
    let set = match config.string(KEY_FOLDER) {
        // An empty value takes back the value of a config file that is read earlier.
        Some(text) if !text.is_empty() => config.path(KEY_FOLDER)?,
        _ => None,
    };
    Ok(match set {
        Some(path) => from_top(repository, &path),
        None => repository.common_dir().join("coord").join("keys"),
    })
}

/// The file of the key that was generated for an actor, whether it exists or not.
///
/// # Errors
/// As for [`key_folder`].
pub fn generated_key(repository: &Repository, actor: &ActorName) -> Result<PathBuf, CommandError> {
    Ok(key_folder(repository)?.join(actor.as_str()))
}

/// Creates a key for an actor, and returns its public half.
///
/// # Errors
/// The key already exists, or the git directory cannot be written to.
pub fn generate_key(repository: &Repository, actor: &ActorName) -> Result<PublicKey, CommandError> {
    let path = generated_key(repository, actor)?;
    let made = sign::write_new_key(&path, &format!("git coord: {actor}"));
    made.map_err(|error| match error {
        SignError::Write { path, source } => {
            git::Error::write("write", &path, repository.common_dir(), source).into()
        }
        other => other.into(),
    })
}

/// `user.signingKey`, if git signs with SSH keys.
pub fn users_key(repository: &Repository) -> Option<KeySource> {
    let format = repository.config().string("gpg.format");
    format.filter(|format| format == "ssh")?;
    configured(repository, "user.signingKey")
}

fn configured(repository: &Repository, setting: &str) -> Option<KeySource> {
    let config = repository.config();
    match KeySource::parse(&config.string(setting)?).ok()? {
        // A path may begin with `~/`.
        KeySource::File(_) => {
            let path = config.path(setting).ok()??;
            Some(KeySource::File(from_top(repository, &path)))
        }
        literal => Some(literal),
    }
}

/// A path from git's config, which is relative to the top of the worktree, where git runs.
fn from_top(repository: &Repository, path: &Path) -> PathBuf {
    let top = repository.work_dir().unwrap_or(repository.git_dir());
    top.join(path)
}

/// Opens a key with git's own settings. Generated keys do not use `gpg.ssh.program`: that program is for the user's
/// keys and does not know them.
///
/// # Errors
/// The key does not exist, or cannot sign entries.
pub fn open(repository: &Repository, key: KeySource) -> Result<Signer, CommandError> {
    Ok(Signer::open(&config(repository, key))?)
}

/// Why a key does not sign in process, which is slower; none if it does.
pub fn outside(repository: &Repository, key: KeySource) -> Option<&'static str> {
    sign::outside(&config(repository, key))
}

fn config(repository: &Repository, key: KeySource) -> SigningConfig {
    let in_folder = |path: &Path| key_folder(repository).is_ok_and(|keys| path.starts_with(keys));
    let generated_here = matches!(&key, KeySource::File(path) if in_folder(path))
        // The user may keep all keys in one folder.
        && users_key(repository).as_ref() != Some(&key);
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let program = repository.config().path("gpg.ssh.program").ok().flatten();
    SigningConfig {
        key,
        program: program.filter(|_| !generated_here),
        agent: variable("SSH_AUTH_SOCK"),
        askpass: variable("SSH_ASKPASS"),
    }
}

/// The command that locks a key which every program under this account can use; none if the key asks a person or another
/// program.
pub fn locking(repository: &Repository, key: &KeySource) -> Option<String> {
    let KeySource::File(path) = key else {
        return None;
    };
    let is_public = path.extension().is_some_and(|end| end == "pub");
    let private = if is_public {
        &path.with_extension("")
    } else {
        path
    };
    let private = private.display().to_string();
    let is_open = outside(repository, key.clone()).is_none();
    is_open.then(|| format!("ssh-keygen -p -f {}", shell_word(&private)))
}

/// The public half of a key, read without opening the private one.
pub fn public_of(source: &KeySource) -> Option<PublicKey> {
    match source {
        KeySource::Literal(key) => Some(key.clone()),
        KeySource::File(path) => {
            let beside = || sign::read_public(Path::new(&format!("{}.pub", path.display())));
            sign::read_public(path).or_else(|_| beside()).ok()
        }
    }
}

/// The command by which an admin lets an actor sign with this key. It contains the key itself: the admin is often on another
/// machine.
pub fn admission(actor: &ActorName, key: &PublicKey) -> String {
    let key = key.to_string();
    format!("git coord actor add {actor} --key {}", shell_word(&key))
}

/// The error if the actor has no right to sign with this key; none if it has.
pub fn stranger(state: &State, actor: &ActorName, key: &PublicKey) -> Option<CommandError> {
    let hint = match state.roster.standing(actor, key) {
        Some(KeyStanding::Active) => return None,
        Some(KeyStanding::Revoked) => format!(
            "set {} to another key, then: git coord sync --resign",
            signing_key_setting(actor)
        ),
        None if state.roster.owner_of(key).is_none() => {
            format!("an admin runs: {}", admission(actor, key))
        }
        // The rules report keys that are retired or belong to another actor.
        Some(_) | None => return None,
    };
    let actor = actor.clone();
    let error = match state.roster.actor(&actor) {
        None => ledger::Error::UnknownActor { actor },
        Some(_) => ledger::Error::ForeignKey {
            actor,
            key: key.clone(),
        },
    };
    Some(CommandError::from(error).hint(hint))
}

/// The error for an actor without a key here.
pub fn missing_key(repository: &Repository, state: &State, actor: &ActorName) -> CommandError {
    if state.roster.actor(actor).is_none() {
        let hint = match Remote::home(repository) {
            Some(_) => format!("to make a key for an admin to add: git coord sync --actor {actor}"),
            None => format!("git coord actor add {actor} --generate"),
        };
        let actor = actor.clone();
        return CommandError::from(ledger::Error::UnknownActor { actor }).hint(hint);
    }
    let generated = match generated_key(repository, actor) {
        Ok(path) => path,
        Err(error) => return error,
    };
    let message = format!(
        "actor '{actor}' has no signing key here: neither '{}' nor user.signingKey",
        generated.display()
    );
    CommandError::fatal(code::MISSING_KEY, message)
        .hint(format!("git config {} FILE", signing_key_setting(actor)))
}
