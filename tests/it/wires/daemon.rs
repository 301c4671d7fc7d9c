//! A home behind `git daemon`.
//!
//! Not here: who pushes to it (`crowds`, `cut`).

use std::process::Command;

use super::socket::Socket;
use crate::sync::team::Team;

/// Everything in the world's folder, served as `git://127.0.0.1:PORT/`.
pub fn daemon(team: &Team) -> Socket {
    let (folder, environment) = (team.world.work(), team.world.environment());
    Socket::running(move || {
        let mut git = Command::new("git");
        git.args(["daemon", "--inetd", "--export-all", "--enable=receive-pack"])
            .arg(format!("--base-path={}", folder.display()))
            .current_dir(&folder)
            .env_clear()
            .envs(environment.clone());
        git
    })
}

/// Where home is then.
pub fn address(socket: &Socket) -> String {
    format!("git://127.0.0.1:{}/home.git", socket.port())
}
