//! Everything about a repository on which the ledger depends, looked at one after the other.
//!
//! Nothing is changed, and what cannot be looked at is told instead of ending the examination.
//! Not here: who acts and with which keys (`cli`), and finding a ledger again that was lost (`recover`).

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
    /// Looks at the repository, the ref, its log, the entries, the objects, the pin, the settings, the cache, locks and
    /// leftovers, and at the locks of a home on this machine; `now` is what the clock says.
    pub fn examine(&self, now: Timestamp) -> Vec<Diagnosis> {
        let repository = self.repository();
        let mut findings = settings::repository(repository);
        findings.extend(line::examine(self, now));
        findings.extend(copies::examine(self));
        findings.extend(settings::config(repository));
        findings.extend(files::examine(self));
        findings.extend(home::examine(self));
        findings
    }
}
