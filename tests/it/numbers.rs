//! Every kind, fact and field of the format is written by a command: which one, is in tests/golden/numbers.txt.
//!
//! Not here: what the numbers are (`format::kinds`), and what the commands do (the tests of each).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use git_coord::core::{
    entry::event::{
        Entry, ledger::LedgerFact, roster::ActorFact, roster::PolicyRule, task::TaskFact,
    },
    history::judge::Judgement,
};
use serde_json::Value;

use crate::{
    forge::open,
    format::kinds::{full, variants},
    world::World,
};

/// The commands, each a line of `sh`. The first one that writes a number stands for it.
const LINES: &[&str] = &[
    "git coord init --actor ada --recovery rescue.pub --ref refs/heads/coord",
    "git coord actor add codex --generate --email codex@example.org",
    "git coord actor add claude --generate --role reviewer --role worker",
    "git coord actor edit codex --role observer --email codex@example.com",
    "git coord actor edit codex --kind human",
    "git coord actor edit claude --no-role worker",
    "git coord actor add codex --key spare.pub",
    "git coord actor retire-key codex spare.pub",
    "git coord actor add claude --key other.pub",
    "git coord actor revoke-key claude other.pub --since 2025-10-14T00:00:00Z",
    "git coord upgrade --format 1 --rules 1 --state 1 --message 1 --files 1",
    "git coord configure --title Plan",
    "git coord configure --days-begin +02:00",
    "git coord configure --home-ref refs/coord/ledger",
    "git coord configure --home-url https://example.org/plan",
    "git coord policy lease 4h",
    "git coord policy max-lease 24h",
    "git coord policy steal coordinator worker",
    "git coord policy broad-paths coordinator",
    "git coord policy approvals 1",
    "git coord policy unclaimed-work yes",
    "git coord policy owners-only no",
    "git coord policy dependencies yes",
    "git coord policy guardrails no",
    "git coord policy integrated no",
    "git coord policy working-day 8h",
    "git coord policy paths 'lib/**' review claude",
    "git coord import task_status.json",
    "git coord add First --id A",
    "git coord edit A --title Another",
    "git coord edit A --group G",
    "git coord edit A --owner codex",
    "git coord edit A --no-owner codex",
    "git coord edit A --priority high",
    "git coord edit A --risk low",
    "git coord edit A --estimate 2h",
    "git coord edit A --due 2025-12-24",
    "git coord edit A --defer 2025-10-01",
    "git coord edit A --gate claude",
    "git coord edit A --no-gate claude",
    "git coord edit A --path src",
    "git coord edit A --no-path src",
    "git coord edit A --branch task/A",
    "git coord edit A --step one",
    "git coord edit A --no-step 1",
    "git coord edit A --accept fine",
    "git coord edit A --no-accept 1",
    "git coord edit A --check sound",
    "git coord edit A --no-check 1",
    "git coord edit A --label x",
    "git coord edit A --no-label x",
    "git coord edit A --url https://example.org/1",
    "git coord edit A --no-url https://example.org/1",
    "git coord edit A --body body.md",
    "git coord add Second --id B --depends A",
    "git coord edit B --no-depends A",
    "git coord edit B --parent A",
    "git coord edit B --link relates:A",
    "git coord edit B --no-link relates:A",
    "git coord add Third --id C --gate claude --check sound --step one --path doc",
    "git coord claim C --actor codex --lease 2h",
    "git coord claim C --steal --share",
    "git coord claim C --resume",
    "git coord handoff C --to codex --note 'Half of it.'",
    "git coord renew C --actor codex --lease 3h --idempotency-key renew/1",
    "git coord progress C 40 --actor codex",
    "git coord step C 1 --actor codex",
    "git coord block C 'no staging' --on A --actor codex",
    "git coord unblock C 1 --actor codex",
    "git coord comment C well",
    "git coord worktree add C --actor codex; git coord hooks install",
    "cd ../work-C && echo x >doc && git add doc && git commit -qm work",
    "cd ../work-C && git commit -q --amend -m other",
    "cd ../work-C && git coord submit C --pr 7",
    "git coord tick C 1 --actor claude",
    "git coord reject C --note no --commit task/C --actor claude",
    "git coord undo --actor claude",
    "git coord approve C --note yes --commit task/C --actor claude",
    "git coord guard add G --title x --command 'echo ok' --expect ok --required --depends A --time-limit 1min --env LANG",
    "git coord guard remove G",
    "git coord guard add H --title y --command true",
    "echo y >>body.md && git coord guard run H || git checkout -q body.md",
    "cd ../work-C && git coord integrate C --squash",
    "git coord add Fourth --id D; git coord claim D",
    "git coord done D --commit HEAD --waive 'it is urgent'",
    "git coord cancel A --reason x",
    "git coord reopen A --reason y",
    "git coord undo && git coord undo",
    "git coord add Fifth --id E && git coord claim E",
    "git coord release E",
    "git coord target set percent 100",
    "git coord observe prs --from prs.json",
    "git coord observe prs --from none.json --repository https://example.org/acme --complete",
    "git coord observe worktrees --actor codex",
    "git coord snapshot --label morning",
    "git -c coord.ada.signingKey=rescue coord actor recovery-key fresh.pub",
    "git update-ref refs/coord/ledger $(git commit-tree -p refs/coord/ledger -m x $(git mktree </dev/null)) && git coord add After",
    "git coord acknowledge $(git rev-parse refs/coord/ledger~1)",
    "git init -q --bare ../home.git && git remote add origin ../home.git && git coord sync",
    "was=$(git rev-parse refs/coord/ledger) && git update-ref refs/coord/ledger $was~1 && git update-ref -d refs/coord-anchor/ledger && \
     git coord add Elsewhere && git push -q -f origin refs/coord/ledger:refs/heads/coord && git update-ref refs/coord/ledger $was && \
     git update-ref refs/coord-anchor/ledger $was && git coord repair",
];

#[test]
fn every_number_of_the_format_is_written_by_a_command() {
    let world = world();
    let (mut written, mut known) = (BTreeMap::new(), 0);
    let mut failed = Vec::new();
    for line in LINES {
        let told = world.shell(&format!("set -e; {line}"));
        if told.code != 0 {
            failed.push(format!("{line}: {}", told.stderr));
        }
        let entries = entries(&world.work());
        for entry in &entries[known..] {
            for number in numbers(entry) {
                written.entry(number).or_insert(*line);
            }
        }
        known = entries.len();
    }
    let missing: Vec<String> = all()
        .into_iter()
        .filter(|it| !written.contains_key(it))
        .collect();
    assert_eq!(
        (&missing, &failed),
        (&Vec::new(), &Vec::new()),
        "{failed:#?}\n{missing:#?}"
    );
    let table: String = all()
        .iter()
        .map(|number| format!("{number}\n    {}\n", written[number]))
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/numbers.txt");
    if std::env::var_os("COORD_BLESS").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == table, "COORD_BLESS=1 writes the table");
}

fn world() -> World {
    let world = World::new();
    let write = |name: &str, text: &str| fs::write(world.work().join(name), text).unwrap();
    write("body.md", "A specification.\n");
    write(
        "task_status.json",
        r#"{"schema_version": "1.0", "tasks": {"now": {"W": {"id": "W", "name": "Waved", "wave": 1, "wave_rank": 1, "pr": 7, "colour": "red"}}},
        "guardrails": {"I": {"title": "imported", "command": "true", "colour": "red"}}}"#,
    );
    write(
        "prs.json",
        r#"[{"number": 7, "title": "x", "state": "MERGED", "isDraft": false, "headRefName": "b",
        "headRefOid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "baseRefName": "main", "author": {"login": "ada"},
        "statusCheckRollup": [], "reviewDecision": "", "mergeable": "MERGEABLE", "labels": [], "updatedAt": "2025-10-15T09:00:00Z",
        "mergeCommit": {"oid": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "url": "https://example.org/acme/pull/7"}]"#,
    );
    write("none.json", "[]");
    let keys = world.shell(
        "for name in rescue spare other fresh; do ssh-keygen -q -t ed25519 -N '' -C '' -f $name; done; git add *.md *.json; git commit -qm base",
    );
    assert_eq!(keys.code, 0, "{keys:?}");
    world
}

fn entries(folder: &Path) -> Vec<Entry> {
    let Ok(history) = open(folder).history() else {
        return Vec::new();
    };
    let accepted = history
        .placed()
        .filter_map(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) => Some(accepted.entry.clone()),
            _ => None,
        });
    accepted.collect()
}

/// Fields that hold records with fields of their own.
const RECORDS: [&str; 4] = ["seen", "source", "integrated", "checks"];

/// What an entry has of the format: the fields of entries, kinds with their fields, facts.
fn numbers(entry: &Entry) -> BTreeSet<String> {
    let value = serde_json::to_value(entry).unwrap();
    let mut found = BTreeSet::new();
    for (field, value) in value.as_object().unwrap() {
        found.insert(format!("Entry.{field}"));
        if field == "events" {
            value
                .as_array()
                .unwrap()
                .iter()
                .for_each(|event| of_event(event, &mut found));
        }
    }
    found
}

fn of_event(event: &Value, found: &mut BTreeSet<String>) {
    let (family, held) = event.as_object().unwrap().iter().next().unwrap();
    let Some((kind, body)) = held.as_object().and_then(|held| held.iter().next()) else {
        found.insert(format!("{family}.{}", held.as_str().unwrap()));
        return;
    };
    let name = format!("{family}.{kind}");
    match &*name {
        "Ledger.Configured" => facts("ledger fact", body, found),
        "Roster.PolicySet" => facts("policy rule", body, found),
        _ => {}
    }
    for (field, value) in body.as_object().into_iter().flatten() {
        match (&*name, &**field) {
            ("Task.Added" | "Task.Edited", "facts") => facts("task fact", value, found),
            ("Roster.ActorEdited", "facts") => facts("actor fact", value, found),
            ("Ledger.Created", "facts") => facts("ledger fact", value, found),
            ("Roster.PolicySet", _) => continue,
            _ => {}
        }
        fields(&format!("{name}.{field}"), field, value, found);
    }
    found.insert(name);
}

fn fields(name: &str, field: &str, value: &Value, found: &mut BTreeSet<String>) {
    found.insert(name.to_owned());
    if !RECORDS.contains(&field) {
        return;
    }
    let several = std::slice::from_ref(value);
    for record in value.as_array().map_or(several, Vec::as_slice) {
        for (inner, value) in record.as_object().into_iter().flatten() {
            fields(&format!("{name}.{inner}"), inner, value, found);
        }
    }
}

fn facts(name: &str, value: &Value, found: &mut BTreeSet<String>) {
    let several = std::slice::from_ref(value);
    for fact in value.as_array().map_or(several, Vec::as_slice) {
        let fact = fact.as_object().and_then(|fact| fact.keys().next());
        found.extend(fact.map(|fact| format!("{name} {fact}")));
    }
}

/// Everything that the format has.
fn all() -> BTreeSet<String> {
    let mut all: BTreeSet<String> = [
        "format",
        "ledger",
        "parents",
        "actor",
        "time",
        "events",
        "attachments",
        "idempotency_key",
    ]
    .map(|field| format!("Entry.{field}"))
    .into();
    for event in full().into_values() {
        of_event(&serde_json::to_value(event).unwrap(), &mut all);
    }
    for (name, facts) in [
        ("ledger fact", variants::<LedgerFact>()),
        ("actor fact", variants::<ActorFact>()),
        ("policy rule", variants::<PolicyRule>()),
        ("task fact", variants::<TaskFact>()),
    ] {
        all.extend(facts.into_iter().map(|fact| format!("{name} {fact}")));
    }
    all
}
