//! The canonical documents of a state: `status --json`, and the files of a snapshot.
//!
//! A document is a function of the state alone, so its bytes are the same on every machine.
//! Not here: facts about one machine (`cli`), and terminals (`render`).

mod actor;
mod brief;
mod children;
mod document;
mod files;
mod metrics;
mod minutes;
mod moment;
mod needs;
mod news;
mod observed;
mod plan;
mod policy;
mod prime;
#[cfg(test)]
mod properties;
mod ready;
mod settings;
mod summary;
mod task;
mod ties;

pub use self::{
    actor::{ActorDocument, KeyDocument},
    brief::{BriefReason, BriefStep, BriefTask, awaits_verdict_of, brief},
    children::{ChildrenDocument, tree},
    document::{
        AnomalyCause, AnomalyDocument, LedgerDocument, NameAnomaly, StatusDocument, TargetDocument,
        open_status, status, targets,
    },
    files::{DASHBOARD, files},
    metrics::Metrics,
    minutes::Minutes,
    moment::{Tally, TaskMoment, changed_moments, moments, tally},
    needs::{Need, needs},
    news::{News, NewsKind, concerns, news},
    observed::{
        ChecksDocument, GuardrailAtHand, GuardrailDetails, GuardrailDocument,
        GuardrailResultDocument, PullRequestDocument, WorktreeDocument, guardrails, pull_requests,
        worktrees,
    },
    plan::{
        ApartDocument, ContradictionDocument, DeclaredDocument, DeclaredWaveDocument, LaneDocument,
        PathDocument, PlaceDocument, PlanDocument, PlannedTask, WaveDocument, plan,
    },
    policy::{PathReviewDocument, PolicyDocument},
    prime::{
        EntryLine, HeldLine, LostLine, NewsLine, PrimeDocument, Shortened, SinceDocument, TaskLine,
        prime,
    },
    ready::{IdleDocument, ReadyDocument, ReadyTask, ready},
    settings::{SettingsDocument, VersionsDocument},
    summary::{Count, Counts, EstimateSums, FIGURES, Summary, figure},
    task::{
        BlockerDocument, ClaimDocument, GateDocument, LinkDocument, Progress, StepDocument,
        TaskDocument, VerdictDocument, linked_from,
    },
    ties::{Tie, TieDocument, TieKind, TiedPullRequest, Ties},
};

/// The version of the files.
pub const FILES: u16 = 1;
