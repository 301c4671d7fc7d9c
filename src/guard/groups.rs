//! The running process groups. Each can be killed as a whole: at its end, at its time limit, or all at once
//! when somebody stops the program.
//!
//! A process that starts its own group or session (a daemon) escapes. Not here: the commands (`process`).

use std::{
    collections::BTreeSet,
    io,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
    low_level::emulate_default_handler,
};

/// The groups that run now. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups(Arc<Mutex<Running>>);

#[derive(Debug, Default)]
struct Running {
    leaders: BTreeSet<i32>,
    stopped: bool,
}

impl Groups {
    /// After this, Ctrl-C and other signals that end a program kill the groups instead. A second signal, or a signal when
    /// nothing runs, ends the program as usual.
    pub(super) fn stop_on_signals(&self) -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let groups = self.clone();
        thread::spawn(move || {
            for signal in signals.forever() {
                if !groups.stop() {
                    // Does not return where the default is to end.
                    let _ = emulate_default_handler(signal);
                }
            }
        });
        Ok(())
    }

    /// Starts a command as the leader of a group of its own; none after the program was stopped.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Option<Child>> {
        let mut running = self.lock();
        if running.stopped {
            return Ok(None);
        }
        let child = command.process_group(0).spawn()?;
        running.leaders.insert(leader(&child));
        Ok(Some(child))
    }

    /// Waits for the leader, up to the limit, and kills the rest of its group. The status is none at the time limit.
    pub(super) fn wait(&self, mut child: Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let group = leader(&child);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || _ = sender.send(child.wait()));
        let status = receiver.recv_timeout(limit).ok();
        // While the group has a member, the system does not reuse its number.
        kill(group);
        let ended = match status {
            Some(status) => status.map(Some),
            None => receiver.recv().map(|_| None).map_err(io::Error::other),
        };
        self.lock().leaders.remove(&group);
        ended
    }

    /// Whether the program was stopped.
    pub(super) fn are_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// Kills all groups, once; no other starts after that. False if nothing ran, or if this was done before.
    fn stop(&self) -> bool {
        let mut running = self.lock();
        let news = !running.stopped && !running.leaders.is_empty();
        running.stopped = true;
        running.leaders.iter().copied().for_each(kill);
        news
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The process id of a group's leader, which is the group's number. It fits, because it is a `pid_t`.
fn leader(child: &Child) -> i32 {
    child.id() as i32
}

/// A group that has ended already needs no killing.
fn kill(group: i32) {
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
}
