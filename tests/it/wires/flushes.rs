//! Power loss: no ref ever points to an object that was not flushed before, its name in its folder included, watched
//! call by call with strace.
//!
//! Not here: leftovers of killed processes (`killed`, `durability`).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::daemon;
use crate::sync::team::Team;

const CALLS: &str =
    "trace=rename,renameat,renameat2,link,linkat,mkdir,mkdirat,fsync,fdatasync,syncfs";

/// The system calls of one command.
#[derive(Default)]
struct Watched {
    /// Files that were flushed, by the name that they had.
    flushed: BTreeSet<String>,
    /// Objects and packs that have their name and are not flushed.
    unflushed: BTreeSet<String>,
    /// Folders of objects and refs in which there is a new name that is not flushed.
    folders: BTreeSet<String>,
    objects: usize,
    refs: Vec<String>,
}

impl Watched {
    /// A change of a file counts when its call begins; a flush counts when its call ends.
    fn called(&mut self, call: &str) {
        if call.contains(" = -1 ") {
            return;
        }
        if call.starts_with("syncfs(") {
            self.unflushed.clear();
            self.folders.clear();
        } else if call.starts_with("mkdir") {
            self.placed(name(call.split('"').nth(1).unwrap()));
        } else if call.starts_with("fsync(") || call.starts_with("fdatasync(") {
            let path = call.split_once('<').unwrap().1.split_once('>').unwrap().0;
            self.unflushed.remove(name(path));
            self.folders.remove(name(path));
            self.flushed.insert(name(path).to_owned());
        } else {
            let paths: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
            self.named(name(paths[0]), name(paths[1]));
        }
    }

    fn named(&mut self, from: &str, to: &str) {
        let is_flushed = self.flushed.remove(from);
        if is_flushed {
            self.flushed.insert(to.to_owned());
        }
        if to.starts_with("refs/") && !to.ends_with(".lock") {
            self.moved(to, is_flushed);
        }
        self.placed(to);
        if to.starts_with("objects/") {
            self.objects += 1;
            if !is_flushed {
                self.unflushed.insert(to.to_owned());
            }
        }
    }

    /// A ref is given a new value. Those that are ours are believed, and point to nothing that a power loss may take; what
    /// git has fetched and nobody believes is flushed by git, which leaves the names to the file system.
    fn moved(&mut self, to: &str, is_flushed: bool) {
        let unflushed = &self.unflushed;
        assert!(unflushed.is_empty(), "{to} before {unflushed:?}");
        if to.starts_with("refs/coord/") || to.starts_with("refs/coord-anchor/") {
            assert!(is_flushed, "{to} itself is not flushed");
            let mut objects = self.folders.iter();
            let unnamed = objects.find(|folder| folder.starts_with("objects"));
            assert_eq!(unnamed, None, "{to} before the names in a folder");
        }
        self.refs.push(to.to_owned());
    }

    /// Something new is in the folder of this path.
    fn placed(&mut self, path: &str) {
        if path.starts_with("objects/") || path.starts_with("refs/") {
            let folder = path.trim_end_matches('/').rsplit_once('/').unwrap().0;
            self.folders.insert(folder.to_owned());
        }
    }

    /// Reported entries survive a power loss.
    fn ends(&self) {
        let own = |folder: &&String| {
            let folder = folder.as_str();
            folder.starts_with("objects")
                || ["refs", "refs/coord", "refs/coord-anchor"].contains(&folder)
        };
        assert_eq!(
            self.folders.iter().find(own),
            None,
            "not flushed at the end"
        );
    }
}

/// A path from `objects/` or `refs/` on.
fn name(path: &str) -> &str {
    let found = ["/objects", "/refs"].iter().find_map(|folder| {
        let at = path.rfind(folder)?;
        let rest = &path[at + folder.len()..];
        (rest.is_empty() || rest.starts_with('/')).then_some(at + 1)
    });
    found.map_or(path, |at| &path[at..])
}

/// Runs a line of `git-coord` as ada, watched.
fn watched(team: &Team, line: &str) -> Watched {
    let log = team.world.home().join("calls");
    let mut strace = team.world.command("strace", &team.place("ada"));
    strace
        .args(["-f", "-y", "-s", "4096", "-e", CALLS, "-o"])
        .arg(&log);
    strace
        .arg(env!("CARGO_BIN_EXE_git-coord"))
        .args(line.split(' '));
    let output = team.world.run(&mut strace);
    assert_eq!(output.code, 0, "{output:?}");
    let (mut watched, mut waiting) = (Watched::default(), BTreeMap::new());
    for line in fs::read_to_string(log).unwrap().lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if call.starts_with("<... ") {
            if let Some(flush) = waiting.remove(process) {
                watched.called(flush);
            }
        } else if call.contains("sync") && call.ends_with("<unfinished ...>") {
            waiting.insert(process, call);
        } else if call.contains('(') {
            watched.called(call);
        }
    }
    watched.ends();
    watched
}

fn can_watch(team: &Team) -> bool {
    let there = team.world.shell("strace -f -o /dev/null true 2>&1");
    there.code == 0
}

#[test]
fn no_ref_ever_points_to_what_was_not_flushed() {
    let team = Team::new();
    if !can_watch(&team) {
        return println!("skipped: there is no strace here, or it may not watch");
    }
    let daemon = daemon::daemon(&team);
    team.git_in(
        "ada",
        &["config", "remote.origin.url", &daemon::address(&daemon)],
    );
    team.done("codex", "add Theirs --id T");
    team.done("codex", "sync");
    // A write, a sync that fetches, joins and pushes, a claim that is made at home, and a sync that only takes.
    for (line, refs) in [
        ("add Ours --id O", &["refs/coord/ledger"][..]),
        ("sync", &["refs/coord/ledger", "refs/coord-anchor/ledger"]),
        (
            "claim O --confirm",
            &["refs/coord/ledger", "refs/coord-anchor/ledger"],
        ),
    ] {
        let watched = watched(&team, line);
        assert!(watched.objects > 0, "{line}");
        for name in refs {
            assert!(
                watched.refs.iter().any(|seen| seen == name),
                "{line}: {name}"
            );
        }
    }
    team.done("codex", "sync");
    team.done("codex", "add More --id M");
    team.done("codex", "sync");
    let taken = watched(&team, "sync");
    assert!(taken.objects > 0);
    // The entries of an outbox arrive in a pack.
    team.done("codex", "--outbox ../box add Outside --id X");
    let ingested = watched(&team, "sync ../box");
    assert!(ingested.objects > 0);
    assert_eq!(ingested.refs, ["refs/coord/ledger"]);
}
