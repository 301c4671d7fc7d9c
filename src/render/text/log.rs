//! The log: one line per entry. An entry without effect has a second line with the reason.
//!
//! Not here: the subject of an entry (`core::entry::message`).

use anstyle::Style as Ansi;

use super::{
    style::{BAD, DIM, NOTICE, Style},
    table::cut,
};
use crate::{
    core::{
        history::log::{EntryDocument, EntryEffect},
        values::text::visible,
    },
    render::refusal,
};

/// The number of digits that are shown of an object id.
const DIGITS: usize = 10;

/// What a commit is that is not an entry.
const IGNORED: &str = "ignored (quarantined)";

/// One entry; the line is cut to the width of the terminal.
pub fn log_entry(entry: &EntryDocument, style: Style) -> String {
    let text = line(entry, "", style);
    match remark(entry) {
        Some((remark, ansi)) => {
            format!("{text}{:DIGITS$} {}\n", "", style.paint(ansi, &remark))
        }
        None => text,
    }
}

/// One entry in exactly one line; the reason of one without effect is at its end.
pub fn log_line(entry: &EntryDocument, style: Style) -> String {
    let remark = remark(entry).map(|(remark, _)| format!(" ({remark})"));
    line(entry, &remark.unwrap_or_default(), style)
}

fn line(entry: &EntryDocument, remark: &str, style: Style) -> String {
    let object: String = entry.object.chars().take(DIGITS).collect();
    let actor = entry.actor.as_ref().map_or("?", |actor| actor.as_str());
    let when = entry.at.dated();
    let subject = entry.subject.as_deref().unwrap_or("(not an entry)");
    let start = object.len() + when.len() + 2;
    let rest = format!("{actor}: {}{remark}", visible(subject));
    let rest = cut(&rest, style.width.map(|width| width.saturating_sub(start)));
    let (object, when) = (style.paint(NOTICE, &object), style.paint(DIM, &when));
    format!("{object} {when} {rest}\n")
}

/// Why an entry has no effect, and its colour; none if it has.
fn remark(entry: &EntryDocument) -> Option<(String, Ansi)> {
    // The line of the entry has the date as well.
    let refused = entry.refusal.as_ref();
    let refused = refused.map(|refusal| refusal::sentence(refusal, None));
    let why = refused.or_else(|| entry.flaw.as_ref().map(ToString::to_string))?;
    let seen = if entry.acknowledged {
        ", acknowledged"
    } else {
        ""
    };
    let (effect, ansi) = match entry.effect {
        EntryEffect::Quarantined if entry.acknowledged => (IGNORED, NOTICE),
        EntryEffect::Quarantined => (IGNORED, BAD),
        effect => (effect.as_str(), NOTICE),
    };
    Some((format!("{effect}{seen}: {}", visible(&why)), ansi))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{plan::refusal::Refusal, values::id::EntryId};

    fn entry(subject: &str, effect: EntryEffect, refusal: Option<Refusal>) -> EntryDocument {
        EntryDocument {
            object: "0123456789abcdef".to_owned(),
            id: EntryId::from_bytes([7; 32]),
            actor: "codex".parse().ok(),
            at: "2025-10-15T14:05:09Z".parse().unwrap_or_default(),
            subject: Some(subject.to_owned()),
            idempotency_key: None,
            tasks: Vec::new(),
            effect,
            refusal,
            flaw: None,
            acknowledged: false,
        }
    }

    #[test]
    fn a_refused_entry_has_a_second_line_with_the_reason() {
        let claim = entry("claim B: codex, until 18:05Z", EntryEffect::Applied, None);
        assert_eq!(
            log_entry(&claim, Style::default()),
            "0123456789 2025-10-15 14:05 UTC codex: claim B: codex, until 18:05Z\n"
        );
        let unknown = Refusal::UnknownCheck {
            task: "B".parse().unwrap(),
            item: "test\n".parse().unwrap(),
        };
        let lost = entry("claim B", EntryEffect::Refused, Some(unknown));
        assert_eq!(
            log_entry(&lost, Style::default()),
            "0123456789 2025-10-15 14:05 UTC codex: claim B\n           refused: task 'B' has no checklist item 'test\\n'\n"
        );
        assert_eq!(
            log_line(&lost, Style::default()),
            "0123456789 2025-10-15 14:05 UTC codex: claim B (refused: task 'B' has no checklist item 'test\\n')\n"
        );
    }

    #[test]
    fn a_line_fits_the_terminal() {
        let long = entry(&"long ".repeat(30), EntryEffect::Applied, None);
        let style = Style {
            color: false,
            width: Some(60),
        };
        let text = log_entry(&long, style);
        assert_eq!(text.trim_end().chars().count(), 60, "{text}");
    }
}
