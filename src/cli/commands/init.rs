//! `git coord init`: create a ledger in this repository.
//!
//! Not here: how actors are added later (`actor`).

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        actor::{
            author::{self, generate_key, generated_key, signing_key_setting, users_key},
            host,
        },
        failure::code,
        remote::home,
    },
    core::{
        entry::event::ledger::{Founding, LedgerFact},
        values::{email::Email, id::ActorName, task::ActorKind},
    },
    git::{
        lock::Turn,
        repository::{Repository, Transfer},
        sign::{self, KeySource},
    },
    ledger::{self, Author, BRANCH_REF, KeyOnce, LEDGER_REF, Ledger},
    sync::remote::Remote,
};

/// Create a ledger in this repository
///
/// You become its first admin. Your entries are signed with the key from --key. Without --key, they are signed with
/// 'user.signingKey' if 'gpg.format' is ssh, else with a new ed25519 key. New keys are in the git directory, or in the
/// folder 'coord.keyDir' if that is set. Your branches do not change.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord init --actor ada")]
pub struct Args {
    /// Register as a person (human) or as a program (agent)
    #[arg(long, value_name = "human|agent", default_value = "human")]
    pub kind: ActorKind,
    /// Sign entries with the SSH key in FILE
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Set a recovery key, given as a public SSH key
    ///
    /// It can sign for every admin, and only itself can replace it. Keep its private half offline.
    #[arg(long, value_name = "FILE.pub")]
    pub recovery: Option<PathBuf>,
    /// Store the ledger on REF at home instead of refs/coord/ledger
    #[arg(long = "ref", value_name = "REF", value_parser = HOME_REFS)]
    pub home_ref: Option<String>,
}

/// The refs that can hold a ledger at home: first contact looks for these.
pub(super) const HOME_REFS: [&str; 2] = [LEDGER_REF, BRANCH_REF];

/// The setting that names the actor.
const ACTOR: &str = "coord.actor";

/// Makes the genesis, and so the ledger's id, the same in every run; for tests and stories.
const NONCE_VARIABLE: &str = "GIT_COORD_NONCE";

/// The data of `coord.init/1`.
#[derive(Serialize)]
struct Created {
    ledger: String,
    tip: String,
    actor: ActorName,
    key: String,
    /// The file of a new key.
    generated: Option<PathBuf>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox_and_key("init")?;
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    check_no_ledger(&ledger)?;
    if let gone @ ledger::Error::LedgerGone = ledger.absent() {
        return Err(gone.into());
    }
    look_at_home(context, &ledger)?;
    // Another `init` at the same time may have set its own actor.
    let _turn = Turn::to_sync(repository, TURN_WAIT)?;
    check_no_ledger(&ledger)?;
    let actor = match context.named_actor(repository)? {
        Some(named) => named,
        None => name_of_user(repository)?,
    };
    let (source, generated) = choose_key(repository, &actor, args.key.as_deref())?;
    // The config comes first: if it cannot be written, there must be no ledger without an actor.
    let before =
        name_actor(repository, &actor).inspect_err(|_| forget(&ledger, generated.as_deref()))?;
    let created = create(context, &ledger, args, actor, source.clone());
    let created = created.inspect_err(|_| {
        forget(&ledger, generated.as_deref());
        take_back(repository, before);
    })?;
    let (actor, key, appended) = created;
    let id = appended.verified.state.ledger;
    repository.set_config("coord.ledger", &id.to_string())?;
    host::name(repository)?;
    if let Some(home) = &args.home_ref {
        repository.set_config("coord.ref", home)?;
    }
    if let (Some(_), KeySource::File(path)) = (&args.key, &source) {
        let path = path.to_str().unwrap_or_default();
        repository.set_config(&signing_key_setting(&actor), path)?;
    }
    let mut text = format!("created ledger {}; {actor} is its admin\n", id.short());
    text += &match &generated {
        Some(path) => format!("created a key for {actor}: {}\n", path.display()),
        None => format!("{actor} signs with {}\n", key.fingerprint()),
    };
    let data = Created {
        ledger: id.to_string(),
        tip: appended.verified.tip.to_string(),
        actor,
        key: key.fingerprint(),
        generated,
    };
    context.ui.answer("coord.init/1", &data, text)?;
    // Agents often run under the account of the person who starts them.
    let lock = author::locking(repository, &source).filter(|_| args.kind == ActorKind::Human);
    if let Some(lock) = lock {
        let name = &data.actor;
        let hint =
            format!("every program under your account can sign as {name}; to lock the key: {lock}");
        context.ui.hint(hint);
    }
    context.offer_to_require_actor(ledger.repository());
    Ok(())
}

/// How long to wait for another `init` or `sync` in this repository.
const TURN_WAIT: Duration = Duration::from_secs(60);

fn check_no_ledger(ledger: &Ledger) -> Result<(), CommandError> {
    if ledger.tip()?.is_none() {
        return Ok(());
    }
    let id = ledger.current()?.state.ledger;
    Err(ledger::Error::LedgerExists { id }.into())
}

/// Sets the actor in the config, and returns the one that was set before.
fn name_actor(repository: &Repository, actor: &ActorName) -> Result<Option<String>, CommandError> {
    let asked = repository.run_git(["config", "--local", "--get", ACTOR]);
    repository.set_config(ACTOR, actor.as_str())?;
    let before = asked.ok().and_then(|name| String::from_utf8(name).ok());
    Ok(before.map(|name| name.trim_end_matches('\n').to_owned()))
}

/// Sets the earlier actor again. If this fails, nothing is lost: the next try would set the same actor.
fn take_back(repository: &Repository, before: Option<String>) {
    let _ = match before {
        Some(name) => repository.set_config(ACTOR, &name),
        None => repository.unset_config(ACTOR),
    };
}

/// Refuses if home already has a ledger: this clone should sync with that one.
fn look_at_home(context: &mut Context, ledger: &Ledger) -> Result<(), CommandError> {
    let repository = ledger.repository();
    let Some(home) = Remote::home(repository) else {
        return Ok(());
    };
    let names = home.refs(repository, None)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut transfer = Transfer {
        limit: Some(home::patience(repository)?),
        ..Transfer::default()
    };
    match repository.remote_refs(&mut transfer, home.name(), &names) {
        Ok(found) if found.is_empty() => Ok(()),
        // A branch of that name need not be a ledger.
        Ok(found)
            if found[0].0 != names[0] && !home::sync(context, ledger, &home)?.holds_ledger()? =>
        {
            Ok(())
        }
        Ok(_) => {
            let message = format!("'{}' already has a ledger", home.name());
            Err(CommandError::fatal(code::LEDGER_EXISTS, message).hint("git coord sync"))
        }
        Err(error) => {
            context.ui.warn(format!(
                "cannot check whether home already has a ledger: {error}"
            ));
            Ok(())
        }
    }
}

type Done = (
    ActorName,
    crate::core::values::key::PublicKey,
    ledger::Appended,
);

fn create(
    context: &Context,
    ledger: &Ledger,
    args: &Args,
    actor: ActorName,
    source: KeySource,
) -> Result<Done, CommandError> {
    let repository = ledger.repository();
    let signer = author::open(repository, source)?;
    let key = signer.public_key().clone();
    let home = args
        .home_ref
        .as_deref()
        .filter(|name| *name != HOME_REFS[0]);
    let home = home
        .and_then(|name| name.parse().ok())
        .map(LedgerFact::HomeRef);
    let recovery = args
        .recovery
        .as_deref()
        .map(sign::read_public)
        .transpose()?;
    if recovery.as_ref() == Some(&key) {
        let message = format!("the recovery key must not be the key of '{actor}'");
        return Err(CommandError::usage(message));
    }
    let founding = Founding {
        key: key.clone(),
        kind: args.kind,
        email: address(repository, &actor, args.kind),
        recovery,
        facts: home.into_iter().collect(),
        nonce: nonce()?,
    };
    let author = Author {
        actor,
        signer,
        clock: context.clock(),
        may_tell_secrets: false,
        key: KeyOnce::default(),
    };
    let appended = ledger.found(&author, context.now()?, founding)?;
    Ok((author.actor, key, appended))
}

/// `user.name` as a valid name of an actor: `Ada Lovelace` is `ada-lovelace`.
fn name_of_user(repository: &Repository) -> Result<ActorName, CommandError> {
    let name = repository.config().string("user.name").unwrap_or_default();
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    plain.trim_matches('-').parse().map_err(|_| {
        let message = "no actor is set";
        CommandError::fatal(code::NO_ACTOR, message).hint("git coord init --actor NAME")
    })
}

/// A person's address is `user.email`; an agent gets a placeholder.
fn address(repository: &Repository, actor: &ActorName, kind: ActorKind) -> Email {
    let email = repository.config().string("user.email");
    let email = email.filter(|_| kind == ActorKind::Human);
    let email = email.and_then(|email| email.parse().ok());
    email.unwrap_or_else(|| Email::placeholder(actor))
}

/// The key that signs, and the file of a new one.
fn choose_key(
    repository: &Repository,
    actor: &ActorName,
    given: Option<&Path>,
) -> Result<(KeySource, Option<PathBuf>), CommandError> {
    if let Some(given) = given {
        let path = std::path::absolute(given).map_err(|error| {
            let message = format!("cannot find '{}'", given.display());
            CommandError::fatal(code::CANNOT_READ, message).because(error)
        })?;
        if path.to_str().is_none() {
            let message = format!("key path '{}' is not UTF-8", path.display());
            return Err(CommandError::usage(message));
        }
        return Ok((KeySource::File(path), None));
    }
    let generated = generated_key(repository, actor)?;
    if generated.exists() {
        return Ok((KeySource::File(generated), None));
    }
    if let Some(users) = users_key(repository) {
        return Ok((users, None));
    }
    generate_key(repository, actor)?;
    Ok((KeySource::File(generated.clone()), Some(generated)))
}

/// Removes a new key whose entry could not be appended. It stays if the ledger knows it: another process may have used
/// the file, or the failure may have come after the ref had moved.
pub(super) fn forget(ledger: &Ledger, generated: Option<&Path>) {
    let Some(path) = generated else { return };
    let public = PathBuf::from(format!("{}.pub", path.display()));
    let is_needed = match (ledger.current(), sign::read_public(&public)) {
        (Err(ledger::Error::NoLedger), _) => false,
        (Ok(known), Ok(key)) => known.state.roster.owner_of(&key).is_some(),
        // An unused key does no harm, and the next try uses it.
        _ => true,
    };
    if !is_needed {
        // If it cannot be removed, the next try uses it.
        let _ = std::fs::remove_file(path);
        let _ = std::fs::remove_file(public);
    }
}

fn nonce() -> Result<u64, CommandError> {
    use rand_core::RngCore as _;
    match std::env::var(NONCE_VARIABLE) {
        Ok(given) => given
            .parse()
            .map_err(|_| CommandError::usage(format!("{NONCE_VARIABLE} is not a number"))),
        Err(_) => Ok(rand_core::OsRng.next_u64()),
    }
}
