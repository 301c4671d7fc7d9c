//! Checks of everything in a repository on which the ledger depends.
//!
//! Nothing is changed. A check that fails is reported and does not end the examination.
//! Not here: the actor and its keys (`cli`), and finding a lost ledger (`recover`).

mod copies;
mod diagnosis;
mod files;
mod home;
mod line;
mod remote;
mod settings;

pub use self::{
    diagnosis::{Diagnosis, Grade, Remedy},
    remote::ask_remote,
};
use crate::{core::values::time::Timestamp, ledger::Ledger};

impl Ledger {
    /// Checks the repository, the ref, its log, the entries, the objects, the pin, the settings, the cache, locks and
    /// leftovers, and the locks of a home on this machine; `now` is the time of the machine's clock.
    pub fn examine(&self, now: Timestamp) -> Vec<Diagnosis> {
        let repository = self.repository();
        // Everything is verified once for all checks.
        let (history, fault) = match self.history() {
            Ok(history) => (Some(history), None),
            Err(error) => (None, Some(error)),
        };
        let history = history.as_ref();
        let mut findings = settings::repository(repository);
        findings.extend(line::examine(self, history.ok_or(fault), now));
        findings.extend(copies::examine(self, history));
        findings.extend(settings::config(repository));
        findings.extend(files::examine(self, history));
        findings.extend(home::examine(self));
        findings
    }
}
