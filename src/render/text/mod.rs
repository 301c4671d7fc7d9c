//! Text for terminals and pipes: one function per document.
//!
//! All text from people goes through `core::values::text::visible`. Not here: the contents of the documents
//! (`core::views::snapshot`), and finding out whether there is a terminal (`cli::output::ui`).

mod attention;
mod brief;
mod diff;
mod guardrail;
mod guardrails;
mod ledger;
mod letters;
mod log;
mod metrics;
mod plan;
mod policy;
mod prime;
mod requests;
mod settings;
mod status;
mod style;
mod table;
mod task;

pub use self::{
    attention::attention,
    brief::{BriefedTask, brief, commands},
    diff::{diff, diff_stat},
    guardrail::{ShownGuardrail, guardrail, guardrail_output},
    guardrails::{at_hand_note, audit, guardrails, last_lines, with_changes},
    ledger::{SnapshotLine, actors, snapshots},
    letters::{Letter, letters, quotations},
    log::{log_entry, log_line},
    metrics::{DayFigures, flow, metrics},
    plan::{plan, ready},
    policy::policy,
    prime::{
        PRIME_CHARACTERS_MAX, PRIME_TOKENS_MAX, PrimeNotes, PrimePage, prime, reminder, tokens,
    },
    requests::pull_requests_of_task,
    settings::{settings, versions},
    status::{guardrail_table, is_large, pull_requests, status, targets, worktrees},
    style::{Style, of_status},
    table::{columns_of, cut},
    task::{list, show, tree},
};
