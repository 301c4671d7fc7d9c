//! The keys of actors: where they are, how they are opened, and what to say where one is missing.
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

/// Where an actor's key is: what `coord.NAME.signingKey` names, else the one that was generated for it
/// here, else `user.signingKey`.
pub fn key_of(repository: &Repository, actor: &ActorName) -> Option<KeySource> {
    let own = configured(repository, &signing_key_setting(actor));
    let generated = || {
        let path = generated_key(repository, actor);
        path.exists().then_some(KeySource::File(path))
    };
    own.or_else(generated).or_else(|| users_key(repository))
}

/// The key of git's config that names an actor's signing key.
pub fn signing_key_setting(actor: &ActorName) -> String {
    format!("coord.{actor}.signingKey")
}

/// Where the key is that was generated for an actor.
pub fn generated_key(repository: &Repository, actor: &ActorName) -> PathBuf {
    let folder = repository.common_dir().join("coord").join("keys");
    folder.join(actor.as_str())
}

/// Makes a key for an actor and gives its public half.
///
/// # Errors
/// There is one already, or the git directory cannot be written to.
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

/// `user.signingKey`, where git signs with SSH keys.
pub fn users_key(repository: &Repository) -> Option<KeySource> {
    let format = repository.config().string("gpg.format");
    format.filter(|format| format == "ssh")?;
    configured(repository, "user.signingKey")
}

fn configured(repository: &Repository, setting: &str) -> Option<KeySource> {
    let config = repository.config();
    match KeySource::parse(&config.string(setting)?).ok()? {
        // As a path it may begin with `~/`.
        KeySource::File(_) => config.path(setting).ok()?.map(KeySource::File),
        literal => Some(literal),
    }
}

/// Opens a key by git's own settings. A program that is configured for a person's keys knows nothing of
/// those that were generated here.
///
/// # Errors
/// The key is not there, or cannot sign entries.
pub fn open(repository: &Repository, key: KeySource) -> Result<Signer, CommandError> {
    let keys = repository.common_dir().join("coord");
    let generated_here = matches!(&key, KeySource::File(path) if path.starts_with(keys));
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let program = repository.config().path("gpg.ssh.program").ok().flatten();
    Ok(Signer::open(&SigningConfig {
        key,
        program: program.filter(|_| !generated_here),
        agent: variable("SSH_AUTH_SOCK"),
        askpass: variable("SSH_ASKPASS"),
    })?)
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

/// The file of the public half of a key, if it is one.
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

/// What to say of a key with which the ledger does not let the actor sign.
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
        // Retired, or another's.
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

/// What to say when an actor's key is not at hand.
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
