//! A forge's program, started for one answer: without input, with a time limit and a limit for its output; and what its
//! complaints mean.
//!
//! Not here: the programs' options and output (`gh`, `glab`).

use std::{
    io::{self, Read},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};

use super::problem::Problem;
use crate::{
    core::values::{
        secret::masked,
        text::{brief, visible},
    },
    forge::place::ForgePlace,
};

/// The largest answer, in bytes.
const OUTPUT_BYTES_MAX: u64 = 64 << 20;
/// The largest complaint that is read.
const COMPLAINT_BYTES_MAX: u64 = 64 << 10;
/// The longest part of a complaint in a message, in characters.
const QUOTED_MAX: usize = 200;
/// How often to look whether a program has ended that has closed its output.
const PAUSE: Duration = Duration::from_millis(10);

/// What the program prints on standard output.
///
/// # Errors
/// It is not installed, it did not end in time, or it failed.
pub(super) fn run(
    program: &'static str,
    words: &[&str],
    place: &ForgePlace,
    folder: &Path,
    deadline: Instant,
) -> Result<Vec<u8>, Problem> {
    let failed = |error: io::Error| Problem::Failed {
        what: program.to_owned(),
        why: error.to_string(),
    };
    let mut command = Command::new(program);
    // It must not ask questions, and prints its requests with the token if it is told to debug.
    command
        .args(words)
        .current_dir(folder)
        .envs([
            ("GH_PROMPT_DISABLED", "1"),
            ("NO_PROMPT", "1"),
            ("NO_COLOR", "1"),
        ])
        .envs([
            ("GH_NO_UPDATE_NOTIFIER", "1"),
            ("GLAB_CHECK_UPDATE", "false"),
            ("LC_ALL", "C"),
        ])
        .env_remove("GH_DEBUG")
        .env_remove("DEBUG")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("GH_FORCE_TTY")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Problem::NotInstalled { program });
        }
        Err(error) => return Err(failed(error)),
    };
    let answer = listen(child.stdout.take(), OUTPUT_BYTES_MAX);
    let complaint = listen(child.stderr.take(), COMPLAINT_BYTES_MAX);
    let ended = (|| {
        let left = || deadline.saturating_duration_since(Instant::now());
        let answer = answer.recv_timeout(left()).ok()?;
        let complaint = complaint.recv_timeout(left()).ok()?;
        Some((answer, complaint, wait(&mut child, deadline)?))
    })();
    let Some((answer, complaint, status)) = ended else {
        stop(&mut child);
        return Err(Problem::TimedOut {
            host: place.host.clone(),
        });
    };
    if answer.len() as u64 > OUTPUT_BYTES_MAX {
        let why = format!("it is larger than {} MiB", OUTPUT_BYTES_MAX >> 20);
        return Err(Problem::Unreadable { why });
    }
    match status.map_err(failed)? {
        Some(0) => Ok(answer),
        status => {
            let complaint = String::from_utf8_lossy(&complaint);
            Err(meaning(program, status, &complaint, place))
        }
    }
}

/// Reads a stream to its end, or to one byte more than `bytes_max`, in a thread of its own: a program that fills one stream
/// waits until somebody reads it.
fn listen(stream: Option<impl Read + Send + 'static>, bytes_max: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut content = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is all that there is.
            let _ = stream
                .by_ref()
                .take(bytes_max + 1)
                .read_to_end(&mut content);
            // The rest is read too, so that the program can end.
            let _ = sender.send(content);
            let _ = io::copy(&mut stream, &mut io::sink());
        }
    });
    receiver
}

/// The exit status of the program, none if a signal ended it; none at all at the deadline.
fn wait(child: &mut Child, deadline: Instant) -> Option<io::Result<Option<i32>>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(Ok(status.code())),
            Err(error) => return Some(Err(error)),
            Ok(None) if Instant::now() >= deadline => return None,
            Ok(None) => thread::sleep(PAUSE),
        }
    }
}

/// Ends the program and all that it started.
fn stop(child: &mut Child) {
    // A process id is a `pid_t`, so it fits.
    let _ = killpg(Pid::from_raw(child.id() as i32), Signal::SIGKILL);
    let _ = child.wait();
}

/// What a complaint means. `gh` exits with 4 if it is not logged in; else only the words tell.
fn meaning(
    program: &'static str,
    status: Option<i32>,
    complaint: &str,
    place: &ForgePlace,
) -> Problem {
    let host = place.host.clone();
    let words = complaint.to_ascii_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["rate limit", "http 429", "429 too many", "abuse detection"]) {
        Problem::RateLimited { host, until: None }
    } else if status == Some(4) && program == "gh"
        || has(&[
            "auth login",
            "not logged in",
            "401",
            "bad credentials",
            "not authenticated",
        ])
    {
        Problem::NotLoggedIn { program, host }
    } else if has(&[
        "http 504",
        "504 gateway",
        "http 502",
        "502 bad gateway",
        "couldn't respond to your request in time",
    ]) {
        Problem::Overloaded { host }
    } else if has(&["timeout", "timed out", "deadline exceeded"]) {
        Problem::TimedOut { host }
    } else if has(&[
        "error connecting to",
        "no such host",
        "could not resolve host",
        "connection refused",
        "network is unreachable",
        "dial tcp",
        "no route to host",
        "check your internet connection",
    ]) {
        Problem::Offline { host }
    } else if has(&[
        "could not resolve to a",
        "http 404",
        "404 not found",
        "http 403",
        "403 forbidden",
    ]) {
        Problem::NotShown {
            repository: format!("{host}/{}", place.name),
        }
    } else {
        let line = complaint.lines().find(|line| !line.trim().is_empty());
        Problem::Failed {
            what: program.to_owned(),
            why: match line {
                Some(line) => brief(&visible(&without_tokens(line.trim())), QUOTED_MAX),
                None => format!("it ended with status {}", status.unwrap_or(-1)),
            },
        }
    }
}

/// The variables in which the programs look for a token.
const TOKENS: [&str; 6] = [
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GITLAB_TOKEN",
    "GITLAB_ACCESS_TOKEN",
];

/// A line without the tokens that are set, and without what has the shape of one.
fn without_tokens(line: &str) -> String {
    let set = TOKENS.iter().filter_map(|name| std::env::var(name).ok());
    let set = set.filter(|token| !token.is_empty());
    let line = set.fold(line.to_owned(), |line, token| line.replace(&token, "…"));
    masked(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> ForgePlace {
        ForgePlace::parse("https://github.com/acme/plan", None).unwrap()
    }

    #[test]
    fn each_complaint_has_its_meaning() {
        let told = |status, complaint: &str| match meaning("gh", Some(status), complaint, &place())
        {
            Problem::NotLoggedIn { .. } => "not logged in",
            Problem::RateLimited { .. } => "rate limited",
            Problem::Overloaded { .. } => "overloaded",
            Problem::TimedOut { .. } => "timed out",
            Problem::Offline { .. } => "offline",
            Problem::NotShown { .. } => "not shown",
            _ => "failed",
        };
        for (status, complaint, meaning) in [
            (
                4,
                "To get started with GitHub CLI, please run:  gh auth login",
                "not logged in",
            ),
            (
                1,
                "HTTP 401: Bad credentials (https://api.github.com/graphql)",
                "not logged in",
            ),
            (
                1,
                "HTTP 403: API rate limit exceeded for user ID 1.",
                "rate limited",
            ),
            (
                1,
                "HTTP 403: You have exceeded a secondary rate limit",
                "rate limited",
            ),
            (
                1,
                "HTTP 504: 504 Gateway Timeout (https://api.github.com/graphql)",
                "overloaded",
            ),
            (
                1,
                "Post \"https://api.github.com/graphql\": context deadline exceeded",
                "timed out",
            ),
            (
                1,
                "error connecting to api.github.com\ncheck your internet connection",
                "offline",
            ),
            (
                1,
                "dial tcp: lookup api.github.com: no such host",
                "offline",
            ),
            (
                1,
                "GraphQL: Could not resolve to a Repository with the name 'acme/plan'.",
                "not shown",
            ),
            (1, "panic: something else", "failed"),
            (2, "", "failed"),
        ] {
            assert_eq!(told(status, complaint), meaning, "{complaint}");
        }
    }

    #[test]
    fn a_token_in_a_complaint_is_masked_and_a_line_cannot_drive_the_terminal() {
        let token = ["ghp_", "x7Qm2Lr9Zt4Kd8Wp1Vb6Ny3Hs5Gf0JcUeAaB"].concat();
        let complaint = format!("\u{1b}[2Jno way with {token}\n");
        let Problem::Failed { why, .. } = meaning("gh", Some(1), &complaint, &place()) else {
            panic!();
        };
        assert!(!why.contains(&token) && !why.contains('\u{1b}'), "{why}");
        assert!(why.contains("no way"), "{why}");
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_at_the_deadline_with_its_children() {
        let deadline = Instant::now() + Duration::from_millis(200);
        let words = ["-c", "sleep 600 & sleep 600"];
        let ran = run("sh", &words, &place(), Path::new("/"), deadline);
        assert!(matches!(ran, Err(Problem::TimedOut { .. })), "{ran:?}");
        assert!(Instant::now() < deadline + Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_is_missing_is_not_installed_and_one_that_works_answers() {
        let deadline = Instant::now() + Duration::from_secs(60);
        let ran = run("no-such-program", &[], &place(), Path::new("/"), deadline);
        assert_eq!(
            ran,
            Err(Problem::NotInstalled {
                program: "no-such-program"
            })
        );
        let ran = run(
            "sh",
            &["-c", "printf '[]'; cat"],
            &place(),
            Path::new("/"),
            deadline,
        );
        assert_eq!(ran, Ok(b"[]".to_vec()));
    }
}
