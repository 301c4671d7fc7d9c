//! `git coord plan`: waves, the critical path, what each owner can run side by side.
//!
//! Not here: how they are computed (`core::views::planning`), and the layout (`render`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::views::snapshot::{self, GuardrailAtHand, PlanDocument},
    guard,
    render::text,
};

/// Show the order of the work: waves, critical path, slack
///
/// A wave is a group of tasks that can be done side by side after the waves before it. The critical path is the
/// chain of tasks that takes longest, with the middle of each estimate. Slack is how much later a task can finish
/// without delaying the whole plan. Only dependencies decide the order. A task in progress counts with its whole
/// estimate. A task without an estimate counts as no time. Each guardrail has its result at the commit that is checked out.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord plan")]
pub struct Args {
    /// Show the plan as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The data of `coord.plan/1`.
#[derive(Serialize)]
struct Plan {
    #[serde(flatten)]
    plan: PlanDocument,
    /// The guardrails at the commit that is checked out.
    guardrails: Vec<GuardrailAtHand>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let revision = reading.revision(args.at.as_deref())?;
    let (state, now) = (&revision.state, revision.seen_from);
    let plan = Plan {
        plan: snapshot::plan(state, now),
        guardrails: guard::standing(reading.ledger().repository(), state)?,
    };
    let page = |style| {
        let known = snapshot::guardrails(state);
        let guardrails = text::guardrail_table(&known, &plan.guardrails, now, style);
        let guardrails = guardrails.map(|table| format!("\n{table}"));
        revision.heading() + &text::plan(&plan.plan, style) + &guardrails.unwrap_or_default()
    };
    context.ui.show("coord.plan/1", || &plan, page)
}
