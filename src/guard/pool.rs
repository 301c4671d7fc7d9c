//! Several commands side by side. The caller's thread gets an event for each start and end.
//!
//! Not here: how one command runs (`process`).

use std::{
    io,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use super::{CommandEnvironment, Job, Run, groups::Groups, process};

/// What happened. The numbers are those of the jobs.
#[derive(Debug)]
pub enum JobNews {
    /// A job began.
    Began(usize),
    /// A job ended, or could not be started.
    Ended(usize, io::Result<Run>),
    /// Nothing, for a second.
    Quiet,
}

/// Runs the jobs at the top of a worktree, at most `at_once` at the same time. There is no event for jobs that did not
/// start because somebody stopped the program (Ctrl-C).
///
/// # Errors
/// The system does not allow handling signals; then nothing ran.
pub fn run_all(
    jobs: &[Job],
    top: &Path,
    environment: &CommandEnvironment,
    at_once: usize,
    mut tell: impl FnMut(JobNews),
) -> io::Result<()> {
    let groups = Groups::default();
    groups.stop_on_signals()?;
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let work = |sender: mpsc::Sender<JobNews>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number).filter(|_| !groups.are_stopped()) else {
                return;
            };
            // The receiver stays until the last worker is gone.
            let _ = sender.send(JobNews::Began(number));
            if let Some(ended) = process::run(job, top, environment, &groups).transpose() {
                let _ = sender.send(JobNews::Ended(number, ended));
            }
        }
    };
    let work = &work;
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, jobs.len().max(1)) {
            let sender = sender.clone();
            scope.spawn(move || work(sender));
        }
        drop(sender);
        loop {
            match receiver.recv_timeout(Duration::from_secs(1)) {
                Ok(news) => tell(news),
                Err(RecvTimeoutError::Timeout) => tell(JobNews::Quiet),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::values::{id::Digest, time::Span};

    fn job(id: &str, command: &str) -> Job {
        Job {
            id: id.parse().unwrap(),
            command: command.parse().unwrap(),
            environment: Vec::new(),
            digest: Digest::of(b""),
            expect: None,
            time_limit: Span::from_minutes(10),
        }
    }

    #[test]
    fn two_that_wait_for_each_other_end_only_side_by_side() {
        let folder = tempfile::tempdir().unwrap();
        let jobs = [
            job("A", "mkfifo a 2>/dev/null; echo x >a"),
            job("B", "mkfifo a 2>/dev/null; cat a"),
        ];
        let environment = CommandEnvironment::nothing_but_the_path();
        let mut outputs = Vec::new();
        run_all(&jobs, folder.path(), &environment, 2, |news| {
            if let JobNews::Ended(number, run) = news {
                outputs.push((number, run.unwrap().output));
            }
        })
        .unwrap();
        outputs.sort();
        assert_eq!(outputs, [(0, b"".to_vec()), (1, b"x\n".to_vec())]);
    }

    #[test]
    fn one_at_a_time_they_run_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let jobs = ["A", "B", "C"].map(|id| job(id, "echo $COORD_GUARDRAIL >>order"));
        let environment = CommandEnvironment::nothing_but_the_path();
        run_all(&jobs, folder.path(), &environment, 1, |_| {}).unwrap();
        let order = std::fs::read_to_string(folder.path().join("order")).unwrap();
        assert_eq!(order, "A\nB\nC\n");
    }
}
