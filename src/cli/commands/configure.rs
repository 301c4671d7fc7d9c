//! `git coord configure`: the settings of the ledger, which are the same in every clone.
//!
//! Not here: the policy of the team (`policy`), and the settings of one clone (git's config).

use serde::Serialize;

use super::init::HOME_REFS;
use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, LedgerEvent, ledger::LedgerFact},
        plan::state::State,
        values::{text::Text, time::DayOffset},
        views::snapshot::SettingsDocument,
    },
    ledger::EntryDraft,
    render::text,
};

/// Show the settings of the ledger, or change them
///
/// They are the same in every clone. Only an admin can change them. 'git coord policy' has the rules of the team.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord configure\n  git coord configure --title 'Release 1.0' --days-begin +02:00"
)]
pub struct Args {
    /// Set the title, which reports and dashboards show
    #[arg(long, value_name = "TITLE")]
    pub title: Option<Text>,
    /// Remove the title
    #[arg(long, conflicts_with = "title")]
    pub no_title: bool,
    /// Begin the days at this offset from UTC: +02:00, -05:30, UTC
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    pub days_begin: Option<DayOffset>,
    /// Store the ledger on REF at home
    ///
    /// The present ref stays until you move it: docs/sync.md has the commands.
    #[arg(long, value_name = "REF", value_parser = HOME_REFS)]
    pub home_ref: Option<String>,
    /// Set the address of home, for clones that have no remote
    #[arg(long, value_name = "URL", value_parser = address)]
    pub home_url: Option<Text>,
    /// Remove the address of home
    #[arg(long, conflicts_with = "home_url")]
    pub no_home_url: bool,
}

/// The data of `coord.configured/1`.
#[derive(Serialize)]
struct Configured {
    settings: SettingsDocument,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let wished = args.facts();
    if wished.is_empty() {
        let state = context.ledger()?.current()?.state;
        let settings = SettingsDocument::from(&state);
        let text = text::settings(&settings);
        return context.ui.answer("coord.settings/1", &settings, text);
    }
    let written = act::on_ledger(context, |state| {
        let new = wished.iter().filter(|fact| !holds(state, fact));
        let facts: Vec<LedgerFact> = new.cloned().collect();
        let event = || Event::Ledger(LedgerEvent::Configured(facts.clone()));
        Ok((!facts.is_empty()).then(|| EntryDraft::from(event())))
    })?;
    let settings = SettingsDocument::from(&written.state);
    let text = text::settings(&settings);
    let has_moved = written.entry.is_some() && args.home_ref.is_some();
    written.answer(context, "coord.configured/1", Configured { settings }, text)?;
    if has_moved {
        let hint =
            "the ref at home is still the old one; docs/sync.md has the commands that move it";
        context.ui.hint(hint.to_owned());
    }
    Ok(())
}

impl Args {
    fn facts(&self) -> Vec<LedgerFact> {
        let title = self.title.clone().map(Some);
        let url = self.home_url.clone().map(Some);
        // clap has checked the ref.
        let home = self.home_ref.as_deref().and_then(|name| name.parse().ok());
        let facts = [
            title
                .or(self.no_title.then_some(None))
                .map(LedgerFact::Title),
            self.days_begin.map(LedgerFact::DayOffset),
            home.map(LedgerFact::HomeRef),
            url.or(self.no_home_url.then_some(None))
                .map(LedgerFact::HomeUrl),
        ];
        facts.into_iter().flatten().collect()
    }
}

/// Whether the state says this already.
fn holds(state: &State, fact: &LedgerFact) -> bool {
    match fact {
        LedgerFact::Title(title) => state.title == *title,
        LedgerFact::DayOffset(offset) => state.day_offset == *offset,
        LedgerFact::HomeRef(name) => state.home_ref == *name,
        LedgerFact::HomeUrl(url) => state.home_url == *url,
    }
}

/// An address that no git command takes for an option.
fn address(text: &str) -> Result<Text, String> {
    if text.starts_with('-') {
        return Err("an address does not begin with '-'".to_owned());
    }
    text.parse().map_err(|error| format!("{error}"))
}
