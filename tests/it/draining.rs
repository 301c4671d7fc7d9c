//! Agents that drain one plan side by side with `claim --next` and `done`, half of them killed on the way.
//!
//! The plan is small; `COORD_SOAK=1` raises it to what `soak` runs. Not here: a writer that is killed within
//! an append (`durability`), and the order of ready tasks (unit tests of `core::views::planning`).

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use git_coord::{
    core::{
        entry::event::{Event, TaskEvent},
        history::judge::Judgement,
        plan::state::State,
    },
    ledger::Ledger,
};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::Value;

use crate::{
    durability::{Dice, count, shell},
    forge::Forge,
    world::World,
};

const AGENTS: u32 = 16;

/// The actions that the program reported to an agent.
#[derive(Default)]
struct AgentReport {
    claimed: Vec<String>,
    done: Vec<String>,
    /// The code with which it ended; none if it was killed.
    ended: Option<String>,
}

impl AgentReport {
    /// Takes in one line of an agent's output.
    fn hear(&mut self, line: &str) {
        // Cut off, if it was killed within the line.
        let Ok(said) = serde_json::from_str::<Value>(line) else {
            return;
        };
        let task = &said["data"]["task"];
        let id = || task["id"].as_str().unwrap().to_owned();
        match (said["ok"].as_bool().unwrap(), task["status"].as_str()) {
            (true, Some("done")) => self.done.push(id()),
            (true, _) => self.claimed.push(id()),
            (false, _) => self.ended = Some(said["error"]["code"].as_str().unwrap().to_owned()),
        }
    }
}

/// An agent in a process group of its own: it claims the next task and finishes it, until no task is left.
fn agent(world: &World, name: &str, date: Option<&str>) -> Child {
    let line = format!(
        "export GIT_COORD_ACTOR={name}
         while said=$(git-coord --json claim --next 2>/dev/null); do
             echo \"$said\"
             id=${{said#*'\"task\":{{\"id\":\"'}}
             git-coord --json done \"${{id%%\\\"*}}\" || exit
         done
         echo \"$said\""
    );
    let mut command = shell(world, &line);
    command.envs(date.map(|date| ("GIT_COMMITTER_DATE", date)));
    command.process_group(0).spawn().unwrap()
}

/// Listens to an agent; after `lines` of its output and a while it is killed with all that it started.
fn listen(mut agent: Child, kill_after: Option<(usize, Duration)>) -> AgentReport {
    let mut told = AgentReport::default();
    let lines = BufReader::new(agent.stdout.take().unwrap()).lines();
    for (number, line) in (1..).zip(lines) {
        told.hear(&line.unwrap());
        if let Some((_, delay)) = kill_after.filter(|(lines, _)| *lines == number) {
            thread::sleep(delay);
            // It may have ended by itself.
            let _ = killpg(Pid::from_raw(agent.id() as i32), Signal::SIGKILL);
        }
    }
    agent.wait().unwrap();
    told
}

/// Half of the tasks are free, each of the others waits for one of these.
fn plan(tasks: u32) -> String {
    let task = |number: u32| match number % 2 {
        0 => format!(r#"{{"id": "T{number}", "title": "x"}}"#),
        _ => format!(
            r#"{{"id": "T{number}", "title": "x", "depends_on": ["T{}"]}}"#,
            number - 1
        ),
    };
    let tasks: Vec<String> = (0..tasks).map(task).collect();
    format!("[{}]", tasks.join(",\n"))
}

/// How often each task was completed by an entry that counts.
fn completions(ledger: &Ledger, state: &State) -> BTreeMap<String, u32> {
    let history = ledger.history().unwrap();
    let mut completions = BTreeMap::new();
    for placed in history.placed() {
        let Judgement::Accepted(accepted) = &placed.node.verdict else {
            panic!("an entry that does not count: {:?}", placed.object);
        };
        for event in &accepted.entry.events {
            if let Event::Task(TaskEvent::Completed { task, .. }) = event {
                let index = state.find(task, accepted.id).unwrap();
                *completions.entry(state.shown(index)).or_default() += 1;
            }
        }
    }
    completions
}

#[test]
fn agents_of_which_half_are_killed_do_every_task_once() {
    let forge = Forge::new();
    let world = &forge.world;
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let tasks = count(40, 500);
    fs::write(world.work().join("plan.json"), plan(tasks)).unwrap();
    forge.does(&["cancel", "A"]);
    forge.does(&["import", "plan.json"]);
    let names: Vec<String> = (0..AGENTS).map(|number| format!("agent{number}")).collect();
    let start = Instant::now();
    for name in &names {
        forge.does(&["actor", "add", name, "--generate"]);
    }
    let one_command = start.elapsed() / AGENTS;

    let mut told = Vec::new();
    // On the next day the leases of those who were killed have run out.
    for date in [None, Some("2025-10-16T12:00:00Z")] {
        let listeners: Vec<_> = names
            .iter()
            .zip(0..)
            .map(|(name, number)| {
                let doomed = date.is_none() && number % 2 == 0;
                let most_lines = u64::from(tasks / AGENTS * 2);
                let lines = 1 + dice.roll(most_lines) as usize;
                let delay = one_command.mul_f64(dice.roll(1500) as f64 / 1000.0);
                let agent = agent(world, name, date);
                thread::spawn(move || listen(agent, doomed.then_some((lines, delay))))
            })
            .collect();
        told.extend(
            listeners
                .into_iter()
                .map(|listener| listener.join().unwrap()),
        );
    }

    for (number, told) in told.iter().enumerate() {
        let killed = told.ended.is_none();
        assert!(
            !killed || number < AGENTS as usize && number % 2 == 0,
            "agent {number} failed"
        );
        assert!(
            killed || told.ended.as_deref() == Some("nothing_ready"),
            "agent {number}: {:?}",
            told.ended
        );
    }
    let killed = told.iter().filter(|told| told.ended.is_none()).count();
    let claimed: usize = told.iter().map(|told| told.claimed.len()).sum();
    println!("{killed} killed, {claimed} claims for {tasks} tasks");
    let state = forge.ledger().current().unwrap().state;
    assert!(state.anomalies.is_empty());
    let once: BTreeMap<String, u32> = (0..tasks).map(|number| (format!("T{number}"), 1)).collect();
    assert_eq!(completions(&forge.ledger(), &state), once);
    // No action was reported to two agents, and every reported one is in the ledger.
    let reported: Vec<&String> = told.iter().flat_map(|told| &told.done).collect();
    let mut distinct = reported.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), reported.len());
    assert!(distinct.iter().all(|id| once.contains_key(*id)));
    // A task was given out again only after it was lost with its holder.
    let mut holders: BTreeMap<&String, Vec<&AgentReport>> = BTreeMap::new();
    for told in &told {
        told.claimed
            .iter()
            .for_each(|id| holders.entry(id).or_default().push(told));
    }
    for (id, holders) in holders {
        let alive = holders
            .iter()
            .filter(|told| told.done.contains(id) || told.ended.is_some());
        assert!(alive.count() <= 1, "{id} was given to two who lived");
    }
    forge.is_good();
}
