//! Any bytes as a plan: each reader, what the writers make of it, and what an import appends.
#![no_main]

use std::{collections::HashMap, sync::LazyLock};

use git_coord::{
    core::{
        plan::{
            reduce::{self, Accepted},
            state::{State, records::Attached},
        },
        values::{id::EntryId, text::Text},
    },
    exchange::{
        self, Draft, Format, Limits,
        import::{self, Item},
    },
};
use libfuzzer_sys::fuzz_target;

/// Few tasks are enough, and an input of many would only be slow.
const LIMITS: Limits = Limits {
    bytes: 64 << 10,
    tasks: 200,
};

static GENESIS: LazyLock<Accepted> = LazyLock::new(|| git_coord_fuzz::entries()[0].clone());

fuzz_target!(|data: &[u8]| {
    exchange::detect("", data);
    for format in Format::ALL {
        if let Ok(draft) = exchange::read(*format, data, &LIMITS) {
            written(&draft);
            imported(&draft);
        }
    }
});

/// What the writers write, the readers read.
fn written(draft: &Draft) {
    let json = exchange::write_task_status(draft);
    let read = exchange::read(Format::TaskStatus, json.as_bytes(), &Limits::default());
    let read = read.unwrap_or_else(|complaints| panic!("{complaints}\n{json}"));
    assert_eq!(tasks(&read), tasks(draft), "{json}");
    assert_eq!(exchange::write_task_status(&read), json);
    if !draft.tasks.is_empty() {
        let markdown = exchange::write_markdown(draft);
        let read = exchange::read(Format::Markdown, markdown.as_bytes(), &Limits::default());
        let read = read.unwrap_or_else(|complaints| panic!("{complaints}\n{markdown}"));
        let ids = |draft: &Draft| {
            draft
                .tasks
                .iter()
                .map(|task| task.id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&read), ids(draft), "{markdown}");
    }
    exchange::write_csv(draft);
}

/// The tasks without their lines.
fn tasks(draft: &Draft) -> Vec<exchange::DraftTask> {
    let mut tasks = draft.tasks.clone();
    tasks.iter_mut().for_each(|task| task.line = 0);
    tasks
}

/// The rules accept every entry of an import by an admin, and the same plan again changes nothing.
fn imported(draft: &Draft) {
    let mut ledger = Appended::new();
    ledger.append(import::additions(&ledger.state, draft));
    loop {
        let mut changes = ledger.changes(draft, None);
        match changes.steps_first() {
            Some(first) => ledger.append(first),
            None => {
                ledger.append(changes.items);
                break;
            }
        }
    }
    let again = ledger.changes(draft, Some(draft));
    assert!(again.items.is_empty(), "{:?}", again.items);
}

struct Appended {
    state: State,
    bodies: HashMap<(EntryId, Text), Vec<u8>>,
    count: u64,
}

impl Appended {
    fn new() -> Self {
        Self {
            state: git_coord_fuzz::state(std::slice::from_ref(&GENESIS)),
            bodies: HashMap::new(),
            count: 0,
        }
    }

    fn changes(&self, draft: &Draft, base: Option<&Draft>) -> import::Changes {
        let body = |attached: &Attached| {
            let known = self.bodies.get(&(attached.entry, attached.name.clone()))?;
            String::from_utf8(known.clone()).ok()
        };
        import::changes(&self.state, draft, base, &body)
    }

    fn append(&mut self, items: Vec<Item>) {
        for items in import::chunks(items) {
            self.count += 1;
            let id = EntryId::of_payload(&self.count.to_be_bytes());
            let mut entry = GENESIS.entry.clone();
            entry.ledger = Some(GENESIS.id);
            entry.events.clear();
            for item in items {
                entry.events.push(item.event);
                if let Some((name, bytes)) = item.attachment {
                    entry.attachments.push(attachment(&name, &bytes));
                    self.bodies.insert((id, name), bytes);
                }
            }
            entry.attachments.sort();
            let accepted = Accepted {
                id,
                entry,
                ..GENESIS.clone()
            };
            let applied = reduce::try_apply(&mut self.state, &accepted);
            assert_eq!(applied, Ok(()), "{:?}", accepted.entry.events);
        }
    }
}

fn attachment(name: &Text, bytes: &[u8]) -> git_coord::core::entry::event::Attachment {
    git_coord::core::entry::event::Attachment {
        name: name.clone(),
        digest: git_coord::core::values::id::Digest::of(bytes),
        size: bytes.len() as u64,
    }
}
