//! What the arguments of the commands can be, from the ledger of this clone: tasks, actors, labels, guardrails.
//!
//! Not here: the words of the commands themselves, which clap knows.

use std::{
    ffi::{OsStr, OsString},
    sync::Arc,
};

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use crate::{
    cli::{Context, reading::revision::Reading},
    core::{
        plan::state::State,
        values::{
            task::{Priority, Status},
            text::brief,
        },
        views::filter,
    },
};

/// What the ledger of this clone has, each with its title.
#[derive(Default)]
struct Known {
    tasks: Vec<(String, String)>,
    actors: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    guardrails: Vec<(String, String)>,
}

impl Known {
    fn of(state: &State) -> Self {
        let tasks = state.tasks().map(|(index, task)| {
            let ended = task.end.is_some();
            (
                ended,
                state.shown(index),
                brief(task.fields.title.as_str(), 60),
            )
        });
        let mut tasks: Vec<(bool, String, String)> = tasks.collect();
        // The open ones first.
        tasks.sort_by_key(|(ended, ..)| *ended);
        let plain = |text: &str| (text.to_owned(), String::new());
        let fields = || state.tasks().map(|(_, task)| &task.fields);
        let mut known = Self {
            tasks: tasks
                .into_iter()
                .map(|(_, id, title)| (id, title))
                .collect(),
            actors: (state.roster.actors())
                .map(|(name, actor)| (name.to_string(), actor.email.to_string()))
                .collect(),
            labels: fields()
                .flat_map(|it| &it.labels)
                .map(|it| plain(it.as_str()))
                .collect(),
            groups: fields()
                .filter_map(|it| it.group.as_ref())
                .map(|it| plain(it.as_str()))
                .collect(),
            guardrails: (state.guardrails.iter())
                .map(|(id, guardrail)| (id.to_string(), brief(guardrail.title.as_str(), 60)))
                .collect(),
        };
        for list in [&mut known.labels, &mut known.groups] {
            list.sort();
            list.dedup();
        }
        known
    }
}

/// The program, with what its arguments can be. A ledger that cannot be read has nothing to offer.
pub(super) fn with_values(program: Command, context: &mut Context, words: &[OsString]) -> Command {
    // The name of the program and of the command need no ledger.
    if words.len() < 3 {
        return program;
    }
    let reading = Reading::open(context).ok();
    let known = reading
        .map(|reading| Known::of(reading.state()))
        .unwrap_or_default();
    of_command(program, &Arc::new(known), false)
}

fn of_command(command: Command, known: &Arc<Known>, in_guard: bool) -> Command {
    let in_guard = in_guard || command.get_name() == "guard";
    let command = command.mut_args(|argument| {
        let names = argument.get_value_names().unwrap_or_default();
        let name = names.first().map(|name| name.as_str()).unwrap_or_default();
        let kind = match (name, argument.get_id().as_str()) {
            ("ID" | "GUARD", _) if in_guard => Kind::Guardrail,
            ("ID" | "TASK" | "OTHER" | "KIND:ID", _) => Kind::Task,
            ("ACTOR" | "ACTOR|ROLE", _) | ("NAME", "actor" | "name" | "owner" | "owners") => {
                Kind::Actor
            }
            ("LABEL", "labels" | "no_label") => Kind::Label,
            ("GROUP" | "TEXT", "group") => Kind::Group,
            ("FILTER", _) => Kind::Filter,
            _ => return argument,
        };
        let known = Arc::clone(known);
        argument.add(ArgValueCompleter::new(move |current: &OsStr| {
            offered(&known, kind, current)
        }))
    });
    command.mut_subcommands(|inner| of_command(inner, known, in_guard))
}

/// What an argument can be.
#[derive(Clone, Copy)]
enum Kind {
    Task,
    Actor,
    Label,
    Group,
    Guardrail,
    Filter,
}

fn offered(known: &Known, kind: Kind, current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    // What stands before the last part of a list, or of a link, stays.
    let cut = current.rfind([',', ':']).map_or(0, |at| at + 1);
    let (before, part) = current.split_at(cut);
    let list = match kind {
        Kind::Task => &known.tasks,
        Kind::Actor => &known.actors,
        Kind::Label => &known.labels,
        Kind::Group => &known.groups,
        Kind::Guardrail => &known.guardrails,
        Kind::Filter => return of_filter(known, current),
    };
    matching(list, before, part)
}

fn matching(list: &[(String, String)], before: &str, part: &str) -> Vec<CompletionCandidate> {
    let is_meant = |text: &str| {
        let start = text.get(..part.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(part))
    };
    let found = list.iter().filter(|(value, _)| is_meant(value));
    found
        .map(|(value, help)| {
            let help = Some(help.clone()).filter(|help| !help.is_empty());
            CompletionCandidate::new(format!("{before}{value}")).help(help.map(Into::into))
        })
        .collect()
}

/// A filter of `list`: its key, or its value.
fn of_filter(known: &Known, current: &str) -> Vec<CompletionCandidate> {
    let words = |words: &mut dyn Iterator<Item = &'static str>| -> Vec<(String, String)> {
        words.map(|word| (word.to_owned(), String::new())).collect()
    };
    let Some((key, _)) = current.split_once(':') else {
        let sign = if current.starts_with(['!', '-']) {
            &current[..1]
        } else {
            ""
        };
        let keys = filter::KEYS
            .iter()
            .map(|key| (format!("{key}:"), String::new()));
        return matching(&keys.collect::<Vec<_>>(), sign, &current[sign.len()..]);
    };
    let statuses = words(&mut Status::ALL.iter().map(|status| status.as_str()));
    let priorities = words(&mut Priority::ALL.iter().map(|priority| priority.as_str()));
    let list = match key.trim_start_matches(['!', '-']) {
        "owner" | "claimed" | "gate" => &known.actors,
        "label" => &known.labels,
        "group" => &known.groups,
        "status" => &statuses,
        "priority" => &priorities,
        "depends" | "parent" | "link" => &known.tasks,
        _ => return Vec::new(),
    };
    let cut = current.rfind([',', ':']).map_or(0, |at| at + 1);
    let (before, part) = current.split_at(cut);
    matching(list, before, part)
}
