//! The only writer to standard output and standard error.
//!
//! Not here: the text of an answer (`render`), and its data (each command).

use std::{
    fmt,
    io::{self, BufWriter, IsTerminal as _, Write},
    os::fd::AsFd as _,
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde::Serialize;

use super::{color, fields, json, pager};
use crate::{
    cli::{
        CommandError,
        environment::{self, Lookup},
        failure::{code, error::Kind},
    },
    core::values::text::{brief, visible},
    render::text::Style,
};

/// The options of the output.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// JSON instead of text.
    pub json: bool,
    /// When to write in colour, if the option is given.
    pub color: Option<color::When>,
    /// Never start a pager.
    pub no_pager: bool,
}

/// Writes text or JSON to standard output, and errors and warnings to standard error.
///
/// With JSON, standard output has exactly one object, or for a stream one per line; text for people is dropped. Errors
/// and warnings go to standard error in either case.
pub struct Ui {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    manner: Manner,
    terminal: bool,
    color: bool,
    hints: bool,
    pager: Option<String>,
    /// Whether `err` is a terminal, and whether its last line is progress, which the next line replaces.
    watched: bool,
    passing: bool,
    /// With JSON: the line that is not written yet, and the warnings that it will have.
    line: Option<String>,
    warnings: Vec<String>,
    /// With JSON: the only keys to print; all of them if it is empty.
    fields: Vec<String>,
}

impl Ui {
    /// Writes to the standard streams of this process.
    pub fn new(manner: Manner) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let out = Box::new(BufWriter::new(stdout));
        let stderr = io::stderr();
        let watched = stderr.is_terminal();
        let mut ui = Self::on(out, Box::new(stderr), terminal, manner);
        ui.watched = watched;
        ui
    }

    /// Writes to other streams; `terminal` says whether `out` is a terminal.
    pub fn on(out: Box<dyn Write>, err: Box<dyn Write>, terminal: bool, manner: Manner) -> Self {
        let mut ui = Self {
            out,
            err,
            manner,
            terminal,
            color: false,
            hints: true,
            pager: None,
            watched: false,
            passing: false,
            line: None,
            warnings: Vec::new(),
            fields: Vec::new(),
        };
        ui.obey(&|_| None);
        ui
    }

    /// Applies git's config for colours, pager and hints.
    pub fn obey(&mut self, config: Lookup<'_>) {
        let environment: Lookup<'_> = &environment::variable;
        // git sets this if our output goes to a pager on a terminal (git-config(1), color.pager).
        let in_pager = environment("GIT_PAGER_IN_USE").is_some_and(|value| is_yes(&value));
        let seen = self.terminal || in_pager;
        self.color =
            !self.manner.json && color::wanted(self.manner.color, environment, config, seen);
        self.hints = environment("GIT_ADVICE").is_none_or(|value| is_yes(&value))
            && config("advice.coordHints").is_none_or(|value| is_yes(&value));
        let paged = self.terminal && !self.manner.json && !self.manner.no_pager && !in_pager;
        self.pager = paged.then(|| pager::chosen(environment, config)).flatten();
    }

    /// Prints only these keys of the answers in JSON.
    pub fn print_only(&mut self, fields: Vec<String>) {
        self.fields = fields;
    }

    /// Whether the answer is JSON.
    pub fn is_json(&self) -> bool {
        self.manner.json
    }
    /// Calls `tell` on another thread when nobody reads standard output any more.
    pub fn when_closed(&self, tell: impl FnOnce() + Send + 'static) {
        std::thread::spawn(move || {
            let stdout = io::stdout();
            // Without an event that is asked for, this waits for errors alone: the reader of a pipe has closed it.
            let mut stdout = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
            if poll(&mut stdout, PollTimeout::NONE).is_ok() {
                tell();
            }
        });
    }
    /// Standard output, for a command that draws on the whole terminal; none unless it and standard input are terminals that can
    /// be drawn on.
    pub fn screen(&self) -> Option<io::Stdout> {
        let is_dumb = environment::variable("TERM").is_some_and(|term| term == "dumb");
        let drawn = self.terminal && io::stdin().is_terminal() && !is_dumb && !self.manner.json;
        drawn.then(io::stdout)
    }

    /// Replaces what the terminal shows by a page, cut to its height.
    ///
    /// # Errors
    /// As for [`text`](Self::text).
    pub fn redraw(&mut self, page: &str) -> Result<(), CommandError> {
        let height = terminal_size::terminal_size().map_or(24, |(_, height)| height.0.into());
        // From the top, each line up to its end, and everything below the last one: nothing flickers.
        let lines: Vec<&str> = page.lines().take(usize::max(height, 2) - 1).collect();
        let lines: String = lines.iter().map(|line| format!("{line}\x1b[K\n")).collect();
        self.write(&format!("\x1b[H{lines}\x1b[J"))?;
        self.finish()
    }

    /// The colours and the width of text.
    pub fn style(&self) -> Style {
        Style {
            color: self.color,
            width: self.terminal.then(columns).flatten(),
        }
    }

    /// The whole answer: `data` under `schema` with `--json`, else the text, which ends with a line break.
    ///
    /// The text may have colours. Its author has escaped text of other people.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub fn answer<T: Serialize>(
        &mut self,
        schema: &str,
        data: &T,
        text: impl fmt::Display,
    ) -> Result<(), CommandError> {
        if self.manner.json {
            self.success(schema, data)
        } else {
            self.text(text)
        }
    }

    /// As [`answer`](Self::answer), for a long text, which is shown in the pager if there is one. Only the printed
    /// form is computed.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub fn show<T: Serialize>(
        &mut self,
        schema: &str,
        data: impl FnOnce() -> T,
        text: impl FnOnce(Style) -> String,
    ) -> Result<(), CommandError> {
        if self.manner.json {
            self.success(schema, &data())
        } else {
            self.page(text(self.style()))
        }
    }

    /// The answer as JSON: `{"schema":…,"ok":true,"data":{…}}`. Called once, or for a stream once per item.
    ///
    /// # Errors
    /// If standard output cannot be written; `usage` if `--fields` names a key that the answer does not have.
    pub fn success<T: Serialize>(&mut self, schema: &str, data: &T) -> Result<(), CommandError> {
        self.end_line()?;
        self.line = Some(if self.fields.is_empty() {
            json::success(schema, data)
        } else {
            let data = serde_json::to_value(data).unwrap_or_default();
            json::success(schema, &fields::only(data, &self.fields).map_err(unknown)?)
        });
        Ok(())
    }

    /// Text for people, with its own line breaks; dropped with `--json`.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub fn text(&mut self, text: impl fmt::Display) -> Result<(), CommandError> {
        if self.manner.json {
            Ok(())
        } else {
            self.write(&text.to_string())
        }
    }

    /// Long text for people, through the pager if there is one; dropped with `--json`.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub fn page(&mut self, text: impl fmt::Display) -> Result<(), CommandError> {
        let Some(command) = self.pager.clone() else {
            return self.text(text);
        };
        self.finish()?;
        let text = text.to_string();
        match pager::show(&command, &text) {
            Ok(()) => Ok(()),
            Err(_) => self.text(text),
        }
    }

    /// Unchanged text, also with `--json`: an export in a format of its own.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub fn raw(&mut self, text: &str) -> Result<(), CommandError> {
        self.write(text)
    }

    /// A `warning:` on standard error, and with `--json` also in the object; the command goes on.
    pub fn warn(&mut self, message: impl fmt::Display) {
        let message = message.to_string();
        self.tell("warning", &message);
        if self.manner.json {
            self.warnings.push(message);
        }
    }

    /// An announcement on standard error, also with `--json`.
    pub fn announce(&mut self, label: &str, message: impl fmt::Display) {
        self.tell(label, &message.to_string());
    }

    /// Progress, on a line of standard error that the next one replaces; only on a terminal.
    pub fn progress(&mut self, line: &str) {
        if self.watched {
            let width = columns().unwrap_or(80).saturating_sub(1);
            let _ = write!(self.err, "\r\x1b[K{}", brief(line, width));
            let _ = self.err.flush();
            self.passing = true;
        }
    }

    /// Removes the line of [`progress`](Self::progress).
    pub fn end_progress(&mut self) {
        if std::mem::take(&mut self.passing) {
            let _ = write!(self.err, "\r\x1b[K");
            let _ = self.err.flush();
        }
    }

    /// A `hint:` on standard error, unless `advice.coordHints` or `GIT_ADVICE` forbids it.
    pub fn hint(&mut self, hint: impl fmt::Display) {
        if self.hints {
            self.tell("hint", &hint.to_string());
        }
    }

    /// Passes on git's progress, if standard error is a terminal.
    pub fn gits_progress(&self) -> Option<impl FnMut(&[u8]) + use<>> {
        let watched = !self.manner.json && io::stderr().is_terminal();
        let mut begun = Vec::new();
        watched.then_some(move |bytes: &[u8]| {
            let told = harmless(&of_progress(&mut begun, bytes));
            // Progress that cannot be written does not matter.
            let _ = io::stderr().write_all(told.as_bytes());
        })
    }

    /// A failure, on standard error in git's style, and with `--json` also on standard output.
    pub fn fail(&mut self, error: &CommandError) {
        if matches!(error.kind(), Kind::AnsweredNo | Kind::OutputClosed) {
            return;
        }
        if self.manner.json {
            // Standard error may work even if standard output does not.
            let _ = self.end_line();
            self.line = Some(json::failure(error));
            let _ = self.end_line();
        }
        for line in error.lines() {
            self.tell("error", line);
        }
        self.tell("error", &error.to_string());
        if let Some(usage) = error.written() {
            self.tell("usage", usage);
        }
        if let Some(hint) = error.next() {
            self.hint(hint);
        }
    }

    /// Flushes the output: once at the end, and after every item of a stream.
    ///
    /// # Errors
    /// If standard output cannot be written: a full disk, or a reader that went away.
    pub fn finish(&mut self) -> Result<(), CommandError> {
        self.end_line()?;
        self.out.flush().map_err(unwritten)
    }

    /// Writes the waiting line with the warnings so far.
    fn end_line(&mut self) -> Result<(), CommandError> {
        let Some(line) = self.line.take() else {
            return Ok(());
        };
        let warnings = std::mem::take(&mut self.warnings);
        self.write(&json::with_warnings(line, &warnings))
    }

    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        self.out.write_all(text.as_bytes()).map_err(unwritten)
    }

    fn tell(&mut self, label: &str, message: &str) {
        // If both streams go to one terminal, the earlier output has to come first. `finish` reports a failure.
        let _ = self.out.flush();
        self.end_progress();
        let message = visible(message);
        let _ = writeln!(self.err, "{label}: {message}");
    }
}

fn unknown(unknown: fields::UnknownField) -> CommandError {
    let fields::UnknownField { field, known } = unknown;
    let message = format!("the answer has no key '{field}', but: {}", known.join(", "));
    CommandError::usage(message).hint("to see its keys: git coord schema")
}

/// The beginnings of git output that the command reports itself: failures and moved refs.
const REPORTED_OTHERWISE: [&[u8]; 8] = [
    b"fatal: ",
    b"error: ",
    b"hint: ",
    b"From ",
    b"To ",
    b" ",
    b"Please make sure you have the correct access",
    b"and the repository exists",
];
/// The longest line of progress. The end of a longer line is not awaited.
const LINE_BYTES_MAX: usize = 4096;

/// The progress lines among those that end in these bytes; `begun` keeps the incomplete line.
fn of_progress(begun: &mut Vec<u8>, bytes: &[u8]) -> Vec<u8> {
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
    begun.extend(bytes);
    let end = match begun.iter().rposition(ends) {
        Some(last) => last + 1,
        None if begun.len() > LINE_BYTES_MAX => begun.len(),
        None => 0,
    };
    let ended: Vec<u8> = begun.drain(..end).collect();
    let lines = ended.split_inclusive(ends);
    let told = lines.filter(|line| {
        !REPORTED_OTHERWISE
            .iter()
            .any(|begin| line.starts_with(begin))
    });
    told.flatten().copied().collect()
}

/// Text of the remote, made safe for a terminal: of the control characters only line breaks and tabs stay.
fn harmless(bytes: &[u8]) -> String {
    let breaks = ['\n', '\r', '\t'];
    let text = String::from_utf8_lossy(bytes);
    let pieces = text.split_inclusive(breaks);
    let shown = pieces.map(|piece| {
        let said = piece.trim_end_matches(breaks);
        format!("{}{}", visible(said), &piece[said.len()..])
    });
    shown.collect()
}

fn unwritten(error: io::Error) -> CommandError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => CommandError::output_closed(),
        _ => CommandError::fatal(code::CANNOT_WRITE, "cannot write to standard output")
            .because(error),
    }
}

/// The columns of the terminal: `COLUMNS`, as git reads it, else the size that the terminal reports.
fn columns() -> Option<usize> {
    let told = environment::variable("COLUMNS").and_then(|text| text.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| width.0.into());
    told.filter(|columns| *columns > 0).or_else(measured)
}

/// Reads a boolean as git does; any other text counts as yes.
fn is_yes(value: &str) -> bool {
    !["false", "no", "off", "0", ""].contains(&value.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::paper::Paper;

    fn printed(json: bool, config: Lookup<'_>, speak: impl FnOnce(&mut Ui)) -> (String, String) {
        let (out, err) = (Paper::default(), Paper::default());
        let manner = Manner {
            json,
            ..Manner::default()
        };
        let mut ui = Ui::on(Box::new(out.clone()), Box::new(err.clone()), false, manner);
        ui.obey(config);
        speak(&mut ui);
        ui.finish().unwrap();
        (out.read(), err.read())
    }

    fn lost() -> CommandError {
        CommandError::no("claim_held", "task 'B\u{1b}[2J' is claimed").hint("git coord ready")
    }

    #[test]
    fn an_answer_is_text_or_one_object_never_both() {
        let speak = |ui: &mut Ui| {
            ui.text("by the way\n").unwrap();
            ui.answer("coord.done/1", &"B", "done B\n").unwrap();
        };
        let (out, err) = printed(false, &|_| None, speak);
        assert_eq!((out.as_str(), err.as_str()), ("by the way\ndone B\n", ""));
        let (out, _) = printed(true, &|_| None, speak);
        assert_eq!(
            out,
            "{\"schema\":\"coord.done/1\",\"ok\":true,\"data\":\"B\"}\n"
        );
    }

    #[test]
    fn an_error_has_gits_style_and_cannot_control_the_terminal() {
        let (out, err) = printed(false, &|_| None, |ui| ui.fail(&lost()));
        assert_eq!(out, "");
        assert_eq!(
            err,
            "error: task 'B\\u{1b}[2J' is claimed\nhint: git coord ready\n"
        );
    }

    #[test]
    fn with_json_an_error_is_an_object_too() {
        let (out, err) = printed(true, &|_| None, |ui| ui.fail(&lost()));
        assert_eq!(out.lines().count(), 1);
        assert!(out.starts_with("{\"schema\":\"coord.error/1\",\"ok\":false,"));
        assert!(err.starts_with("error: task"));
    }

    #[test]
    fn with_json_the_object_has_the_warnings_before_and_after_the_answer() {
        let speak = |ui: &mut Ui| {
            ui.warn("first");
            ui.answer("coord.done/1", &"B", "done B\n").unwrap();
            ui.warn("\u{1b}[2J");
        };
        let (out, err) = printed(true, &|_| None, speak);
        let object = "{\"schema\":\"coord.done/1\",\"ok\":true,\"data\":\"B\",\
                      \"warnings\":[\"first\",\"\\u001b[2J\"]}\n";
        assert_eq!(out, object);
        assert_eq!(err, "warning: first\nwarning: \\u{1b}[2J\n");
        let (out, _) = printed(true, &|_| None, |ui| {
            ui.warn("first");
            ui.fail(&lost());
        });
        assert!(out.ends_with(",\"warnings\":[\"first\"]}\n"), "{out}");
        assert_eq!(out.lines().count(), 1);
    }

    #[test]
    fn hints_can_be_turned_off_for_people_and_stay_for_programs() {
        let silent: Lookup<'_> = &|key| (key == "advice.coordHints").then(|| "false".to_owned());
        let (out, err) = printed(true, silent, |ui| ui.fail(&lost()));
        assert!(!err.contains("hint:") && out.contains("git coord ready"));
    }

    #[test]
    fn progress_is_for_terminals_and_the_next_message_replaces_it() {
        let speak = |ui: &mut Ui| {
            ui.progress("1 of 2 \u{1b}[2J");
            ui.warn("x");
        };
        let (_, err) = printed(false, &|_| None, speak);
        assert_eq!(err, "warning: x\n");
        let watched = |ui: &mut Ui| {
            ui.watched = true;
            speak(ui);
        };
        let (_, err) = printed(false, &|_| None, watched);
        assert_eq!(err, "\r\x1b[K1 of 2 \\u{1b}[2J\r\x1b[Kwarning: x\n");
    }

    #[test]
    fn lines_that_the_command_reports_itself_are_not_progress() {
        let mut begun = Vec::new();
        let mut told = |bytes: &[u8]| String::from_utf8(of_progress(&mut begun, bytes)).unwrap();
        assert_eq!(told(b"fatal: couldn't find remote"), "");
        assert_eq!(
            told(b" ref refs/coord/ledger\nCounting:  3%\rCoun"),
            "Counting:  3%\r"
        );
        assert_eq!(
            told(b"ting: done.\nFrom ../home\n * [new ref] x -> y\nremote: hello\n"),
            "Counting: done.\nremote: hello\n"
        );
    }

    #[test]
    fn output_of_a_host_cannot_control_the_terminal() {
        let sent = b"remote: 50%\rremote: \x1b]0;x\x07\xc2\x9b2J\tdone\r\n";
        let shown = "remote: 50%\rremote: \\u{1b}]0;x\\u{7}\\u{9b}2J\tdone\r\n";
        assert_eq!(harmless(sent), shown);
        // The two halves of a character are not joined, in the terminal either.
        assert_eq!(
            harmless(b"\xc2") + &harmless(b"\x9b2J"),
            "\u{fffd}\u{fffd}2J"
        );
    }

    #[test]
    fn an_answer_that_is_already_no_prints_nothing_more() {
        let (out, err) = printed(true, &|_| None, |ui| ui.fail(&CommandError::answered_no()));
        assert_eq!((out.as_str(), err.as_str()), ("", ""));
    }
}
