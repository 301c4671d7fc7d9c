//! Any bytes as an outbox, and the entries that it offers.
#![no_main]

use std::{fs, path::PathBuf};

use git_coord::{git::repository::Repository, ledger::Ledger};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

thread_local! {
    static PLACE: (TempDir, Repository) = {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repository = git_coord_fuzz::repository(folder.path());
    (folder, repository)
    };
}

fuzz_target!(|data: &[u8]| {
    PLACE.with(|(folder, repository)| check(data, folder, repository));
});

fn check(data: &[u8], folder: &TempDir, repository: &Repository) {
    let path: PathBuf = folder.path().join("outbox");
    fs::write(&path, data).expect("the file can be written");
    let ledger = Ledger::with_outbox(repository, &path).expect("there is room for objects");
    // What is read twice is the same twice, and what is offered has the ledger's form.
    match (ledger.tip(), ledger.tip()) {
        (Ok(one), Ok(two)) => {
            assert_eq!(one, two);
            let _ = ledger.current();
        }
        (one, two) => assert_eq!(one.is_err(), two.is_err()),
    }
    assert!(fs::read(&path).is_ok_and(|left| left == data));
}
