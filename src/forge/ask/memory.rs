//! What a forge answered last, by request, with the mark by which it tells that nothing has changed (ETag, RFC 9110 §8.8.3).
//! GitHub does not count a request that it answers with "not modified".
//!
//! The file is derived: it may be deleted at any time, and no answer depends on it. It holds no token, and of each answer only the
//! fields that are read. Not here: the requests (`github`).

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::{entry::event::observation::Source, values::time::Timestamp};

/// The largest file that is read, in bytes.
const BYTES_MAX: u64 = 8 << 20;
/// The version of the file; another one is not read.
const VERSION: u8 = 1;
/// The name of the file.
const NAME: &str = "forge.json";

/// The remembered answers of one forge.
#[derive(Debug, Default)]
pub struct Memory {
    file: Option<PathBuf>,
    before: Kept,
    /// Those of this command.
    answers: BTreeMap<String, KeptAnswer>,
    /// Until when the forge takes no request.
    pause: Option<Timestamp>,
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u8,
    /// The address of the interface.
    base: String,
    /// In seconds since 1970, as are the times below.
    pause: Option<u64>,
    answers: BTreeMap<String, KeptAnswer>,
    /// When each repository was last asked about, by its address in lower case: an answer without news makes no entry.
    seen: BTreeMap<String, u64>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    pub etag: String,
    /// Whether there is a next page, if the forge told.
    pub has_next: Option<bool>,
    pub value: Value,
}

impl Memory {
    /// The memory in a folder. A file that cannot be read is the same as none.
    pub fn open(folder: &Path) -> Self {
        let file = folder.join(NAME);
        Self {
            before: read(&file).unwrap_or_default(),
            file: Some(file),
            ..Self::default()
        }
    }

    /// Forgets the answers of another interface than this one.
    pub(super) fn is_about(&mut self, base: &str) {
        if self.before.base != base {
            self.before = Kept {
                base: base.to_owned(),
                seen: std::mem::take(&mut self.before.seen),
                ..Kept::default()
            };
        }
    }

    /// Until when the forge takes no request, if that is after `now`.
    pub(super) fn pause(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.before.pause.map(Timestamp::from_seconds);
        until.filter(|until| *until > now)
    }
    /// Notes that the forge takes no request until then.
    pub(super) fn set_pause(&mut self, until: Timestamp) {
        self.pause = Some(until);
    }

    /// The last answer to a request.
    pub(super) fn last(&self, path: &str) -> Option<&KeptAnswer> {
        self.before.answers.get(path)
    }
    /// Keeps an answer for the next time.
    pub(super) fn keep(&mut self, path: String, answer: KeptAnswer) {
        self.answers.insert(path, answer);
    }

    /// Notes that the forge has shown the pull requests of a repository.
    pub fn saw(&mut self, source: &Source, now: Timestamp) {
        let page = source.repository.as_str().to_ascii_lowercase();
        self.before.seen.insert(page, now.seconds());
    }
    /// When the forge last showed the pull requests of a repository to this clone.
    pub fn seen(&self, source: &Source) -> Option<Timestamp> {
        let page = source.repository.as_str().to_ascii_lowercase();
        let seen = self.before.seen.get(&page);
        seen.map(|seconds| Timestamp::from_seconds(*seconds))
    }

    /// Writes the file; answers to requests that this command did not make are dropped, unless it was stopped early. A failure is
    /// ignored: nothing depends on the file.
    pub fn save(mut self, is_complete: bool) {
        let Some(file) = self.file else {
            return;
        };
        if !is_complete {
            let mut all = std::mem::take(&mut self.before.answers);
            all.extend(self.answers);
            self.answers = all;
        }
        let kept = Kept {
            version: VERSION,
            base: self.before.base,
            pause: self.pause.map(Timestamp::seconds),
            answers: self.answers,
            seen: self.before.seen,
        };
        let _ = write(&file, &kept);
    }
}

fn read(file: &Path) -> Option<Kept> {
    // A pipe or a device of that name could be read without end.
    let is_file = fs::symlink_metadata(file).ok()?.is_file();
    let mut content = Vec::new();
    let opened = is_file.then(|| fs::File::open(file).ok())??;
    opened.take(BYTES_MAX).read_to_end(&mut content).ok()?;
    let kept: Kept = serde_json::from_slice(&content).ok()?;
    (kept.version == VERSION).then_some(kept)
}

/// Written beside its place first, so that a reader never sees half of it.
fn write(file: &Path, kept: &Kept) -> Option<()> {
    let folder = file.parent()?;
    fs::create_dir_all(folder).ok()?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder).ok()?;
    fresh.write_all(&serde_json::to_vec(kept).ok()?).ok()?;
    fresh.persist(file).ok().map(|_| ())
}

/// The fields of answers that are read.
const FIELDS: &[&str] = &[
    "number",
    "title",
    "state",
    "draft",
    "head",
    "base",
    "ref",
    "sha",
    "user",
    "login",
    "labels",
    "name",
    "updated_at",
    "merged_at",
    "merge_commit_sha",
    "mergeable",
    "requested_reviewers",
    "requested_teams",
    "check_runs",
    "total_count",
    "status",
    "conclusion",
    "statuses",
];

/// The value with only these fields.
pub(super) fn only_fields(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(only_fields).collect(),
        Value::Object(fields) => {
            let read = fields.into_iter();
            let read = read.filter(|(name, _)| FIELDS.contains(&&**name));
            Value::Object(
                read.map(|(name, value)| (name, only_fields(value)))
                    .collect(),
            )
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(etag: &str) -> KeptAnswer {
        KeptAnswer {
            etag: etag.to_owned(),
            has_next: None,
            value: Value::Null,
        }
    }

    #[test]
    fn answers_are_kept_for_the_next_command_and_only_for_the_same_interface() {
        let folder = tempfile::tempdir().unwrap();
        let open = |base: &str| {
            let mut memory = Memory::open(folder.path());
            memory.is_about(base);
            memory
        };
        let mut memory = open("https://a");
        memory.keep("/x".to_owned(), answer("1"));
        memory.keep("/y".to_owned(), answer("2"));
        memory.save(true);
        assert_eq!(open("https://a").last("/x"), Some(&answer("1")));
        assert_eq!(open("https://b").last("/x"), None);
        let mut memory = open("https://a");
        memory.keep("/x".to_owned(), answer("3"));
        memory.save(false);
        assert_eq!(open("https://a").last("/x"), Some(&answer("3")));
        assert_eq!(open("https://a").last("/y"), Some(&answer("2")));
        open("https://a").save(true);
        assert_eq!(open("https://a").last("/x"), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_pause_holds_until_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::open(folder.path());
        memory.is_about("https://a");
        memory.set_pause(Timestamp::from_seconds(100));
        memory.save(false);
        let memory = Memory::open(folder.path());
        assert!(memory.pause(Timestamp::from_seconds(99)).is_some());
        assert!(memory.pause(Timestamp::from_seconds(100)).is_none());
    }

    #[test]
    fn a_damaged_file_is_the_same_as_none() {
        let folder = tempfile::tempdir().unwrap();
        for content in [
            "",
            "{",
            "[]",
            "{\"version\":2,\"base\":\"\",\"pause\":null,\"answers\":{}}",
        ] {
            fs::write(folder.path().join(NAME), content).unwrap();
            assert_eq!(Memory::open(folder.path()).last("/x"), None);
        }
    }

    #[test]
    fn only_the_fields_that_are_read_are_kept() {
        let value = serde_json::json!([{"number": 7, "body": "x", "head": {"sha": "a", "repo": {"id": 1}}}]);
        let kept = serde_json::json!([{"number": 7, "head": {"sha": "a"}}]);
        assert_eq!(only_fields(value), kept);
    }
}
