//! `git coord guard trust`: allow a command of somebody else to run on this machine.
//!
//! The digest in the arguments is that of the command that the person has read. So a command that somebody replaced in the
//! meantime is not trusted. Not here: how trust is stored (`guard::trust`).

use serde::Serialize;

use super::guardrail::{command_of, find};
use crate::{
    cli::{CommandError, Context, failure::code, reading::revision::Reading},
    core::{
        plan::state::State,
        values::{
            id::{ActorName, Digest, GuardId},
            text::{Text, visible},
        },
    },
    guard::trust::{self, Trust},
};

/// Allow the commands of guardrails to run on this machine
///
/// Name each command by the first digits of its digest, as 'guard run' prints them. If somebody has changed the
/// command since then, it is shown again and not trusted. It is then allowed for every actor of your user
/// account on this machine, in all clones of the ledger. The digest is stored in the file ~/.local/state/git-coord/trust.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard trust tests 0f3c82d19ab476e5")]
pub struct Args {
    /// Guardrails to trust, each with the digest of its command
    #[arg(value_name = "ID DIGEST", required = true, num_args = 1..)]
    pub seen: Vec<String>,
}

/// The data of `coord.guard_trust/1`.
#[derive(Serialize)]
struct Agreed {
    trusted: Vec<Trusted>,
    /// The file of this user and machine that remembers it.
    file: Option<String>,
}

#[derive(Serialize)]
struct Trusted {
    id: GuardId,
    defined_by: ActorName,
    command: Text,
    /// The names of more variables that it sees.
    environment: Vec<Text>,
    /// The stored digest of the command.
    digest: Digest,
}

/// # Errors
/// A guardrail does not exist, has no command, or has another command than the digest says; then none is trusted.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let seen = seen(&args.seen)?;
    let trusted = seen.iter().map(|(id, _)| trusted(reading.state(), id));
    let trusted = trusted.collect::<Result<Vec<_>, _>>()?;
    let is_seen = |((_, digits), now): &(&Seen<'_>, &Trusted)| {
        digits.is_some_and(|digits| now.digest.to_hex().starts_with(digits))
    };
    let (known, strange): (Vec<_>, Vec<_>) = seen.iter().zip(&trusted).partition(is_seen);
    if let Some(((_, digits), first)) = strange.first() {
        for now in strange.iter().map(|(_, now)| now) {
            show(
                context,
                &now.id,
                &now.defined_by,
                &now.command,
                &now.environment,
            );
        }
        let id = &first.id;
        let message = match digits {
            Some(_) => format!("the command of guardrail '{id}' has another digest"),
            None => format!("the digest of the command of guardrail '{id}' is missing"),
        };
        let all = known.iter().chain(&strange);
        let hint = hint(all.map(|(_, now)| (&now.id, now.digest)));
        return Err(CommandError::no(code::NOT_TRUSTED, message).hint(hint));
    }
    let mut text = String::new();
    let mut trust = Trust::read(reading.state().ledger);
    for now in &trusted {
        let kept = trust.remember(None, now.digest);
        kept.map_err(|error| CommandError::caused(code::CANNOT_WRITE, error))?;
        let Trusted {
            id,
            defined_by,
            command,
            ..
        } = now;
        text += &format!("{id} may run here; {defined_by} wrote its command: {command}\n");
    }
    let file = trust::path().map(|path| path.display().to_string());
    if let Some(file) = file.as_deref().map(visible) {
        text += &format!(
            "every actor of your user may run it on this machine; trust is kept in {file}\n"
        );
    }
    let agreed = Agreed { trusted, file };
    context.ui.answer("coord.guard_trust/1", &agreed, text)
}

/// A guardrail, and the first digits of the digest of the command that was read.
type Seen<'a> = (GuardId, Option<&'a str>);

/// The guardrails in the arguments. A word of at least [`DIGITS`] digits after an id is the digest of its command.
fn seen(words: &[String]) -> Result<Vec<Seen<'_>>, CommandError> {
    let mut seen: Vec<Seen<'_>> = Vec::new();
    for word in words {
        let word = word.strip_prefix("blake3:").unwrap_or(word);
        let is_digest = (DIGITS..=64).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        match seen.last_mut() {
            Some((_, digits @ None)) if is_digest => *digits = Some(word),
            _ => seen.push((word.parse().map_err(CommandError::usage)?, None)),
        }
    }
    Ok(seen)
}

fn trusted(state: &State, id: &GuardId) -> Result<Trusted, CommandError> {
    let guardrail = find(state, id)?;
    let (command, digest) = command_of(id, guardrail)?;
    Ok(Trusted {
        id: id.clone(),
        defined_by: guardrail.defined_by.clone(),
        digest,
        command: command.clone(),
        environment: guardrail.environment.clone(),
    })
}

/// Prints a command. It goes to standard error, even with `--json`.
pub(super) fn show(
    context: &mut Context,
    id: &GuardId,
    author: &ActorName,
    command: &Text,
    environment: &[Text],
) {
    let names: Vec<String> = environment.iter().map(Text::to_string).collect();
    let with = match names.join(", ") {
        names if names.is_empty() => names,
        names => format!(", with {names}"),
    };
    let line = format!("{id}, by {author}{with}: {command}");
    context.ui.announce("command", line);
}

/// The command that trusts these commands as they are now.
pub(super) fn hint<'a>(commands: impl Iterator<Item = (&'a GuardId, Digest)>) -> String {
    let seen = commands.map(|(id, digest)| {
        let digest = digest.to_hex();
        format!("{id} {}", &digest[..DIGITS])
    });
    let seen: Vec<String> = seen.collect();
    format!("git coord guard trust {}", seen.join(" "))
}

/// The fewest digits that name a command: 64 bits, too many to find another command with the same ones.
const DIGITS: usize = 16;
