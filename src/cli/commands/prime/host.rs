//! The hosts of coding agents: what they tell a hook, and the JSON in which they want its answer.
//!
//! Sources: Claude Code's hooks reference, Codex's schemas of hooks, and the hooks reference of GitHub Copilot. Not here: what
//! the answer says (`prime`), and the files that call us (`setup`).

use std::{
    fs::OpenOptions,
    io::{self, IsTerminal as _, Read as _, Write as _},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::core::values::{
    id::{ActorName, Digest},
    json::to_json_line,
};

/// A host of coding agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// Claude Code.
    Claude,
    /// Codex of OpenAI.
    Codex,
    /// GitHub Copilot.
    Copilot,
}

/// What a hook is told. Hosts write their keys in two ways, and everything may be missing.
#[derive(Debug, Default, Deserialize)]
pub struct HostInput {
    #[serde(
        rename = "hook_event_name",
        alias = "hookEventName",
        default,
        deserialize_with = "text"
    )]
    event: Option<String>,
    /// The id of the session.
    #[serde(
        rename = "session_id",
        alias = "sessionId",
        default,
        deserialize_with = "text"
    )]
    pub session: Option<String>,
    #[serde(default, deserialize_with = "text")]
    source: Option<String>,
    #[serde(
        rename = "agent_id",
        alias = "agentId",
        default,
        deserialize_with = "text"
    )]
    agent: Option<String>,
    #[serde(
        rename = "agent_type",
        alias = "agentType",
        default,
        deserialize_with = "text"
    )]
    agent_type: Option<String>,
    #[serde(rename = "stopReason", default, deserialize_with = "text")]
    stop_reason: Option<String>,
    #[serde(rename = "reason", default, deserialize_with = "text")]
    reason: Option<String>,
    /// Whether the turn goes on because of a hook at its end.
    #[serde(
        rename = "stop_hook_active",
        alias = "stopHookActive",
        default,
        deserialize_with = "flag"
    )]
    pub is_continued: bool,
    /// Whether the session began earlier, and lost some of its context since.
    #[serde(skip)]
    pub goes_on: bool,
}

/// A text; other values are ignored.
fn text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(from)?;
    let text = value.as_str().filter(|text| !text.is_empty());
    Ok(text.map(|text| text.chars().take(TEXT_MAX).collect()))
}

/// A flag; other values are ignored.
fn flag<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(from)?.as_bool().unwrap_or_default())
}

/// How many characters of a text are kept.
const TEXT_MAX: usize = 128;

/// When the hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A session began, or goes on with a new context.
    Began,
    /// The agent has finished a turn.
    Stopped,
    /// The session has ended.
    Ended,
}

/// The most bytes that are read. The input of a hook at the end of a turn has the agent's last message.
const INPUT_MAX: u64 = 4 << 20;

/// How long an input is waited for. A host that leaves the pipe open must not stop a session.
const INPUT_WAIT: Duration = Duration::from_secs(2);

/// The input of a hook from standard input. What is not an object of JSON is ignored, and a terminal is not waited for.
pub fn input() -> HostInput {
    if io::stdin().is_terminal() {
        return HostInput::default();
    }
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is missing, and nobody waits any more if it came late.
        let _ = io::stdin().take(INPUT_MAX).read_to_end(&mut bytes);
        let _ = tell.send(bytes);
    });
    parse(&told.recv_timeout(INPUT_WAIT).unwrap_or_default())
}

fn parse(bytes: &[u8]) -> HostInput {
    let read: HostInput = serde_json::from_slice(bytes).unwrap_or_default();
    let goes_on = matches!(read.source.as_deref(), Some("compact" | "resume" | "fork"));
    HostInput { goes_on, ..read }
}

/// The subagents of Claude Code that come with it.
const BUILT_IN_SUBAGENTS: [&str; 3] = ["Explore", "Plan", "general-purpose"];

impl HostInput {
    /// Whether the hook runs for a subagent. A main agent has a type, too, if the user chose one, but only at the start of its
    /// session.
    pub fn is_of_subagent(&self) -> bool {
        let of_type = self.agent_type.as_deref().is_some_and(|kind| {
            self.event.as_deref() != Some("SessionStart") || BUILT_IN_SUBAGENTS.contains(&kind)
        });
        let event = self.event.as_deref().unwrap_or_default();
        self.agent.is_some() || of_type || event.to_ascii_lowercase().starts_with("subagent")
    }

    /// The name of a note that the session with this id has begun, or has begun again, in this way.
    pub fn note(&self, id: &str) -> String {
        let source = self.source.as_deref().unwrap_or_default();
        let digest = Digest::of(format!("{source}\n{id}").as_bytes()).to_string();
        format!("sessions/begun/{digest:.16}")
    }

    /// When the hook runs. Copilot does not name the event of every hook, but only the end of a turn has a reason of the stop, and
    /// only the end of a session has a reason.
    pub fn happening(&self) -> Happening {
        match self.event.as_deref() {
            Some("Stop" | "agentStop") => Happening::Stopped,
            Some("SessionEnd" | "sessionEnd") => Happening::Ended,
            Some(_) => Happening::Began,
            None if self.stop_reason.is_some() => Happening::Stopped,
            None if self.reason.is_some() => Happening::Ended,
            None => Happening::Began,
        }
    }
}

impl Host {
    /// The answer of a hook that says this; empty without a text.
    pub fn envelope(self, input: &HostInput, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let is_stop = input.happening() == Happening::Stopped;
        let answer = match (self, is_stop) {
            (Self::Claude, true) => json!({
                "hookSpecificOutput": { "hookEventName": "Stop", "additionalContext": text }
            }),
            (Self::Claude | Self::Codex, false) => json!({
                "hookSpecificOutput": { "hookEventName": "SessionStart", "additionalContext": text }
            }),
            // At the end of a turn these two can only be blocked, or say something to the user.
            (Self::Codex, true) => json!({ "systemMessage": text.trim_end() }),
            (Self::Copilot, true) => return String::new(),
            (Self::Copilot, false) => json!({ "additionalContext": text }),
        };
        to_json_line(&answer) + "\n"
    }

    /// Names the actor of `--actor` to the commands of the session, which do not see this option. Only Claude Code offers a file
    /// for that.
    pub fn name_actor(self, actor: Option<&ActorName>) {
        let file = std::env::var_os("CLAUDE_ENV_FILE").filter(|file| !file.is_empty());
        let (Self::Claude, Some(actor), Some(file)) = (self, actor, file) else {
            return;
        };
        // The commands that are shown name the actor anyway.
        if let Ok(mut file) = OpenOptions::new().append(true).create(true).open(file) {
            let _ = writeln!(file, "export GIT_COORD_ACTOR={actor}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> HostInput {
        parse(text.as_bytes())
    }

    #[test]
    fn the_inputs_of_all_hosts_are_understood() {
        let began = of(r#"{"session_id":"a","hook_event_name":"SessionStart","source":"compact"}"#);
        assert_eq!((began.happening(), began.goes_on), (Happening::Began, true));
        assert_eq!(began.session.as_deref(), Some("a"));
        let stopped = of(r#"{"hook_event_name":"Stop","stop_hook_active":true}"#);
        assert_eq!(
            (stopped.happening(), stopped.is_continued),
            (Happening::Stopped, true)
        );
        let copilot = of(r#"{"sessionId":"b","timestamp":1,"cwd":"/x","source":"new"}"#);
        assert_eq!(
            (copilot.happening(), copilot.goes_on),
            (Happening::Began, false)
        );
        assert_eq!(copilot.session.as_deref(), Some("b"));
        let stopped = of(r#"{"sessionId":"b","stopReason":"end_turn"}"#);
        assert_eq!(stopped.happening(), Happening::Stopped);
        assert_eq!(of(r#"{"reason":"complete"}"#).happening(), Happening::Ended);
    }

    #[test]
    fn what_is_not_an_input_is_the_start_of_an_unknown_session() {
        for text in [
            "",
            "no",
            "[1]",
            "{\"session_id\":7,\"source\":{}}",
            "\u{fffd}{",
        ] {
            let input = of(text);
            assert_eq!(input.happening(), Happening::Began, "{text}");
            assert!(input.session.is_none() && !input.is_of_subagent(), "{text}");
        }
    }

    #[test]
    fn a_subagent_is_told_from_a_main_agent_of_a_type() {
        let main = r#"{"hook_event_name":"SessionStart","agent_type":"reviewer"}"#;
        assert!(!of(main).is_of_subagent());
        for sub in [
            r#"{"hook_event_name":"SessionStart","agent_id":"1","agent_type":"reviewer"}"#,
            r#"{"hook_event_name":"SessionStart","agent_type":"Explore"}"#,
            r#"{"hook_event_name":"Stop","agent_type":"x"}"#,
            r#"{"hook_event_name":"SubagentStart"}"#,
        ] {
            assert!(of(sub).is_of_subagent(), "{sub}");
        }
    }

    #[test]
    fn no_answer_blocks_and_each_is_of_the_form_that_its_host_reads() {
        let began = of(r#"{"hook_event_name":"SessionStart"}"#);
        let stopped = of(r#"{"hook_event_name":"Stop"}"#);
        for host in [Host::Claude, Host::Codex, Host::Copilot] {
            for input in [&began, &stopped] {
                let answer = host.envelope(input, "text\n");
                assert!(!answer.contains("decision") && !answer.contains("\"continue\""));
                assert_eq!(host.envelope(input, ""), "");
            }
        }
        let value = |host: Host, input| -> Value {
            serde_json::from_str(&host.envelope(input, "text")).unwrap()
        };
        let context = |event| json!({"hookSpecificOutput": {"hookEventName": event, "additionalContext": "text"}});
        assert_eq!(value(Host::Claude, &began), context("SessionStart"));
        assert_eq!(value(Host::Codex, &began), context("SessionStart"));
        assert_eq!(value(Host::Claude, &stopped), context("Stop"));
        assert_eq!(
            value(Host::Codex, &stopped),
            json!({"systemMessage": "text"})
        );
        assert_eq!(
            value(Host::Copilot, &began),
            json!({"additionalContext": "text"})
        );
    }
}
