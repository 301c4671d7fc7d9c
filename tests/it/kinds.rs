//! Every kind of repository that git can make: the same commands work in each, or an error says why they cannot.
//!
//! Not here: whether git agrees with the ledger (`stock_git`), and damaged repositories (`bad_input`).

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    stranger::{SKIPPED, if_somebody_else, without_permission},
    world::{Output, World},
};

/// The place of the story: a folder, and the environment there.
struct Place<'a> {
    world: &'a World,
    folder: PathBuf,
    environment: Vec<(&'static str, PathBuf)>,
}

impl<'a> Place<'a> {
    /// A folder beside the world's usual one, which a line of `sh` has made.
    #[track_caller]
    fn made(world: &'a World, name: &str, line: &str) -> Self {
        let made = world.shell(&format!("set -e; {line}"));
        assert_eq!(made.code, 0, "{made:?}");
        let folder = beside(world, name);
        Self {
            world,
            folder,
            environment: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<PathBuf>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn adjust(&self, command: &mut Command) {
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.current_dir(&self.folder).envs(environment);
    }

    fn says(&self, line: &str) -> Output {
        let words: Vec<&str> = line.split(' ').collect();
        self.world
            .coord_with(&words, |command| self.adjust(command))
    }

    #[track_caller]
    fn done(&self, line: &str) -> String {
        let output = self.says(line);
        assert_eq!(output.code, 0, "{line}: {output:?}");
        output.stdout
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.world.command("git", &self.folder);
        self.adjust(&mut command);
        let output = self.world.run(command.args(arguments));
        assert_eq!(output.code, 0, "git {arguments:?}: {output:?}");
        output.stdout
    }

    /// The story, up to what another clone sees of it; `between` runs after every step.
    #[track_caller]
    fn tells_the_story_with(&self, between: impl Fn()) {
        for line in STORY {
            self.done(line);
            between();
        }
        assert!(self.done("diff").contains("task A: not_started → done"));
        self.is_one_ledger();
    }

    #[track_caller]
    fn tells_the_story(&self) {
        self.tells_the_story_with(|| {});
    }

    /// The program's answers, with the cache and without it, agree with git.
    #[track_caller]
    fn is_one_ledger(&self) {
        let seen = self.says("status --json").data("coord.status/1");
        let tip = self.git(&["rev-parse", "refs/coord/ledger"]);
        assert_eq!(seen["ledger"]["tip"], tip.trim());
        assert_eq!(seen["summary"]["done"], 1, "{seen}");
        let count = self.git(&["rev-list", "--count", "refs/coord/ledger"]);
        assert_eq!(count, format!("{}\n", STORY.len()));
        let common = self.git(&["rev-parse", "--path-format=absolute", "--git-common-dir"]);
        fs::remove_dir_all(Path::new(common.trim()).join("coord/cache")).ok();
        let again = self.says("status --json").data("coord.status/1");
        assert_eq!(seen["ledger"], again["ledger"]);
        let verified = self.says("verify --json").data("coord.verify/1");
        assert_eq!(verified["good"], true, "{verified}");
        assert_eq!(verified["ledger"]["digest"], seen["ledger"]["digest"]);
    }
}

/// Every sentence is one entry.
const STORY: [&str; 7] = [
    "init --actor ada",
    "actor add codex --generate",
    "add One --id A",
    "snapshot --label morning",
    "--actor codex claim A",
    "--actor codex done A",
    "snapshot --label evening",
];

fn beside(world: &World, name: &str) -> PathBuf {
    let top = world.work().parent().unwrap().canonicalize().unwrap();
    top.join(name)
}

const COMMIT: &str = "git commit -q --allow-empty -m code";

#[track_caller]
fn told_in(name: &str, line: &str) {
    Place::made(&World::new(), name, line).tells_the_story();
}

#[test]
fn a_linked_worktree_tells_it_for_all() {
    let world = World::new();
    let tree = Place::made(
        &world,
        "tree",
        &format!("{COMMIT}; git worktree add -q ../tree"),
    );
    tree.tells_the_story();
    Place::made(&world, "work", "true").is_one_ledger();
}

#[test]
fn a_bare_repository() {
    told_in("bare.git", "git init -q --bare ../bare.git");
}

#[test]
fn a_worktree_of_a_bare_repository() {
    let line = format!(
        "{COMMIT}; git clone -q --bare . ../bare.git; git -C ../bare.git worktree add -q ../tree"
    );
    told_in("tree", &line);
}

#[test]
fn a_git_directory_that_lies_elsewhere() {
    told_in(
        "main",
        "git init -q --separate-git-dir ../elsewhere ../main",
    );
}

#[test]
fn a_git_directory_behind_a_symbolic_link() {
    told_in(
        "main",
        "mkdir ../main; mv .git ../elsewhere; ln -s ../elsewhere ../main/.git",
    );
    told_in(
        "work",
        "mv .git/objects ../objects; ln -s ../../objects .git/objects",
    );
}

#[test]
fn a_submodule_has_a_ledger_of_its_own() {
    let line = format!(
        "{COMMIT}; git init -q ../sub; cd ../sub; {COMMIT}; cd ../work;
         git -c protocol.file.allow=always submodule --quiet add ../sub lib"
    );
    let world = World::new();
    Place::made(&world, "work/lib", &line).tells_the_story();
    world.coord(&["status", "--json"]).failed("no_ledger", 128);
}

#[test]
fn sha256_objects_and_tables_of_refs() {
    told_in("main", "git init -q --object-format=sha256 ../main");
    told_in("main", "git init -q --ref-format=reftable ../main");
    told_in(
        "both.git",
        "git init -q --bare --object-format=sha256 --ref-format=reftable ../both.git",
    );
}

#[test]
fn a_linked_worktree_with_tables_of_refs() {
    let line = format!(
        "git init -q --ref-format=reftable ../main; cd ../main; {COMMIT}; git worktree add -q ../tree"
    );
    told_in("tree", &line);
}

#[test]
fn a_shallow_clone_of_the_code() {
    told_in(
        "cut",
        &format!("{COMMIT}; {COMMIT}; git clone -q --depth=1 \"file://$PWD\" ../cut"),
    );
}

#[test]
fn partial_clones_of_the_code() {
    for filter in ["blob:none", "tree:0"] {
        let line = format!(
            "echo code >file; git add file; {COMMIT}; git config uploadpack.allowFilter true;
             git clone -q --filter={filter} \"file://$PWD\" ../part"
        );
        told_in("part", &line);
    }
}

#[test]
fn clones_that_borrow_objects() {
    told_in(
        "shared",
        &format!("{COMMIT}; git clone -q --shared . ../shared"),
    );
    told_in(
        "borrower",
        &format!("{COMMIT}; git clone -q --reference . . ../borrower"),
    );
}

#[test]
fn a_store_that_borrows_from_nowhere() {
    told_in(
        "work",
        "echo /nowhere/objects >.git/objects/info/alternates",
    );
}

#[test]
fn config_of_one_worktree() {
    let world = World::new();
    let line =
        format!("git config extensions.worktreeConfig true; {COMMIT}; git worktree add -q ../tree");
    let tree = Place::made(&world, "tree", &line);
    tree.tells_the_story();
    tree.git(&["config", "--worktree", "coord.actor", "codex"]);
    let local = |place: &Place<'_>| {
        place.says("status --json").data("coord.status/1")["local"]["actor"].clone()
    };
    assert_eq!(local(&tree), "codex");
    assert_eq!(local(&Place::made(&world, "work", "true")), "ada");
}

#[test]
fn refs_that_are_packed_and_objects_that_are_collected_after_every_sentence() {
    for format in ["files", "reftable"] {
        let world = World::new();
        let line = format!("git init -q --ref-format={format} ../main");
        let place = Place::made(&world, "main", &line);
        place.tells_the_story_with(|| {
            place.git(&["pack-refs", "--all"]);
            place.git(&["gc", "-q", "--prune=now"]);
            place.git(&["commit-graph", "write", "--reachable"]);
        });
    }
}

#[test]
fn replaced_and_grafted_commits() {
    let world = World::new();
    let place = Place::made(&world, "work", COMMIT);
    place.tells_the_story_with(|| {
        let tip = place.git(&["rev-parse", "refs/coord/ledger"]);
        place.git(&["replace", "--force", tip.trim(), "HEAD"]);
        fs::write(place.folder.join(".git/info/grafts"), tip).unwrap();
        // From here on git shows a replaced object instead of the ledger.
        place.git(&[
            "replace",
            "--delete",
            place.git(&["replace", "--list"]).trim(),
        ]);
        place.git(&["replace", tip_of(&place).trim(), "HEAD"]);
        place.done("verify");
        place.git(&["replace", "--delete", tip_of(&place).trim()]);
        fs::remove_file(place.folder.join(".git/info/grafts")).unwrap();
    });
}

fn tip_of(place: &Place<'_>) -> String {
    fs::read_to_string(place.folder.join(".git/refs/coord/ledger")).unwrap()
}

#[test]
fn a_repository_that_the_environment_names() {
    let world = World::new();
    fs::create_dir(world.home().join("here")).unwrap();
    let place = Place::made(&world, "home/here", "true");
    let git_dir = world.work().join(".git");
    let named = |place: Place<'_>| {
        place
            .with("GIT_DIR", &git_dir)
            .with("GIT_WORK_TREE", world.work())
            .tells_the_story()
    };
    named(place);
    Place::made(&world, "work", "true").is_one_ledger();
}

#[test]
fn objects_that_the_environment_puts_elsewhere_are_missed_without_it() {
    let world = World::new();
    let objects = beside(&world, "objects");
    let place = Place::made(&world, "work", "mkdir ../objects");
    let place = place.with("GIT_OBJECT_DIRECTORY", &objects);
    place.tells_the_story();
    let without = Place::made(&world, "work", "true");
    for line in ["status --json", "verify --json", "add Two --json"] {
        without.says(line).failed("missing_object", 128);
    }
    without
        .with("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects)
        .is_one_ledger();
}

#[test]
fn environment_variables_that_cannot_be_honoured_are_errors() {
    let world = World::new();
    let place = || Place::made(&world, "work", "true");
    place().tells_the_story();
    for (name, value) in [
        ("GIT_NAMESPACE", "x"),
        ("GIT_COMMON_DIR", "/"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
    ] {
        let told = place().with(name, value).says("status --json");
        told.failed("unsupported_environment", 128);
        assert_eq!(told.json()["error"]["hint"], format!("unset {name}"));
    }
    let pushed = place().with("GIT_QUARANTINE_PATH", "x");
    pushed.done("status");
    pushed
        .says("add Two --json")
        .failed("unsupported_environment", 128);
    place().is_one_ledger();
}

#[test]
fn extensions_that_are_not_known_are_kept_away_from() {
    for extension in ["frobnicate", "compatObjectFormat"] {
        let world = World::new();
        let line = format!(
            "git config core.repositoryFormatVersion 1; git config extensions.{extension} sha256"
        );
        let place = Place::made(&world, "work", &line);
        for line in ["init --actor ada --json", "status --json"] {
            place.says(line).failed("unsupported_repository", 128);
        }
        assert!(!place.folder.join(".git/coord").exists());
    }
}

#[test]
fn a_ref_in_the_way_is_named_in_every_kind_of_storage() {
    for format in ["files", "reftable"] {
        for (other, pack) in [
            ("refs/coord", "true"),
            ("refs/coord/ledger/x", "true"),
            ("refs/coord", "git pack-refs --all"),
        ] {
            let world = World::new();
            let line = format!(
                "git init -q --ref-format={format} ../main; cd ../main; {COMMIT}; git update-ref {other} HEAD; {pack}"
            );
            let place = Place::made(&world, "main", &line);
            let told = place.says("init --actor ada --json");
            told.failed("ref_conflict", 128);
            assert_eq!(
                told.json()["error"]["hint"],
                format!("to see what is there: git log -1 {other}")
            );
            place.git(&["update-ref", "-d", other]);
            place.tells_the_story();
        }
    }
}

#[test]
fn a_symbolic_ref_is_an_error_in_every_kind_of_storage() {
    for format in ["files", "reftable"] {
        for target in ["refs/heads/main", "refs/heads/nowhere"] {
            let world = World::new();
            let line = format!(
                "git init -q -b main --ref-format={format} ../main; cd ../main; {COMMIT};
                 git symbolic-ref refs/coord/ledger {target}"
            );
            let place = Place::made(&world, "main", &line);
            for line in ["status --json", "init --actor ada --json"] {
                place.says(line).failed("symbolic_ref", 128);
            }
        }
    }
}

#[test]
fn a_locked_reftable_is_an_error_with_the_path_of_its_lock() {
    let world = World::new();
    let place = Place::made(&world, "main", "git init -q --ref-format=reftable ../main");
    place.done("init --actor ada");
    let lock = place.folder.join(".git/reftable/tables.list.lock");
    fs::write(&lock, "").unwrap();
    let told = place.says("add One --json");
    told.failed("lock_held", 128);
    assert!(told.stderr.contains(lock.to_str().unwrap()), "{told:?}");
    place.done("status");
    fs::remove_file(&lock).unwrap();
    place.done("add One");
}

/// A worktree or submodule whose git directory is gone must not pass for the repository above it.
#[test]
fn a_folder_whose_git_directory_is_gone_is_not_taken_for_its_surroundings() {
    let world = World::new();
    let place = Place::made(&world, "work", "mkdir -p lib tree deep/below");
    place.tells_the_story();
    for (folder, content, hint) in [
        ("lib", "gitdir: ../.git/modules/lib\n", false),
        ("tree", "gitdir: /nowhere/.git/worktrees/tree\n", true),
        ("deep", "hello\n", false),
    ] {
        fs::write(place.folder.join(folder).join(".git"), content).unwrap();
        let below = Place::made(&world, &format!("work/{folder}"), "true");
        for line in ["status --json", "add Two --json"] {
            let told = below.says(line);
            told.failed("broken_repository", 128);
            let advice = told.json()["error"]["hint"].to_string();
            assert_eq!(advice.contains("git worktree repair"), hint, "{advice}");
        }
    }
    Place::made(&world, "work/deep/below", "true")
        .says("status --json")
        .failed("broken_repository", 128);
    // The program skips what git skips: a folder that is not a git directory, a dangling link.
    fs::create_dir_all(place.folder.join("empty/.git")).unwrap();
    fs::create_dir_all(place.folder.join("link")).unwrap();
    symlink("/nowhere", place.folder.join("link/.git")).unwrap();
    for folder in ["work/empty", "work/link"] {
        Place::made(&world, folder, "true").is_one_ledger();
    }
}

#[test]
fn a_ledger_that_is_cut_off_says_how_to_become_whole_and_then_tells_it() {
    let world = World::new();
    Place::made(&world, "work", "true").tells_the_story();
    let line = "git init -q ../cut; cd ../cut; git fetch -q --depth=2 ../work refs/coord/ledger:refs/coord/ledger";
    let line = line.replace("../work refs", "\"file://$PWD/../work\" refs");
    let cut = Place::made(&world, "cut", &line);
    for line in [
        "status --json",
        "verify --json",
        "add Two --json",
        "snapshot --json",
    ] {
        let told = cut.says(line);
        told.failed("shallow_repository", 128);
        assert_eq!(told.json()["error"]["hint"], "git fetch --unshallow");
    }
    cut.git(&["fetch", "-q", "--unshallow", "../work", "refs/coord/ledger"]);
    cut.is_one_ledger();
}

#[test]
fn a_partial_clone_names_attachments_it_cannot_fetch_and_has_the_state() {
    let world = World::new();
    Place::made(&world, "work", "git config uploadpack.allowFilter true").tells_the_story();
    let line = "git clone -q --mirror --filter=blob:none \"file://$PWD\" ../part.git; mv ../work ../away; mkdir ../work";
    let part = Place::made(&world, "part.git", line);
    for line in [
        "status",
        "list",
        "show A",
        "log",
        "snapshots",
        "diff",
        "diff --text morning evening",
    ] {
        part.done(line);
    }
    let told = part.says("verify --json");
    assert_eq!(told.code, 1, "{told:?}");
    let line = "rmdir ../work; mv ../away ../work";
    assert_eq!(
        world
            .run(world.command("sh", &world.home()).args(["-c", line]))
            .code,
        0
    );
    part.is_one_ledger();
}

#[test]
fn readers_beside_gc_see_the_whole_ledger() {
    let world = World::new();
    let place = Place::made(&world, "work", "true");
    place.tells_the_story();
    // The mark goes away with the world as well, so that the housekeeper never outlives it.
    let line = "while [ -e going ]; do git repack -q -a -d -f; git prune-packed; git gc -q; done";
    let going = place.folder.join("going");
    fs::write(&going, "").unwrap();
    let mut command = world.command("sh", &place.folder);
    let keeper = command
        .args(["-c", line])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for round in 0..20 {
        place.done(&format!("add Round --id R{round}"));
        fs::remove_dir_all(place.folder.join(".git/coord/cache")).ok();
        place.done("status");
        place.done("verify");
    }
    fs::remove_file(&going).unwrap();
    assert!(keeper.wait_with_output().unwrap().status.success());
}

#[test]
fn where_nothing_can_be_written_reading_works_and_writing_names_the_folder() {
    let world = World::new();
    let place = Place::made(&world, "work", "true");
    let unborn = without_permission(&world, &place.folder, &["--json", "init", "--actor", "eve"]);
    unborn.failed("git_dir_readonly", 128);
    place.tells_the_story();
    let common = place.folder.join(".git");
    for words in [
        &["status"][..],
        &["list"],
        &["show", "A"],
        &["log"],
        &["snapshots"],
        &["diff"],
        &["verify"],
        &["export", "--format", "json"],
    ] {
        let output = without_permission(&world, &place.folder, words);
        assert_eq!((output.code, &*output.stderr), (0, ""), "{words:?}");
    }
    let output = without_permission(
        &world,
        &place.folder,
        &["--json", "actor", "add", "eve", "--generate"],
    );
    output.failed("git_dir_readonly", 128);
    assert!(
        output.stderr.contains(common.to_str().unwrap()),
        "{output:?}"
    );
    place.is_one_ledger();
}

#[test]
fn a_repository_of_somebody_else_is_kept_away_from_until_it_is_declared_safe() {
    let world = World::new();
    let place = Place::made(&world, "work", "true");
    place.tells_the_story();
    let status = || if_somebody_else(&world, &place.folder, &["status", "--json"]);
    let Some(told) = status() else {
        println!("{SKIPPED}");
        return;
    };
    told.failed("untrusted_repository", 128);
    let hint = told.json()["error"]["hint"].as_str().unwrap().to_owned();
    let (_, command) = hint.split_once(": ").unwrap();
    // git reads `safe.directory` only outside of the repository.
    place.git(&["config", "safe.directory", "*"]);
    status().unwrap().failed("untrusted_repository", 128);
    assert_eq!(world.shell(command).code, 0);
    assert_eq!(
        status().unwrap().data("coord.status/1")["summary"]["done"],
        1
    );
}

#[test]
fn a_config_without_read_permission_is_an_error() {
    let world = World::new();
    let place = Place::made(&world, "work", "true");
    place.tells_the_story();
    assert_eq!(
        world
            .shell("git config --global safe.directory '*'; chmod 600 .git/config")
            .code,
        0
    );
    let Some(told) = if_somebody_else(&world, &place.folder, &["status", "--json"]) else {
        println!("{SKIPPED}");
        return;
    };
    told.failed("io", 128);
    assert!(told.stderr.contains(".git/config"), "{told:?}");
}

#[test]
fn a_colon_in_a_path_hides_no_objects() {
    let world = World::new();
    world.done("init --actor ada");
    let script = "
        mkdir a:b && git init --quiet --bare a:b/home.git
        git -C a:b/home.git coord hooks install --server
        git remote add origin file://$PWD/a:b/home.git && git coord sync
        git coord add First --id A && git coord sync
        git clone --quiet a:b/home.git a:b/clone && cd a:b/clone && git coord sync --actor ada
        cp -r ../../.git/coord/keys .git/coord/
        git coord --outbox box add Second --id B && git coord sync box && git coord sync";
    let output = world.shell(&format!("set -e; {script}"));
    assert_eq!(output.code, 0, "{output:?}");
    assert!(
        output.stdout.contains("fetched 1 entry from box\n"),
        "{output:?}"
    );
}
