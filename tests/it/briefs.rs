//! Agents that know nothing but their briefs: several of them follow the commands word for word, until the plan is finished.
//!
//! Not here: which tasks a brief has (unit tests of `core::views::snapshot`).

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;

use crate::{durability::count, world::World};

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

/// The agents of a day on which everything is integrated.
const FOUR: [&str; 4] = ["codex", "copilot", "claude", "gemini"];

/// An agent: what it still has to type, and where.
struct Agent {
    name: &'static str,
    commands: Vec<String>,
    folder: PathBuf,
    /// The commands that it typed, and the characters that it read.
    typed: usize,
    read: usize,
}

impl Agent {
    fn new(world: &World, name: &'static str) -> Self {
        Self {
            name,
            commands: Vec::new(),
            folder: world.work(),
            typed: 0,
            read: 0,
        }
    }
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
        let text = world.done(&format!("brief {} -n 1", self.name));
        let brief = world
            .coord(&["brief", self.name, "-n", "1", "--json"])
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
                // Each task changes a file of its own.
                let work = (works && command.starts_with("cd ")).then(|| {
                    format!("echo work >>{id} && git add {id} && git commit -q -m 'work on {id}'")
                });
                let command =
                    match command.strip_suffix(&format!(" --note - --actor {}", self.name)) {
                        Some(reject) => format!(
                            "echo 'the tests are missing' | {reject} --note - --actor {}",
                            self.name
                        ),
                        None => command.to_owned(),
                    };
                [Some(command), work].into_iter().flatten()
            });
            self.commands = typed.collect();
            if self
                .commands
                .iter()
                .any(|command| !command.starts_with("cd ") && !command.starts_with("echo work"))
            {
                self.commands.reverse();
                self.typed += 1;
                self.read += text.chars().count();
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
        if command.starts_with("git coord") {
            self.typed += 1;
        }
        self.read += output.stdout.chars().count() + output.stderr.chars().count();
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

/// Lets the agents work at a random pace until the plan is finished. Returns how often a review was rejected.
fn work(world: &World, agents: &mut [Agent], seed: u64) -> usize {
    let mut rejected = BTreeSet::new();
    let mut random = seed;
    let mut steps = 0;
    while !open(world).is_empty() {
        steps += 1;
        assert!(steps < 400, "seed {seed}: {:?}", open(world));
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let agent = &mut agents[usize::try_from(random >> 33).unwrap() % agents.len()];
        if agent.commands.is_empty() {
            agent.read_brief(world, &mut rejected);
        }
        agent.type_next(world);
    }
    rejected.len()
}

#[test]
fn agents_that_follow_their_briefs_finish_the_plan_whatever_their_pace() {
    for seed in 1..=4_u64 {
        let world = team();
        let mut agents = AGENTS.map(|name| Agent::new(&world, name));
        let rejected = work(&world, &mut agents, seed);
        assert_eq!(rejected, 3, "each reviewed task was rejected once");
        world.done("verify");
    }
}

#[test]
fn four_agents_integrate_every_task_once_and_read_little_for_it() {
    for seed in 1..=u64::from(count(2, 50)) {
        let world = team();
        world.done("actor add gemini --generate --role worker");
        world.done("policy integrated yes");
        let mut agents = FOUR.map(|name| Agent::new(&world, name));
        assert_eq!(work(&world, &mut agents, seed), 3);
        let merges = world.git(&["log", "--format=%s", "--merges", "main"]);
        for (id, _) in PLAN {
            let merge = format!("Merge task {id}: Task");
            assert_eq!(merges.matches(&merge).count(), 1, "seed {seed}: {merges}");
            assert!(world.work().join(id).exists(), "seed {seed}: {id}");
        }
        assert_eq!(world.git(&["status", "--porcelain"]), "");
        world.done("verify --strict");
        let sum = |of: fn(&Agent) -> usize| agents.iter().map(of).sum::<usize>() / PLAN.len();
        let (typed, read) = (sum(|it| it.typed), sum(|it| it.read));
        println!("seed {seed}: {typed} commands and {read} characters for a task");
    }
}
