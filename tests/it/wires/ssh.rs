//! A home behind ssh: an sshd for each connection, with a host key and an authorized key of its own.
//!
//! Not here: who pushes to it (`crowds`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::socket::Socket;
use crate::{
    keys::{ADA, CODEX},
    sync::team::Team,
};

/// The output of a test that is skipped.
pub const SKIPPED: &str = "skipped: there is no sshd on this machine";

/// Where systems keep it; it has to be started by its full path.
const SSHD: [&str; 3] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"];

/// sshd goes there to be without rights; systems make it when they start the service.
const SEPARATION: &str = "/run/sshd";

/// An sshd in front of this world. None where there is none.
pub fn sshd(team: &Team) -> Option<Socket> {
    let program = SSHD.map(Path::new).into_iter().find(|path| path.exists())?;
    if nix::unistd::Uid::effective().is_root() {
        fs::create_dir_all(SEPARATION).unwrap();
    }
    let home = team.world.home();
    let settings = home.join("sshd_config");
    fs::write(&settings, configuration(team)).unwrap();
    Some(Socket::running(move || {
        let mut sshd = Command::new(program);
        sshd.args(["-i", "-e", "-f"]).arg(&settings);
        sshd
    }))
}

/// The host has codex's key and lets ada's in; requested commands run in this world.
fn configuration(team: &Team) -> String {
    let home = team.world.home();
    let path = team.world.path().display();
    let home = home.display();
    format!(
        "HostKey {home}/{}\nAuthorizedKeysFile {home}/{}.pub\nStrictModes no\nUsePAM no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n\
         ForceCommand exec env -i HOME='{home}' PATH='{path}' GIT_CONFIG_NOSYSTEM=1 sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
        CODEX.name, ADA.name,
    )
}

/// The ssh that knows this host and asks nobody.
pub fn ssh_command(team: &Team, socket: &Socket) -> String {
    let home = team.world.home();
    let known: PathBuf = home.join("known_hosts");
    let line = format!("[127.0.0.1]:{} {}", socket.port(), CODEX.public);
    fs::write(&known, line).unwrap();
    format!(
        "ssh -F none -i '{}' -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
         -o StrictHostKeyChecking=yes -o UserKnownHostsFile='{}'",
        home.join(ADA.name).display(),
        known.display(),
    )
}

/// Where home is then.
pub fn address(team: &Team, socket: &Socket) -> String {
    let path = team.place("home.git");
    format!("ssh://127.0.0.1:{}{}", socket.port(), path.display())
}
