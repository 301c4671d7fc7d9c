//! What each host of agents gets: which files, with which text of ours.
//!
//! Sources: the documentation of Claude Code (hooks, permissions, skills), of Codex (AGENTS.md, hooks, rules, skills), of GitHub
//! Copilot (hooks), and of Agent Skills. Not here: how a text gets into a file (`block`, `settings`, `whole`).

use std::path::Path;

use super::settings::{Addition, additions};
use crate::core::values::json::to_json_pretty;

/// A host of agents, or all that read AGENTS.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupHost {
    /// Claude Code.
    Claude,
    /// Codex of OpenAI.
    Codex,
    /// GitHub Copilot.
    Copilot,
    /// Cursor.
    Cursor,
    /// Every program that reads AGENTS.md.
    Agents,
}

/// A file, and what is ours in it.
#[derive(Debug, Clone, Copy)]
pub struct SetupFile {
    /// Its path in the worktree.
    pub path: &'static str,
    /// What is ours.
    pub ours: SetupText,
}

/// What is ours in a file.
#[derive(Debug, Clone, Copy)]
pub enum SetupText {
    /// Lines between marks.
    Block(&'static str),
    /// The line that imports AGENTS.md, between marks.
    Import,
    /// Items in the lists of a JSON file; the text of a file that has nothing else.
    Settings(&'static str),
    /// The whole file, for one host.
    Whole(&'static str),
    /// The whole file, for several hosts, which its last line names.
    Shared(&'static str),
}

/// The lines for AGENTS.md.
pub const BLOCK: &str = include_str!("templates/block.md");
/// The skill.
pub const SKILL: &str = include_str!("templates/skill.md");
/// The settings of Claude Code.
pub const CLAUDE: &str = include_str!("templates/claude-settings.json");
const CODEX: &str = include_str!("templates/codex-hooks.json");
const RULES: &str = include_str!("templates/codex.rules");
const COPILOT: &str = include_str!("templates/copilot-hooks.json");

/// The line with which Claude Code reads AGENTS.md.
pub const IMPORT: &str = "@AGENTS.md";

const AGENTS_MD: SetupFile = SetupFile {
    path: "AGENTS.md",
    ours: SetupText::Block(BLOCK),
};
/// Codex, Copilot, Cursor and others read it; Claude Code does not.
const AGENTS_SKILL: SetupFile = SetupFile {
    path: ".agents/skills/git-coord/SKILL.md",
    ours: SetupText::Shared(SKILL),
};

impl SetupHost {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Claude,
        Self::Codex,
        Self::Copilot,
        Self::Cursor,
        Self::Agents,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Copilot => "copilot",
            Self::Cursor => "cursor",
            Self::Agents => "agents",
        }
    }

    /// The host of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.as_str() == word)
    }

    /// Its files.
    pub fn parts(self) -> Vec<SetupFile> {
        let part = |path, ours| SetupFile { path, ours };
        match self {
            Self::Claude => vec![
                AGENTS_MD,
                part("CLAUDE.md", SetupText::Import),
                part(".claude/settings.json", SetupText::Settings(CLAUDE)),
                part(
                    ".claude/skills/git-coord/SKILL.md",
                    SetupText::Shared(SKILL),
                ),
            ],
            Self::Codex => vec![
                AGENTS_MD,
                AGENTS_SKILL,
                part(".codex/hooks.json", SetupText::Settings(CODEX)),
                part(".codex/rules/git-coord.rules", SetupText::Whole(RULES)),
            ],
            Self::Copilot => vec![
                AGENTS_MD,
                AGENTS_SKILL,
                part(".github/hooks/git-coord.json", SetupText::Whole(COPILOT)),
            ],
            Self::Cursor | Self::Agents => vec![AGENTS_MD, AGENTS_SKILL],
        }
    }

    /// What shows that somebody uses it here: files of it in the worktree, and its program on the search path.
    pub fn traces(self, worktree: &Path) -> Vec<String> {
        let (files, program): (&[&str], &str) = match self {
            Self::Claude => (&["CLAUDE.md", ".claude"], "claude"),
            Self::Codex => (&[".codex"], "codex"),
            Self::Copilot => (
                &[".github/copilot-instructions.md", ".github/hooks"],
                "copilot",
            ),
            Self::Cursor => (&[".cursor", ".cursorrules"], "cursor-agent"),
            Self::Agents => (&["AGENTS.md", ".agents"], ""),
        };
        let files = files.iter().filter(|file| worktree.join(file).exists());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let is_found = !program.is_empty()
            && std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
        let program = is_found.then(|| format!("the program '{program}'"));
        files.map(ToString::to_string).chain(program).collect()
    }
}

/// The items that belong into the file of a host. If its plugin is enabled, that has the hooks.
pub fn items(template: &str, has_plugin: bool) -> Vec<Addition> {
    let mut all = additions(template);
    all.retain(|addition| !(has_plugin && addition.outer == "hooks"));
    all
}

/// The text of a file that has nothing else.
pub fn settings(template: &str, has_plugin: bool) -> String {
    let mut file = serde_json::Map::new();
    for Addition {
        outer,
        inner,
        items,
    } in items(template, has_plugin)
    {
        let object = file.entry(outer).or_insert_with(|| serde_json::json!({}));
        object[inner] = items.into();
    }
    to_json_pretty(&file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::cli::Cli;

    /// The commands that the settings of Claude Code allow.
    fn allowed() -> Vec<String> {
        let settings: Value = serde_json::from_str(CLAUDE).unwrap();
        let rules = settings["permissions"]["allow"].as_array().unwrap().iter();
        let rules = rules.map(|rule| {
            let rule = rule.as_str().unwrap();
            let verb = rule.strip_prefix("Bash(git coord ").unwrap();
            verb.strip_suffix(" *)").unwrap().to_owned()
        });
        rules.collect()
    }

    fn exists(words: &[&str]) -> bool {
        let words = ["git-coord"].iter().chain(words).chain(&["--help"]);
        let asked = Cli::try_parse_from(words);
        asked.is_err_and(|error| error.kind() == clap::error::ErrorKind::DisplayHelp)
    }

    #[test]
    fn only_commands_that_look_or_work_are_allowed_each_by_its_name() {
        let verbs = allowed();
        for verb in &verbs {
            assert!(verb.bytes().all(|byte| byte.is_ascii_lowercase()), "{verb}");
            assert!(exists(&[verb]), "{verb}");
        }
        for verb in [
            "guard",
            "actor",
            "policy",
            "repair",
            "import",
            "integrate",
            "worktree",
            "hooks",
            "hook",
            "setup",
            "upgrade",
            "configure",
            "init",
            "undo",
            "sync",
            "acknowledge",
            "doctor",
            "snapshot",
            "export",
            "edit",
            "cancel",
            "reopen",
            "target",
        ] {
            assert!(exists(&[verb]), "{verb}");
            assert!(!verbs.iter().any(|it| it == verb), "{verb}");
        }
        // Codex gets the same ones.
        let lists = RULES.lines().filter_map(|line| {
            line.trim()
                .strip_prefix("pattern = [\"git\", \"coord\", [")?
                .strip_suffix("]],")
        });
        let words = lists.flat_map(|list| list.split(", "));
        let words: Vec<&str> = words.map(|word| word.trim_matches('"')).collect();
        assert_eq!(words, verbs);
    }

    /// Asserts that a hook of a host is of the form that its documentation gives.
    fn is_hook(hook: &Value, host: &str) {
        assert_eq!(hook["type"], "command");
        assert_eq!(hook["command"], format!("git coord prime --hook {host}"));
        assert!(
            hook["timeout"]
                .as_u64()
                .is_some_and(|it| (1..=60).contains(&it))
        );
        assert_eq!(hook.as_object().unwrap().len(), 3);
        assert!(exists(&["prime", "--hook", host]));
    }

    #[test]
    fn the_hooks_of_claude_and_codex_are_groups_of_commands_by_event() {
        for (template, host, events) in [
            (
                CLAUDE,
                "claude",
                &["SessionStart", "Stop", "SessionEnd"][..],
            ),
            (CODEX, "codex", &["SessionStart", "Stop"]),
        ] {
            let settings: Value = serde_json::from_str(template).unwrap();
            let hooks = settings["hooks"].as_object().unwrap();
            assert_eq!(hooks.keys().collect::<Vec<_>>(), events);
            for (event, groups) in hooks {
                for group in groups.as_array().unwrap() {
                    let sources = ["startup", "resume", "clear", "compact", "fork"];
                    let matcher = group["matcher"].as_str();
                    assert_eq!(matcher.is_some(), event == "SessionStart");
                    assert!(
                        matcher.is_none_or(|it| it.split('|').all(|word| sources.contains(&word)))
                    );
                    group["hooks"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .for_each(|hook| is_hook(hook, host));
                }
            }
        }
    }

    #[test]
    fn a_file_that_is_ours_alone_is_the_template() {
        assert_eq!(settings(CLAUDE, false), CLAUDE);
        assert_eq!(settings(CODEX, false), CODEX);
        assert!(!settings(CLAUDE, true).contains("hooks"));
    }

    #[test]
    fn the_hooks_of_copilot_are_commands_of_bash_by_event_in_version_1() {
        let file: Value = serde_json::from_str(COPILOT).unwrap();
        assert_eq!(file["version"], 1);
        let hooks = file["hooks"].as_object().unwrap();
        assert_eq!(
            hooks.keys().collect::<Vec<_>>(),
            ["sessionStart", "sessionEnd"]
        );
        let hook = json!([{"type": "command", "bash": "git coord prime --hook copilot", "timeoutSec": 10}]);
        assert!(hooks.values().all(|it| *it == hook));
    }

    #[test]
    fn the_block_is_short_and_the_skill_is_of_the_form_of_agent_skills() {
        assert!(BLOCK.lines().count() + 2 <= 12);
        let (head, body) = SKILL
            .strip_prefix("---\n")
            .unwrap()
            .split_once("\n---\n")
            .unwrap();
        let field = |key: &str| {
            let mut lines = head
                .lines()
                .filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            lines.next().unwrap().to_owned()
        };
        assert_eq!(head.lines().count(), 2);
        assert_eq!(field("name"), "git-coord");
        assert!(field("description").len() <= 1024 && !field("description").contains(": "));
        assert!(body.len() < 5_000);
        for part in SetupHost::ALL.iter().flat_map(|host| host.parts()) {
            let is_shared = matches!(part.ours, SetupText::Shared(_));
            assert!(!is_shared || part.path.ends_with("/skills/git-coord/SKILL.md"));
        }
    }

    #[test]
    fn no_text_of_ours_orders_a_commit_or_a_push_or_has_an_environment_prefix() {
        for text in [BLOCK, SKILL, CLAUDE, CODEX, RULES, COPILOT] {
            for word in ["push", "git commit", "GIT_COORD", "git -C", "<<", "$("] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }

    #[test]
    fn the_plugin_has_the_same_hooks_and_the_same_skill() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let json = |path: &str| -> Value { serde_json::from_str(&read(path)).unwrap() };
        let market = json(".claude-plugin/marketplace.json");
        assert_eq!(market["name"], "git-coord");
        assert!(market["owner"]["name"].is_string());
        let plugin = &market["plugins"][0];
        let folder = plugin["source"]
            .as_str()
            .unwrap()
            .strip_prefix("./")
            .unwrap();
        let manifest = json(&format!("{folder}/.claude-plugin/plugin.json"));
        assert_eq!(manifest["name"], plugin["name"]);
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
        let settings: Value = serde_json::from_str(CLAUDE).unwrap();
        assert_eq!(
            json(&format!("{folder}/hooks/hooks.json"))["hooks"],
            settings["hooks"]
        );
        assert_eq!(read(&format!("{folder}/skills/git-coord/SKILL.md")), SKILL);
        for monitor in json(&format!("{folder}/monitors/monitors.json"))
            .as_array()
            .unwrap()
        {
            let keys: Vec<&String> = monitor.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["name", "command", "description"]);
            let command = monitor["command"].as_str().unwrap();
            assert!(command.ends_with("git coord log --follow --for \"$actor\""));
        }
    }
}
