//! Fetching from another repository and pushing to it, through the git program: its ssh, its credentials, its proxies.
//!
//! Not here: the meaning of git's answers (`output`), and what to fetch and to accept (`sync::round`).

use std::{
    io::Read,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use super::{
    ObjectId, Pushed, Repository, Stamp, environment,
    output::GitOutput,
    program::{PAUSES, not_run, run},
};
use crate::git::Error;

/// Receives git's progress lines.
pub type ProgressSink<'a> = &'a mut dyn FnMut(&[u8]);

/// The limits and the observer of a git process that talks to another repository.
#[derive(Default)]
pub struct Transfer<'a> {
    /// git is stopped after this time; none if there is no limit.
    pub limit: Option<Duration>,
    /// Whether the limit begins anew with each output of git: it bounds a silence then, and not the whole.
    pub renews: bool,
    /// Receives git's progress lines as they arrive.
    pub progress: Option<ProgressSink<'a>>,
}

/// The source and the target of a fetch.
#[derive(Debug, Clone, Copy)]
pub struct Fetch<'a> {
    /// The other repository: a configured name, an address, a path, a bundle.
    pub remote: &'a str,
    /// The ref there.
    pub source: &'a str,
    /// The ref in this repository; its old value does not matter.
    pub target: &'a str,
}

/// The target of a push, its new value, and the value that it must have before.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The other repository.
    pub remote: &'a str,
    /// The ref there.
    pub name: &'a str,
    /// Its new value.
    pub object: ObjectId,
    /// Its expected value now; none if the ref must not exist.
    pub lease: Option<ObjectId>,
    /// Whether the user's `pre-push` hook decides too.
    pub verify: bool,
}

impl Repository {
    /// Fetches a ref; false if the other repository does not have it. The fetched objects are flushed to the disk.
    ///
    /// Only our fetches write the target, one at a time, and each holds its lock for milliseconds. So a lock that stays for
    /// a second and a half was left by a killed fetch, and is removed.
    ///
    /// # Errors
    /// [`Error::Remote`], [`Error::RemoteTimeout`]; [`Error::LockHeld`] if the target stays locked.
    pub fn fetch_ref(&self, transfer: &mut Transfer<'_>, fetch: Fetch<'_>) -> Result<bool, Error> {
        let lock = self.common_dir().join(format!("{}.lock", fetch.target));
        let left = Stamp::of(&lock);
        let mut waits = PAUSES.into_iter();
        loop {
            let output = self.try_fetch(transfer, fetch)?;
            if output.status.success() {
                return Ok(true);
            }
            if output.stderr.contains("find remote ref") {
                return Ok(false);
            }
            match (waits.next(), output.lock_here()) {
                // Another fetch of this repository holds the lock, for example one that a killed sync left running.
                (Some(wait), _) if output.stderr.contains("cannot lock ref") => thread::sleep(wait),
                (Some(wait), _) if output.is_pruned() => thread::sleep(wait),
                (None, Some(path)) => return Err(Error::LockHeld { path }),
                _ => return Err(output.failure("fetch from", fetch.remote)),
            }
            if waits.len() == 0 && left.is_some() && left == Stamp::of(&lock) {
                // If the lock cannot be removed, the next fetch fails and says so.
                let _ = std::fs::remove_file(&lock);
            }
        }
    }

    fn try_fetch(&self, transfer: &mut Transfer<'_>, fetch: Fetch<'_>) -> Result<GitOutput, Error> {
        let Fetch {
            remote,
            source,
            target,
        } = fetch;
        let mut git = self.talking();
        // Objects must be on the disk before a ref points to them, also objects that come without a pack.
        git.args(["-c", "core.fsync=committed", "fetch"])
            .args([
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
            ])
            .arg(self.progress_option(transfer))
            .args(["--", remote, &format!("+{source}:{target}")]);
        converse(git, transfer, remote)
    }

    /// The refs among `names` that `remote` has, with their object ids.
    ///
    /// # Errors
    /// [`Error::Remote`], [`Error::RemoteTimeout`].
    pub fn remote_refs(
        &self,
        transfer: &mut Transfer<'_>,
        remote: &str,
        names: &[&str],
    ) -> Result<Vec<(String, ObjectId)>, Error> {
        let mut git = self.talking();
        git.args(["ls-remote", "--quiet", "--", remote]).args(names);
        let output = converse(git, transfer, remote)?;
        if !output.status.success() {
            return Err(output.failure("read from", remote));
        }
        let lines = output.stdout.lines();
        let found = lines.filter_map(|line| {
            let (id, name) = line.split_once('\t')?;
            let asked = names.contains(&name);
            asked.then_some((name.to_owned(), id.parse().ok()?))
        });
        Ok(found.collect())
    }

    /// Sets a ref of a remote if it has the expected value: an exact compare-and-swap. It pushes no tags.
    ///
    /// # Errors
    /// [`Error::RemoteLocked`] if the ref stays locked there. [`Error::Remote`], [`Error::RemoteTimeout`]: then it is
    /// not known whether the ref was set.
    pub fn push_object(
        &self,
        transfer: &mut Transfer<'_>,
        push: Push<'_>,
    ) -> Result<Pushed, Error> {
        let mut waits = PAUSES.into_iter();
        loop {
            let output = self.try_push(transfer, push)?;
            match (output.pushed(push.remote), waits.next()) {
                // Either another push is running, and the compare-and-swap will show its result; or it was killed, and
                // its lock stays.
                (Err(Error::RemoteLocked { .. }), Some(wait)) => thread::sleep(wait),
                // The other side did not come to its ref.
                (Err(_) | Ok(Pushed::Declined(_)), Some(wait)) if output.is_pruned() => {
                    thread::sleep(wait);
                }
                (ended, _) => return ended,
            }
        }
    }

    fn try_push(&self, transfer: &mut Transfer<'_>, push: Push<'_>) -> Result<GitOutput, Error> {
        let Push {
            remote,
            name,
            object,
            lease,
            verify,
        } = push;
        let held = lease.map_or_else(String::new, |id| id.to_string());
        let mut git = self.pushing(remote)?;
        git.args([
            "push",
            "--porcelain",
            if verify { "--verify" } else { "--no-verify" },
            "--no-follow-tags",
            "--no-signed",
        ])
        .args(["--recurse-submodules=no", self.progress_option(transfer)])
        .arg(format!("--force-with-lease={name}:{held}"))
        .args(["--", remote, &format!("{object}:{name}")]);
        converse(git, transfer, remote)
    }

    /// Whether `object` is in the past of `tip`; this repository has both.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn leads_to(&self, tip: ObjectId, object: ObjectId) -> Result<bool, Error> {
        if !self.contains(tip) {
            return Ok(false);
        }
        let both = [object.to_string(), tip.to_string()];
        let base = self.run_git(["merge-base", "--all", both[0].as_str(), both[1].as_str()]);
        Ok(base.is_ok_and(|base| base.trim_ascii() == both[0].as_bytes()))
    }

    /// Sets the ref `name` of `remote` to `object` by a fast-forward, or deletes the ref if `object` is none. Returns only
    /// whether that succeeded.
    ///
    /// # Errors
    /// [`Error::Failed`], [`Error::Config`].
    pub fn try_ref(&self, remote: &str, name: &str, object: Option<ObjectId>) -> Result<(), Error> {
        let object = object.map_or_else(String::new, |id| id.to_string());
        let mut git = self.pushing(remote)?;
        git.args(["push", "--quiet", "--no-verify", "--no-follow-tags"])
            .args(["--", remote, &format!("{object}:{name}")]);
        run(git).map(drop)
    }

    /// A git command that pushes single refs to `remote`.
    fn pushing(&self, remote: &str) -> Result<Command, Error> {
        let mut git = self.talking();
        let mirrors = format!("remote.{remote}.mirror");
        if self.config().boolean(&mirrors)?.unwrap_or(false) {
            // git refuses to push one ref to a remote that is configured as a mirror.
            git.args(["-c", &format!("{mirrors}=false")]);
        }
        Ok(git)
    }

    /// A git command that never asks on the terminal.
    fn talking(&self) -> Command {
        let mut git = self.git();
        let ssh = ["GIT_SSH", "GIT_SSH_COMMAND"];
        let set = ssh
            .iter()
            .any(|name| self.environment().get(name).is_some());
        if !set && self.config().string("core.sshCommand").is_none() {
            git.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        git
    }

    fn progress_option(&self, transfer: &Transfer<'_>) -> &'static str {
        match transfer.progress {
            Some(_) => "--progress",
            None => "--no-progress",
        }
    }
}

/// Clones a repository and returns the new folder.
///
/// # Errors
/// [`Error::Remote`], [`Error::RemoteTimeout`].
pub fn clone(
    transfer: &mut Transfer<'_>,
    url: &str,
    directory: Option<&Path>,
) -> Result<PathBuf, Error> {
    let mut git = Command::new("git");
    environment::keep_from_other_repositories(&mut git);
    git.env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .arg("clone");
    if transfer.progress.is_some() || transfer.renews {
        git.arg("--progress");
    }
    git.args(["--", url]).args(directory);
    let output = converse(git, transfer, url)?;
    if !output.status.success() {
        return Err(output.failure("clone", url));
    }
    let told = output.stderr.lines().find_map(|line| {
        let rest = line.strip_prefix("Cloning into '")?;
        Some(PathBuf::from(rest.strip_suffix("'...")?))
    });
    let folder = directory.map(Path::to_owned).or(told);
    folder.ok_or_else(|| output.failure("clone", url))
}

/// The maximum length of git's output that is kept. Progress and a host's greetings can be longer.
const OUTPUT_BYTES_MAX: usize = 1 << 20;

/// How long to wait for more output after git has ended. A process that git left running, such as ssh, can hold the
/// output open.
const GRACE: Duration = Duration::from_millis(200);

/// Some bytes of one of the streams.
enum Chunk {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

/// Runs git to its end, or to the limit.
fn converse(
    mut git: Command,
    transfer: &mut Transfer<'_>,
    remote: &str,
) -> Result<GitOutput, Error> {
    git.stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if transfer.limit.is_some() {
        // So that processes that git starts can be stopped with it.
        git.process_group(0);
    }
    let started = git.spawn();
    let failed = |source| not_run(&git, source);
    let mut child = started.map_err(failed)?;
    let (sender, receiver) = mpsc::channel();
    listen(child.stdout.take(), sender.clone(), Chunk::Out);
    listen(child.stderr.take(), sender, Chunk::Err);
    let limit = transfer.limit;
    // A limit beyond the largest time is no limit.
    let from_now = || limit.and_then(|limit| Instant::now().checked_add(limit));
    let mut end = from_now();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut status = None;
    loop {
        let received = receiver.recv_timeout(GRACE);
        if transfer.renews && received.is_ok() {
            end = from_now();
        }
        match received {
            Ok(Chunk::Out(bytes)) => keep(&mut stdout, &bytes),
            Ok(Chunk::Err(bytes)) => {
                keep(&mut stderr, &bytes);
                if let Some(progress) = &mut transfer.progress {
                    progress(&bytes);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if status.is_some() => break,
            Err(RecvTimeoutError::Timeout) => status = child.try_wait().map_err(failed)?,
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            stop(&mut child);
            let seconds = transfer.limit.unwrap_or_default().as_secs();
            let remote = remote.to_owned();
            return Err(Error::RemoteTimeout { remote, seconds });
        }
    }
    let status = status.map_or_else(|| child.wait(), Ok).map_err(failed)?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(GitOutput {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = OUTPUT_BYTES_MAX.saturating_sub(kept.len());
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

fn listen(
    stream: Option<impl Read + Send + 'static>,
    sender: Sender<Chunk>,
    chunk: fn(Vec<u8>) -> Chunk,
) {
    let Some(mut stream) = stream else { return };
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            if sender.send(chunk(buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
}

/// Ends git and all processes that it started.
fn stop(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        let group = nix::unistd::Pid::from_raw(group);
        // It can have ended by itself in the meantime.
        let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGTERM);
    }
    // On TERM, git removes its locks on refs. Otherwise they would lock everybody out.
    let end = Instant::now() + GRACE;
    while Instant::now() < end && matches!(child.try_wait(), Ok(None)) {
        thread::sleep(GRACE / 20);
    }
    let _ = child.kill();
    let _ = child.wait();
}
