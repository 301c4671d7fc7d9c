//! A world of its own for each test: a home, repositories, actors with keys, a clock that the test moves.
//!
//! Not here: the expectations of the tests.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use git_coord::hooks::method;
use nix::sys::stat::{Mode, umask};
use serde_json::Value;
use tempfile::TempDir;

use crate::keys::{ADA, CLAUDE, CODEX, Player};

/// 2025-10-15T09:00:00Z, when every world begins.
const DAWN: u64 = 1_760_518_800;

/// Seconds that pass with every command.
const STEP: u64 = 60;

/// The command for each format that `export` writes.
pub const EXPORTS: [&str; 8] = [
    "export --format task-status",
    "export --format json",
    "export --format markdown",
    "export --format csv",
    "export --format beads",
    "export --format allowed-signers",
    "export --format mermaid",
    "export --format dot",
];

/// A home folder and a repository in it, apart from everything else on the machine.
pub struct World {
    folder: TempDir,
    /// The path of `work`, from the folder.
    work: &'static str,
    /// Where programs are found: `git-coord` first, and no other one of that name.
    path: OsString,
    clock: AtomicU64,
}

/// The names and values of an environment.
pub type Environment = [(&'static str, OsString); 6];

/// The output of a command and its exit status.
#[must_use]
#[derive(Debug)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// The exit status; that of a shell, 128 and the signal's number, if a signal ended it.
    pub code: i32,
}

impl World {
    /// A world without any repository.
    pub fn empty() -> Self {
        Self::empty_at("work")
    }

    fn empty_at(work: &'static str) -> Self {
        // What others may read depends on nobody's shell.
        umask(Mode::from_bits_truncate(0o022));
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", work] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("home/.gitconfig"), GIT_CONFIG).unwrap();
        if let Some(git) = OLDER_GIT.as_deref() {
            let path = folder.path().join("older/git");
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(&path, git).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = search_path(folder.path());
        Self {
            folder,
            work,
            path,
            clock: AtomicU64::new(DAWN),
        }
    }

    /// A world with a repository in [`work`](Self::work).
    pub fn new() -> Self {
        Self::with_repository(Self::empty())
    }

    /// A world with a repository in the folder `plan` of the home folder.
    pub fn at_home() -> Self {
        Self::with_repository(Self::empty_at("home/plan"))
    }

    fn with_repository(world: Self) -> Self {
        world.git(&["init", "--quiet", "--initial-branch=main"]);
        world
    }

    /// The folder in which commands run.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join(self.work)
    }

    /// The home folder of everybody in it.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Lays an actor's keys into the home folder and returns the private one's path.
    pub fn key_of(&self, player: &Player) -> PathBuf {
        let path = self.folder.path().join("home").join(player.name);
        fs::write(path.with_extension("pub"), player.public).unwrap();
        fs::write(&path, player.private).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// Runs `git-coord` with these arguments.
    pub fn coord(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_git-coord"), &self.work());
        self.run(command.args(arguments))
    }

    /// Runs `git-coord` with the words of this line, which has to succeed, and returns its output.
    #[track_caller]
    pub fn done(&self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let output = self.coord(&words);
        assert_eq!(output.code, 0, "{line}: {output:?}");
        output.stdout
    }

    /// Runs `git-coord` in another folder or with more environment, both set by `adjust`.
    pub fn coord_with(&self, arguments: &[&str], adjust: impl FnOnce(&mut Command)) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_git-coord"), &self.work());
        adjust(command.args(arguments));
        self.run(&mut command)
    }

    /// Runs a line of `sh`, in which `git coord` is found.
    pub fn shell(&self, line: &str) -> Output {
        let mut command = self.command("sh", &self.work());
        self.run(command.args(["-c", line]))
    }

    /// Runs git, which has to succeed, and returns its output.
    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.command("git", &self.work());
        let output = self.run(command.args(arguments));
        assert_eq!(output.code, 0, "git {arguments:?}: {}", output.stderr);
        output.stdout
    }

    /// A command that sees nothing of this machine but the programs; the clock moves on.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let now = self.clock.fetch_add(STEP, Ordering::Relaxed) + STEP;
        let date = format!("@{now} +0000");
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .envs(self.environment())
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date);
        command
    }

    /// The time of the last command, in seconds since 1970.
    pub fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// The environment of every command, but for the time.
    pub fn environment(&self) -> Environment {
        [
            ("PATH", self.path.clone()),
            ("HOME", self.home().into()),
            ("GIT_CEILING_DIRECTORIES", self.folder.path().into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("LC_ALL", "C".into()),
            ("TZ", "UTC".into()),
        ]
    }

    /// Where programs are found.
    pub fn path(&self) -> &OsStr {
        &self.path
    }

    pub fn run(&self, command: &mut Command) -> Output {
        let output = command.stdin(Stdio::null()).output().unwrap();
        use std::os::unix::process::ExitStatusExt as _;
        let signal = || output.status.signal().map(|signal| 128 + signal);
        Output {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().or_else(signal).unwrap(),
        }
    }
}

/// The search path of a world: our `git-coord`, an older git if need be, the programs of this machine.
fn search_path(world: &Path) -> OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_git-coord")).parent().unwrap();
    let machine = std::env::var_os("PATH").unwrap_or_default();
    let machine = std::env::split_paths(&machine).filter(|folder| folder.is_absolute());
    let programs = machine
        .enumerate()
        .map(|(number, folder)| without_git_coord(folder, &world.join(format!("path/{number}"))));
    let path = [own.to_owned(), world.join("older")]
        .into_iter()
        .chain(programs);
    std::env::join_paths(path).unwrap()
}

/// The folder, or one of links to its programs where a `git-coord` is installed in it: tests that have none on the path
/// would find that one.
fn without_git_coord(folder: PathBuf, links: &Path) -> PathBuf {
    if !folder.join("git-coord").exists() {
        return folder;
    }
    fs::create_dir_all(links).unwrap();
    for program in fs::read_dir(folder).unwrap() {
        let program = program.unwrap();
        if program.file_name() != "git-coord" {
            symlink(program.path(), links.join(program.file_name())).unwrap();
        }
    }
    links.to_owned()
}

/// A `git` that reports an older version where this machine's git has hooks in its config, so that every world has them in
/// files. Hooks in the config have a test of their own.
static OLDER_GIT: LazyLock<Option<String>> = LazyLock::new(|| {
    let told = Command::new("git").arg("version").output().unwrap();
    let version = method::version(&String::from_utf8_lossy(&told.stdout))?;
    let real = Command::new("sh").args(["-c", "command -v git"]).output();
    let real = String::from_utf8(real.unwrap().stdout).unwrap();
    let script =
        "#!/bin/sh\n[ \"$*\" != version ] || exec echo git version 2.47.0\nexec REAL \"$@\"\n";
    (version >= method::CONFIG_HOOKS).then(|| script.replace("REAL", real.trim()))
});

const GIT_CONFIG: &str = "[user]\n\tname = Tester\n\temail = tester@example.org\n[coord]\n\thost = desk\n\trequireActor = false\n";

impl Output {
    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        let mut lines = self.stdout.lines();
        let line = lines.next().expect("an object on standard output");
        assert_eq!(lines.next(), None, "more than one line: {}", self.stdout);
        serde_json::from_str(line).expect(line)
    }

    /// The `data` of a success under this schema.
    #[track_caller]
    pub fn data(&self, schema: &str) -> Value {
        let mut object = self.json();
        assert_eq!(object["schema"], schema, "{self:?}");
        assert_eq!(object["ok"], true, "{self:?}");
        object["data"].take()
    }

    /// Asserts that the command failed with this code, exit status and nothing but one JSON object.
    #[track_caller]
    pub fn failed(&self, code: &str, exit: i32) {
        let object = self.json();
        assert_eq!(object["schema"], "coord.error/1", "{self:?}");
        assert_eq!(object["ok"], false, "{self:?}");
        assert_eq!(object["error"]["code"], code, "{self:?}");
        assert_eq!(self.code, exit, "{self:?}");
    }
}

#[test]
fn the_players_keys_sign_as_git_does() {
    let world = World::new();
    for player in [ADA, CODEX, CLAUDE] {
        let key = world.key_of(&player);
        let signers = world.work().join("signers");
        fs::write(&signers, format!("* {}", player.public)).unwrap();
        world.git(&["config", "gpg.format", "ssh"]);
        world.git(&[
            "config",
            "gpg.ssh.allowedSignersFile",
            signers.to_str().unwrap(),
        ]);
        world.git(&["config", "user.signingKey", key.to_str().unwrap()]);
        world.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "-S",
            "-m",
            player.name,
        ]);
        world.git(&["verify-commit", "HEAD"]);
    }
}

#[test]
fn two_worlds_have_the_same_bytes() {
    let tip = || {
        let world = World::new();
        world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
        world.git(&["rev-parse", "HEAD"])
    };
    assert_eq!(tip(), tip());
}
