//! One guardrail on a terminal: its definition, whether its command may run here, its results, and an output.
//!
//! Not here: the list of guardrails, and the results of a run (`guardrails`).

use std::fmt::Write as _;

use super::{
    guardrails::{at_hand_note, last_lines, outcome_note},
    style::{NOTICE, Style, of_guardrail},
    table::{Cell, cut, titled},
};
use crate::core::{
    entry::event::guardrail::Outcome,
    plan::state::guardrails::GuardrailStatus,
    values::{
        text::{Text, quoted, visible},
        time::Timestamp,
    },
    views::snapshot::{GuardrailAtHand, GuardrailDetails, GuardrailResultDocument},
};

/// A guardrail with what only this machine knows of it.
pub struct ShownGuardrail<'a> {
    /// Its definition.
    pub details: &'a GuardrailDetails,
    /// How it stands at the commit that is checked out.
    pub at_hand: &'a GuardrailAtHand,
    /// For whom its command may run here, if it may.
    pub trust: Option<&'a str>,
    /// The file that remembers that.
    pub trust_file: Option<&'a str>,
    /// Its results, the last one first.
    pub results: &'a [GuardrailResultDocument],
    /// The output of the result at hand, or why it cannot be read.
    pub output: Option<Result<&'a str, &'a str>>,
}

/// One guardrail. Times on the day of `now` are shown without a date.
pub fn guardrail(shown: &ShownGuardrail<'_>, now: Timestamp, style: Style) -> String {
    let (details, guardrail) = (shown.details, &shown.details.guardrail);
    let title = format!("{}  {}", guardrail.id, quoted(guardrail.title.as_str()));
    let mut page = style.heading(&cut(&title, style.width)) + "\n";
    for (what, value) in facts(shown) {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{what:<12}{value}");
    }
    let status = style.paint(
        of_guardrail(shown.at_hand.status),
        shown.at_hand.status.as_str(),
    );
    let note = at_hand_note(shown.at_hand).map(|note| format!(": {note}"));
    let _ = writeln!(page, "{:<12}{status}{}", "here", note.unwrap_or_default());
    let results = titled(
        "Results",
        ["Commit", "Result", "Run", "Note"],
        shown.results.iter().map(|it| row(it, now)),
        style,
    );
    for section in results.into_iter().chain(output(shown, style)) {
        let _ = write!(page, "\n{section}");
    }
    if let (None, Some(_)) = (shown.trust, &guardrail.command) {
        let by = &details.defined_by;
        let _ = write!(
            page,
            "\nThe command of {by} runs here only after you trust it: git coord guard run {}\n",
            guardrail.id
        );
    }
    page
}

/// The lines of the definition, and for whom the command may run.
fn facts(shown: &ShownGuardrail<'_>) -> Vec<(&'static str, String)> {
    let (details, guardrail) = (shown.details, &shown.details.guardrail);
    let names = |names: &[Text]| {
        names
            .iter()
            .map(Text::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut facts = Vec::new();
    let mut fact = |what, value: Option<String>| facts.extend(value.map(|value| (what, value)));
    fact("command", guardrail.command.as_ref().map(Text::to_string));
    fact("written by", Some(details.defined_by.to_string()));
    let file = shown
        .trust_file
        .map(|file| format!(", kept in {}", visible(file)));
    let file = file.unwrap_or_default();
    let trusted = match shown.trust {
        Some("everybody") => format!("for every actor of your user on this machine{file}"),
        Some(_) => format!("for you, because you wrote the command on this machine{file}"),
        None => "no".to_owned(),
    };
    fact("trusted", guardrail.command.as_ref().map(|_| trusted));
    fact("expects", details.expect.as_ref().map(Text::to_string));
    let environment = (!details.environment.is_empty()).then(|| names(&details.environment));
    fact("variables", environment);
    fact(
        "time limit",
        details.time_limit.map(|limit| limit.to_string()),
    );
    fact("required", guardrail.required.then(|| "yes".to_owned()));
    let waits = (!details.waits_for.is_empty()).then(|| details.waits_for.join(", "));
    fact("waits for", waits);
    facts
}

fn row(result: &GuardrailResultDocument, now: Timestamp) -> [Cell; 4] {
    let status = match result.outcome {
        Outcome::Pass => GuardrailStatus::Pass,
        Outcome::Fail => GuardrailStatus::Fail,
    };
    let commit = result.commit.as_ref().map(|commit| format!("{commit:.10}"));
    let run = format!("{} by {}", result.at.seen_from(now), result.actor);
    [
        Cell::new(&commit.unwrap_or_default()),
        Cell::painted(result.outcome.as_str(), of_guardrail(status)),
        Cell::new(&run),
        Cell::painted(&outcome_note(result), NOTICE),
    ]
}

/// The end of the output, and the command that shows all of it.
fn output(shown: &ShownGuardrail<'_>, style: Style) -> Option<String> {
    let id = &shown.details.guardrail.id;
    let heading = style.heading("Output");
    Some(match shown.output? {
        Ok(text) => {
            let last = last_lines(text);
            let lines: String = last.iter().map(|line| format!("  {line}\n")).collect();
            let all = text.lines().count();
            let more = (all > last.len()).then(|| {
                format!(
                    "the last {} of {all} lines; all: git coord guard show {id} --output\n",
                    last.len()
                )
            });
            format!("{heading}\n{lines}{}", more.unwrap_or_default())
        }
        Err(why) => format!("{heading}\n  it cannot be read: {}\n", visible(why)),
    })
}

/// A whole output, harmless for a terminal.
pub fn guardrail_output(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", visible(line)))
        .collect()
}
