//! A bare home in the middle and clones around it, each a folder of one world.
//!
//! Not here: the expectations of the tests.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    keys::{ADA, CLAUDE, CODEX, Player},
    world::{Output, World},
};

/// Clones of one home, one for each player of a test.
pub struct Team {
    pub world: World,
}

impl Team {
    /// A ledger that ada founded and published, known to `codex` and `claude`, whose clones have it.
    pub fn new() -> Self {
        Self::of_kind(&[])
    }

    /// The same with repositories of another kind: lines of the `[init]` section of git's config.
    pub fn of_kind(init: &[&str]) -> Self {
        let team = Self::apart_of_kind(init);
        team.done("ada", "init --actor ada");
        for player in ["codex", "claude"] {
            let key = format!("{}/{player}.pub", team.world.home().display());
            team.done(
                "ada",
                &format!("actor add {player} --key {key} --role worker --role reviewer"),
            );
        }
        team.done("ada", "sync");
        for player in ["codex", "claude"] {
            team.done(player, "sync");
        }
        team
    }

    /// Clones without any ledger.
    pub fn apart() -> Self {
        Self::apart_of_kind(&[])
    }

    fn apart_of_kind(init: &[&str]) -> Self {
        let world = World::empty();
        let team = Self { world };
        for line in init {
            let (key, value) = line.split_once('=').unwrap();
            team.git_in("", &["config", "--global", &format!("init.{key}"), value]);
        }
        team.git_in("", &["init", "--quiet", "--bare", "home.git"]);
        for player in [ADA, CODEX, CLAUDE] {
            team.clone_for(player.name, &player);
        }
        team
    }

    /// Another clone of home, in which `player` acts.
    pub fn clone_for(&self, name: &str, player: &Player) {
        self.git_in("", &["clone", "--quiet", "home.git", name]);
        let key = self.world.key_of(player);
        for (setting, value) in [
            ("gpg.format", "ssh"),
            ("user.signingKey", key.to_str().unwrap()),
            ("coord.actor", player.name),
        ] {
            self.git_in(name, &["config", setting, value]);
        }
    }

    /// The folder of a clone, or of home.
    pub fn place(&self, name: &str) -> PathBuf {
        self.world.work().join(name)
    }

    /// Runs `git-coord` in a clone.
    pub fn coord(&self, name: &str, arguments: &[&str]) -> Output {
        let folder = self.place(name);
        self.world.coord_with(arguments, |command: &mut Command| {
            command.current_dir(folder);
        })
    }

    /// Runs a line of `git-coord` in a clone.
    pub fn says(&self, name: &str, line: &str) -> Output {
        self.coord(name, &line.split(' ').collect::<Vec<_>>())
    }

    /// Runs a line of `git-coord` in a clone, which has to succeed.
    #[track_caller]
    pub fn done(&self, name: &str, line: &str) -> String {
        let output = self.says(name, line);
        assert_eq!(output.code, 0, "{name}: {line}: {output:?}");
        output.stdout
    }

    /// Runs git in a clone, or in the folder around them, which has to succeed.
    #[track_caller]
    pub fn git_in(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.try_git(name, arguments);
        assert_eq!(output.code, 0, "{name}: git {arguments:?}: {output:?}");
        output.stdout.trim_end().to_owned()
    }

    /// Runs git in a clone, whatever comes of it.
    pub fn try_git(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = self.world.command("git", &self.place(name));
        self.world.run(command.args(arguments))
    }

    /// The object id of a ref in a clone or at home; empty if there is no such ref.
    pub fn tip(&self, name: &str, reference: &str) -> String {
        let output = self.try_git(name, &["rev-parse", "--verify", "--quiet", reference]);
        output.stdout.trim_end().to_owned()
    }

    /// The tip of the ledger.
    pub fn ledger(&self, name: &str) -> String {
        self.tip(name, "refs/coord/ledger")
    }

    /// The digest of the state.
    pub fn digest(&self, name: &str) -> String {
        let said = self.says(name, "status --json").data("coord.status/1");
        said["ledger"]["digest"].as_str().unwrap().to_owned()
    }

    /// Ada publishes `A`, home is put back to before that, and codex publishes `B` there.
    pub fn tear(&self) {
        self.back_up();
        self.done("ada", "add First --id A");
        self.done("ada", "sync");
        self.restore();
        self.done("codex", "add Second --id B");
        self.done("codex", "sync");
    }

    /// Syncs all clones until they have the same tip, and checks that they give the same answers.
    #[track_caller]
    pub fn converge(&self, names: &[&str]) {
        for _ in 0..2 {
            for name in names {
                let output = self.says(name, "sync");
                assert!(matches!(output.code, 0 | 1), "{name}: {output:?}");
            }
        }
        let home = self.ledger("home.git");
        for name in names {
            assert_eq!(self.ledger(name), home, "{name}");
            assert_eq!(self.tip(name, "refs/coord-anchor/ledger"), home, "{name}");
            assert_eq!(self.digest(name), self.digest(names[0]));
            self.done(name, "verify");
        }
    }

    /// Puts a copy of home's folder aside.
    pub fn back_up(&self) {
        let script = "rm -rf backup.git && cp -r home.git backup.git";
        assert_eq!(self.world.shell(script).code, 0);
    }

    /// Puts the copy back.
    pub fn restore(&self) {
        fs::remove_dir_all(self.place("home.git")).unwrap();
        let script = "cp -r backup.git home.git";
        assert_eq!(self.world.shell(script).code, 0);
    }
}
