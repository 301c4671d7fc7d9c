//! Agents that know nothing but their briefs: three of them follow the commands word for word, until the plan is finished.
//!
//! Not here: which tasks a brief has (unit tests of `core::views::snapshot`).

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;

use crate::world::World;

/// The plan: each task, with its options.
const PLAN: [(&str, &str); 7] = [
    ("base", "--priority high"),
    ("api", "--depends base --gate claude"),
    ("docs", "--depends api --owner copilot"),
    (
        "tests",
        "--depends base --gate role:reviewer --check readable",
    ),
    ("cleanup", "--step format --step lint"),
    ("deploy", "--depends tests --depends api"),
    (
        "release",
        "--depends deploy --gate claude --gate role:reviewer",
    ),
];

const AGENTS: [&str; 3] = ["codex", "copilot", "claude"];

/// An agent: what it still has to type, and where.
struct Agent {
    name: &'static str,
    commands: Vec<String>,
    folder: PathBuf,
}

fn team() -> World {
    let world = World::new();
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    world.done("actor add copilot --generate --role worker");
    world.done("actor add claude --generate --role worker --role reviewer");
    world.done("actor edit copilot --role worker --role reviewer");
    world.done("hooks install");
    for (id, options) in PLAN {
        world.done(&format!("add Task --id {id} {options}"));
    }
    world
}

/// Tasks that nobody has finished.
fn open(world: &World) -> Vec<Value> {
    let list = world.coord(&["list", "--json"]).data("coord.list/1");
    let tasks = list["tasks"].as_array().unwrap().iter();
    tasks
        .filter(|task| task["status"] != "done")
        .cloned()
        .collect()
}

impl Agent {
    /// Reads the brief, and takes the first task on which there is something to do. A review is rejected the first time.
    fn read_brief(&mut self, world: &World, rejected: &mut BTreeSet<String>) {
        self.folder = world.work();
        let brief = world
            .coord(&["brief", self.name, "--json"])
            .data("coord.brief/1");
        for task in brief["tasks"].as_array().unwrap() {
            let commands = task["commands"].as_array().unwrap().iter();
            let mut commands: Vec<&str> = commands.map(|it| it.as_str().unwrap()).collect();
            commands.retain(|command| !command.starts_with("git coord show "));
            let id = task["task"]["id"].as_str().unwrap();
            let is_review = task["why"] == "review";
            let rejects = is_review && rejected.insert(id.to_owned());
            if is_review {
                let unwanted = if rejects { "approve" } else { "reject" };
                commands.retain(|it| !it.starts_with(&format!("git coord {unwanted} ")));
            }
            let works = commands
                .iter()
                .any(|it| it.contains(" claim ") || it.contains(" submit "));
            let typed = commands.into_iter().flat_map(|command| {
                // What an agent adds of its own: the work, and the note of a review.
                let work = (works && command.starts_with("cd "))
                    .then_some("git commit -q --allow-empty -m work");
                let command =
                    match command.strip_suffix(&format!(" --note - --actor {}", self.name)) {
                        Some(reject) => format!(
                            "echo 'the tests are missing' | {reject} --note - --actor {}",
                            self.name
                        ),
                        None => command.to_owned(),
                    };
                [Some(command), work.map(ToOwned::to_owned)]
                    .into_iter()
                    .flatten()
            });
            self.commands = typed.collect();
            if self
                .commands
                .iter()
                .any(|command| !command.starts_with("cd ") && !command.starts_with("git commit"))
            {
                self.commands.reverse();
                return;
            }
            self.commands.clear();
        }
    }

    /// Types the next command. Only a lost claim may fail, and says so.
    fn type_next(&mut self, world: &World) {
        let Some(command) = self.commands.pop() else {
            return;
        };
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder = folder.into();
            assert!(self.folder.is_dir(), "{}: {command}", self.name);
            return;
        }
        let line = format!("cd {} && {command}", self.folder.display());
        let output = world.shell(&line);
        if output.code != 0 {
            let lost = ["is claimed by", "nothing is ready", "holds"];
            let said = &output.stderr;
            assert!(
                lost.iter().any(|it| said.contains(it)),
                "{}: {command}: {output:?}",
                self.name
            );
            self.commands.clear();
        }
    }
}

#[test]
fn agents_that_follow_their_briefs_finish_the_plan_whatever_their_pace() {
    for seed in 1..=4_u64 {
        let world = team();
        let mut rejected = BTreeSet::new();
        let mut agents = AGENTS.map(|name| Agent {
            name,
            commands: Vec::new(),
            folder: world.work(),
        });
        let mut random = seed;
        let mut steps = 0;
        while !open(&world).is_empty() {
            steps += 1;
            assert!(steps < 300, "seed {seed}: {:?}", open(&world));
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let agent = &mut agents[usize::try_from(random >> 33).unwrap() % AGENTS.len()];
            if agent.commands.is_empty() {
                agent.read_brief(&world, &mut rejected);
            }
            agent.type_next(&world);
        }
        assert_eq!(rejected.len(), 3, "each reviewed task was rejected once");
        world.done("verify");
    }
}
