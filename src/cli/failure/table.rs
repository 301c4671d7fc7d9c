//! The table of messages: code, exit status, message and hint of each failure, to be read at one sight. First the errors
//! of the rooms below, as samples; then the failures and warnings that single commands make, and what hooks find, as they
//! are written.
//!
//! The table is `tests/golden/messages.txt`. With `COORD_BLESS=1` the test writes it instead of comparing.
//! Not here: reading the source (`written`), and the meaning of the codes (docs/errors.md).

use std::{fs, io, os::unix::process::ExitStatusExt as _, path::PathBuf, process::ExitStatus};

use super::{
    error::CommandError,
    written::{self, Kind, Written},
};
use crate::{
    core::{
        entry::codec::DecodeError,
        history::judge::{Flaw, Unsupported},
        plan::refusal::{Action, Refusal},
        sample,
        values::{id::EntryId, key::PublicKey},
    },
    git::{
        self,
        repository::ObjectId,
        sign::{BadSignature, SignError},
    },
    ledger, sync,
};

/// Where the table is.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/messages.txt");

#[test]
fn the_table_of_messages_is_what_people_read() {
    let mut rows: Vec<String> = errors().iter().map(row).collect();
    rows.extend(written::all().iter().map(row_as_written));
    let table = rows.join("\n");
    if std::env::var_os("COORD_BLESS").is_some() {
        fs::write(TABLE, &table).unwrap();
    }
    let kept = fs::read_to_string(TABLE).unwrap();
    assert_eq!(kept, table, "COORD_BLESS=1 writes the table");
}

#[test]
fn messages_look_like_those_of_git() {
    let messages = errors().into_iter().map(|error| {
        let hint = error.next().map(ToOwned::to_owned);
        (vec![error.to_string()], hint.into_iter().collect())
    });
    let written = written::all().into_iter();
    for (messages, hints) in messages.chain(written.map(|it| (it.messages, it.hints))) {
        has_the_form(&messages, &hints);
    }
}

fn has_the_form(messages: &[String], hints: &[String]) {
    for message in messages {
        let first = message.chars().next().unwrap();
        let names = ["GIT_", "Coord-"].iter().any(|it| message.starts_with(it));
        assert!(!first.is_uppercase() || names, "{message}");
        assert!(!message.ends_with('.'), "{message}");
        let is_variable = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let variable = message
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        assert!(
            !variable.is_some_and(is_variable),
            "write {message} where the failure is made"
        );
    }
    for hint in hints {
        for destructive in ["update-ref -d", "push --force", "reset --hard", "rm -r"] {
            assert!(!hint.contains(destructive), "{hint}");
        }
        assert!(!hint.contains("git coord -h"), "{hint}");
    }
}

/// One error as it is printed, below its code and exit status.
fn row(error: &CommandError) -> String {
    let hint = error.next().map(|hint| format!("    hint: {hint}\n"));
    format!(
        "{} ({})\n    error: {error}\n{}",
        error.code(),
        error.exit_status(),
        hint.unwrap_or_default()
    )
}

/// A message as it is written, below its kind and the module that makes it.
fn row_as_written(written: &Written) -> String {
    let (kind, label) = match &written.kind {
        Kind::Failure(code, exit_status) => (format!("{code} ({exit_status})"), "error"),
        Kind::Finding(code) => (format!("{code} (a hook)"), "warning or error"),
        Kind::Warning => ("warning".to_owned(), "warning"),
    };
    let lines = |label: &str, texts: &[String]| -> String {
        let lines = texts.iter().map(|text| format!("    {label}: {text}\n"));
        lines.collect()
    };
    format!(
        "{kind} in {}\n{}{}",
        written.module,
        lines(label, &written.messages),
        lines("hint", &written.hints)
    )
}

/// An error of every variant of every room, and of every refusal.
fn errors() -> Vec<CommandError> {
    let refusals = sample::refusals::samples().into_iter().map(Into::into);
    refusals
        .chain(ledger_errors().into_iter().map(Into::into))
        .chain(sync_errors().into_iter().map(Into::into))
        .chain(git_errors().into_iter().map(Into::into))
        .chain(sign_errors().into_iter().map(Into::into))
        .collect()
}

fn object() -> ObjectId {
    "8e4d654f128e4d654f128e4d654f128e4d654f12".parse().unwrap()
}

fn entry() -> EntryId {
    EntryId::of_payload(b"an entry")
}

fn key() -> PublicKey {
    let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIJf8y2fmHtUjWyCVvXTXuwp7k7vVZiVmRm3nGBuwtx5k";
    format!("ssh-ed25519 {blob}").parse().unwrap()
}

fn system() -> io::Error {
    io::Error::other("input/output error")
}

fn path(path: &str) -> PathBuf {
    path.into()
}

fn ahead() -> sync::ahead::Ahead {
    sync::ahead::Ahead {
        object: object().to_string(),
        actor: Some(sample::actor("codex")),
        time: crate::core::values::time::Timestamp::from_seconds(3_786_912_000),
        commits: 2,
        version: None,
        clock: crate::core::values::time::Timestamp::from_seconds(1_760_533_920),
    }
}

fn ledger_errors() -> Vec<ledger::Error> {
    use ledger::Error;
    vec![
        Error::Shallow {
            path: path("/r/.git"),
        },
        Error::NoLedger,
        Error::LedgerGone,
        Error::LedgerExists { id: entry() },
        Error::OtherLedger {
            pinned: "0d1c02a4b5".to_owned(),
            found: entry(),
        },
        Error::NoGenesis {
            flaw: Flaw::NoGenesis,
        },
        Error::Unsupported(Unsupported {
            part: "format",
            version: 9,
        }),
        Error::UnknownActor {
            actor: sample::actor("codex"),
        },
        Error::ForeignKey {
            actor: sample::actor("codex"),
            key: key(),
        },
        Error::AheadOfClock {
            time: "2090-01-01T00:00:00Z".parse().unwrap(),
            clock: "2025-10-15T12:32:00Z".parse().unwrap(),
        },
        Error::LooksLikeSecret {
            place: "the title".to_owned(),
            kind: "a GitHub token",
            shown: "ghp_…".to_owned(),
        },
        Error::Encode(DecodeError::UnknownFormat(9)),
        Error::TooManyRaces,
        Error::Attachment {
            entry: entry(),
            name: "body/B.md".to_owned(),
            why: "is missing",
        },
    ]
}

fn sync_errors() -> Vec<sync::Error> {
    use sync::Error;
    let remote = || "origin".to_owned();
    let declined = |name: &str, hint: Option<&str>| Error::Declined {
        remote: remote(),
        name: name.to_owned(),
        why: "protected branch".to_owned(),
        hint: hint.map(ToOwned::to_owned),
    };
    vec![
        Error::OutboxSet,
        Error::NoRemote,
        Error::NoLedgerThere { remote: remote() },
        Error::TwoLedgersThere { remote: remote() },
        declined("refs/heads/coord", None),
        declined("refs/coord/ledger", None),
        declined("refs/coord/ledger", Some("ask your administrator")),
        Error::Refused {
            remote: remote(),
            name: "refs/coord/ledger".to_owned(),
            why: "commit 8e4d654f12 would be ignored (quarantined): it belongs to another ledger"
                .to_owned(),
            hint: None,
        },
        Error::Rewritten(Box::new(sync::error::Rewritten {
            remote: remote(),
            tip: object(),
            signer: Some(sample::actor("codex")),
            at_stake: Vec::new(),
        })),
        Error::Overwritten {
            remote: remote(),
            name: "refs/coord/ledger".to_owned(),
            tip: object(),
            why: "its first commit is not a genesis (it belongs to another ledger)".to_owned(),
        },
        Error::OnlyAdmins {
            refusal: Box::new(Refusal::not_permitted(
                &sample::actor("codex"),
                Action::RepairLedger,
                None,
                &[],
            )),
            tip: object(),
        },
        Error::HomeAhead(Box::new(ahead())),
        Error::HomeAhead(Box::new(sync::ahead::Ahead {
            version: Some(Unsupported {
                part: "format",
                version: 9,
            }),
            ..ahead()
        })),
        Error::OwnAhead(Box::new(ahead())),
        Error::OtherTip {
            remote: remote(),
            named: object(),
            home: object(),
        },
        Error::OtherLedgerThere { remote: remote() },
        Error::BadHistory {
            remote: remote(),
            why: "it is not a bundle".to_owned(),
        },
        Error::TooManyPushes { remote: remote() },
        Error::PushedElsewhere { remote: remote() },
    ]
}

fn git_errors() -> Vec<git::Error> {
    use git::Error;
    let name = || "refs/coord/ledger".to_owned();
    let why = || "input/output error".to_owned();
    vec![
        Error::NotARepository { path: path("/r") },
        Error::WrongGitDir { path: path("/r") },
        Error::RemoteFull {
            remote: "origin".to_owned(),
            why: "No space left on device".to_owned(),
        },
        Error::Untrusted { path: path("/r") },
        Error::BareNotAllowed {
            path: path("/r.git"),
        },
        Error::UnsupportedExtension {
            path: path("/r"),
            name: "frobnicate".to_owned(),
        },
        Error::UnsupportedEnvironment {
            variable: "GIT_NAMESPACE",
            why: "namespaces are not supported",
        },
        Error::BrokenRepository {
            path: path("/r"),
            why: why(),
        },
        Error::BrokenGitFile {
            file: path("/w/.git"),
            leads_to: path("/r/.git/worktrees/w"),
        },
        Error::CircularAlternates {
            directories: vec![path("/r/.git/objects"), path("/s/.git/objects")],
        },
        Error::MissingObject { id: object() },
        Error::CorruptObject {
            id: object(),
            why: why(),
        },
        Error::NotACommit {
            id: object(),
            found: "blob",
        },
        Error::InvalidFileName {
            name: ".git".to_owned(),
        },
        Error::InvalidObjectId("xyz".parse::<ObjectId>().unwrap_err()),
        Error::InvalidRefName {
            name: "refs/a..b".to_owned(),
            why: "it contains '..'".to_owned(),
        },
        Error::BrokenRef {
            name: name(),
            why: "it does not hold an object id".to_owned(),
        },
        Error::SymbolicRef { name: name() },
        Error::RefConflict {
            name: name(),
            other: "refs/coord/ledger/x".to_owned(),
        },
        Error::LockHeld {
            path: path("/r/.git/refs/coord/ledger.lock"),
        },
        Error::QueueTimeout {
            path: path("/r/.git/coord/queue"),
            seconds: 30,
        },
        Error::ReadOnly {
            path: path("/r/.git"),
        },
        Error::NoSpace {
            path: path("/r/.git/objects"),
        },
        Error::Io {
            path: path("/r/.git/HEAD"),
            doing: "read",
            source: system(),
        },
        Error::NoGit,
        Error::NotRun {
            command: "fetch".to_owned(),
            source: system(),
        },
        Error::Failed {
            command: "config".to_owned(),
            complaint: Some("could not lock config file".to_owned()),
            status: ExitStatus::from_raw(0x100),
        },
        Error::Remote {
            doing: "fetch from",
            remote: "origin".to_owned(),
            why: "could not read from remote repository".to_owned(),
        },
        Error::RemoteTimeout {
            remote: "origin".to_owned(),
            seconds: 5,
        },
        Error::RemoteLocked {
            remote: "../home.git".to_owned(),
            lock: "refs/coord/ledger.lock".to_owned(),
        },
        Error::BadBundle {
            path: path("work.outbox"),
            why: "it is not a bundle".to_owned(),
        },
        Error::Config {
            key: "coord.sync".to_owned(),
            why: "it is neither 'auto' nor 'off'".to_owned(),
        },
    ]
}

fn sign_errors() -> Vec<SignError> {
    let (file, agent) = (|| path("/home/ada/.ssh/id"), || path("/run/agent"));
    let program = || path("ssh-keygen");
    vec![
        SignError::MissingKey { path: file() },
        SignError::UnreadableKey {
            path: file(),
            source: system(),
        },
        SignError::NotAKey { path: file() },
        SignError::NotALiteral {
            text: "key::x".to_owned(),
        },
        SignError::UnsupportedKey {
            key: "ada.pub".to_owned(),
            algorithm: "ssh-dss".to_owned(),
        },
        SignError::UnusableKey {
            key: key(),
            source: BadSignature::RsaBits { bits: 1024 },
        },
        SignError::WrongPassphrase { path: file() },
        SignError::NoAgent { key: key() },
        SignError::AgentWithoutKey { key: key() },
        SignError::AgentRefused { socket: agent() },
        SignError::AgentFailed {
            socket: agent(),
            source: system(),
        },
        SignError::MissingProgram {
            program: program(),
            source: system(),
        },
        SignError::ProgramFailed {
            program: program(),
            status: ExitStatus::from_raw(0x100),
            said: "incorrect passphrase".to_owned(),
        },
        SignError::NoSignature {
            program: program(),
            source: system(),
        },
        SignError::TimedOut {
            program: program(),
            seconds: 60,
        },
        SignError::BadResult {
            signer: "ssh-keygen".to_owned(),
            source: BadSignature::Mismatch,
        },
        SignError::OtherKey {
            signer: "ssh-keygen".to_owned(),
            key: key(),
        },
        SignError::KeyExists { path: file() },
        SignError::Write {
            path: file(),
            source: system(),
        },
    ]
}
