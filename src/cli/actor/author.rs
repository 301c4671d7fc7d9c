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
pub fn key_of(repository: &Repository, actor: &ActorName) -> Option<KeySource> {
    let own = configured(repository, &signing_key_setting(actor));
    let generated = || {
        let path = generated_key(repository, actor);
        path.exists().then_some(KeySource::File(path))
    };
    own.or_else(generated).or_else(|| users_key(repository))
}

/// The setting that names an actor's signing key.
pub fn signing_key_setting(actor: &ActorName) -> String {
    format!("coord.{actor}.signingKey")
}

/// The file of the key that was generated for an actor, whether it exists or not.
pub fn generated_key(repository: &Repository, actor: &ActorName) -> PathBuf {
    let folder = repository.common_dir().join("coord").join("keys");
    folder.join(actor.as_str())
}

/// Creates a key for an actor, and returns its public half.
///
/// # Errors
/// The key already exists, or the git directory cannot be written to.
pub fn generate_key(repository: &Repository, actor: &ActorName) -> Result<PublicKey, CommandError> {
    let path = generated_key(repository, actor);
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
        // A path may begin with `~/`. A relative one is seen from the top of the worktree, where git runs.
        KeySource::File(_) => {
            let path = config.path(setting).ok()??;
            let top = repository.work_dir().unwrap_or(repository.git_dir());
            Some(KeySource::File(top.join(path)))
        }
        literal => Some(literal),
    }
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
    let keys = repository.common_dir().join("coord");
    let generated_here = matches!(&key, KeySource::File(path) if path.starts_with(keys));
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let program = repository.config().path("gpg.ssh.program").ok().flatten();
    SigningConfig {
        key,
        program: program.filter(|_| !generated_here),
        agent: variable("SSH_AUTH_SOCK"),
        askpass: variable("SSH_ASKPASS"),
    }
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

/// The file of the public half of a key; none for a key given literally.
pub fn public_file(source: &KeySource) -> Option<String> {
    let KeySource::File(path) = source else {
        return None;
    };
    let path = path.display().to_string();
    Some(if path.ends_with(".pub") {
        path
    } else {
        format!("{path}.pub")
    })
}

/// The command by which an admin lets an actor sign with the key of this file.
pub fn admission(actor: &ActorName, public: Option<&str>) -> String {
    let file = public.map_or("FILE.pub".into(), shell_word);
    format!("git coord actor add {actor} --key {file}")
}

/// The error for a key that the actor may not sign with; none if it may.
pub fn stranger(
    state: &State,
    actor: &ActorName,
    signer: &Signer,
    public: Option<&str>,
) -> Option<CommandError> {
    let key = signer.public_key();
    let hint = match state.roster.standing(actor, key) {
        Some(KeyStanding::Active) => return None,
        Some(KeyStanding::Revoked) => format!(
            "set {} to another key, then: git coord sync --resign",
            signing_key_setting(actor)
        ),
        None if state.roster.owner_of(key).is_none() => {
            format!("an admin runs: {}", admission(actor, public))
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
    let generated = generated_key(repository, actor);
    let message = format!(
        "actor '{actor}' has no signing key here: neither '{}' nor user.signingKey",
        generated.display()
    );
    CommandError::fatal(code::MISSING_KEY, message)
        .hint(format!("git config {} FILE", signing_key_setting(actor)))
}
