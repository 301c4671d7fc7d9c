//! The program run by another user of the machine, who can read the world and write nothing in it.
//!
//! Not here: the answers of the program.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
};

use nix::unistd::Uid;

use crate::world::{Output, World};

const NOBODY: u32 = 65_534;

/// Runs the program so that it can read the world and write nothing in it: root can write everywhere, so it runs as
/// nobody then.
pub fn without_permission(world: &World, folder: &Path, arguments: &[&str]) -> Output {
    if Uid::effective().is_root() {
        world.git(&["config", "--global", "safe.directory", "*"]);
        return as_nobody(world, folder, arguments);
    }
    let mode = |mode: &str| {
        let set = world.shell(&format!(
            "chmod -R {mode} \"$(git rev-parse --git-common-dir)\""
        ));
        assert_eq!(set.code, 0, "{set:?}");
    };
    mode("a-w");
    let output = world.coord_with(arguments, |command| _ = command.current_dir(folder));
    mode("u+w");
    output
}

/// Runs the program as nobody, to whom the repository does not belong. None where that cannot be done: only root can.
pub fn if_somebody_else(world: &World, folder: &Path, arguments: &[&str]) -> Option<Output> {
    let is_root = Uid::effective().is_root();
    is_root.then(|| as_nobody(world, folder, arguments))
}

/// The output of a test that is skipped.
pub const SKIPPED: &str = "skipped: only root can run a program as somebody else";

fn as_nobody(world: &World, folder: &Path, arguments: &[&str]) -> Output {
    // Neither the folder of the build nor the home may be open to nobody.
    let binary = world.home().join("git-coord");
    // Copied by another process: a file that this one holds open for writing, which every child of another test's
    // thread inherits for a moment, cannot be run.
    let copied = world.shell(&format!("cp {} ~", env!("CARGO_BIN_EXE_git-coord")));
    assert_eq!(copied.code, 0, "{copied:?}");
    let key = world.home().join("ada");
    if key.exists() {
        chown(&key, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let top = world.work().parent().unwrap().to_owned();
    for folder in [top, world.home(), world.work()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = world.command(binary.to_str().unwrap(), folder);
    world.run(command.args(arguments).uid(NOBODY).gid(NOBODY))
}
