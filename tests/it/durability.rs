//! Writers that are killed, that all come at once, that find a lock, a full disk or a folder they may not write to.
//!
//! The counts are small; `COORD_SOAK=1` raises them to what `soak` runs.
//! Not here: the steps of an append one by one (unit tests of `git::refs` and `git::repository`).

use std::{
    collections::BTreeSet,
    fs,
    io::Read as _,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::Value;

use crate::{
    forge::Forge,
    hooks::script,
    stranger::without_permission,
    world::{Output, World},
};

/// One count for every day and one for the long run.
pub fn count(daily: u32, soak: u32) -> u32 {
    if std::env::var("COORD_SOAK").is_ok_and(|value| value == "1") {
        soak
    } else {
        daily
    }
}

/// The program, ready to run as `ada`, its output caught.
fn program(world: &World, arguments: &[&str]) -> Command {
    let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
    command.args(["--actor=ada", "--json"]).args(arguments);
    caught(&mut command);
    command
}

/// A line of `sh`, ready to run, its output caught.
pub fn shell(world: &World, line: &str) -> Command {
    let mut command = world.command("sh", &world.work());
    command.args(["-c", line]);
    caught(&mut command);
    command
}

fn caught(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

/// The ids of the tasks in the ledger.
fn tasks(forge: &Forge) -> BTreeSet<String> {
    let state = forge.ledger().current().unwrap().state;
    state.tasks().map(|(_, task)| task.id.to_string()).collect()
}

/// `git fsck` finds no fault in the repository. Dangling objects are allowed.
#[track_caller]
pub fn fsck(world: &World) {
    let checked = world.shell("git fsck --strict --no-dangling --no-progress 2>&1");
    let unborn = |line: &&str| line.starts_with("notice: HEAD points to an unborn branch");
    let found: Vec<&str> = checked
        .stdout
        .lines()
        .filter(|line| !unborn(line))
        .collect();
    assert_eq!((checked.code, found), (0, vec![]));
}

fn ledger_lock(forge: &Forge) -> PathBuf {
    forge.world.work().join(".git/refs/coord/ledger.lock")
}

/// Numbers without a pattern, the same for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// Whether a command reported its work, whatever its exit status.
fn reported(stdout: &str) -> bool {
    let said: Option<Value> = serde_json::from_str(stdout).ok();
    said.is_some_and(|said| said["ok"] == true)
}

/// As [`kill_after`], together with all programs that the command runs.
pub fn kill_all_after(command: &mut Command, delay: Duration) {
    let mut child = command.process_group(0).spawn().unwrap();
    thread::sleep(delay);
    let group = Pid::from_raw(i32::try_from(child.id()).unwrap());
    // It may have ended.
    let _ = killpg(group, Signal::SIGKILL);
    child.wait().unwrap();
}

/// Lets a command run for a while, kills it unless it has ended, and returns its output, if that is piped.
pub fn kill_after(command: &mut Command, delay: Duration) -> String {
    let mut child = command.spawn().unwrap();
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut stdout = String::new();
    if let Some(mut piped) = child.stdout {
        piped.read_to_string(&mut stdout).unwrap();
    }
    stdout
}

#[test]
fn a_writer_killed_anywhere_leaves_all_that_it_reported_and_no_half_of_anything() {
    let forge = Forge::new();
    let world = &forge.world;
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let start = Instant::now();
    let mut expected = BTreeSet::from(["A".to_owned(), "first".to_owned()]);
    forge.does(&["add", "First", "--id=first"]);
    let whole = start.elapsed();
    let plan = world.work().join("plan.json");
    for round in 0..count(25, 500) {
        // Every fifth round brings a whole plan: a chain of entries, of which all are there or none.
        let brings: Vec<String> = match round % 5 {
            4 => (0..20).map(|n| format!("R{round}-{n}")).collect(),
            _ => vec![format!("R{round}")],
        };
        let mut command = match round % 5 {
            4 => {
                fs::write(&plan, plan_of(&brings)).unwrap();
                program(world, &["import", "plan.json"])
            }
            _ => program(world, &["add", "Some", "--id", &brings[0]]),
        };
        let delay = whole.mul_f64(dice.roll(1200) as f64 / 1000.0);
        let said = kill_after(&mut command, delay);
        let there = tasks(&forge);
        let found = brings.iter().filter(|id| there.contains(*id)).count();
        let whole_or_nothing = found == brings.len() || (found == 0 && !reported(&said));
        assert!(
            whole_or_nothing,
            "round {round} {delay:?}: {found} of {brings:?}, {said}"
        );
        if found > 0 {
            expected.extend(brings);
        }
        let next = format!("N{round}");
        forge.does(&["add", "Next", "--id", &next]);
        expected.insert(next);
        assert_eq!(tasks(&forge), expected, "round {round} {delay:?}");
        fsck(world);
    }
    forge.is_good();
    forge.state();
    world.git(&["gc", "-q", "--prune=now"]);
    fsck(world);
    assert_eq!(tasks(&forge), expected);
}

/// A list of tasks as `import` takes it.
fn plan_of(ids: &[String]) -> String {
    let task = |id: &String| format!(r#"{{"id": "{id}", "title": "Task {id}"}}"#);
    let tasks: Vec<String> = ids.iter().map(task).collect();
    format!("[{}]", tasks.join(",\n"))
}

/// Several writers at once, beside git's own housekeeping.
fn writers_beside_housekeeping(world: World, writers: u32, entries: u32, housekeeping: &str) {
    let forge = Forge::in_world(world);
    let world = &forge.world;
    let line = format!("until [ -e stop ]; do {housekeeping}; done 2>&1");
    let keeper = shell(world, &line).spawn().unwrap();
    let running: Vec<Child> = (0..writers)
        .map(|writer| {
            let line = format!(
                "for n in $(seq {entries}); do
                     git-coord --actor=ada add Some --id=W{writer}-$n --json || exit
                 done"
            );
            shell(world, &line).spawn().unwrap()
        })
        .collect();
    let ended: Vec<_> = running
        .into_iter()
        .map(|writer| writer.wait_with_output().unwrap())
        .collect();
    fs::write(world.work().join("stop"), "").unwrap();
    let kept = keeper.wait_with_output().unwrap();
    let mut expected = BTreeSet::from(["A".to_owned()]);
    for (writer, output) in ended.into_iter().enumerate() {
        assert!(output.status.success(), "writer {writer}: {output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.lines().all(reported), "{said}");
        assert_eq!(said.lines().count(), entries as usize);
        expected.extend((1..=entries).map(|n| format!("W{writer}-{n}")));
    }
    assert!(kept.status.success(), "{kept:?}");
    assert_eq!(tasks(&forge), expected);
    // The genesis, codex and A came before.
    let history = forge.ledger().history().unwrap();
    assert_eq!(history.placed().len() as u32, 3 + writers * entries);
    forge.is_good();
    fsck(world);
}

#[test]
fn sixteen_writers_beside_pack_refs_and_gc_lose_nothing_and_none_of_them_fails() {
    let housekeeping = "git pack-refs --all; git gc -q";
    writers_beside_housekeeping(World::new(), 16, count(3, 40), housekeeping);
}

#[test]
fn writers_to_tables_of_refs_lose_nothing_and_none_of_them_fails() {
    let world = World::empty();
    world.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    // git gives up, without a word, where a writer has the tables locked just then.
    let housekeeping = "git pack-refs --all || :";
    writers_beside_housekeeping(world, 4, count(3, 40), housekeeping);
}

#[test]
fn a_second_init_leaves_the_key_of_the_first_one() {
    for _ in 0..count(5, 40) {
        let world = World::new();
        let found = || program(&world, &["init"]).spawn().unwrap();
        let children: Vec<Child> = (0..4).map(|_| found()).collect();
        let ended = children.into_iter().map(|child| child.wait_with_output());
        let succeeded = ended.filter(|output| output.as_ref().unwrap().status.success());
        assert_eq!(succeeded.count(), 1);
        let output = world.coord(&["add", "Some"]);
        assert_eq!(output.code, 0, "{output:?}");
    }
}

#[test]
fn writers_in_linked_worktrees_share_one_queue() {
    let forge = Forge::new();
    let world = &forge.world;
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    let children: Vec<Child> = (0..4)
        .map(|n| {
            let path = format!("../tree{n}");
            world.git(&["worktree", "add", "-q", "--detach", &path]);
            let id = format!("W{n}");
            let mut command = program(world, &["add", "Some", "--id", &id]);
            command
                .current_dir(world.work().join(path))
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(tasks(&forge).len(), 5);
    fsck(world);
}

/// Stops a writer while it holds the ref's lock: its log is a pipe that nobody reads.
fn hold_the_lock(forge: &Forge, id: &str) -> Child {
    let log = forge.world.work().join(".git/logs/refs/coord/ledger");
    fs::rename(&log, log.with_extension("kept")).unwrap();
    nix::unistd::mkfifo(&log, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut command = program(&forge.world, &["add", "Held", "--id", id]);
    let mut child = command.spawn().unwrap();
    while !ledger_lock(forge).exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        thread::yield_now();
    }
    child
}

fn put_the_log_back(forge: &Forge) {
    let log = forge.world.work().join(".git/logs/refs/coord/ledger");
    fs::rename(log.with_extension("kept"), &log).unwrap();
}

/// The loose objects.
fn loose(world: &World) -> BTreeSet<String> {
    let found = world.shell("find .git/objects/?? -type f").stdout;
    found.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn what_a_prune_takes_just_before_the_ref_moves_is_there_when_it_is_acknowledged() {
    let forge = Forge::new();
    let world = &forge.world;
    if world.shell("command -v strace").code != 0 {
        return;
    }
    let text = "one line\n".repeat(2000);
    let many: Vec<String> = (0..100).map(|n| format!("P{n}")).collect();
    fs::write(world.work().join("plan.json"), plan_of(&many)).unwrap();
    forge.does(&["claim", "A"]);
    for arguments in [
        &["add", "More", "--id=B"][..],
        &["comment", "A", &text],
        &["snapshot", "--label", "noon"],
        &["import", "plan.json"],
        &["progress", "A", "40"],
    ] {
        let before = loose(world);
        // It waits at each rename, and the one that moves the ref comes last.
        let mut writer = world.command("strace", &world.work());
        writer
            .args([
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=rename,renameat,renameat2",
            ])
            .args(["-e", "inject=rename,renameat,renameat2:delay_enter=300000"])
            .args([env!("CARGO_BIN_EXE_git-coord"), "--actor=ada", "--json"])
            .args(arguments);
        caught(&mut writer);
        let mut writer = writer.spawn().unwrap();
        while !ledger_lock(&forge).exists() {
            assert!(writer.try_wait().unwrap().is_none(), "it ended too early");
            thread::yield_now();
        }
        // As git prunes what no ref leads to.
        let taken: Vec<String> = loose(world).difference(&before).cloned().collect();
        assert!(!taken.is_empty(), "{arguments:?}");
        for file in taken {
            fs::remove_file(world.work().join(file)).unwrap();
        }
        assert!(ledger_lock(&forge).exists(), "{arguments:?}: too slow");
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        forge.is_good();
        fsck(world);
    }
    assert!(tasks(&forge).contains("P99"));
    world.git(&["gc", "-q", "--prune=now"]);
    forge.is_good();
}

#[test]
fn the_lock_of_a_dead_writer_is_broken_by_the_next_one() {
    let forge = Forge::new();
    let before = forge.tip();
    let mut held = hold_the_lock(&forge, "B");
    held.kill().unwrap();
    held.wait().unwrap();
    put_the_log_back(&forge);
    assert!(ledger_lock(&forge).exists());
    assert_eq!(forge.tip(), before);
    // Were it taken for a stranger's lock, this would fail with `lock_held`.
    forge.does(&["add", "Next", "--id=C"]);
    assert!(!ledger_lock(&forge).exists());
    assert_eq!(tasks(&forge), BTreeSet::from(["A", "C"].map(str::to_owned)));
    fsck(&forge.world);
    // git can move the ref too.
    forge.set_tip(before);
}

#[test]
fn a_writer_that_waits_takes_over_when_the_one_before_it_dies() {
    let forge = Forge::new();
    let mut held = hold_the_lock(&forge, "B");
    let next = program(&forge.world, &["add", "Next", "--id=C"])
        .spawn()
        .unwrap();
    put_the_log_back(&forge);
    held.kill().unwrap();
    held.wait().unwrap();
    let output = next.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(tasks(&forge), BTreeSet::from(["A", "C"].map(str::to_owned)));
    assert!(!ledger_lock(&forge).exists());
    fsck(&forge.world);
}

#[test]
fn a_stranger_s_lock_is_waited_for_and_then_reported_and_left_alone() {
    let forge = Forge::new();
    let before = forge.tip();
    let lock = ledger_lock(&forge);
    fs::write(&lock, "").unwrap();
    let output = forge.world.coord(&["add", "Next", "--id=C", "--json"]);
    output.failed("lock_held", 128);
    let error = output.json()["error"].to_string();
    assert!(error.contains(lock.to_str().unwrap()), "{error}");
    assert!(lock.exists());
    assert_eq!(forge.tip(), before);
    fs::remove_file(&lock).unwrap();
    forge.does(&["add", "Next", "--id=C"]);
}

#[test]
fn a_stranger_s_lock_beside_what_a_dead_writer_left_is_still_a_stranger_s() {
    let forge = Forge::new();
    let mut held = hold_the_lock(&forge, "B");
    held.kill().unwrap();
    held.wait().unwrap();
    put_the_log_back(&forge);
    // Somebody removed the lock by hand, and git took it since: with the very bytes of the dead writer.
    let lock = ledger_lock(&forge);
    let bytes = fs::read(&lock).unwrap();
    fs::remove_file(&lock).unwrap();
    fs::write(&lock, bytes).unwrap();
    forge
        .world
        .coord(&["add", "Next", "--json"])
        .failed("lock_held", 128);
    assert!(lock.exists());
}

/// Checks that a command failed because nothing could be written, and that nothing has changed.
#[track_caller]
fn changed_nothing(forge: &Forge, output: &Output, before: &BTreeSet<String>) {
    assert_eq!(output.code, 128, "{output:?}");
    let error = &output.json()["error"];
    assert_eq!(output.json()["ok"], false);
    assert!(
        error["message"].as_str().unwrap().contains(".git"),
        "{error}"
    );
    assert_eq!(&tasks(forge), before);
    assert!(!ledger_lock(forge).exists());
    fsck(&forge.world);
}

/// The program's command line where no file may grow beyond this many blocks of 512 bytes.
fn limited(blocks: u32, line: &str) -> String {
    // Without the trap the system would kill it.
    format!("trap '' XFSZ; ulimit -f {blocks}; exec git-coord --actor=ada --json {line}")
}

#[test]
fn a_file_that_cannot_grow_is_an_error_and_leaves_nothing_half_written() {
    let forge = Forge::new();
    let before = tasks(&forge);
    for blocks in 0..=1 {
        let output = forge.world.shell(&limited(blocks, "add New --id=B"));
        changed_nothing(&forge, &output, &before);
    }
    // A whole plan, of which the first entries would still fit.
    let ids: Vec<String> = (0..60).map(|n| format!("P{n}")).collect();
    fs::write(forge.world.work().join("plan.json"), plan_of(&ids)).unwrap();
    let output = forge.world.shell(&limited(1, "import plan.json"));
    changed_nothing(&forge, &output, &before);
    forge.does(&["import", "plan.json"]);
    assert_eq!(tasks(&forge).len(), before.len() + ids.len());
    fsck(&forge.world);
}

#[test]
fn a_disk_that_is_full_at_the_last_moment_is_an_error_and_gives_the_lock_back() {
    let forge = Forge::new();
    let before = tasks(&forge);
    let log = forge.world.work().join(".git/logs/refs/coord/ledger");
    fs::rename(&log, log.with_extension("kept")).unwrap();
    std::os::unix::fs::symlink("/dev/full", &log).unwrap();
    let output = forge.world.coord(&["add", "New", "--id=B", "--json"]);
    output.failed("disk_full", 128);
    changed_nothing(&forge, &output, &before);
    put_the_log_back(&forge);
    forge.does(&["add", "New", "--id=B"]);
}

#[test]
fn a_command_whose_answer_cannot_be_written_fails_but_its_entry_is_there() {
    let forge = Forge::new();
    let output = forge.world.shell("git-coord add New --id=B >/dev/full");
    assert_eq!(output.code, 128, "{output:?}");
    let said = "error: cannot write to standard output";
    assert!(output.stderr.starts_with(said), "{output:?}");
    assert!(tasks(&forge).contains("B"));
}

#[test]
fn a_git_directory_that_may_not_be_written_to_is_named_and_can_be_read() {
    let forge = Forge::new();
    let work = forge.world.work();
    forge
        .world
        .git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    forge
        .world
        .git(&["worktree", "add", "-q", "--detach", "../tree"]);
    let tree = work.parent().unwrap().join("tree");
    let common = work.canonicalize().unwrap().join(".git");
    for folder in [&work, &tree] {
        let output = without_permission(&forge.world, folder, &["--json", "add", "New"]);
        output.failed("git_dir_readonly", 128);
        let message = output.json()["error"]["message"].to_string();
        assert!(message.contains(common.to_str().unwrap()), "{message}");
        let output = without_permission(&forge.world, folder, &["--json", "verify"]);
        assert_eq!(output.data("coord.verify/1")["good"], true);
    }
    let before = BTreeSet::from(["A".to_owned()]);
    assert_eq!(tasks(&forge), before);
    fsck(&forge.world);
}

/// A git that fails once at each of these commands, with what git says beside a prune, and then is this machine's git.
const PRUNED_GIT: &str = r#"#!/bin/sh
for word do
    case $word in
    index-pack | fetch) gone="fatal: could not open '/r/objects/pack/tmp_pack_x' for reading" ;;
    push) gone="remote: error: unable to write file /h/./objects/tmp_objdir-incoming-x/ab/cd" ;;
    *) continue ;;
    esac
    if ! test -e "$0.$word"; then
        : >"$0.$word"
        echo "$gone: No such file or directory" >&2
        exit 128
    fi
    break
done
exec REAL "$@"
"#;

#[test]
fn what_a_prune_takes_from_a_git_that_writes_a_pack_is_written_by_the_next_try() {
    let forge = Forge::new();
    let world = &forge.world;
    let git = world.home().join("bin/git");
    let real = world.shell("command -v git").stdout;
    script(&git, &PRUNED_GIT.replace("REAL", real.trim()));
    world.git(&["init", "-q", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    world.git(&["config", "coord.actor", "ada"]);
    let line = "cp -r . ../b; (cd ../b; git coord --actor codex add x --id L)
        (cd ../b; git coord --actor codex sync)
        git coord --actor codex --outbox ../o add x --id O";
    assert_eq!(world.shell(line).code, 0);
    let path = world.home().join("bin").display().to_string();
    for (line, words) in [
        (
            "git-coord add x --id M && git-coord sync",
            &["fetch", "push"][..],
        ),
        ("git-coord sync ../o", &["index-pack"]),
    ] {
        let output = world.shell(&format!("PATH={path}:$PATH; {line}"));
        assert_eq!(output.code, 0, "{line}: {output:?}");
        for word in words {
            assert!(git.with_extension(word).exists(), "{line} has no {word}");
        }
    }
    let expected = tasks(&forge);
    assert!(["L", "M", "O"].iter().all(|id| expected.contains(*id)));
    forge.is_good();
    fsck(world);
}

/// A prune that goes on beside a line of `sh`, until that has ended.
fn beside_a_prune(world: &World, line: &str) -> Output {
    world.shell(&format!(
        "(until test -e ../stop; do git prune --expire=now; git repack -qad; sleep 0.1; done) 2>/dev/null & {{ {line}; }}
         ended=$?; touch ../stop; wait; rm ../stop; exit $ended"
    ))
}

#[test]
fn imports_syncs_and_outboxes_beside_a_prune_lose_nothing() {
    let forge = Forge::new();
    let world = &forge.world;
    let ids: Vec<String> = (0..400).map(|n| format!("P{n}")).collect();
    fs::write(world.work().join("plan.json"), plan_of(&ids)).unwrap();
    world.git(&["init", "-q", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    world.git(&["config", "coord.actor", "ada"]);
    let mut expected = tasks(&forge);
    let outbox = "for n in 1 2 3 4; do git coord --actor codex --outbox ../o add x --id O$n &&
        echo x | git coord --actor codex --outbox ../o comment O$n - || exit 1; done; git coord sync ../o";
    let elsewhere =
        "cp -r . ../b; cd ../b; git coord --actor codex add x --id L; git coord --actor codex sync";
    for (before, line, brought) in [
        (":", "git coord import plan.json", ids),
        (":", "git coord sync", vec![]),
        (":", outbox, (1..5).map(|n| format!("O{n}")).collect()),
        (":", "git coord sync", vec![]),
        (
            elsewhere,
            "git coord add y --id M && git coord sync",
            vec!["L".to_owned(), "M".to_owned()],
        ),
    ] {
        assert_eq!(world.shell(before).code, 0, "{line}");
        let output = beside_a_prune(world, line);
        assert_eq!(output.code, 0, "{line}: {output:?}");
        expected.extend(brought);
        assert_eq!(tasks(&forge), expected, "{line}");
        forge.is_good();
    }
    fsck(world);
}
