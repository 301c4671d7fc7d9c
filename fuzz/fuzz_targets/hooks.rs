//! Any bytes as what git gives to a hook: the message of a commit, or lines on standard input.
//!
//! The first byte of an input chooses the hook and its setting.
#![no_main]

use std::{ffi::OsString, fs};

use git_coord::{
    core::values::time::Timestamp,
    hooks::{Hook, HookInput},
    ledger::Ledger,
};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

thread_local! {
    static PLACE: (TempDir, Ledger) = {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repository = git_coord_fuzz::repository(folder.path());
    (folder, Ledger::new(repository))
    };
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else {
        return;
    };
    PLACE.with(|(folder, ledger)| check(*choice, data, folder, ledger));
});

fn check(choice: u8, data: &[u8], folder: &TempDir, ledger: &Ledger) {
    let hook = Hook::ALL[usize::from(choice) % Hook::ALL.len()];
    let message = folder.path().join("message");
    fs::write(&message, data).expect("the file can be written");
    let source = ["", "message", "template", "commit"][usize::from(choice / 16) % 4];
    let arguments: Vec<OsString> = match hook {
        Hook::CommitMsg | Hook::PrepareCommitMsg => vec![message.into(), source.into()],
        Hook::ReferenceTransaction => vec!["prepared".into()],
        _ => vec!["origin".into(), "somewhere".into()],
    };
    let stdin = String::from_utf8_lossy(data);
    let now = Timestamp::from_seconds(1_760_600_000);
    let before = ledger.tip().expect("the ref can be read");
    let nobody = |_: &_| None;
    let input = HookInput::new(ledger, &nobody, now, &arguments, &stdin);
    // A hook may fail; then git says so. It never panics, and never moves the ledger.
    let _ = hook.respond(&input);
    assert_eq!(ledger.tip().expect("the ref can be read"), before);
}
