//! The closed lists of words in the arguments of refusals.
//!
//! Not here: the arguments of each refusal (`refusal`), and the words for people (`render::refusal`).

use crate::core::values::task::words;

words!(
    /// The way a task ended.
    Ending, "ending", "done, cancelled" {
        /// Finished.
        Done = "done",
        /// Cancelled.
        Cancelled = "cancelled",
    }
);

words!(
    /// An action that needs a role.
    Action, "action", "the actions of LEDGER_FORMAT.md" {
        /// Announce versions of the format.
        UpgradeLedger = "upgrade_ledger",
        /// Set facts of the ledger.
        ConfigureLedger = "configure_ledger",
        /// Acknowledge an ignored (quarantined) commit.
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
        /// Finish a task although its review needs more, it depends on open tasks, or a guardrail has not passed.
        FinishWithWaiver = "finish_with_waiver",
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
        /// Claim a task although another actor's claim runs.
        StealClaim = "steal_claim",
        /// Release another actor's claim.
        ReleaseClaim = "release_claim",
        /// Report work on a task.
        WorkOnTask = "work_on_task",
        /// Report a blocker.
        BlockTask = "block_task",
        /// Remove a blocker.
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
        /// Add a path that names files everywhere.
        AddBroadPath = "add_broad_path",
        /// Hand on a claim.
        HandOnClaim = "hand_on_claim",
    }
);

words!(
    /// An event that only some entries may have.
    Restricted, "restricted event", "genesis, repair, roster_change, snapshot" {
        /// A genesis, which is allowed only as the first entry.
        Genesis = "genesis",
        /// A repair, which is allowed only as the single event of a join of two parents.
        Repair = "repair",
        /// A change of the roster, which is allowed only in an entry without other events.
        RosterChange = "roster_change",
        /// A snapshot, which is allowed only as the single event of an entry with one parent.
        Snapshot = "snapshot",
    }
);

words!(
    /// A list with a limit.
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
        /// Fields of a task's source that the format does not have.
        Extras = "extras",
        /// Blockers of a task, including removed ones.
        Blockers = "blockers",
        /// Addresses of a task.
        Urls = "urls",
        /// Verdicts on a task, including those that no longer stand.
        Verdicts = "verdicts",
        /// Children of a task.
        Children = "children",
        /// Ancestors of a task.
        Ancestors = "ancestors",
        /// Links of a task.
        Links = "links",
        /// Bytes of the globs for which the policy asks for reviews.
        ReviewedBytes = "reviewed_bytes",
    }
);

words!(
    /// Why a guardrail has not passed at a commit.
    Lack, "lack", "not_run, fail, other_commit, changed_files, other_definition, no_commit" {
        /// It has no result.
        NotRun = "not_run",
        /// It failed at this commit.
        Fail = "fail",
        /// Its last result is of another commit.
        OtherCommit = "other_commit",
        /// Its last result is of a worktree that differed from its commit.
        ChangedFiles = "changed_files",
        /// Its command was another one when it last ran.
        OtherDefinition = "other_definition",
        /// Its last result names no commit.
        NoCommit = "no_commit",
    }
);
