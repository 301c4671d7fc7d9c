//! The settings of the ledger as a document.
//!
//! Not here: the policy of the team (`policy`), and the settings of one clone (git's config).

use serde::Serialize;

use crate::core::{
    entry::event::ledger::Versions,
    plan::state::State,
    values::{json::as_shown, text::Text, time::DayOffset},
};

/// The settings of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsDocument {
    /// The ledger's name for people.
    pub title: Option<Text>,
    /// The offset from UTC at which its days begin.
    #[serde(serialize_with = "as_shown")]
    pub day_offset: DayOffset,
    /// The ref that holds it at home.
    pub home_ref: Text,
    /// An address of home.
    pub home_url: Option<Text>,
    /// The versions in force.
    pub versions: VersionsDocument,
}

/// The version of each part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VersionsDocument {
    /// What an entry is.
    pub format: u16,
    /// What entries do.
    pub rules: u16,
    /// The encoding of the state, and its digest.
    pub state: u16,
    /// The commit message.
    pub message: u16,
    /// The files of a snapshot.
    pub files: u16,
}

impl From<&State> for SettingsDocument {
    fn from(state: &State) -> Self {
        Self {
            title: state.title.clone(),
            day_offset: state.day_offset,
            home_ref: state.home_ref.clone(),
            home_url: state.home_url.clone(),
            versions: state.roster.versions().into(),
        }
    }
}

/// A ledger starts at version 1 of each part.
impl From<Versions> for VersionsDocument {
    fn from(versions: Versions) -> Self {
        let in_force = |announced: Option<u16>| announced.unwrap_or(1);
        Self {
            format: in_force(versions.format),
            rules: in_force(versions.rules),
            state: in_force(versions.state),
            message: in_force(versions.message),
            files: in_force(versions.files),
        }
    }
}
