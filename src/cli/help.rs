//! The short help: the commands in groups, as somebody looks for them.
//!
//! Not here: what a command is about (its own file), and its options.

use std::fmt::Write as _;

/// The groups, each with its commands in the order in which one meets them.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("begin", &["init", "clone", "actor", "import", "demo"]),
    (
        "look",
        &[
            "status", "list", "show", "log", "plan", "ready", "brief", "paths", "wait",
        ],
    ),
    (
        "plan",
        &[
            "add", "edit", "comment", "cancel", "reopen", "undo", "target", "policy",
        ],
    ),
    (
        "work",
        &[
            "claim", "renew", "release", "progress", "step", "block", "unblock", "done", "worktree",
        ],
    ),
    (
        "review and check",
        &["submit", "approve", "reject", "tick", "guard"],
    ),
    (
        "look back",
        &[
            "snapshot",
            "snapshots",
            "diff",
            "report",
            "metrics",
            "export",
            "observe",
        ],
    ),
    ("share", &["sync", "repair", "acknowledge", "ingest"]),
    ("look after", &["verify", "doctor", "hooks", "help"]),
];

/// The template of the short and the long help of the program itself.
pub fn template(command: &clap::Command) -> String {
    let about = |name: &str| {
        let found = command.find_subcommand(name);
        let about = found.and_then(clap::Command::get_about);
        about.map(ToString::to_string)
    };
    let mut commands = String::new();
    for (group, names) in GROUPS {
        // Writing to a string cannot fail.
        let _ = writeln!(commands, "\n{group}:");
        for name in *names {
            if let Some(about) = about(name).or_else(|| own(name)) {
                let _ = writeln!(commands, "  {name:<12} {about}");
            }
        }
    }
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{commands}\nOptions:\n{{options}}{{after-help}}"
    )
}

/// What clap adds by itself, and so late that it cannot be asked.
fn own(name: &str) -> Option<String> {
    (name == "help").then(|| "Say more about a command".to_owned())
}
