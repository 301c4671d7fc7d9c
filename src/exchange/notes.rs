//! Remarks of the readers about a file: complaints, for which it is refused, and findings, for which it is not.
//!
//! Not here: the reasons for a remark (the readers, `checks` and `contradictions`).

use std::fmt;

use crate::exchange::{Finding, FindingKind};

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
    complaints: Vec<Complaint>,
    findings: Vec<Finding>,
    complaints_left_out: usize,
    findings_left_out: usize,
}

impl Notes {
    pub fn complain(&mut self, line: usize, message: impl Into<String>) {
        if self.complaints.len() == NOTES_MAX {
            self.complaints_left_out += 1;
            return;
        }
        let message = message.into();
        self.complaints.push(Complaint { line, message });
    }

    pub fn find(&mut self, kind: FindingKind, line: usize, message: impl Into<String>) {
        if self.findings.len() == NOTES_MAX {
            self.findings_left_out += 1;
            return;
        }
        let message = message.into();
        let finding = Finding {
            line,
            kind,
            message,
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
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
        self.findings.sort_by_key(|finding| finding.line);
        if let (Some(last), n @ 1..) = (self.complaints.last(), self.complaints_left_out) {
            let (line, message) = (last.line, format!("and {n} more complaints"));
            self.complaints.push(Complaint { line, message });
        }
        if let (Some(last), n @ 1..) = (self.findings.last(), self.findings_left_out) {
            self.findings.push(Finding {
                line: last.line,
                kind: FindingKind::Unreadable,
                message: format!("and {n} more findings"),
            });
        }
        if self.complaints.is_empty() {
            Ok(self.findings)
        } else {
            Err(Complaints(self.complaints))
        }
    }
}
