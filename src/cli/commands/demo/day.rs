//! The day that the demo plays: the commands with their actors and times.
//!
//! Not here: how it is played (`demo`).

/// The date of the day, which is that of the plan.
pub const DATE: &str = "2025-10-15";

/// The plan's file in the demo's folder, and its contents.
pub const PLAN: (&str, &str) = (
    "coordination_summary.md",
    include_str!("../../../../tests/fixtures/coordination_summary.md"),
);

/// One command of the day.
#[derive(Debug, Clone, Copy)]
pub struct DemoStep {
    /// The time, in UTC.
    pub at: &'static str,
    /// The actor.
    pub actor: &'static str,
    /// The words after `git coord`.
    pub words: &'static [&'static str],
    /// Whether the command has to exit with 1.
    pub is_refused: bool,
}

const fn step(at: &'static str, actor: &'static str, words: &'static [&'static str]) -> DemoStep {
    DemoStep {
        at,
        actor,
        words,
        is_refused: false,
    }
}

const fn refused(
    at: &'static str,
    actor: &'static str,
    words: &'static [&'static str],
) -> DemoStep {
    DemoStep {
        at,
        actor,
        words,
        is_refused: true,
    }
}

/// The day, from the founding to the evening's snapshot.
pub const STEPS: &[DemoStep] = &[
    step("08:00", "dana", &["init"]),
    step(
        "08:01",
        "dana",
        &[
            "actor",
            "add",
            "claude",
            "--role",
            "coordinator",
            "--role",
            "reviewer",
            "--generate",
        ],
    ),
    step("08:02", "dana", &["actor", "add", "codex", "--generate"]),
    step("08:03", "dana", &["actor", "add", "copilot", "--generate"]),
    step("08:10", "claude", &["import", PLAN.0]),
    step("08:15", "claude", &["snapshot", "--label", "morning"]),
    step("08:30", "codex", &["claim", "1"]),
    step("08:32", "codex", &["claim", "B"]),
    refused("08:33", "copilot", &["claim", "B"]),
    step("08:34", "copilot", &["claim", "5"]),
    step("08:45", "claude", &["claim", "CC-1"]),
    step("09:10", "claude", &["done", "CC-1"]),
    step(
        "09:30",
        "copilot",
        &["block", "5", "prometheus does not run on the staging host"],
    ),
    step("09:35", "copilot", &["claim", "H"]),
    step("10:00", "codex", &["progress", "1", "60"]),
    step("10:30", "codex", &["progress", "B", "50"]),
    step("11:00", "claude", &["edit", "CC-3", "--depends", "B"]),
    step("11:01", "claude", &["unblock", "CC-3"]),
    step("11:02", "claude", &["edit", "CC-5", "--depends", "1"]),
    step("11:03", "claude", &["unblock", "CC-5"]),
    step("11:10", "codex", &["done", "1"]),
    step("12:00", "copilot", &["progress", "H", "40"]),
    step("12:15", "claude", &["snapshot", "--label", "midday"]),
    step("13:00", "codex", &["progress", "B", "90"]),
    refused("13:05", "codex", &["done", "B"]),
    step(
        "13:06",
        "codex",
        &[
            "comment",
            "B",
            "For review: the breaker opens after five failures in a row.",
        ],
    ),
    step("13:30", "copilot", &["unblock", "5"]),
    step("13:40", "copilot", &["progress", "5", "30"]),
    step("14:00", "claude", &["claim", "CC-5"]),
    step("14:20", "claude", &["done", "CC-5"]),
    step("15:00", "copilot", &["done", "H"]),
    step(
        "15:30",
        "claude",
        &[
            "add",
            "Rehearse the rollback",
            "--id",
            "R1",
            "--owner",
            "copilot",
            "--priority",
            "high",
            "--estimate",
            "1h",
            "--depends",
            "B",
            "--gate",
            "claude",
        ],
    ),
    step("16:00", "codex", &["claim", "E402-1"]),
    step("16:25", "codex", &["done", "E402-1"]),
    step("17:00", "copilot", &["progress", "5", "80"]),
    step("17:30", "claude", &["snapshot", "--label", "evening"]),
];
