//! A plan in the middle of a day, with every kind of record that a plan can hold.
//!
//! Not here: turning an event into an entry (`sample`).

use super::{Sample, actor, glob, text};
use crate::core::{
    entry::event::{
        guardrail::Outcome,
        observation::PullRequestState,
        task::{TaskFact, Wave},
    },
    values::task::{Approver, Estimate, WorkingDay},
};

impl Sample {
    /// A plan in the middle of a day: every status, every kind of record, and texts with special characters.
    pub fn day() -> Self {
        let mut day = Self::new();
        let group = |name: &str| TaskFact::Group(Some(text(name)));
        let owner = |name: &str| TaskFact::OwnerAdded(actor(name));
        let priority = |word: &str| TaskFact::Priority(Some(word.parse().unwrap()));
        let estimate = |word: &str| {
            TaskFact::Estimate(Some(Estimate::parse(word, WorkingDay::default()).unwrap()))
        };
        let wave = |number, rank| TaskFact::Wave(Some(Wave { number, rank }));
        let top = "Top-5 \"Do Now\" Tasks";
        let shadow = day.add(
            "1",
            "Shadow-Diff Harness",
            vec![
                group(top),
                owner("codex"),
                priority("high"),
                estimate("2-3h"),
                wave(1, 2),
            ],
        );
        let tokens = day.add(
            "2",
            "Golden Token Kit | `Fixtures` <b>",
            vec![
                group(top),
                owner("codex"),
                owner("copilot"),
                priority("high"),
                estimate("2h"),
                wave(2, 3),
            ],
        );
        let breaker = day.add(
            "B",
            "Circuit-Breaker 回路遮断器 e\u{301}",
            vec![
                group("Quick Wins"),
                owner("codex"),
                priority("critical"),
                estimate("3h"),
                wave(1, 1),
                TaskFact::GateAdded(Approver::Actor(actor("claude"))),
                TaskFact::StepAdded(text("write it")),
                TaskFact::StepAdded(text("test it")),
                TaskFact::LabelAdded(text("runtime")),
                TaskFact::PathAdded(glob("src/**")),
                TaskFact::CriterionAdded(text("opens after five failures")),
            ],
        );
        let review = day.add(
            "CC-3",
            "\u{1b}[31m# Critical\nReview \u{202e}",
            vec![
                owner("claude"),
                estimate("1h"),
                TaskFact::DependencyAdded(breaker.clone()),
            ],
        );
        let snippets = day.add("D", "SDK Snippets", vec![owner("copilot"), priority("low")]);
        let drift = day.add(
            "F",
            "Drift Sentinel",
            vec![owner("copilot"), estimate("1h")],
        );
        day.add("G", "Tenant Sandbox", vec![]);
        day.add(
            "B",
            "Another B",
            vec![TaskFact::DependencyAdded(shadow.clone())],
        );

        day.claim("codex", &breaker);
        day.step("codex", &breaker, 1);
        day.submit("codex", &breaker);
        day.claim("copilot", &breaker); // refused: codex holds it
        day.claim("codex", &shadow);
        day.progress("codex", &shadow, 40);
        day.block("codex", &tokens, "staging is down", Some(&shadow));
        day.claim("copilot", &snippets);
        day.done("copilot", &snippets);
        day.cancel(&drift);
        day.comment("claude", &shadow);
        day.guardrail("G1", "State sweep", &[]);
        day.guardrail("G2", "Shadow-diff", &[&shadow]);
        day.record("claude", "G1", Outcome::Pass);
        day.target("in_progress", "3..5");
        day.target("prs_open", "<10");
        day.target("mood", "good");
        day.pull_request(410, "Coordination \u{9b}31m", PullRequestState::Open);
        day.worktree("shadow", &shadow);
        let _ = review;
        day
    }
}
