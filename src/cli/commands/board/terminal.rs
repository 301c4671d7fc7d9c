//! The terminal of the board: taken over and given back, also after a panic and on a signal; keys and signals as they come.
//!
//! Not here: what is drawn (`draw`), and what keys do (`model`).

use std::{
    io::{self, Stdout},
    panic,
    sync::mpsc::Sender,
    thread,
};

use crossterm::{
    cursor::{Hide, Show},
    event::{self, Event, KeyEvent, KeyEventKind},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use nix::{sys::signal, unistd::Pid};
use ratatui::{Terminal, backend::CrosstermBackend, buffer::Buffer, layout::Rect};
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    iterator::Signals,
    low_level,
};

/// Something that the board has to react to.
#[derive(Debug, Clone, Copy)]
pub enum TerminalEvent {
    /// A key.
    Key(KeyEvent),
    /// The ledger may have moved.
    Moved,
    /// The terminal has another size.
    Resized,
    /// Somebody wants the program to stop until it is continued.
    Stop,
    /// The program was continued.
    Continued,
    /// A signal ends the program.
    Ended(i32),
}

/// A terminal that the board has taken over, until it is dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes over the terminal. Keys and signals go to `tell` from now on.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    pub fn enter(stdout: Stdout, tell: &Sender<TerminalEvent>) -> io::Result<Self> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        let of_signals = tell.clone();
        thread::spawn(move || {
            for signal in signals.forever() {
                let happening = match signal {
                    SIGTSTP => TerminalEvent::Stop,
                    SIGCONT => TerminalEvent::Continued,
                    signal => TerminalEvent::Ended(signal),
                };
                if of_signals.send(happening).is_err() {
                    break;
                }
            }
        });
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        take_over()?;
        let terminal = Terminal::new(CrosstermBackend::new(stdout))?;
        let of_keys = tell.clone();
        thread::spawn(move || {
            while let Ok(event) = event::read() {
                let happening = match event {
                    Event::Key(key) if key.kind != KeyEventKind::Release => TerminalEvent::Key(key),
                    Event::Resize(..) => TerminalEvent::Resized,
                    _ => continue,
                };
                if of_keys.send(happening).is_err() {
                    break;
                }
            }
        });
        Ok(Self { terminal })
    }

    /// The size.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn area(&mut self) -> io::Result<Rect> {
        let size = self.terminal.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    /// Draws; only what has changed is written.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(Rect, &mut Buffer)) -> io::Result<()> {
        self.terminal
            .draw(|frame| draw(frame.area(), frame.buffer_mut()))
            .map(|_| ())
    }

    /// Suspends the processes of this job, as Ctrl-Z does in other programs: a signal comes back as [`TerminalEvent::Stop`].
    pub fn suspend_job() {
        // If that cannot be done, nothing is suspended.
        let _ = signal::kill(Pid::from_raw(0), signal::Signal::SIGTSTP);
    }

    /// Gives the terminal back and stops, until the program is continued.
    pub fn stop(&self) {
        give_back();
        let _ = low_level::emulate_default_handler(SIGTSTP);
    }

    /// Takes the terminal over again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        take_over()?;
        // Everything is drawn again. `clear` would ask the terminal for its cursor, and the keys' thread would take the answer.
        let area = self.area()?;
        self.terminal.resize(area)
    }

    /// Gives the terminal back, and ends as the signal does by default.
    pub fn end(self, signal: i32) {
        drop(self);
        let _ = low_level::emulate_default_handler(signal);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_over() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Hide)
}

/// As far as it goes: the terminal may be gone.
fn give_back() {
    let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}
