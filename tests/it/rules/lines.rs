//! The command line for a deed of the table, where a command does the same as its event.
//!
//! Not here: the outcome by the table (`table`).

/// The line of a deed; `claim` is the beginning of the id of the claim that its author had last.
pub fn typed(deed: &str, claim: Option<&str>) -> Option<String> {
    let line = match deed {
        "add" => "add new",
        "add for codex" => "add new --owner codex",
        "add after T" => "add new --depends T",
        "edit" => "edit T --title another",
        "edit of nothing" => "edit X --title another",
        "edit owner codex" => "edit T --owner codex",
        "edit owner eve" => "edit T --owner eve",
        "edit not codex's" => "edit T --no-owner codex",
        "edit gate eve" => "edit T --gate eve",
        "edit no gate" => "edit T --no-gate claude",
        "edit check" => "edit T --check tidy",
        "edit no check" => "edit T --no-check 1",
        "edit label" => "edit T --label late",
        "edit path" => "edit T --path docs",
        "edit path of W" => "edit T --path web/x",
        "edit no path" => "edit T --no-path lib",
        "edit after U" => "edit T --depends U",
        "edit after W" => "edit T --depends W",
        "comment" => "comment T so",
        "claim" => "claim T",
        "claim of nothing" => "claim X",
        "claim V" => "claim V",
        "claim W" => "claim W",
        "claim steal" => "claim T --steal",
        "claim share" => "claim T --share",
        "claim resume" => "claim T --resume",
        "renew" => "renew T",
        "progress" => "progress T 40",
        "step" => "step T 1",
        "block" => "block T waiting",
        "unblock" => "unblock T 1",
        "submit" => "submit T",
        "approve" => "approve T",
        "reject" => "reject T --note no",
        "tick" => "tick T 1",
        "done" => "done T",
        "waive" => "done T --waive urgent",
        "cancel" => "cancel T",
        "reopen" => "reopen T",
        "guard add" => "guard add new --title x --command true",
        "guard remove" => "guard remove G",
        "guard remove nothing" => "guard remove X",
        "result" => "guard record G pass",
        "result of nothing" => "guard record X pass",
        "target" => "target set prs_open <10",
        "observe" => "observe worktrees",
        "snapshot" => "snapshot",
        "policy claimed only" => "policy unclaimed-work no",
        "policy path" => "policy paths lib/** review claude",
        "policy path of nobody" => "policy paths lib/** review nobody",
        "actor add" => "actor add mallory --generate",
        "actor add codex" => "actor add codex --generate",
        "actor edit" => "actor edit codex --role observer",
        "actor edit oneself" => "actor edit eve --role coordinator",
        _ => return None,
    };
    let under = ["progress", "step", "submit", "done", "renew"];
    let claim = claim.filter(|_| under.iter().any(|word| line.starts_with(word)));
    let claim = claim.map_or_else(String::new, |claim| format!(" --claim {claim}"));
    Some(format!("{line}{claim}"))
}
