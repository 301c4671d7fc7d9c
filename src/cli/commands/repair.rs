//! `git coord repair`: repair a rewritten home.
//!
//! Not here: whose repair is accepted (`core::history::accept`).

use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        reading::commit,
        remote::{answer::SyncAnswer, home},
    },
    git::{
        self,
        repository::{NotAnObjectId, ObjectId},
    },
    sync::round::Good,
};

/// Declare which line of a rewritten home is good
///
/// Without --accept, the line that was published before is good. With --accept, the line that home has now is good. An
/// admin's repair publishes a join that all clones accept. For other actors, --accept changes only this clone.
///
/// If home has entries that are dated ahead, repair drops them. With --accept, it keeps them and corrects the time of
/// the ledger. In the same way it drops an upgrade to a version that no program knows.
///
/// If home holds something that is not a ledger, any actor restores the ledger there. A ref of this clone keeps what home
/// held.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord repair")]
pub struct Args {
    /// Accept TIP, the tip of home that 'sync' refused
    #[arg(long, value_name = "TIP")]
    pub accept: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox_and_key("repair")?;
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    let remote = home::remote(&ledger, None)?;
    let good = match &args.accept {
        Some(tip) => Good::Theirs(named(context, tip)?),
        None => Good::Ours,
    };
    let mut sync = home::sync(context, &ledger, &remote)?;
    let repaired = sync.repair(good, |state| context.author(repository, state))?;
    match repaired {
        Some(synced) => SyncAnswer::of(&synced, remote.name(), false, None).say(context),
        None => {
            let message = format!(
                "nothing to repair: the line of '{}' continues the line that was published here",
                remote.name()
            );
            let hint = "in a clone that refuses it: git coord repair";
            Err(CommandError::no(code::NOTHING_TO_REPAIR, message).hint(hint))
        }
    }
}

/// The named commit, which the last fetch brought. For an unknown one the hint is a sync, which names home's present
/// tip.
fn named(context: &mut Context, tip: &str) -> Result<ObjectId, CommandError> {
    let known = commit::commit(context, tip);
    let id = known.as_ref().map_or(tip.to_owned(), ToString::to_string);
    match (id.parse(), known) {
        (Ok(id), _) => Ok(id),
        (Err(_), Err(unknown)) => Err(unknown.hint("git coord sync")),
        (Err(_), Ok(_)) => Err(git::Error::from(NotAnObjectId { text: id }).into()),
    }
}
