//! Whom a prime is for: the actor, its ledger, and the time.
//!
//! Not here: what it says (`prime`).

use crate::{
    cli::{CommandError, Context, actor::identity, failure::code},
    core::values::{id::ActorName, time::Timestamp},
    git::repository::Repository,
    ledger::Ledger,
};

/// The actor of a prime in its ledger.
pub struct Scene {
    /// The actor.
    pub actor: ActorName,
    /// The ledger.
    pub ledger: Ledger,
    /// The time of the command.
    pub now: Timestamp,
    /// Whether nobody named the actor.
    pub is_default: bool,
}

impl Scene {
    /// Finds it; none if there is no ledger or no actor.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn find(context: &mut Context) -> Result<Option<Self>, CommandError> {
        let Some(repository) = context.repository_if_any()? else {
            return Ok(None);
        };
        let ledger = context.ledger()?;
        if ledger.tip()?.is_none() {
            return Ok(None);
        }
        let is_default = !context.is_named_here(&repository);
        let needs_name = repository.config().boolean(identity::REQUIRE_ACTOR)?;
        if is_default && needs_name == Some(true) {
            return Ok(None);
        }
        let actor = match context.named_actor(&repository)? {
            Some(named) => named,
            // The owner of the user's key is in the ledger, which is read only for that.
            None => match context.actor(&repository, &ledger.current()?.state) {
                Err(error) if error.code() == code::NO_ACTOR => return Ok(None),
                found => found?,
            },
        };
        Ok(Some(Self {
            is_default,
            actor,
            ledger,
            now: context.now()?,
        }))
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        self.ledger.repository()
    }
}
