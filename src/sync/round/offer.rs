//! Offers: a bundle, or a ref of this repository to which somebody pushed an outbox. They bring entries and take none.
//!
//! A bundle is read in a folder of its own, so one that is refused leaves nothing behind. Not here: judging the entries and
//! joining them (`courier`), and writing an outbox (`ledger::outbox`).

use std::path::Path;

use tempfile::TempDir;

use super::{fetch::Tips, session::Sync};
use crate::{
    git::{
        refs,
        repository::{Bundle, ObjectId},
    },
    ledger::{
        LEDGER_REF, Ledger, anchor,
        outbox::{take_in, temporary_objects},
    },
    sync::Error,
};

/// The offered entries, readable but not in the repository yet.
pub(super) struct Offer {
    /// The local ledger, in a repository that also sees the offered objects.
    pub(super) view: Ledger,
    tip: ObjectId,
    _objects: TempDir,
}

impl Sync<'_> {
    /// The offer; none if the remote is a repository.
    pub(super) fn open_offer(&self) -> Result<Option<Offer>, Error> {
        let (repository, name) = (self.repository(), self.remote.name());
        if !self.remote.is_offer(repository) {
            return Ok(None);
        }
        // A local fault is reported before the offer is read.
        let known = self.ledger.tip()?.map(|_| self.ledger.current());
        let known = known.transpose()?.map(|known| known.state);
        let objects = temporary_objects()?;
        let view = repository.with_objects_in(objects.path())?;
        let path = Path::new(name);
        let tip = if name.starts_with("refs/") {
            refs::read(repository, name)?
        } else if let Some(bundle) = Bundle::open(path, repository.hash_name())? {
            let names = self.remote.refs(repository, known.as_ref())?;
            Some(take_in(&view, bundle, path, &names)?)
        } else {
            None
        };
        let tip = tip.ok_or_else(|| Error::BadHistory {
            remote: name.to_owned(),
            why: "no file or ref has this name".to_owned(),
        })?;
        Ok(Some(Offer {
            view: Ledger::new(view),
            tip,
            _objects: objects,
        }))
    }

    /// The tips of both sides, now.
    pub(super) fn tips(&mut self, offer: Option<&Offer>) -> Result<Tips, Error> {
        let Some(offer) = offer else {
            return self.fetch();
        };
        let (local, anchor) = (self.ledger.tip()?, anchor::read(self.repository())?);
        if local.is_none() && anchor.is_some() {
            return Err(self.ledger.absent().into());
        }
        Ok(Tips {
            name: LEDGER_REF.to_owned(),
            lease: None,
            home: Some(offer.tip),
            local,
            anchor,
        })
    }
}
