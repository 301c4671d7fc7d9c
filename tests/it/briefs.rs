//! Agents that know nothing but their briefs: several of them follow the commands word for word, until the plan is finished.
//!
//! Not here: which tasks a brief has (unit tests of `core::views::snapshot`).

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
    path::PathBuf,
    sync::{
        Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use crate::{
    durability::{Dice, count},
    world::{Output, World},
};

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

/// How long a day of the agents may take at most. Agents that wait for each other take longer.
const DAY: Duration = Duration::from_secs(180);

/// An agent: where it is, and how fast it works.
struct Agent<'a> {
    world: &'a World,
    name: &'static str,
    folder: PathBuf,
    pace: Dice,
    /// The command that it types first.
    brief: &'static str,
    /// The tasks that a reviewer has rejected once.
    rejected: &'a Mutex<BTreeSet<String>>,
    read: Reading,
}

/// What agents typed and read.
#[derive(Debug, Default, Clone, Copy)]
struct Reading {
    /// The commands.
    commands: usize,
    /// The characters that the commands printed.
    characters: usize,
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

impl Agent<'_> {
    /// Reads briefs and types their commands, until no task is open.
    fn work(mut self) -> Reading {
        for _ in 0..100 {
            self.folder = self.world.work();
            let brief = self.types(&format!("{} --actor {}", self.brief, self.name));
            assert_eq!(brief.code, 0, "{brief:?}");
            let commands = first_commands(&brief.stdout);
            if commands.is_empty() {
                assert!(brief.stdout.contains("no task is open"), "{brief:?}");
                return self.read;
            }
            // An approved task needs no more work.
            let works = !brief.stdout.contains("status       approved");
            self.follows(&commands, works);
        }
        panic!("{}: 100 briefs", self.name);
    }

    /// Types the commands one after the other, until a claim is lost. It rejects each review the first time.
    fn follows(&mut self, commands: &[String], works: bool) {
        let reject = commands.iter().find_map(|it| it.split_once(" reject "));
        let rejects = reject.is_some_and(|(_, rest)| {
            let id = rest.split(' ').next().unwrap_or_default().to_owned();
            self.rejected.lock().unwrap().insert(id)
        });
        let unwanted = if rejects { " approve " } else { " reject " };
        for command in commands.iter().filter(|it| !it.contains(unwanted)) {
            thread::sleep(Duration::from_millis(self.pace.roll(200)));
            if let Some(folder) = command.strip_prefix("cd ") {
                self.folder = folder.into();
                assert!(self.folder.is_dir(), "{}: {command}", self.name);
                if works {
                    self.changes_a_file();
                }
                continue;
            }
            let typed = if rejects && command.contains(" --note - ") {
                format!("echo 'the tests are missing' | {command}")
            } else {
                command.clone()
            };
            let output = self.types(&typed);
            if output.code != 0 {
                let mut said = ["is claimed by", "holds"].iter();
                let is_lost = said.any(|it| output.stderr.contains(it));
                assert!(
                    command.contains(" claim ") && is_lost,
                    "{}: {command}: {output:?}",
                    self.name
                );
                return;
            }
        }
    }

    /// Each task changes a file of its own: the work.
    fn changes_a_file(&self) {
        let line = "id=$(git branch --show-current); id=${id#task/}; echo work >>$id && git add $id \
                    && git commit -q -m \"work on $id\"";
        let output = self.runs(line);
        assert_eq!(output.code, 0, "{}: {output:?}", self.name);
    }

    fn runs(&self, line: &str) -> Output {
        let mut command = self.world.command("sh", &self.folder);
        self.world.run(command.args(["-c", line]))
    }

    fn types(&mut self, line: &str) -> Output {
        let output = self.runs(line);
        self.read.commands += usize::from(line.contains("git coord "));
        self.read.characters += output.stdout.chars().count() + output.stderr.chars().count();
        output
    }
}

/// The commands under the first heading for them.
fn first_commands(brief: &str) -> Vec<String> {
    let lines = brief.lines().skip_while(|line| *line != "Commands").skip(1);
    let lines = lines.map_while(|line| line.strip_prefix("    "));
    lines.map(ToOwned::to_owned).collect()
}

/// Lets the agents work side by side until the plan is finished. Returns how often a review was rejected, and what the agents
/// read for a task on average.
fn work(
    world: &World,
    agents: &[&'static str],
    brief: &'static str,
    seed: u64,
) -> (usize, Reading) {
    let rejected = Mutex::new(BTreeSet::new());
    let (tell, told) = mpsc::channel();
    let sum = thread::scope(|scope| {
        for (name, number) in agents.iter().zip(1..) {
            let (tell, rejected) = (tell.clone(), &rejected);
            scope.spawn(move || {
                let agent = Agent {
                    world,
                    name,
                    folder: world.work(),
                    pace: Dice(seed * 10 + number),
                    brief,
                    rejected,
                    read: Reading::default(),
                };
                // Nobody listens any more if another agent failed.
                let _ = tell.send(agent.work());
            });
        }
        drop(tell);
        let mut sum = Reading::default();
        for _ in agents {
            match told.recv_timeout(DAY) {
                Ok(read) => {
                    sum.commands += read.commands;
                    sum.characters += read.characters;
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    // The threads still wait, so a panic here would wait for them.
                    let status = world.done("status");
                    let _ = writeln!(io::stderr(), "seed {seed}: deadlock\n{status}");
                    std::process::exit(1);
                }
            }
        }
        sum
    });
    let average = Reading {
        commands: sum.commands / PLAN.len(),
        characters: sum.characters / PLAN.len(),
    };
    (rejected.into_inner().unwrap().len(), average)
}

#[test]
fn agents_that_follow_their_briefs_finish_the_plan_whatever_their_pace() {
    let world = team();
    let (rejected, _) = work(&world, &AGENTS, "git coord brief", 1);
    assert_eq!(rejected, 3, "each reviewed task was rejected once");
    world.done("verify");
}

#[test]
fn four_agents_integrate_every_task_once_and_read_little_for_it() {
    let mut all = Vec::new();
    for seed in 1..=u64::from(count(2, 50)) {
        let world = team();
        world.done("actor add gemini --generate --role worker");
        world.done("policy integrated yes");
        let (rejected, read) = work(&world, &FOUR, "git coord brief --claim --wait", seed);
        assert_eq!(rejected, 3, "seed {seed}");
        let merges = world.git(&["log", "--format=%s", "--merges", "main"]);
        for (id, _) in PLAN {
            let merge = format!("Merge task {id}: Task");
            assert_eq!(merges.matches(&merge).count(), 1, "seed {seed}: {merges}");
            assert!(world.work().join(id).exists(), "seed {seed}: {id}");
        }
        assert_eq!(world.git(&["status", "--porcelain"]), "");
        world.done("verify --strict");
        println!("seed {seed}: a task took {read:?}");
        assert!(
            read.commands <= 8 && read.characters <= 2500,
            "seed {seed}: {read:?}"
        );
        all.push(read);
    }
    let mean = |of: fn(&Reading) -> usize| all.iter().map(of).sum::<usize>() / all.len();
    println!(
        "{} days: {} commands and {} characters for a task",
        all.len(),
        mean(|it| it.commands),
        mean(|it| it.characters)
    );
}
