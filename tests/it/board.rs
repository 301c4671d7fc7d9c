//! `board` and `status --watch` on a real terminal: keys, other processes, signals, and what is left afterwards.
//!
//! Not here: what is drawn at which size (`cli::commands::board::draw`).

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::fd::OwnedFd,
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use nix::{
    pty::{Winsize, openpty},
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::world::World;

/// A program on a terminal of 80 columns and 24 lines.
struct Seat {
    child: Child,
    keys: File,
    screen: Arc<Mutex<vt100::Parser>>,
    /// The terminal stays open after the program.
    terminal: OwnedFd,
}

/// Long enough for a busy machine.
const LONG: Duration = Duration::from_secs(20);

impl Seat {
    /// `line` is a line of `sh`, in which `git-coord` is found.
    fn new(world: &World, line: &str) -> Self {
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = openpty(Some(&size), None).unwrap();
        let mut command = world.command("setsid", &world.work());
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        // A shell with job control, as a person has it, on a terminal of its own.
        command.args(["--ctty", "sh", "-mc", line]);
        command.env("TERM", "xterm").env("NO_COLOR", "1");
        let child = command
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(24, 80, 0)));
        let mut output = File::from(pty.master.try_clone().unwrap());
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = output.read(&mut bytes) {
                if count == 0 {
                    break;
                }
                shown.lock().unwrap().process(&bytes[..count]);
            }
        });
        Self {
            child,
            keys: File::from(pty.master),
            screen,
            terminal: pty.slave,
        }
    }

    fn board(world: &World) -> Self {
        let seat = Self::new(world, "git-coord board; echo \"left with $?\"");
        seat.shows("1 board");
        seat
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until the screen has this text.
    #[track_caller]
    fn shows(&self, text: &str) {
        self.becomes(text, |screen| screen.contains(text));
    }

    #[track_caller]
    fn becomes(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let began = Instant::now();
        while !is_so(&self.text()) {
            assert!(began.elapsed() < LONG, "{what}: {}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The process id of the program itself.
    fn program(&self) -> Pid {
        let children = format!("/proc/{0}/task/{0}/children", self.child.id());
        let children = std::fs::read_to_string(children).unwrap();
        Pid::from_raw(children.split(' ').next().unwrap().parse().unwrap())
    }

    /// Waits until the shell has ended, and checks that the terminal is as before.
    #[track_caller]
    fn leaves(mut self, text: &str) {
        self.shows(text);
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < LONG);
            thread::sleep(Duration::from_millis(20));
        }
        let parser = self.screen.lock().unwrap();
        assert!(!parser.screen().alternate_screen() && !parser.screen().hide_cursor());
        let modes = nix::sys::termios::tcgetattr(&self.terminal).unwrap();
        let local = nix::sys::termios::LocalFlags::ICANON | nix::sys::termios::LocalFlags::ECHO;
        assert!(modes.local_flags.contains(local));
    }
}

fn team() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    for line in [
        "add One --id A --group core --gate codex",
        "add Two --id B --group core --depends A",
        "add Three --id C --group docs --owner codex",
        "snapshot --label morning",
        "claim C --actor codex",
        "comment C remember",
    ] {
        world.done(line);
    }
    world
}

#[test]
fn every_key_of_the_help_does_what_it_says() {
    let world = team();
    let mut seat = Seat::board(&world);
    seat.press("?");
    for text in ["next task", "comment on it"] {
        seat.shows(text);
    }
    // The last keys are below the 24 lines.
    seat.press("jjjjjj");
    for text in ["Ctrl-Z", "quit"] {
        seat.shows(text);
    }
    seat.press("\x1b");
    seat.shows("A One");
    for (view, text) in [
        ("2", "not_started"),
        ("3", "holds nothing"),
        ("4", "nothing here"),
        ("5", "B  waits for A"),
        ("6", "nothing here"),
        ("7", "snapshot"),
        ("8", "nothing here"),
        ("9", "nothing here"),
        ("1", "In progress"),
    ] {
        seat.press(view);
        seat.shows(text);
    }
    // The cursor: down to B, details, up to A, along to C, and back.
    seat.press("gj\r");
    seat.shows("Dependencies");
    seat.press("k");
    seat.becomes("A's details", |it| !it.contains("Dependencies"));
    seat.press("\x1b[C");
    seat.shows("remember");
    seat.press("\x1b");
    seat.becomes("closed", |it| !it.contains("remember"));
    seat.press("hGg");
    seat.press("o");
    seat.shows("without an owner");
    seat.press("o");
    seat.becomes("groups", |it| it.contains("core") && it.contains("docs"));
    seat.press("/owner:codex\r");
    seat.becomes("filtered", |it| !it.contains("A One"));
    seat.press("\x1b");
    seat.shows("A One");
    seat.press("[");
    seat.shows("[2025-10-15/morning]");
    seat.shows("the first snapshot");
    seat.press("c");
    seat.shows("this is the past");
    seat.press("]");
    seat.shows("1 changed since the snapshot before");
    seat.shows("*C Three");
    // What it changes, in the list, where the order is that of addition.
    seat.press("2gc");
    seat.shows("Enter runs, Esc drops: git coord claim A");
    seat.press("\x1b");
    seat.shows("nothing was changed");
    seat.press("cy");
    seat.shows("claimed A");
    seat.press("p40\r\r");
    seat.shows("40%");
    seat.press("m--not an option\r");
    seat.shows("git coord comment A '--not an option'");
    seat.press("\r");
    seat.shows("commented on A");
    seat.press("bno disk\r\r");
    seat.shows("A is blocked: no disk");
    seat.press("a\r");
    seat.becomes("refused", |it| it.contains("'A'"));
    seat.press("q");
    seat.leaves("left with 0");
    assert!(world.done("show A").contains("no disk"));
}

#[test]
fn another_process_a_new_size_and_a_rewritten_ledger_are_seen() {
    let world = team();
    let mut seat = Seat::board(&world);
    world.done("add Four --id D");
    seat.shows("D Four");
    seat.screen.lock().unwrap().screen_mut().set_size(20, 40);
    let mut stty = world.command("stty", &world.work());
    stty.args(["cols", "40", "rows", "20"]);
    let status = stty.stdin(seat.terminal.try_clone().unwrap()).status();
    assert!(status.unwrap().success());
    seat.becomes("40 columns", |it| {
        it.contains("Open") && !it.contains("Ended")
    });
    world.git(&["update-ref", "refs/coord/ledger", "refs/coord/ledger~1"]);
    seat.becomes("rewound", |it| !it.contains("D Four"));
    world.git(&["update-ref", "-d", "refs/coord/ledger"]);
    seat.shows("the ledger of this");
    seat.press("q");
    seat.leaves("left with 0");
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let world = team();
    for (signal, text) in [
        (Signal::SIGTERM, "left with 143"),
        (Signal::SIGHUP, "left with 129"),
    ] {
        let seat = Seat::board(&world);
        kill(seat.program(), signal).unwrap();
        seat.leaves(text);
    }
}

#[test]
fn ctrl_z_suspends_and_the_board_comes_back() {
    let world = team();
    let line =
        "git-coord board; echo \"stopped with $?\"; sleep 1; fg >/dev/null; echo \"left with $?\"";
    let mut seat = Seat::new(&world, line);
    seat.shows("1 board");
    seat.press("\x1a");
    seat.shows("stopped with");
    seat.shows("1 board");
    seat.press("q");
    seat.leaves("left with 0");
}

#[test]
fn without_a_terminal_it_says_so() {
    let world = team();
    for arguments in [&["board", "--json"][..], &["status", "--watch", "--json"]] {
        world.coord(arguments).failed("no_terminal", 128);
    }
}

#[test]
fn status_watch_redraws_in_place() {
    let world = team();
    let seat = Seat::new(&world, "git-coord status --watch");
    seat.shows("Nothing has to be decided.");
    seat.shows("codex   C   Three");
    world.done("block A disk");
    seat.shows("blocked  A");
    seat.becomes("in place", |it| it.matches("Claims").count() == 1);
    kill(seat.program(), Signal::SIGINT).unwrap();
}
