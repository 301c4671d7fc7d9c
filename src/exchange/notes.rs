//! Remarks of the readers about a file: complaints, for which it is refused, and findings, for which it is not.
//!
//! Not here: the reasons for a remark (the readers, `checks` and `contradictions`).

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use crate::{
    core::values::{task::WorkingDay, text::brief},
    exchange::{Finding, FindingKind},
};

/// A reason to refuse a file, at one line. The caller prints it as `file:line: message`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {message}")]
pub struct Complaint {
    /// The line in the file, from 1.
    pub line: usize,
    /// The message, in lower case and without a period, as in git.
    pub message: String,
}

/// Every complaint about a file, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaints(Vec<Complaint>);

impl Complaints {
    pub(super) fn one(complaint: Complaint) -> Self {
        Self(vec![complaint])
    }
    /// The complaints.
    pub fn iter(&self) -> impl Iterator<Item = &Complaint> {
        self.0.iter()
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{complaint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Complaints {}

/// The maximum number of complaints, and of findings, that are kept. Others are only counted, so that a hostile file
/// cannot fill a terminal.
const NOTES_MAX: usize = 1000;

/// The complaints and findings so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// How long the day of an estimate is.
    pub working_day: WorkingDay,
    complaints: Vec<Complaint>,
    complaints_left_out: usize,
    findings: BTreeMap<(FindingKind, String), Places>,
    findings_left_out: usize,
    /// What a file without tasks has instead.
    seen: Vec<Complaint>,
}

/// The maximum number of subjects, and of further lines, that one finding names.
const NAMED_MAX: usize = 10;

/// The places of one finding: its first line, and the subjects with their lines.
#[derive(Debug)]
struct Places {
    /// How many findings came before it.
    number: usize,
    line: usize,
    last: usize,
    subjects: Vec<Named>,
    unnamed: usize,
}

/// A subject, the line on which it comes first, and how often it comes.
#[derive(Debug)]
struct Named {
    line: usize,
    subject: String,
    times: usize,
}

impl Places {
    fn add(&mut self, line: usize, subject: &str) {
        let known =
            |it: &&mut Named| it.subject == subject && (!subject.is_empty() || it.line == line);
        if let Some(known) = self.subjects.iter_mut().find(known) {
            known.times += 1;
            return;
        }
        self.line = self.line.min(line);
        self.last = self.last.max(line);
        if self.subjects.len() == NAMED_MAX {
            self.unnamed += 1;
        } else {
            let subject = subject.to_owned();
            self.subjects.push(Named {
                line,
                subject,
                times: 1,
            });
        }
    }

    /// The message with the subjects. A subject on another line than the first has its line, and an unknown key how often it comes.
    fn named(&self, kind: FindingKind, message: &str) -> String {
        let named = |it: &Named| {
            let line = (it.line != self.line).then_some(it.line);
            if it.subject.is_empty() {
                return line.map(|line| line.to_string());
            }
            let is_counted = kind == FindingKind::UnknownKey && it.times > 1;
            let line = line.map(|line| format!("line {line}"));
            let times = is_counted.then(|| format!("{} times", it.times));
            let more: Vec<String> = line.into_iter().chain(times).collect();
            let subject = brief(&it.subject, 60);
            Some(match more[..] {
                [] => format!("'{subject}'"),
                _ => format!("'{subject}' ({})", more.join(", ")),
            })
        };
        let mut names: Vec<String> = self.subjects.iter().filter_map(named).collect();
        let is_named = self.subjects.iter().any(|it| !it.subject.is_empty());
        let before = match names[..] {
            [] => return message.to_owned(),
            _ if is_named => "",
            [_] => "also on line ",
            _ => "also on lines ",
        };
        if self.unnamed > 0 {
            names.push(format!(
                "and {} more up to line {}",
                self.unnamed, self.last
            ));
        }
        let mark = if is_named { ": " } else { "; " };
        format!("{message}{mark}{before}{}", names.join(", "))
    }
}

impl Notes {
    /// No remarks yet. An estimate has days of this length.
    pub fn of_days(working_day: WorkingDay) -> Self {
        Self {
            working_day,
            ..Self::default()
        }
    }
    pub fn complain(&mut self, line: usize, message: impl Into<String>) {
        if self.complaints.len() == NOTES_MAX {
            self.complaints_left_out += 1;
            return;
        }
        let message = message.into();
        self.complaints.push(Complaint { line, message });
    }

    /// Notes a part of the file in which tasks were looked for.
    pub fn saw(&mut self, line: usize, message: impl Into<String>) {
        if self.seen.len() < NAMED_MAX {
            let message = message.into();
            self.seen.push(Complaint { line, message });
        }
    }

    /// Complains that the file has no tasks, and names what it has.
    pub fn complain_of_nothing(&mut self, message: &str) {
        self.complain(1, message);
        self.complaints.append(&mut self.seen);
    }

    /// Adds a finding. The same finding on several lines is one finding, which names the lines.
    pub fn find(&mut self, kind: FindingKind, line: usize, message: impl Into<String>) {
        self.find_each(kind, line, message, "");
    }

    /// Adds a finding about a subject: a key, a word, a task. Findings of one message are one finding, which names
    /// the subjects.
    pub fn find_each(
        &mut self,
        kind: FindingKind,
        line: usize,
        message: impl Into<String>,
        subject: &str,
    ) {
        let known = self.findings.len();
        match self.findings.entry((kind, message.into())) {
            Entry::Occupied(mut places) => places.get_mut().add(line, subject),
            Entry::Vacant(_) if known == NOTES_MAX => self.findings_left_out += 1,
            Entry::Vacant(place) => {
                place.insert(Places {
                    number: known,
                    line,
                    last: line,
                    subjects: vec![Named {
                        line,
                        subject: subject.to_owned(),
                        times: 1,
                    }],
                    unnamed: 0,
                });
            }
        }
    }

    pub fn has_complaints(&self) -> bool {
        !self.complaints.is_empty()
    }

    /// The findings, sorted by line.
    ///
    /// # Errors
    /// The complaints, sorted by line, if there are any.
    pub fn finish(mut self) -> Result<Vec<Finding>, Complaints> {
        self.complaints.sort_by_key(|complaint| complaint.line);
        if let (Some(last), n @ 1..) = (self.complaints.last(), self.complaints_left_out) {
            let (line, message) = (last.line, format!("and {n} more complaints"));
            self.complaints.push(Complaint { line, message });
        }
        if !self.complaints.is_empty() {
            return Err(Complaints(self.complaints));
        }
        let mut found: Vec<_> = self.findings.iter().collect();
        found.sort_by_key(|(_, places)| (places.line, places.number));
        let finding = |((kind, message), places): (&(FindingKind, String), &Places)| Finding {
            line: places.line,
            kind: *kind,
            message: places.named(*kind, message),
        };
        let mut findings: Vec<Finding> = found.into_iter().map(finding).collect();
        if let (Some(last), n @ 1..) = (findings.last(), self.findings_left_out) {
            findings.push(Finding {
                line: last.line,
                kind: FindingKind::Unreadable,
                message: format!("and {n} more findings"),
            });
        }
        Ok(findings)
    }
}
