//! Checks for plans of every format: unique ids, no cycles, size limits. Also the default blockers and waivers.
//!
//! Not here: comparing the plan's own figures and waves with its tasks (`contradictions`).

use std::collections::HashMap;

use crate::{
    core::{
        plan::rules::ANCESTORS_MAX,
        values::{
            id::TaskId,
            task::Status,
            text::{TEXT_BYTES_MAX, Text},
        },
    },
    exchange::{
        Complaints, Draft, DraftTask, FindingKind, Limits, contradictions, draft, notes::Notes,
    },
};

/// The complaint about a plan without tasks.
const NO_TASKS: &str = "no tasks found: looked for a Markdown table with the columns `ID` or `#` and `Task` or `Title`, \
                        a list with checkboxes or with ids such as `T1: title`, CSV with such columns, JSON with `tasks`, \
                        and the files of beads, GitHub, task-master, Backlog.md and Taskwarrior";

/// Checks a draft and adds its findings.
///
/// # Errors
/// Every complaint about the file, including those of its reader.
pub(super) fn finish(
    mut draft: Draft,
    mut notes: Notes,
    limits: &Limits,
) -> Result<Draft, Complaints> {
    if draft.tasks.is_empty() && draft.guardrails.is_empty() && !notes.has_complaints() {
        notes.complain_of_nothing(NO_TASKS);
    }
    if let Some(task) = draft.tasks.get(limits.tasks) {
        let (count, most) = (draft.tasks.len(), limits.tasks);
        notes.complain(
            task.line,
            format!("the plan has {count} tasks; the limit is {most}"),
        );
    }
    check_ids(&draft, &mut notes);
    check_sizes(&mut draft, &mut notes);
    check_cycles(&draft.tasks, &mut notes);
    check_depth(&draft.tasks, &mut notes);
    name_unsaid(&mut draft, &mut notes);
    contradictions::check_waves(&draft.tasks, &mut notes);
    // A done task is at 100 %, even if the plan gives another percentage.
    let done = draft
        .tasks
        .iter_mut()
        .filter(|task| task.status == Status::Done);
    done.for_each(|task| task.percent = None);
    draft.findings = notes.finish()?;
    Ok(draft)
}

fn check_ids(draft: &Draft, notes: &mut Notes) {
    let mut first = HashMap::new();
    for task in &draft.tasks {
        if let Some(line) = first.insert(&task.id, task.line) {
            notes.complain(
                task.line,
                format!("task '{}' is already on line {line}", task.id),
            );
        }
    }
    let mut first = HashMap::new();
    for guardrail in &draft.guardrails {
        if let Some(line) = first.insert(&guardrail.id, guardrail.line) {
            let message = format!("guardrail '{}' is already on line {line}", guardrail.id);
            notes.complain(guardrail.line, message);
        }
    }
}

/// Leaves out the steps and blockers that are blank or too long for the ledger. A guardrail with such a text is a complaint, because
/// part of a command is another command.
fn check_sizes(draft: &mut Draft, notes: &mut Notes) {
    for task in &mut draft.tasks {
        let (id, line) = (task.id.as_str(), task.line);
        let mut fits = |what: &str, text: &str| {
            let fits = text.parse::<Text>().is_ok();
            if !fits {
                let message = format!("a {what} is left out: it needs 1 to {TEXT_BYTES_MAX} bytes");
                notes.find_each(FindingKind::Unreadable, line, message, id);
            }
            fits
        };
        task.steps.retain(|step| fits("step", &step.text));
        task.blockers.retain(|reason| fits("blocker", reason));
    }
    for guardrail in &draft.guardrails {
        let mut check = |what: &str, text: Option<&str>| {
            let (size, most) = (text.map_or(0, str::len), TEXT_BYTES_MAX);
            if size > most {
                let message = format!("the {what} has {size} bytes; the limit is {most}");
                notes.complain(guardrail.line, message);
            }
        };
        check("title", Some(&guardrail.title));
        check("command", guardrail.command.as_deref());
        check("expected output", guardrail.expect.as_deref());
    }
}

/// The maximum number of cycles that are reported, because a longer list would not help.
const CIRCLES_MAX: usize = 50;

/// Complains about every task that depends on itself, and about each cycle once. A parent waits for its children.
fn check_cycles(tasks: &[DraftTask], notes: &mut Notes) {
    let before = draft::before(tasks);
    let mut finished = vec![false; tasks.len()];
    let mut on_path = vec![false; tasks.len()];
    let mut circles = 0;
    for start in 0..tasks.len() {
        let mut path: Vec<(usize, usize)> = Vec::new();
        if !finished[start] {
            on_path[start] = true;
            path.push((start, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let Some(&to) = before[*at].get(*next) else {
                (finished[*at], on_path[*at]) = (true, false);
                path.pop();
                continue;
            };
            *next += 1;
            if on_path[to] {
                complain_of_cycle(tasks, &path, to, notes);
                circles += 1;
                if circles == CIRCLES_MAX {
                    return;
                }
            } else if !finished[to] {
                on_path[to] = true;
                path.push((to, 0));
            }
        }
    }
}

fn complain_of_cycle(tasks: &[DraftTask], path: &[(usize, usize)], to: usize, notes: &mut Notes) {
    let task = &tasks[to];
    let start = path.iter().position(|&(at, _)| at == to).unwrap_or(0);
    let names: Vec<&str> = path[start..]
        .iter()
        .map(|&(at, _)| tasks[at].id.as_str())
        .collect();
    if names.len() == 1 {
        return notes.complain(task.line, format!("task '{}' depends on itself", task.id));
    }
    let chain = if names.len() > 20 {
        format!("{} → … {} more", names[..20].join(" → "), names.len() - 20)
    } else {
        names.join(" → ")
    };
    notes.complain(
        task.line,
        format!(
            "tasks depend on each other in a cycle: {chain} → {}",
            task.id
        ),
    );
}

/// Complains about the first task that has more ancestors than the rules allow.
fn check_depth(tasks: &[DraftTask], notes: &mut Notes) {
    let parents: HashMap<&TaskId, &TaskId> = (tasks.iter())
        .filter_map(|task| Some((&task.id, task.parent.as_ref()?)))
        .collect();
    let is_too_deep = |task: &&DraftTask| {
        let ancestors = std::iter::successors(parents.get(&task.id), |it| parents.get(**it));
        ancestors.take(ANCESTORS_MAX + 1).count() > ANCESTORS_MAX
    };
    if let Some(task) = tasks.iter().find(is_too_deep) {
        let message = format!("task '{}' has more than {ANCESTORS_MAX} ancestors", task.id);
        notes.complain(task.line, message);
    }
}

/// Adds a blocker to a waiting or blocked task that names no reason, and a waiver to a done task with gates or with an
/// open dependency. Their text is the word for the status: a ledger has no sentences of the program.
fn name_unsaid(draft: &mut Draft, notes: &mut Notes) {
    let ended = |task: &DraftTask| matches!(task.status, Status::Done | Status::Cancelled);
    let open: Vec<Option<TaskId>> = (draft.tasks.iter())
        .map(|task| (!ended(task)).then(|| task.id.clone()))
        .collect();
    let before = draft::before(&draft.tasks);
    for (task, before) in draft.tasks.iter_mut().zip(before) {
        let unnamed = task.blockers.is_empty() && before.is_empty();
        let mut waits_for = before.iter().filter_map(|place| open[*place].as_ref());
        match task.status {
            Status::Waiting | Status::Blocked if unnamed => {
                task.blockers.push(task.status.to_string())
            }
            Status::Waiting | Status::Blocked
                if task.blockers.is_empty() && waits_for.next().is_none() =>
            {
                let message = format!(
                    "task '{}' is {}, but everything that it depends on is done",
                    task.id, task.status
                );
                notes.find(FindingKind::Contradiction, task.line, message);
            }
            Status::Done if !task.fields.gates.is_empty() => {
                task.waiver = Some(task.status.to_string());
                let message = format!(
                    "task '{}' is complete without its review; it is imported with a waiver",
                    task.id
                );
                notes.find(FindingKind::Assumed, task.line, message);
            }
            Status::Done => {
                if let Some(open) = waits_for.next() {
                    task.waiver = Some(task.status.to_string());
                    let message = format!(
                        "task '{}' is complete before task '{open}', for which it waits; it is imported with a waiver",
                        task.id
                    );
                    notes.find(FindingKind::Contradiction, task.line, message);
                }
            }
            _ => {}
        }
    }
}
