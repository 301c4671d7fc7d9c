//! Snapshots by other writers: what `verify` derives again, and what it leaves to them.
//!
//! Not here: how snapshots are taken and named (`reading`).

use git_coord::{
    core::{
        entry::event::{Event, ObservationEvent},
        plan::state::{RULES, STATE},
        values::time::Timestamp,
        views::snapshot::{self, DASHBOARD, FILES},
    },
    ledger::{EntryDraft, Error, verify::Rederivation},
};

use crate::forge::Forge;

type Files = Vec<(String, Vec<u8>)>;

/// Takes a snapshot whose files a writer has changed, and verifies it.
fn verified(forge: &Forge, change: impl Fn(&mut Files)) -> Rederivation {
    let ledger = forge.ledger();
    let snapshot = |state: &_| -> Result<EntryDraft, Error> {
        let mut files = snapshot::files(state);
        change(&mut files);
        files.sort();
        let taken = ObservationEvent::SnapshotTaken {
            label: None,
            state: state.digest(),
            versions: (RULES, STATE, FILES),
        };
        let attachments = files.into_iter();
        let attachments = attachments.map(|(name, bytes)| (name.parse().unwrap(), bytes));
        Ok(EntryDraft {
            events: vec![Event::Observation(taken)],
            attachments: attachments.collect(),
            key: None,
        })
    };
    let now = Timestamp::from_seconds(forge.state().effective.seconds() + 60);
    ledger.append_one(None, &forge.ada, now, snapshot).unwrap();
    let report = forge.ledger().verify().unwrap();
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    report.snapshots.last().unwrap().outcome.clone()
}

#[test]
fn a_dashboard_may_have_any_layout_or_be_left_out() {
    let forge = Forge::new();
    forge.does(&["snapshot"]);
    assert_eq!(verified(&forge, |_| {}), Rederivation::Derived);
    let page = |text: &'static str| {
        move |files: &mut Files| files.push((DASHBOARD.to_owned(), text.as_bytes().to_vec()))
    };
    for text in ["", "# Another layout\n", "<h1>and another language</h1>"] {
        assert_eq!(
            verified(&forge, page(text)),
            Rederivation::Derived,
            "{text}"
        );
    }
    forge.is_good();
}

#[test]
fn a_machine_file_that_differs_by_a_byte_is_refused() {
    let forge = Forge::new();
    let files = snapshot::files(&forge.state());
    assert_eq!(files.len(), 4);
    for (place, (name, _)) in files.iter().enumerate() {
        let other = Rederivation::OtherFile(name.clone());
        // A space at the end, so that it is the same JSON.
        let spaced = verified(&forge, |files| files[place].1.push(b' '));
        assert_eq!(spaced, other);
        let missing = verified(&forge, |files| _ = files.remove(place));
        assert_eq!(missing, other);
    }
    let more = |files: &mut Files| files.push(("notes.txt".to_owned(), b"x".to_vec()));
    let other = Rederivation::OtherFile("notes.txt".to_owned());
    assert_eq!(verified(&forge, more), other);
}
