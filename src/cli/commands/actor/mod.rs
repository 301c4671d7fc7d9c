//! `git coord actor`: the actors with their keys and roles.
//!
//! Not here: what the roles allow (`core::plan::roster`).

mod recovery_key;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{init, task_options::trimmed};
use crate::{
    cli::{
        CommandError, Context,
        actor::author::{generate_key, generated_key},
        failure::code,
        task::act,
    },
    core::{
        entry::event::{
            Event, RosterEvent,
            roster::{ActorFact, NewActor},
        },
        plan::{
            refusal::Refusal,
            roster::{Actor, KeyStanding},
            state::State,
        },
        values::{
            email::Email,
            id::{ActorName, Digest, InvalidName},
            key::PublicKey,
            task::{ActorKind, Role},
            time::Timestamp,
        },
        views::snapshot::ActorDocument,
    },
    git::{repository::Repository, sign},
    ledger::EntryDraft,
    render,
};

/// Manage actors, their keys and their roles
///
/// Without a command, it lists the actors.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord actor add codex --role worker --generate")]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add an actor, or give it another role or key
    Add(AddActor),
    /// Change an actor's roles, kind or address
    Edit(Edit),
    /// List the actors with their roles and keys
    #[command(after_long_help = "Example:\n  git coord actor list")]
    List,
    /// Revoke a compromised key
    ///
    /// From then on, an entry with this key has no effect if home does not have it yet. Its date does not matter.
    RevokeKey(RevokeKey),
    /// Retire a key that is not used any more
    ///
    /// Earlier entries with this key stay valid, also those from clones that do not know yet.
    RetireKey(RetireKey),
    /// Remove an actor: retire its keys and take away its roles
    ///
    /// Its earlier entries stay valid. 'actor add NAME --generate' brings it back.
    #[command(after_long_help = "Example:\n  git coord actor remove codex")]
    Remove {
        /// Actor to remove
        #[arg(value_name = "NAME")]
        name: ActorName,
    },
    /// Set the recovery key, which can sign for every admin
    RecoveryKey(recovery_key::Args),
}

#[derive(Debug, clap::Args)]
#[command(override_usage = "git coord actor edit [OPTIONS] <NAME>")]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
#[command(
    after_long_help = "Example:\n  git coord actor edit codex --role reviewer --no-role worker"
)]
pub struct Edit {
    /// Actor to change
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// Add roles: admin, coordinator, worker, reviewer, observer
    #[arg(
        long = "role",
        value_name = "ROLE",
        value_parser = trimmed::<Role>,
        value_delimiter = ',',
        group = "change"
    )]
    pub roles: Vec<Role>,
    /// Remove a role
    #[arg(
        long = "no-role",
        value_name = "ROLE",
        value_parser = trimmed::<Role>,
        value_delimiter = ',',
        group = "change"
    )]
    pub no_roles: Vec<Role>,
    /// Set the kind: a person (human) or a program (agent)
    #[arg(long, value_name = "human|agent", group = "change")]
    pub kind: Option<ActorKind>,
    /// Set the address that its entries have as author
    #[arg(long, value_name = "ADDRESS", group = "change")]
    pub email: Option<Email>,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord actor add codex --role worker --key codex.pub")]
pub struct AddActor {
    /// Name of the actor
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// Set the kind: a person (human) or a program (agent)
    #[arg(long, value_name = "human|agent")]
    pub kind: Option<ActorKind>,
    /// Give it roles: admin, coordinator, worker, reviewer, observer
    #[arg(long = "role", value_name = "ROLE", value_parser = trimmed::<Role>, value_delimiter = ',')]
    pub roles: Vec<Role>,
    /// Set the address that its entries have as author
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<Email>,
    /// Register a public SSH key: a .pub file, or its line
    #[arg(long, value_name = "KEY", conflicts_with = "generate")]
    pub key: Option<PathBuf>,
    /// Create a new key for it in this repository's git directory
    #[arg(long)]
    pub generate: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord actor revoke-key codex --since 2025-10-14T18:00Z"
)]
pub struct RevokeKey {
    /// Actor that has the key
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// Key: a .pub file or a fingerprint (default: the only key)
    ///
    /// 'actor list' shows the fingerprints.
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// Say since when somebody else may have had the key
    ///
    /// 'verify' lists the entries that it signed since then.
    #[arg(long, value_name = "TIME")]
    pub since: Option<Timestamp>,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord actor retire-key codex old.pub")]
pub struct RetireKey {
    /// Actor that has the key
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// Key: a .pub file or a fingerprint (default: the only key)
    ///
    /// 'actor list' shows the fingerprints.
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Some(Command::Add(args)) => add(context, args),
        Some(Command::Edit(args)) => edit(context, args),
        None | Some(Command::List) => list(context, None),
        Some(Command::Remove { name }) => remove(context, name),
        Some(Command::RecoveryKey(args)) => recovery_key::run(context, args),
        Some(Command::RevokeKey(args)) => {
            let meant = |standing| standing != KeyStanding::Revoked;
            end_key(
                context,
                &args.name,
                args.key.as_deref(),
                meant,
                "revoked",
                |actor, key| {
                    let since = args.since;
                    RosterEvent::KeyRevoked { actor, key, since }
                },
            )
        }
        Some(Command::RetireKey(args)) => {
            let meant = |standing| standing == KeyStanding::Active;
            end_key(
                context,
                &args.name,
                args.key.as_deref(),
                meant,
                "retired",
                |actor, key| RosterEvent::KeyRetired { actor, key },
            )
        }
    }
}

/// The data of `coord.actors/1`.
#[derive(Serialize)]
struct Listed {
    actors: Vec<ActorDocument>,
    /// The fingerprint of the recovery key.
    recovery_key: Option<String>,
}

/// Shows one actor, as in the list.
pub(super) fn show(context: &mut Context, name: &ActorName) -> Result<(), CommandError> {
    context.ui.text(format_args!("actor {name}\n"))?;
    list(context, Some(name))
}

fn list(context: &mut Context, only: Option<&ActorName>) -> Result<(), CommandError> {
    let state = context.ledger()?.current()?.state;
    let listed = || {
        let actors = state.roster.actors();
        actors.filter(|(name, _)| only.is_none_or(|only| *name == only))
    };
    let actors = listed().map(|(name, actor)| ActorDocument::of(name, actor));
    let answer = Listed {
        actors: actors.collect(),
        recovery_key: state.roster.recovery().map(PublicKey::fingerprint),
    };
    let mut text = render::text::actors(listed(), context.ui.style());
    if let Some(fingerprint) = answer.recovery_key.as_ref().filter(|_| only.is_none()) {
        text += &format!("\nRecovery key {fingerprint}\n");
    }
    context.ui.answer("coord.actors/1", &answer, text)
}

fn add(context: &mut Context, args: &AddActor) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let known = ledger.current()?.state;
    let is_new = known.roster.actor(&args.name).is_none();
    let (key, generated) = key_for(ledger.repository(), &known, args)?;
    let added = act::on_ledger(context, |state| {
        Ok(draft(joining(state, args, key.clone())))
    });
    let state = added
        .inspect_err(|_| init::forget(&ledger, generated.as_deref()))?
        .state;
    let changed = if is_new { "added" } else { "changed" };
    let mut text = format!("{changed} actor {}", args.name);
    if let Some(path) = &generated {
        text += &format!("; created a key for it: {}", path.display());
    }
    let actor = state.roster.actor(&args.name);
    if actor.is_some_and(|actor| !actor.can_sign()) {
        let name = &args.name;
        context.ui.warn(format!(
            "{name} cannot write entries, because it has no active key"
        ));
        let hint = format!("git coord actor add {name} --generate");
        context.ui.hint(hint);
    }
    say(context, &state, &args.name, text)?;
    if is_new && actor.is_some_and(|actor| actor.kind == ActorKind::Agent) {
        context.offer_to_require_actor(ledger.repository());
    }
    Ok(())
}

/// The given or new key, and the file of a new one.
fn key_for(
    repository: &Repository,
    state: &State,
    args: &AddActor,
) -> Result<(Option<PublicKey>, Option<PathBuf>), CommandError> {
    if let Some(given) = &args.key {
        let text = given.to_str().unwrap_or_default();
        let key = match text.parse() {
            Ok(key) => key,
            Err(error) if is_line(text) && !given.exists() => return Err(not_a_line(&error)),
            Err(_) => sign::read_public(given)?,
        };
        return Ok((Some(key), None));
    }
    if !args.generate {
        return Ok((None, None));
    }
    let path = generated_key(repository, &args.name)?;
    if path.exists() {
        // An earlier try that failed created it, or somebody put it there.
        let public = PathBuf::from(format!("{}.pub", path.display()));
        let key = sign::read_public(&public)?;
        if !has_ended(state, &args.name, &key) {
            return Ok((Some(key), None));
        }
        set_aside(&path, &public, &key)?;
    }
    let key = generate_key(repository, &args.name)?;
    Ok((Some(key), Some(path)))
}

/// Whether a text begins as the line of a public key does, or its second word.
fn is_line(text: &str) -> bool {
    let begins = ["ssh-", "ecdsa-", "sk-", "AAAA"];
    begins.iter().any(|begin| text.starts_with(begin))
}

fn not_a_line(error: &InvalidName) -> CommandError {
    CommandError::usage(error.to_string()).hint("git coord actor add --help")
}

/// Whether this key of the actor is retired or revoked.
fn has_ended(state: &State, actor: &ActorName, key: &PublicKey) -> bool {
    let standing = state.roster.standing(actor, key);
    standing.is_some_and(|standing| standing != KeyStanding::Active)
}

/// Renames the files of a retired or revoked key, to make room for a new one.
fn set_aside(path: &Path, public: &Path, key: &PublicKey) -> Result<(), CommandError> {
    let digest = Digest::of(key.blob()).to_string();
    let digits = digest.rsplit(':').next().unwrap_or_default();
    let old = format!("{}.{digits:.8}", path.display());
    let moved = std::fs::rename(path, &old);
    let moved = moved.and_then(|()| std::fs::rename(public, format!("{old}.pub")));
    moved.map_err(|error| {
        let message = format!("cannot rename '{}'", path.display());
        CommandError::fatal(code::CANNOT_WRITE, message).because(error)
    })
}

/// The events that add an actor, or that give an existing one what is new.
fn joining(state: &State, args: &AddActor, key: Option<PublicKey>) -> Vec<RosterEvent> {
    let Some(known) = state.roster.actor(&args.name) else {
        let email = args.email.clone();
        return vec![RosterEvent::ActorAdded(Box::new(NewActor {
            name: args.name.clone(),
            kind: args.kind.unwrap_or(ActorKind::Agent),
            email: email.unwrap_or_else(|| Email::placeholder(&args.name)),
            roles: match args.roles.as_slice() {
                [] => vec![Role::Worker],
                roles => roles.to_vec(),
            },
            key,
        }))];
    };
    let roles = match args.roles.as_slice() {
        // It was removed.
        [] if known.roles.is_empty() => &[Role::Worker],
        roles => roles,
    };
    let facts = new_facts(known, roles, args.kind, args.email.as_ref());
    let actor = args.name.clone();
    let mut events = Vec::new();
    if !facts.is_empty() {
        let actor = actor.clone();
        events.push(RosterEvent::ActorEdited { actor, facts });
    }
    let active = |key: &PublicKey| {
        let known = known.keys.get(key);
        known.is_some_and(|known| known.standing == KeyStanding::Active)
    };
    let key = key.filter(|key| !active(key));
    events.extend(key.map(|key| RosterEvent::KeyAdded { actor, key }));
    events
}

fn edit(context: &mut Context, args: &Edit) -> Result<(), CommandError> {
    let written = act::on_ledger(context, |state| {
        let known = state.roster.actor(&args.name);
        let known = known.ok_or_else(|| Refusal::UnknownActor {
            actor: args.name.clone(),
        })?;
        let gone = args
            .no_roles
            .iter()
            .filter(|role| known.roles.contains(role));
        let mut facts: Vec<ActorFact> = gone.copied().map(ActorFact::RoleRemoved).collect();
        facts.extend(new_facts(
            known,
            &args.roles,
            args.kind,
            args.email.as_ref(),
        ));
        let actor = args.name.clone();
        let is_new = !facts.is_empty();
        let event = RosterEvent::ActorEdited { actor, facts };
        Ok(draft(is_new.then_some(event)))
    })?;
    say(
        context,
        &written.state,
        &args.name,
        format!("changed actor {}", args.name),
    )
}

fn remove(context: &mut Context, name: &ActorName) -> Result<(), CommandError> {
    let written = act::on_ledger(context, |state| {
        let known = state.roster.actor(name);
        let known = known.ok_or_else(|| Refusal::UnknownActor {
            actor: name.clone(),
        })?;
        let active = known.keys.iter();
        let active = active.filter(|(_, key)| key.standing == KeyStanding::Active);
        let retired = active.map(|(key, _)| RosterEvent::KeyRetired {
            actor: name.clone(),
            key: key.clone(),
        });
        let roles = known.roles.iter().copied();
        let facts: Vec<ActorFact> = roles.map(ActorFact::RoleRemoved).collect();
        let edited = (!facts.is_empty()).then(|| RosterEvent::ActorEdited {
            actor: name.clone(),
            facts,
        });
        // An admin that removes itself needs its role until its keys are retired.
        Ok(draft(retired.chain(edited)))
    })?;
    say(
        context,
        &written.state,
        name,
        format!("removed actor {name}"),
    )
}

/// The facts that are new for this actor.
fn new_facts(
    known: &Actor,
    roles: &[Role],
    kind: Option<ActorKind>,
    email: Option<&Email>,
) -> Vec<ActorFact> {
    let mut facts = Vec::new();
    let email = email.filter(|email| **email != known.email);
    facts.extend(email.cloned().map(ActorFact::Email));
    let kind = kind.filter(|kind| *kind != known.kind);
    facts.extend(kind.map(ActorFact::Kind));
    let new = roles.iter().filter(|role| !known.roles.contains(role));
    facts.extend(new.copied().map(ActorFact::RoleAdded));
    facts
}

fn end_key(
    context: &mut Context,
    actor: &ActorName,
    given: Option<&str>,
    meant: impl Fn(KeyStanding) -> bool,
    ended: &str,
    event: impl Fn(ActorName, PublicKey) -> RosterEvent,
) -> Result<(), CommandError> {
    let written = act::on_ledger(context, |state| {
        let key = key_of(state, actor, given, &meant)?;
        Ok(Event::Roster(event(actor.clone(), key)))
    })?;
    say(
        context,
        &written.state,
        actor,
        format!("{ended} a key of {actor}"),
    )
}

/// The key that the user means: a file, a fingerprint or its first characters, or the only key with a fitting
/// standing.
fn key_of(
    state: &State,
    name: &ActorName,
    given: Option<&str>,
    meant: impl Fn(KeyStanding) -> bool,
) -> Result<PublicKey, CommandError> {
    let actor = state.roster.actor(name);
    let actor = actor.ok_or_else(|| Refusal::UnknownActor {
        actor: name.clone(),
    })?;
    if let Some(file) = given.filter(|given| std::path::Path::new(given).is_file()) {
        return Ok(sign::read_public(file.as_ref())?);
    }
    let begins = given.unwrap_or("");
    let begins = begins.strip_prefix("SHA256:").unwrap_or(begins);
    let found: Vec<&PublicKey> = actor
        .keys
        .iter()
        .filter(|(_, key)| given.is_some() || meant(key.standing))
        .map(|(key, _)| key)
        .filter(|key| key.fingerprint()["SHA256:".len()..].starts_with(begins))
        .collect();
    match found.as_slice() {
        [] => Err(Refusal::KeyUnknown {
            actor: name.clone(),
        }
        .into()),
        [key] => Ok((*key).clone()),
        several => {
            let candidates: Vec<String> = several.iter().map(|key| key.fingerprint()).collect();
            Err(CommandError::ambiguous("key", begins, &candidates))
        }
    }
}

/// The entry with these events, if there are any.
fn draft(events: impl IntoIterator<Item = RosterEvent>) -> Option<EntryDraft> {
    let events: Vec<Event> = events.into_iter().map(Event::Roster).collect();
    (!events.is_empty()).then(|| events.into())
}

/// Answers with `coord.actor/1`.
fn say(
    context: &mut Context,
    state: &State,
    name: &ActorName,
    text: String,
) -> Result<(), CommandError> {
    let actor = state.roster.actor(name);
    let document = actor.map(|actor| ActorDocument::of(name, actor));
    let data = &document;
    context.ui.answer("coord.actor/1", data, text + "\n")
}
