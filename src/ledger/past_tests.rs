//! The past by the index, compared with the past by a full replay: on lines that fork, join, go back and hold what is no
//! entry, and with an index that is damaged.
//!
//! Not here: what the commands print of it (the integration tests).

use std::{fs, path::Path};

use super::{
    Author, EntryDraft, Error, LEDGER_REF, Ledger,
    fixture::{self, Fixture, run},
    past::{Past, Spot},
    tests::{add, claude, founded_by, now},
};
use crate::{
    core::{
        entry::event::{Event, TaskEvent, WorkEvent},
        history::log::{self, Logged},
        plan::state::{State, TaskIndex},
        values::time::{Span, Timestamp},
    },
    git::repository::Transfer,
    sync::{remote::Remote, round::Sync},
};

/// Random numbers, the same in every run: xorshift64 (Marsaglia, 2003).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
    fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % count
    }
}

/// Two clones of one home that one actor writes in.
struct Clones {
    fixture: Fixture,
    author: Box<dyn Fn() -> Author>,
    dice: Dice,
    minutes: u64,
}

const NAMES: [&str; 2] = ["main", "other"];

impl Clones {
    fn new(seed: u64) -> Self {
        let fixture = Fixture::new();
        let author = claude();
        founded_by(&fixture, author());
        run(&fixture.path("."), &["init", "-q", "--bare", "home.git"]);
        fixture.git(&["remote", "add", "origin", "../home.git"]);
        let clones = Self {
            fixture,
            author: Box::new(author),
            dice: Dice::new(seed),
            minutes: 10,
        };
        clones.sync("main");
        run(
            &clones.fixture.path("."),
            &["clone", "-q", "home.git", "other"],
        );
        clones.sync("other");
        clones
    }

    fn ledger(&self, name: &str) -> Ledger {
        Ledger::new(self.fixture.open_at(name))
    }

    fn sync(&self, name: &str) {
        let ledger = self.ledger(name);
        let remote = Remote::home(ledger.repository()).unwrap();
        let mut sync = Sync {
            ledger: &ledger,
            remote: &remote,
            now: self.now(),
            clock: self.now(),
            transfer: Transfer::default(),
        };
        sync.run(|_| Ok::<_, crate::sync::Error>((self.author)()))
            .unwrap();
    }

    fn now(&self) -> Timestamp {
        now().after(Span::from_minutes(self.minutes))
    }

    fn append(&mut self, name: &str) {
        let (what, which) = (self.dice.below(3), self.dice.below(1000) as usize);
        let id = format!("T{}", self.dice.below(20));
        let draft = |state: &State| -> Result<EntryDraft, Error> {
            let count = state.tasks().len();
            let Some((index, _)) = state.tasks().nth(which % count.max(1)) else {
                return Ok(add(&id));
            };
            let task = state.reference(index);
            Ok(match what {
                0 => add(&id),
                1 => Event::Task(TaskEvent::Cancelled { task, reason: None }).into(),
                _ => Event::Work(WorkEvent::Progressed {
                    task,
                    percent: "40".parse().unwrap(),
                    claim: None,
                })
                .into(),
            })
        };
        let ledger = self.ledger(name);
        // What the rules refuse is not appended.
        let _ = ledger.append_one(None, &(self.author)(), self.now(), draft);
    }

    fn step(&mut self) {
        let name = NAMES[self.dice.below(2) as usize];
        self.minutes += self.dice.below(3);
        match self.dice.below(12) {
            0..6 => self.append(name),
            6..9 => self.sync(name),
            9 => {
                let ledger = self.ledger(name);
                let tip = ledger.tip().unwrap();
                let foreign = fixture::commit(ledger.repository(), tip, "not an entry");
                let folder = self.fixture.path(name);
                run(&folder, &["update-ref", LEDGER_REF, &foreign.to_string()]);
            }
            _ => {
                // Back, as after a mistake: what was published stays.
                let folder = self.fixture.path(name);
                let anchor = run(&folder, &["rev-parse", "refs/coord-anchor/ledger"]);
                run(&folder, &["update-ref", LEDGER_REF, &anchor]);
            }
        }
    }
}

/// Asserts that the index of this clone says what a full replay says.
fn agree(ledger: &Ledger, dice: &mut Dice) {
    let current = ledger.current().unwrap();
    let past = ledger.past(&current).unwrap();
    let history = ledger.history().unwrap();
    let placed: Vec<_> = history.placed().collect();
    let commits = placed.iter().map(|it| (it.object.to_string(), it.node));
    let expected: Vec<Logged> = Logged::all(commits).collect();
    let spots: Vec<Spot> = past.from(0).collect::<Result<_, _>>().unwrap();
    let found: Vec<Logged> = spots
        .iter()
        .map(|spot| past.logged(spot).unwrap())
        .collect();
    assert_eq!(found, expected);
    for _ in 0..3 {
        let spot = &spots[dice.below(spots.len() as u64) as usize];
        let own = history.state_at(spot.object).unwrap();
        assert_eq!(past.state_at(spot).unwrap(), own);
        let first = past.find(spot.id()).unwrap().unwrap();
        assert_eq!(
            spots.iter().find(|it| it.id() == spot.id()).unwrap().place,
            first.place
        );
        assert_eq!(past.matching(&spot.object.to_string()).unwrap().len(), 1);
        let before = past.state_before(spot).unwrap();
        let until =
            history.replay(|at, _| at.object != placed[spot.place.max(1) as usize - 1].object);
        assert_eq!(before.is_none(), spot.place == 0);
        assert_eq!(before.or(until.clone()), until);
    }
    for minutes in [0, 5, 10, 12, 20, 30] {
        let at = now().after(Span::from_minutes(minutes));
        let is_until = |logged: &&Logged| logged.effective <= at && logged.accepted().is_some();
        let mainline = history.mainline().map(|it| it.object.to_string());
        let mut mainline = mainline.filter_map(|id| expected.iter().find(|it| it.object == id));
        let expected = mainline.find(is_until).map(|it| it.object.parse().unwrap());
        assert_eq!(past.as_of(at).unwrap().map(|it| it.object), expected);
    }
    for (task, _) in current.state.tasks() {
        assert_eq!(
            about(&past, task),
            told_about(&current.state, &expected, task)
        );
    }
}

fn about(past: &Past<'_>, task: TaskIndex) -> Vec<String> {
    let spots = past.newest_first(Some(task)).unwrap();
    spots.map(|spot| spot.unwrap().object.to_string()).collect()
}

fn told_about(state: &State, entries: &[Logged], task: TaskIndex) -> Vec<String> {
    let is_about = |logged: &&Logged| {
        let accepted = logged.accepted();
        accepted.is_some_and(|it| log::tasks_of(state, it).contains(&task))
    };
    let entries = entries.iter().rev().filter(is_about);
    entries.map(|logged| logged.object.clone()).collect()
}

#[test]
fn the_index_says_what_a_full_replay_says_wherever_the_lines_lead() {
    for seed in 0..4 {
        let mut clones = Clones::new(seed);
        for step in 0..30 {
            clones.step();
            if step % 3 == 0 {
                let name = NAMES[clones.dice.below(2) as usize];
                let ledger = clones.ledger(name);
                agree(&ledger, &mut clones.dice);
            }
        }
    }
}

#[test]
fn a_damaged_index_is_built_again_and_says_the_same() {
    let mut clones = Clones::new(77);
    for _ in 0..60 {
        clones.append("main");
    }
    let ledger = clones.ledger("main");
    agree(&ledger, &mut clones.dice);
    let folder = ledger.repository().common_dir().join("coord/cache");
    let files = ["index", "index-wal"]
        .map(|name| (folder.join(name), fs::read(folder.join(name)).unwrap()));
    for round in 0..40 {
        for (path, bytes) in &files {
            fs::write(path, bytes).unwrap();
        }
        let (path, bytes) = &files[round % 2];
        let mut damaged = bytes.clone();
        for _ in 0..=clones.dice.below(30) {
            let at = clones.dice.below(damaged.len() as u64) as usize;
            damaged[at] = clones.dice.below(256) as u8;
        }
        if round % 5 == 0 {
            damaged.truncate(clones.dice.below(bytes.len() as u64) as usize);
        }
        fs::write(path, damaged).unwrap();
        agree(&clones.ledger("main"), &mut clones.dice);
        assert!(has_parts(&folder, 0), "it is there again");
    }
}

#[test]
fn a_file_that_is_no_index_is_replaced() {
    let mut clones = Clones::new(6);
    clones.append("main");
    let folder = clones
        .ledger("main")
        .repository()
        .common_dir()
        .join("coord/cache");
    for content in ["", "no database", "SQLite format 3\0 and no more"] {
        fs::write(folder.join("index"), content.repeat(100)).unwrap();
        let _ = fs::remove_file(folder.join("index-wal"));
        agree(&clones.ledger("main"), &mut clones.dice);
        assert!(has_parts(&folder, 0), "{content}");
    }
}

/// Whether the index in this folder has parts of a kind.
fn has_parts(folder: &Path, kind: i64) -> bool {
    let database = rusqlite::Connection::open(folder.join("index")).unwrap();
    let count = "SELECT count(*) FROM parts WHERE number >> 56 = ?1";
    database
        .query_row(count, [kind], |row| row.get::<_, i64>(0))
        .unwrap()
        > 0
}

#[test]
fn an_index_without_some_of_its_parts_is_built_again_in_its_file() {
    let mut clones = Clones::new(8);
    for _ in 0..30 {
        clones.append("main");
    }
    let folder = clones
        .ledger("main")
        .repository()
        .common_dir()
        .join("coord/cache");
    for kind in 0..4 {
        agree(&clones.ledger("main"), &mut clones.dice);
        let database = rusqlite::Connection::open(folder.join("index")).unwrap();
        let lost = database.execute("DELETE FROM parts WHERE number >> 56 = ?1", [kind]);
        assert!(lost.unwrap() > 0, "{kind}");
        drop(database);
        clones.append("main");
        agree(&clones.ledger("main"), &mut clones.dice);
        assert!(has_parts(&folder, kind), "{kind}");
    }
}

#[test]
fn without_a_place_to_write_the_index_is_built_in_memory() {
    let mut clones = Clones::new(5);
    clones.append("main");
    let ledger = clones.ledger("main");
    let folder = ledger.repository().common_dir().join("coord/cache");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "no folder").unwrap();
    agree(&ledger, &mut clones.dice);
}
