//! The closed lists of words that a refusal chooses its arguments from.
//!
//! Not here: which refusal has which argument (`refusal`), and how people read the words (`render::refusal`).

use crate::core::values::task::words;

words!(
    /// How a task ended.
    Ending, "ending", "done, cancelled" {
        /// Finished.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
);

words!(
    /// What an actor tries to do, where a role decides whether it may.
    Action, "action", "the actions of LEDGER_FORMAT.md" {
        /// Announce versions of the format.
        UpgradeLedger = "upgrade_ledger",
        /// Set facts of the ledger.
        ConfigureLedger = "configure_ledger",
        /// Acknowledge a quarantined entry.
        AcknowledgeEntry = "acknowledge_entry",
        /// Repair a line that was reordered.
        RepairLedger = "repair_ledger",
        /// Add or edit actors and their keys.
        ChangeRoster = "change_roster",
        /// Set the recovery key.
        SetRecoveryKey = "set_recovery_key",
        /// Set a rule of the team.
        SetPolicy = "set_policy",
        /// Add a task.
        AddTask = "add_task",
        /// Edit a task.
        EditTask = "edit_task",
        /// Make others owners of a task.
        AssignTask = "assign_task",
        /// Take a task from other owners.
        UnassignTask = "unassign_task",
        /// Remove a gate, a check, or a path that needs a review.
        LowerReview = "lower_review",
        /// End a task although its review needs more.
        WaiveReview = "waive_review",
        /// Cancel a task.
        CancelTask = "cancel_task",
        /// Reopen a task.
        ReopenTask = "reopen_task",
        /// Comment on a task.
        CommentOnTask = "comment_on_task",
        /// Import a plan.
        ImportPlan = "import_plan",
        /// Claim a task.
        ClaimTask = "claim_task",
        /// Claim a task although another's claim runs.
        StealClaim = "steal_claim",
        /// Release another's claim.
        ReleaseClaim = "release_claim",
        /// Report work on a task.
        WorkOnTask = "work_on_task",
        /// Report a blocker.
        BlockTask = "block_task",
        /// Clear a blocker.
        UnblockTask = "unblock_task",
        /// Define a guardrail.
        DefineGuardrail = "define_guardrail",
        /// Remove a guardrail.
        RemoveGuardrail = "remove_guardrail",
        /// Record the result of a guardrail.
        RecordGuardrail = "record_guardrail",
        /// Set a target.
        SetTarget = "set_target",
        /// Record an observation.
        RecordObservation = "record_observation",
        /// Take a snapshot.
        TakeSnapshot = "take_snapshot",
    }
);

words!(
    /// An event that can stand in some entries only.
    Restricted, "restricted event", "genesis, repair, roster_change, snapshot" {
        /// A genesis is the first entry.
        Genesis = "genesis",
        /// A repair is the only event of a join of two parents.
        Repair = "repair",
        /// A change of the roster is in an entry of its own.
        RosterChange = "roster_change",
        /// A snapshot is the only event of an entry with one parent.
        Snapshot = "snapshot",
    }
);

words!(
    /// What there may be only so many of.
    Limited, "limited list", "the lists of LEDGER_FORMAT.md" {
        /// Tasks of a ledger.
        Tasks = "tasks",
        /// Owners of a task.
        Owners = "owners",
        /// Dependencies of a task.
        Dependencies = "dependencies",
        /// Gates of a task.
        Gates = "gates",
        /// Paths of a task.
        Paths = "paths",
        /// Steps of a task.
        Steps = "steps",
        /// Acceptance criteria of a task.
        Criteria = "criteria",
        /// Items of a task's review checklist.
        Checks = "checks",
        /// Labels of a task.
        Labels = "labels",
        /// What a source said of a task and the format has no word for.
        Extras = "extras",
        /// Blockers of a task, cleared ones included.
        Blockers = "blockers",
    }
);
