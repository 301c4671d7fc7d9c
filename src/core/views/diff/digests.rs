//! The digests of a state's records as text, and the first record in which two states differ.
//!
//! A line has a digest, a part of the state, and within a list the name of a record. Not here: how the digests are made
//! (`plan::state`), and what changed in a record (`diff`).

use std::{collections::BTreeSet, fmt::Write as _};

use serde::Serialize;

use crate::core::{
    plan::state::{
        State,
        digest::{self, Part},
    },
    values::{
        id::{Digest, EntryId},
        text::visible,
    },
};

/// The digests of a state's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDigests {
    /// The ledger.
    pub ledger: EntryId,
    /// The state digest.
    pub digest: Digest,
    /// The parts of the state.
    pub parts: Vec<PartDigests>,
}

/// The digests of a part of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartDigests {
    /// The name of the part, such as `tasks`.
    pub part: String,
    /// Its digest.
    pub digest: Digest,
    /// The records of a list; none for another part.
    pub records: Option<Vec<RecordDigest>>,
}

/// The digest of a record of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDigest {
    /// What people call the record.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

/// The first record in which two states differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstDifference {
    /// The part of the state.
    pub part: String,
    /// The record, if the part is a list.
    pub record: Option<String>,
    /// Its digest here; none if it is only in the other state.
    pub here: Option<Digest>,
    /// Its digest in the other state; none if it is only here.
    pub there: Option<Digest>,
}

/// A text is not that of the digests of a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDigests {
    /// It does not begin with the line of its kind and version.
    #[error("it does not begin with 'coord.digests 1' and the id of a ledger")]
    Begin,
    /// A line has another form.
    #[error("line {0} is not a digest with the name of a part")]
    Line(usize),
    /// A line does not follow from those that belong to it.
    #[error("the digest of {0} does not follow from its records")]
    Digest(String),
}

/// The beginning of the text: its kind and version.
const BEGIN: &str = "coord.digests 1 ";

/// The name of the whole state in the text.
const STATE: &str = "state";

impl RecordDigests {
    /// The digests of a state.
    pub fn of(state: &State) -> Self {
        let parts = state.parts();
        let digest = digest::of_parts(parts.iter().map(|(_, part)| part.digest()));
        let parts = parts.into_iter().map(|(name, part)| PartDigests {
            digest: part.digest(),
            records: match part {
                Part::Record(_) => None,
                Part::List(digests) => Some(
                    names(state, name)
                        .into_iter()
                        .zip(digests)
                        .map(|(name, digest)| RecordDigest { name, digest })
                        .collect(),
                ),
            },
            part: name.to_owned(),
        });
        Self {
            ledger: state.ledger,
            digest,
            parts: parts.collect(),
        }
    }

    /// A line each: first the ledger, then the state, and each part before its records.
    pub fn to_text(&self) -> String {
        let mut text = format!("{BEGIN}{}\n{} {STATE}\n", self.ledger, self.digest);
        for part in &self.parts {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {}", part.digest, part.part);
            for record in part.records.iter().flatten() {
                let name = visible(&record.name);
                let _ = writeln!(text, "{} {} {name}", record.digest, part.part);
            }
        }
        text
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// The text has another form, or a digest does not follow from those below it.
    pub fn read(text: &str) -> Result<Self, InvalidDigests> {
        let mut lines = text.lines().zip(1..);
        let ledger = lines.next().and_then(|(line, _)| line.strip_prefix(BEGIN));
        let ledger = ledger.and_then(|id| id.parse().ok());
        let ledger = ledger.ok_or(InvalidDigests::Begin)?;
        let state = lines.next().and_then(|(line, _)| read_line(line));
        let Some((digest, STATE, None)) = state else {
            return Err(InvalidDigests::Line(2));
        };
        let mut parts: Vec<PartDigests> = Vec::new();
        for (line, number) in lines {
            let bad = || InvalidDigests::Line(number);
            let (digest, part, name) = read_line(line).ok_or_else(bad)?;
            match (parts.last_mut(), name) {
                (Some(last), Some(name)) if last.part == part => {
                    let record = RecordDigest {
                        name: name.to_owned(),
                        digest,
                    };
                    last.records.get_or_insert_default().push(record);
                }
                (_, None) => parts.push(PartDigests {
                    part: part.to_owned(),
                    digest,
                    records: None,
                }),
                _ => return Err(bad()),
            }
        }
        let read = Self {
            ledger,
            digest,
            parts,
        };
        read.check()?;
        Ok(read)
    }

    /// Checks that every digest follows from those below it.
    fn check(&self) -> Result<(), InvalidDigests> {
        for part in &self.parts {
            let records = part.records.iter().flatten();
            let records: Vec<Digest> = records.map(|record| record.digest).collect();
            if !records.is_empty() && Part::List(records).digest() != part.digest {
                return Err(InvalidDigests::Digest(part.part.clone()));
            }
        }
        let parts = self.parts.iter().map(|part| part.digest);
        if digest::of_parts(parts) == self.digest {
            Ok(())
        } else {
            Err(InvalidDigests::Digest(STATE.to_owned()))
        }
    }

    /// The first record that differs from the other state, in the order of the parts; none if both are the same.
    pub fn first_difference(&self, other: &Self) -> Option<FirstDifference> {
        let places = self.parts.len().max(other.parts.len());
        (0..places).find_map(|place| {
            let (here, there) = (self.parts.get(place), other.parts.get(place));
            if here.map(|part| part.digest) == there.map(|part| part.digest) {
                return None;
            }
            let part = here.or(there)?.part.clone();
            let records = |part: Option<&PartDigests>| part?.records.clone();
            let lists = [records(here), records(there)];
            let (record, digests) = if lists.iter().all(Option::is_none) {
                (None, [here, there].map(|part| part.map(|it| it.digest)))
            } else {
                let [here, there] = lists.map(Option::unwrap_or_default);
                first_of(&here, &there)
            };
            let [here, there] = digests;
            Some(FirstDifference {
                part,
                record,
                here,
                there,
            })
        })
    }
}

/// The first record that is not the same in both lists, with its digests.
fn first_of(
    here: &[RecordDigest],
    there: &[RecordDigest],
) -> (Option<String>, [Option<Digest>; 2]) {
    let same = here.iter().zip(there).take_while(|(a, b)| a == b).count();
    let (here, there) = (&here[same..], &there[same..]);
    let digest = |record: &RecordDigest| Some(record.digest);
    match (here.first(), there.first()) {
        (Some(a), Some(b)) if visible(&a.name) == visible(&b.name) => {
            (Some(a.name.clone()), [digest(a), digest(b)])
        }
        (Some(a), Some(b)) => {
            let names: BTreeSet<_> = there.iter().map(|record| visible(&record.name)).collect();
            if names.contains(&visible(&a.name)) {
                (Some(b.name.clone()), [None, digest(b)])
            } else {
                (Some(a.name.clone()), [digest(a), None])
            }
        }
        (Some(a), None) => (Some(a.name.clone()), [digest(a), None]),
        (None, Some(b)) => (Some(b.name.clone()), [None, digest(b)]),
        (None, None) => (None, [None, None]),
    }
}

/// A line: a digest, the part of the state, and the name of a record, if there is one.
fn read_line(line: &str) -> Option<(Digest, &str, Option<&str>)> {
    let (digest, rest) = line.split_once(' ')?;
    let (part, name) = match rest.split_once(' ') {
        Some((part, name)) => (part, Some(name)),
        None => (rest, None),
    };
    Some((digest.parse().ok()?, part, name)).filter(|_| !part.is_empty())
}

/// What people call the records of a list, in order.
fn names(state: &State, part: &str) -> Vec<String> {
    fn all<T: ToString>(names: impl IntoIterator<Item = T>) -> Vec<String> {
        names.into_iter().map(|name| name.to_string()).collect()
    }
    let imports = state.imports.iter().map(|import| import.origin.entry);
    let pulls = state.pull_requests.iter();
    let pulls = pulls.map(|(source, seen)| format!("{source}#{}", seen.seen.number));
    match part {
        "actors" => all(state.roster.actors().map(|(name, _)| name)),
        "tasks" => state.tasks().map(|(index, _)| state.shown(index)).collect(),
        "guardrails" => all(state.guardrails.keys()),
        "targets" => all(state.targets.keys()),
        "pull_requests" => pulls.collect(),
        "observed" => all(state.observed.keys()),
        "worktrees" => all(state.worktrees.keys()),
        "snapshots" => all(state.snapshots.iter().map(|snapshot| snapshot.entry)),
        "imports" => all(imports),
        "acknowledged" => all(&state.acknowledged),
        "anomalies" => all(state.anomalies.iter().map(|anomaly| anomaly.entry)),
        "allowances" => all(state.allowances.actors()),
        "used_keys" => all(state.used_keys.actors()),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::sample::{Sample, any_sample};

    proptest! {
        #[test]
        fn digests_read_back_and_every_record_has_a_name(sample in any_sample()) {
            let state = sample.into_state();
            let digests = RecordDigests::of(&state);
            prop_assert_eq!(digests.digest, state.digest());
            for ((name, part), told) in state.parts().iter().zip(&digests.parts) {
                let records = match part {
                    Part::Record(_) => None,
                    Part::List(records) => Some(records.len()),
                };
                prop_assert_eq!(told.records.as_ref().map(Vec::len), records, "{}", name);
            }
            let read = RecordDigests::read(&digests.to_text()).unwrap();
            prop_assert_eq!(read.first_difference(&digests), None);
            prop_assert_eq!(read.to_text(), digests.to_text());
        }

        #[test]
        fn a_damaged_text_is_an_error_and_never_the_same_state(
            sample in any_sample(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let digests = RecordDigests::of(&sample.into_state());
            let mut bytes = digests.to_text().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let text = String::from_utf8_lossy(&bytes);
            // The id of the ledger and the names of records are not covered by a digest, and only name what is meant.
            if let Ok(read) = RecordDigests::read(&text) {
                prop_assert_eq!(read.digest, digests.digest);
            }
        }
    }

    #[test]
    fn the_first_record_that_differs_is_found_in_its_part() {
        let mut sample = Sample::new();
        let a = sample.add("A", "One", Vec::new());
        sample.add("B", "Two", Vec::new());
        let before = RecordDigests::of(sample.state());
        sample.progress("ana", &a, 40);
        let after = RecordDigests::of(sample.state());
        let found = before.first_difference(&after).unwrap();
        assert_eq!(
            (found.part.as_str(), found.record.as_deref()),
            ("tasks", Some("A"))
        );
        assert!(found.here.is_some() && found.there.is_some() && found.here != found.there);
        sample.add("C", "Three", Vec::new());
        sample.target("done", "3..");
        let more = RecordDigests::of(sample.state());
        let found = after.first_difference(&more).unwrap();
        assert_eq!((found.record.as_deref(), found.here), (Some("C"), None));
        assert!(found.there.is_some());
        let found = more.first_difference(&after).unwrap();
        assert_eq!((found.record.as_deref(), found.there), (Some("C"), None));
    }
}
