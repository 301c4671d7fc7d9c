//! Whole processes of `git-coord` compared with git, on the same ledgers and with the same key: ratios and verdicts.
//!
//! `cargo bench --bench against_git -- [--entries N] [--runs N] [--in DIR] [--program FILE] [--check]`
//!
//! The two programs take turns (ours, git's, ours, …), so that the machine is in the same condition for both. The
//! results are the ratio of the medians, and the ratio of the minima. Not here: times inside the library (`core`,
//! `store`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints, and stops where it cannot go on"
)]

mod ledgers;

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use ledgers::Made;

/// The number of entries in the small ledger.
const SMALL: usize = 1000;

/// The number of commits that git verifies. Each takes about ten milliseconds, so the total is scaled from these.
const VERIFIED_BY_GIT: usize = 200;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [mark, command @ ..] = arguments.as_slice()
        && mark == REPORT_MEMORY
    {
        return report_memory(command);
    }
    let options = Options::read(&arguments);
    let table = measure(&options);
    table.print();
    if options.check && table.is_missed() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

struct Options {
    entries: usize,
    runs: usize,
    folder: Option<PathBuf>,
    program: PathBuf,
    check: bool,
}

impl Options {
    fn read(arguments: &[OsString]) -> Self {
        let after = |name: &str| {
            let place = arguments.iter().position(|argument| argument == name)?;
            arguments.get(place + 1).map(PathBuf::from)
        };
        let number = |name: &str, usual: usize| {
            after(name).map_or(usual, |number| number.to_str().unwrap().parse().unwrap())
        };
        Self {
            entries: number("--entries", 100_000),
            runs: number("--runs", 15),
            folder: after("--in"),
            program: after("--program").map_or(env!("CARGO_BIN_EXE_git-coord").into(), |path| {
                std::path::absolute(path).unwrap()
            }),
            check: arguments.iter().any(|argument| argument == "--check"),
        }
    }
}

fn measure(options: &Options) -> Table {
    let temporary = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = options.folder.as_deref().unwrap_or(temporary.path());
    let small = Made::take_or_make(&folder.join(SMALL.to_string()), SMALL);
    let large = Made::take_or_make(&folder.join(options.entries.to_string()), options.entries);
    small.git(&["gc", "--quiet"]);
    large.git(&["gc", "--quiet"]);
    let mut table = Table::default();
    table.add(bytes_per_entry(&large));
    table.add(append(options, "append, 1,000 entries", &small, 0.5));
    let name = format!("append, {} entries", grouped(options.entries));
    table.add(append(options, &name, &large, 1.0));
    table.add(cold_replay(options, &large));
    table.add(verification(options, &large));
    table.add(memory(options, &large));
    table
}

/// One entry, and one empty signed commit, each in a process of its own.
fn append(options: &Options, name: &str, made: &Made, target: f64) -> Row {
    let task = made.last_open.clone();
    let mut percent = 0;
    let mut ours = || {
        percent = (percent + 1) % 100;
        let mut command = made.command(options.program.to_str().unwrap());
        command.args(["progress", &task, &percent.to_string()]);
        time(command)
    };
    let mut theirs = || {
        let mut command = made.command("git");
        command.args(["commit", "--quiet", "--allow-empty", "-S", "-m", "x"]);
        time(command)
    };
    // Twice as many runs as for the long commands, since a few milliseconds vary more.
    let times = Times::take(2 * options.runs, &mut ours, &mut theirs);
    times.row(name, "git commit --allow-empty -S", target)
}

/// Reading and verifying everything without the cache, and git reading everything and discarding it.
fn cold_replay(options: &Options, made: &Made) -> Row {
    let mut ours = || time(cold(options, made));
    let mut theirs = || {
        let mut command = made.command("git");
        command.args(["log", "--format=raw", "refs/coord/ledger"]);
        time(command)
    };
    let times = Times::take(options.runs.div_ceil(2), &mut ours, &mut theirs);
    times.row("cold replay, verified", "git log --format=raw", 3.5)
}

/// The same, and git verifying each commit. Only a part of git's commits is measured.
fn verification(options: &Options, made: &Made) -> Row {
    let mut ours = || time(cold(options, made));
    let part = VERIFIED_BY_GIT.min(options.entries);
    let mut theirs = || {
        let mut command = made.command("git");
        let count = format!("-{part}");
        command.args(["log", "--format=%G?", &count, "refs/coord/ledger"]);
        time(command)
    };
    let mut times = Times::take(3, &mut ours, &mut theirs);
    let whole = options.entries as f64 / part as f64;
    times
        .theirs
        .iter_mut()
        .for_each(|time| *time = time.mul_f64(whole));
    times.row(
        "cold replay, verified",
        "git log --format=%G? (scaled)",
        1.0 / 200.0,
    )
}

fn cold(options: &Options, made: &Made) -> Command {
    let _ = fs::remove_dir_all(made.path.join(".git/coord/cache"));
    let mut command = made.command(options.program.to_str().unwrap());
    command.arg("status");
    command
}

/// The size of the pack with its indexes, after `git gc`, per entry.
fn bytes_per_entry(made: &Made) -> Row {
    let packs = fs::read_dir(made.path.join(".git/objects/pack")).unwrap();
    let bytes: u64 = packs
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    let count = made.git(&["rev-list", "--count", "refs/coord/ledger"]);
    let figure = bytes as f64 / count.trim().parse::<f64>().unwrap();
    Row {
        name: "bytes per entry".to_owned(),
        against: "pack, idx and rev after git gc",
        figures: format!("{figure:.0} bytes"),
        ratio: figure,
        target: 650.0,
    }
}

/// The largest resident set of a cold replay.
fn memory(options: &Options, made: &Made) -> Row {
    let command = cold(options, made);
    // A process only knows the maximum of all its children, so a helper process with this one child measures it.
    let mut asked = made.command(std::env::current_exe().unwrap().to_str().unwrap());
    asked
        .arg(REPORT_MEMORY)
        .arg(command.get_program())
        .args(command.get_args());
    let output = asked.output().unwrap();
    let kilobytes: f64 = String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let figure = kilobytes / 1000.0;
    Row {
        name: "memory of a cold replay".to_owned(),
        against: "largest resident set",
        figures: format!("{figure:.0} MB"),
        ratio: figure,
        target: 150.0,
    }
}

/// The first argument of a helper process that runs a command and prints its memory in kB.
const REPORT_MEMORY: &str = "--report-memory";

fn report_memory(command: &[OsString]) -> ExitCode {
    use nix::sys::resource::{UsageWho, getrusage};
    let mut child = Command::new(&command[0]);
    child.args(&command[1..]).stdout(Stdio::null());
    assert!(child.status().unwrap().success());
    println!(
        "{}",
        getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss()
    );
    ExitCode::SUCCESS
}

fn time(mut command: Command) -> Duration {
    command.stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().unwrap();
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    time
}

/// The times of two commands that take turns.
struct Times {
    ours: Vec<Duration>,
    theirs: Vec<Duration>,
}

impl Times {
    /// Takes the times. The first turn is a warm-up.
    fn take(
        runs: usize,
        ours: &mut dyn FnMut() -> Duration,
        theirs: &mut dyn FnMut() -> Duration,
    ) -> Self {
        let turns: Vec<_> = (0..=runs).map(|_| (ours(), theirs())).skip(1).collect();
        let (ours, theirs) = turns.into_iter().unzip();
        Self { ours, theirs }
    }

    fn row(mut self, name: &str, against: &'static str, target: f64) -> Row {
        let [ours, theirs] = [&mut self.ours, &mut self.theirs].map(|times| {
            times.sort_unstable();
            (times[0].as_secs_f64(), times[times.len() / 2].as_secs_f64())
        });
        let milliseconds = |seconds: f64| format!("{:.1}", 1000.0 * seconds);
        let figures = format!(
            "{} / {} ms (minima {} / {}, ratio {})",
            milliseconds(ours.1),
            milliseconds(theirs.1),
            milliseconds(ours.0),
            milliseconds(theirs.0),
            ratio(ours.0 / theirs.0),
        );
        Row {
            name: name.to_owned(),
            against,
            figures,
            ratio: ours.1 / theirs.1,
            target,
        }
    }
}

/// A measured value and its limit.
struct Row {
    name: String,
    against: &'static str,
    figures: String,
    ratio: f64,
    target: f64,
}

#[derive(Default)]
struct Table(Vec<Row>);

impl Table {
    fn add(&mut self, row: Row) {
        eprintln!("{}: {}", row.name, row.figures);
        self.0.push(row);
    }

    fn is_missed(&self) -> bool {
        self.0.iter().any(|row| row.ratio > row.target)
    }

    fn print(&self) {
        let cores = std::thread::available_parallelism().unwrap();
        println!("\n{cores} cores; medians, ours / git's\n");
        println!("| measured | against | ratio | at most | | figures |");
        println!("|---|---|---|---|---|---|");
        for row in &self.0 {
            let verdict = if row.ratio <= row.target {
                "ok"
            } else {
                "MISSED"
            };
            let (measured, target) = (ratio(row.ratio), ratio(row.target));
            let Row {
                name,
                against,
                figures,
                ..
            } = row;
            println!("| {name} | {against} | {measured} | {target} | {verdict} | {figures} |");
        }
    }
}

/// A ratio with its significant digits; small ones as a fraction.
fn ratio(ratio: f64) -> String {
    match ratio {
        0.0..0.1 => format!("1/{:.0}", 1.0 / ratio),
        0.1..20.0 => format!("{ratio:.2}"),
        _ => format!("{ratio:.0}"),
    }
}

fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}
