//! Ledgers of any size for the benches: several actors work on tasks, from their addition to their end.
//!
//! Not here: the measurements (`core`, `store`, `against_git`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "a bench that cannot go on should stop; each bench uses a part of this"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use git_coord::{
    core::{
        entry::event::{
            Event, Mark, RosterEvent, TaskEvent, TaskRef, WorkEvent, ledger::Founding,
            roster::NewActor, task::TaskFact, work::Percent,
        },
        plan::state::{State, TaskIndex},
        values::{
            task::{ActorKind, Estimate, Priority, Role},
            text::Text,
            time::{Span, Timestamp},
        },
    },
    git::{
        repository::{Environment, Repository},
        sign::{self, KeySource, Signer, SigningConfig},
    },
    ledger::{Author, EntryDraft, Error, KeyOnce, Ledger, verified::Verified},
};

/// The actors. The first founds the ledger and is the configured one; the others work in the same repository.
pub const ACTORS: [&str; 4] = ["codex", "claude", "copilot", "gemini"];

/// The number of entries per task: it is added, claimed, worked on and finished.
pub const ENTRIES_PER_TASK: usize = 20;

/// The number of entries that an actor appends before it is the next actor's turn.
const SESSION: usize = 25;

/// The number of tasks that an actor works on side by side.
const AT_ONCE: usize = 8;

/// The start of every ledger, 2025-10-15T08:00:00Z.
const DAWN: u64 = 1_760_515_200;

/// A repository with a ledger in it.
pub struct Made {
    /// The folder of the repository.
    pub path: PathBuf,
    /// The folder of `.gitconfig`.
    pub home: PathBuf,
    /// The last added task, which is open.
    pub last_open: String,
}

impl Made {
    /// The ledger of `entries` entries in `folder`. A ledger from an earlier run is used again.
    pub fn take_or_make(folder: &Path, entries: usize) -> Self {
        let mut made = Self {
            path: folder.join("work"),
            home: folder.to_owned(),
            last_open: String::new(),
        };
        let complete = folder.join("complete");
        if !complete.exists() {
            fs::create_dir_all(&made.path).unwrap();
            let last_open = made.make(entries);
            fs::write(&complete, last_open).unwrap();
        }
        made.last_open = fs::read_to_string(&complete).unwrap();
        made
    }

    /// The ledger, opened.
    pub fn ledger(&self) -> Ledger {
        let environment = Environment::isolated();
        Ledger::new(Repository::discover(&self.path, environment).unwrap())
    }

    /// A command that sees only the programs of this machine.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.path).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.home);
        command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C"), ("TZ", "UTC")]);
        command.stdin(Stdio::null());
        command
    }

    /// Runs git and returns its output. Panics if git fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// An actor with its key.
    pub fn author(&self, name: &str) -> Author {
        let config = SigningConfig {
            key: KeySource::File(self.key(name)),
            program: None,
            agent: None,
            askpass: None,
        };
        Author {
            actor: name.parse().unwrap(),
            signer: Signer::open(&config).unwrap(),
            clock: Timestamp::MAX,
            may_tell_secrets: false,
            key: KeyOnce::default(),
        }
    }

    fn key(&self, name: &str) -> PathBuf {
        self.path.join(".git/coord/keys").join(name)
    }

    /// Makes the ledger and returns the last added task.
    fn make(&self, entries: usize) -> String {
        let name_and_address = "[user]\n\tname = codex\n\temail = codex@example.org\n";
        fs::write(self.home.join(".gitconfig"), name_and_address).unwrap();
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        let keys = ACTORS.map(|name| sign::write_new_key(&self.key(name), name).unwrap());
        let signers = ACTORS.map(|name| format!("{name}@example.org"));
        let signers = signers.iter().map(String::as_str).zip(&keys);
        let signers_file = self.home.join("allowed_signers");
        fs::write(&signers_file, sign::allowed_signers(signers)).unwrap();
        for (key, value) in [
            ("coord.actor", ACTORS[0]),
            ("gpg.format", "ssh"),
            ("user.signingKey", &self.key(ACTORS[0]).to_string_lossy()),
            (
                "gpg.ssh.allowedSignersFile",
                &signers_file.to_string_lossy(),
            ),
        ] {
            self.git(&["config", key, value]);
        }
        let mut maker = Maker::found(self);
        maker.work(entries);
        name_of(maker.tasks)
    }
}

/// Makes entries, session by session.
struct Maker {
    ledger: Ledger,
    authors: Vec<Author>,
    known: Option<Verified>,
    clock: u64,
    /// The open tasks of each author, by number, and the number of events that each has had.
    open: Vec<Vec<(u32, usize)>>,
    tasks: u32,
}

impl Maker {
    fn found(made: &Made) -> Self {
        let ledger = made.ledger();
        let authors: Vec<Author> = ACTORS.iter().map(|name| made.author(name)).collect();
        let founding = Founding {
            key: authors[0].signer.public_key().clone(),
            kind: ActorKind::Agent,
            email: format!("{}@example.org", ACTORS[0]).parse().unwrap(),
            recovery: None,
            facts: Vec::new(),
            nonce: 1,
        };
        let now = Timestamp::from_seconds(DAWN);
        let founded = ledger.found(&authors[0], now, founding).unwrap();
        let mut maker = Self {
            ledger,
            open: authors.iter().map(|_| Vec::new()).collect(),
            authors,
            known: Some(founded.verified),
            clock: DAWN,
            tasks: 0,
        };
        let newcomers: Vec<Event> = maker.authors[1..].iter().map(joins).collect();
        for event in newcomers {
            maker.append(0, 1, |_, _, _, _| event.clone().into());
        }
        maker
    }

    fn work(&mut self, entries: usize) {
        let mut left = entries - self.authors.len();
        for session in 0.. {
            if left == 0 {
                break;
            }
            let author = session % self.authors.len();
            let count = left.min(SESSION);
            let mut open = std::mem::take(&mut self.open[author]);
            let mut tasks = self.tasks;
            self.append(author, count, |author, state, number, clock| {
                next(author, state, number, clock, &mut open, &mut tasks)
            });
            self.open[author] = open;
            self.tasks = tasks;
            left -= count;
        }
    }

    /// Appends `count` entries made by `draft`.
    fn append(
        &mut self,
        author: usize,
        count: usize,
        mut draft: impl FnMut(&Author, &State, usize, u64) -> EntryDraft,
    ) {
        self.clock += 97;
        let (author, clock) = (&self.authors[author], self.clock);
        let now = Timestamp::from_seconds(clock);
        let known = self.known.take();
        let chain = self.ledger.append_chain(
            known,
            author,
            now,
            |_| Ok::<_, Error>(0..count),
            |numbers, state| {
                let next = numbers.next();
                Ok(next.map(|number| draft(author, state, number, clock)))
            },
        );
        let (appended, _) = chain.unwrap();
        self.known = Some(appended.verified);
    }
}

fn joins(author: &Author) -> Event {
    let name = author.actor.clone();
    let email = format!("{name}@example.org").parse().unwrap();
    Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
        name,
        kind: ActorKind::Agent,
        email,
        roles: vec![Role::Worker],
        key: Some(author.signer.public_key().clone()),
    })))
}

/// The next entry of an author: it takes its open tasks in turn, and adds a new one for each finished task.
fn next(
    author: &Author,
    state: &State,
    number: usize,
    clock: u64,
    open: &mut Vec<(u32, usize)>,
    tasks: &mut u32,
) -> EntryDraft {
    if open.len() < AT_ONCE {
        *tasks += 1;
        open.push((*tasks, 1));
        return add(author, *tasks);
    }
    let place = (number + clock as usize) % open.len();
    let (task, events) = &mut open[place];
    let index = state.names().resolve(&name_of(*task)).unwrap();
    let draft = act(author, state, index, *events);
    *events += 1;
    if *events == ENTRIES_PER_TASK {
        open.swap_remove(place);
    }
    draft
}

fn name_of(number: u32) -> String {
    format!("T-{number}")
}

/// Adds the task number `number`.
fn add(author: &Author, number: u32) -> EntryDraft {
    let facts = vec![
        TaskFact::Group(Some(text(
            ["Backend", "Frontend", "Docs"][number as usize % 3],
        ))),
        TaskFact::OwnerAdded(author.actor.clone()),
        TaskFact::Priority(Some(Priority::ALL[number as usize % Priority::ALL.len()])),
        TaskFact::Estimate(Estimate::from_minutes(60 + number % 120, 240)),
        TaskFact::StepAdded(text("Write the failing test")),
        TaskFact::StepAdded(text("Make it pass")),
        TaskFact::StepAdded(text("Look at it with fresh eyes")),
    ];
    let event = TaskEvent::Added {
        id: name_of(number).parse().unwrap(),
        title: text(&format!("Answer request {number} in less than a second")),
        facts,
    };
    Event::Task(event).into()
}

/// The event number `events` of a task; the first is its addition.
fn act(author: &Author, state: &State, index: TaskIndex, events: usize) -> EntryDraft {
    let (task, claim) = (state.reference(index), claim(state, index));
    match events {
        1 => work(claimed(task)),
        4 | 9 | 15 => step(state, index, task, claim, events / 5),
        6 => work(WorkEvent::Blocked {
            task,
            reason: text("the staging database is down"),
            on: None,
        }),
        7 => unblock(state, index, task),
        11 => comment(author, task),
        19 => Event::Task(TaskEvent::completed(task, claim)).into(),
        _ => work(WorkEvent::Progressed {
            task,
            claim,
            percent: Percent::try_from(5 * events as u8).unwrap(),
        }),
    }
}

fn claim(state: &State, index: TaskIndex) -> Option<Mark> {
    let claim = state.task(index).claim.as_ref();
    claim.map(|claim| claim.origin.mark())
}

fn claimed(task: TaskRef) -> WorkEvent {
    WorkEvent::claim(task, Span::from_minutes(240))
}

fn step(
    state: &State,
    index: TaskIndex,
    task: TaskRef,
    claim: Option<Mark>,
    at: usize,
) -> EntryDraft {
    let at = at.min(state.task(index).steps.len() - 1);
    work(WorkEvent::StepSet {
        task,
        step: state.task(index).steps[at].origin.mark(),
        number: at as u16 + 1,
        done: true,
        claim,
    })
}

fn unblock(state: &State, index: TaskIndex, task: TaskRef) -> EntryDraft {
    let blocker = state.task(index).open_blockers().next().unwrap();
    work(WorkEvent::Unblocked {
        task,
        blocker: blocker.origin.mark(),
        number: blocker.number,
    })
}

fn comment(author: &Author, task: TaskRef) -> EntryDraft {
    let name = text("comment.md");
    let said = format!(
        "Measured {} again after the change: the slowest request of a thousand took 0.4 s.\n\n\
         The rest of the time goes into the query for the list; an index would halve it. {} looks at that.\n",
        task.id, author.actor,
    );
    let event = TaskEvent::Commented {
        task,
        body: name.clone(),
    };
    EntryDraft {
        events: vec![Event::Task(event)],
        attachments: vec![(name, said.into_bytes())],
        key: None,
    }
}

fn work(event: WorkEvent) -> EntryDraft {
    Event::Work(event).into()
}

fn text(text: &str) -> Text {
    text.parse().unwrap()
}
