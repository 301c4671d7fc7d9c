//! What an undo leaves as it is, in words.
//!
//! Not here: what that is (`core::views::undo`).

use crate::core::views::undo::Stays;

/// One thing that stays, after the words `stays:`.
pub fn stays(what: &Stays) -> String {
    match what {
        Stays::Ledger => "the change of the ledger itself".to_owned(),
        Stays::Roster => "the change of actors, keys or policy".to_owned(),
        Stays::Observation => "the observation".to_owned(),
        Stays::Snapshot => "the snapshot".to_owned(),
        Stays::OthersVerdict(by) => format!("the verdict of {by}; only {by} can withdraw it"),
        Stays::LaterVerdict(by) => {
            format!("the verdict of {by}; a later verdict or review replaced it")
        }
        Stays::EarlierVerdict { by, approved } => {
            let word = if *approved { "approval" } else { "rejection" };
            format!("the earlier {word} of {by} is not restored")
        }
        Stays::OthersTick(by) => format!("the tick of {by}; only {by} can take it back"),
        Stays::ReviewRequest(task) => {
            format!("the review request of {task}; a verdict or a new request ends it")
        }
        Stays::Withdrawal(task) => format!("the verdict on {task} must be given again"),
        Stays::GuardrailResult(id) => format!("the result of guardrail {id}"),
        Stays::GuardrailNotRun(id) => format!("guardrail {id} must run again"),
        Stays::LaterTarget(name) => format!("the target of {name}; it was set again later"),
        Stays::AlreadyEnded(task) => format!("task {task}; it has already ended"),
        Stays::Comment(task) => format!("the comment on {task}"),
        Stays::Import(file) => format!("the record that '{file}' was imported"),
        Stays::AlreadyOpen(task) => format!("task {task}; it is already open"),
        Stays::LaterEnd(task) => format!("the later end of {task}"),
        Stays::End(task) => format!("task {task}; how it had ended is unknown"),
        Stays::OthersClaim(actor) => format!("the claim of {actor}; only {actor} can claim again"),
        Stays::EarlierClaim(actor) => {
            format!("the earlier claim of {actor} is not restored; only {actor} can claim again")
        }
        Stays::EndedClaim(task) => format!("the claim of {task}; it has already ended"),
        Stays::Free(task) => format!("task {task} stays free; only its holder can claim it again"),
        Stays::LaterProgress(task) => format!("the later progress of {task}"),
        Stays::LaterStep { number, task } => {
            format!("step {number} of {task}; it was set again later")
        }
        Stays::ClearedBlocker(task) => format!("the blocker of {task}; it is already cleared"),
        Stays::LaterWorktree(task) => format!("the worktree of {task}; it was bound again later"),
        Stays::Lease(task) => format!("the renewed lease of {task}"),
        Stays::Commit(task) => format!("the recorded commit of {task}"),
        Stays::Attribute { name, task } => format!("the {name} of {task}"),
    }
}
