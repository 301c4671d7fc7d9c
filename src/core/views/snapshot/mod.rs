//! The canonical documents of a state: what `status --json` says, and the files of a snapshot.
//!
//! A document is a function of the state alone, so it is the same bytes on every machine.
//! Not here: what is true of one machine only (`cli`), and terminals (`render`).

mod actor;
mod brief;
mod dashboard;
mod document;
mod files;
mod metrics;
mod observed;
mod plan;
mod policy;
#[cfg(test)]
mod properties;
mod ready;
mod summary;
mod task;
mod wording;

pub(in crate::core) use self::document::as_shown;
pub use self::{
    actor::{ActorDocument, KeyDocument},
    brief::{BriefStanding, BriefTask, brief},
    dashboard::{dashboard, escaped, table},
    document::{AnomalyDocument, LedgerDocument, StatusDocument, TargetDocument, status, targets},
    files::files,
    metrics::Metrics,
    observed::{
        GuardrailDetails, GuardrailDocument, PullRequestDocument, WorktreeDocument, worktrees,
    },
    plan::{
        ApartDocument, ContradictionDocument, DeclaredDocument, DeclaredWaveDocument, LaneDocument,
        PathDocument, PlanDocument, PlannedTask, WaveDocument, plan,
    },
    policy::{PathReviewDocument, PolicyDocument},
    ready::{IdleDocument, ReadyDocument, ReadyTask, ready},
    summary::{Count, Counts, EstimateSums, FIGURES, Summary, figure},
    task::{
        BlockerDocument, ClaimDocument, GateDocument, Minutes, Progress, StepDocument, TaskDocument,
    },
    wording::{duration, effort, wave_name},
};

/// The version of the files.
pub const FILES: u16 = 1;
