//! The settings of the ledger on a terminal, one per line.
//!
//! Not here: what they do (`core::plan`, `sync`).

use crate::core::{
    values::text::{Text, visible},
    views::snapshot::{SettingsDocument, VersionsDocument},
};

/// The settings, and the versions in force.
pub fn settings(settings: &SettingsDocument) -> String {
    let text = |text: &Option<Text>| {
        text.as_ref().map_or_else(
            || "none".to_owned(),
            |text| visible(text.as_str()).into_owned(),
        )
    };
    let lines = [
        ("title", text(&settings.title)),
        ("days begin at", format!("UTC{}", settings.day_offset)),
        ("home ref", visible(settings.home_ref.as_str()).into_owned()),
        ("home address", text(&settings.home_url)),
        ("versions", versions(settings.versions)),
    ];
    let lines = lines.map(|(name, value)| format!("{name:<14} {value}\n"));
    lines.concat()
}

/// The versions in one line.
pub fn versions(versions: VersionsDocument) -> String {
    let VersionsDocument {
        format,
        rules,
        state,
        message,
        files,
    } = versions;
    format!("format {format}, rules {rules}, state {state}, message {message}, files {files}")
}
