//! `git coord guard show`: one guardrail with its definition, its trust, its results by commit, and its output.
//!
//! Not here: its layout (`render`), and which commit is at hand (`guard`).

use serde::Serialize;

use super::guardrail::find;
use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        reading::{long_text::LongText, revision::Reading},
    },
    core::{
        plan::refusal::Refusal,
        values::id::{Digest, GuardId},
        views::snapshot::{GuardrailAtHand, GuardrailDetails, GuardrailResultDocument},
    },
    guard::{
        self,
        trust::{self, Trust, Whose},
    },
    render::text::{self, ShownGuardrail},
};

/// Show a guardrail with its results and its output
///
/// The ledger keeps every result. The list has the last result of each commit, for the last 64 commits at which the
/// guardrail ran. Then comes the end of the output of the last run, whatever its result.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord guard show tests --output")]
pub struct Args {
    /// Guardrail to show
    #[arg(value_name = "ID")]
    pub id: GuardId,
    /// Show the whole output of the last run, and nothing else
    #[arg(long)]
    pub output: bool,
}

/// The data of `coord.guard_show/1`.
#[derive(Serialize)]
struct Shown {
    guardrail: GuardrailDetails,
    /// How it stands at the commit that is checked out.
    at_hand: GuardrailAtHand,
    /// For whom its command may run here; null if it is not trusted.
    trust: Option<Whose>,
    /// The digest of its command.
    digest: Option<Digest>,
    /// The file of this user and machine that remembers which commands may run.
    trust_file: Option<String>,
    /// Its results, the last one first.
    results: Vec<GuardrailResultDocument>,
    /// The output of the last run.
    output: Option<LongText>,
}

/// # Errors
/// The guardrail does not exist.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let shown = shown(context, &reading, &args.id)?;
    let output = shown.output.as_ref();
    if context.ui.is_json() {
        return context.ui.success("coord.guard_show/1", &shown);
    }
    if args.output {
        let text = match output.map(LongText::text) {
            Some(Ok(text)) => text::guardrail_output(text),
            Some(Err(why)) => {
                let message = format!("cannot read the output of guardrail '{}': {why}", args.id);
                return Err(CommandError::fatal(code::CANNOT_READ, message));
            }
            None => format!("guardrail {} has no output\n", args.id),
        };
        return context.ui.page(text);
    }
    let (now, style) = (context.now()?, context.ui.style());
    let page = text::guardrail(
        &ShownGuardrail {
            details: &shown.guardrail,
            at_hand: &shown.at_hand,
            trust: shown.trust.map(Whose::as_str),
            trust_file: shown.trust_file.as_deref(),
            results: &shown.results,
            output: output.map(LongText::text),
        },
        now,
        style,
    );
    context.ui.page(page)
}

fn shown(context: &Context, reading: &Reading, id: &GuardId) -> Result<Shown, CommandError> {
    let (state, repository) = (reading.state(), reading.ledger().repository());
    let guardrail = find(state, id)?;
    let mut standing = guard::standing(repository, state)?.into_iter();
    let (details, at_hand) = GuardrailDetails::of(state, id)
        .zip(standing.find(|it| it.id == *id))
        .ok_or_else(|| Refusal::UnknownGuardrail {
            guardrail: id.clone(),
        })?;
    let last_run = guardrail.results.newest_first().find(|it| !it.by_hand);
    let evidence = last_run.and_then(|it| it.evidence.as_ref());
    // A reader needs no actor.
    let actor = context.actor(repository, state).ok();
    let digest = guardrail.command_digest();
    let trust = Trust::read(state.ledger);
    Ok(Shown {
        guardrail: details,
        trust: digest.and_then(|digest| trust.of(actor.as_ref(), digest)),
        digest,
        trust_file: trust::path().map(|path| path.display().to_string()),
        results: guardrail.results.newest_first().map(Into::into).collect(),
        output: evidence.map(|it| LongText::read(reading, it)).transpose()?,
        at_hand,
    })
}
