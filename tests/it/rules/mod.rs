//! The table of the rules, checked against the program in three ways: its own entries, forged entries, and commands.
//!
//! Not here: the table (`table`), what its words mean (`actions`, `lines`), and the ledgers on which they are tried (`bench`).

mod actions;
mod bench;
mod lines;
mod table;

use git_coord::core::plan::{refusal::Refusal, state::State};

use self::{
    bench::{Bench, Stage},
    table::{Row, Situation},
};

/// The roles of the table's actor, in the order of the columns.
const ROLES: [&str; 6] = [
    "admin",
    "coordinator",
    "worker",
    "reviewer",
    "observer",
    "none",
];

/// How an action came out: the state after it, or why it was refused.
type Outcome = Result<State, Refusal>;

/// The word of the table for an outcome.
fn word(outcome: &Outcome) -> &'static str {
    let code = outcome
        .as_ref()
        .err()
        .map(|refusal| refusal.code().as_str());
    code.map_or("+", short)
}

/// The word for a refusal.
fn short(code: &str) -> &str {
    match code {
        "not_permitted" => "-",
        code => code,
    }
}

/// The state without its count of entries and the steps that are left to actors, which change with every entry, refused or
/// not.
fn but_for_the_count(state: &State, other: &State) -> State {
    let mut state = state.clone();
    (state.entries, state.effective) = (other.entries, other.effective);
    state.anomalies.clone_from(&other.anomalies);
    state.allowances.clone_from(&other.allowances);
    state
}

/// Tries every action of a scene in one role, and returns the lines whose outcome differs from the table.
fn differences(bench: &Bench, scene: &Situation, role: usize) -> Vec<String> {
    let stage = bench.set(&scene.before, ROLES[role]);
    let mut found = Vec::new();
    let mut refused: Vec<(&Row, Refusal)> = Vec::new();
    for row in &scene.rows {
        let outcome = bench.does(&stage, &row.action);
        let (said, expected) = (word(&outcome), &row.told[role]);
        if said != expected {
            let (role, action) = (ROLES[role], &row.action);
            found.push(format!(
                "{}: {role}: {action}: {said}, not {expected}",
                scene.name
            ));
        }
        match outcome {
            Ok(state) => {
                let odd = odd_when_forged(bench, &stage, row, &state);
                found.extend(
                    odd.map(|odd| {
                        format!("{}: {}: {}: {odd}", scene.name, ROLES[role], row.action)
                    }),
                );
            }
            Err(refusal) => refused.push((row, refusal)),
        }
    }
    refused_when_forged(bench, &stage, &refused);
    found
}

/// The same entry made by hand does the same, and does something.
fn odd_when_forged(bench: &Bench, stage: &Stage, row: &Row, done: &State) -> Option<&'static str> {
    let forged = bench.forged(stage, &[&row.action]);
    if forged.digest() != done.digest() {
        Some("another state when forged")
    } else if but_for_the_count(&forged, &stage.state) == stage.state {
        Some("without effect")
    } else {
        None
    }
}

/// Refused entries, forged one on top of the other: each is an anomaly with the same refusal and has no effect.
#[track_caller]
fn refused_when_forged(bench: &Bench, stage: &Stage, refused: &[(&Row, Refusal)]) {
    let actions: Vec<&str> = refused.iter().map(|(row, _)| row.action.as_str()).collect();
    let state = bench.forged(stage, &actions);
    let known = stage.state.anomalies.len();
    let anomalies = &state.anomalies[known..];
    let told: Vec<&Refusal> = anomalies.iter().map(|anomaly| &anomaly.refusal).collect();
    let expected: Vec<&Refusal> = refused.iter().map(|(_, refusal)| refusal).collect();
    assert_eq!(told, expected);
    assert_eq!(state.entries, stage.state.entries + refused.len() as u64);
    assert_eq!(but_for_the_count(&state, &stage.state), stage.state);
}

#[test]
fn every_action_in_every_role_has_the_outcome_of_the_table_and_so_have_forged_entries() {
    let scenes = table::scenes();
    let found: Vec<String> = std::thread::scope(|scope| {
        let of_role = |role: usize| {
            let scenes = &scenes;
            move || -> Vec<String> {
                let (bench, scenes) = (Bench::new(), scenes.iter());
                scenes
                    .flat_map(|scene| differences(&bench, scene, role))
                    .collect()
            }
        };
        let threads: Vec<_> = (0..ROLES.len())
            .map(|role| scope.spawn(of_role(role)))
            .collect();
        let told = threads.into_iter().map(|thread| thread.join().unwrap());
        told.flatten().collect()
    });
    assert_eq!(found, [""; 0], "\n{}", found.join("\n"));
}

#[test]
fn every_code_of_the_rules_is_in_the_table_or_cannot_be() {
    let elsewhere = [
        // What is so in an entry's own past is quarantined, so these come by joins: the first in the next test, the second
        // in `forgery::place`.
        "key_revoked",
        "repeated",
        // It takes hundreds of kilobytes: `core::plan::rules::tests::cost`.
        "too_costly",
        // No action has a key: `idempotency`.
        "idempotency_key_used",
    ];
    let scenes = table::scenes();
    let told = |code: &str| {
        let mut rows = scenes.iter().flat_map(|scene| &scene.rows);
        code == "not_permitted" || rows.any(|row| row.told.iter().any(|told| told == code))
    };
    for code in git_coord::core::plan::refusal::Code::ALL {
        let code = code.as_str();
        assert_eq!(told(code), !elsewhere.contains(&code), "{code}");
    }
}

#[test]
fn whatever_was_done_elsewhere_while_its_key_was_revoked_here_is_refused() {
    let bench = Bench::new();
    for scene in table::scenes() {
        let stage = bench.set(&scene.before, "admin");
        let actions: Vec<&str> = scene.rows.iter().map(|row| row.action.as_str()).collect();
        let (before, after) = bench.outrun(&stage, &actions);
        assert_eq!(but_for_the_count(&after, &before), before, "{}", scene.name);
        let new = &after.anomalies[before.anomalies.len()..];
        let codes: Vec<&str> = new.iter().map(|it| it.refusal.code().as_str()).collect();
        assert_eq!(codes, vec!["key_revoked"; actions.len()], "{}", scene.name);
    }
}

#[test]
fn the_commands_of_a_worker_have_the_outcome_of_the_table() {
    const WORKER: usize = 2;
    let bench = Bench::new();
    let mut found = Vec::new();
    // A claim that is typed is made in a worktree, and those of the table are in none.
    let mut scenes = table::scenes();
    scenes.retain(|scene| !scene.name.contains("worktree"));
    for scene in &scenes {
        let stage = bench.set(&scene.before, ROLES[WORKER]);
        let claim = stage.claim("eve", "T").and_then(|mark| mark.entry);
        let claim = claim.map(|id| id.to_string());
        for row in &scene.rows {
            let Some(line) = lines::typed(&row.action, claim.as_deref()) else {
                continue;
            };
            let told = bench.typed(&stage, &line);
            let told = told.as_deref().map_or("+", short);
            let expected = &row.told[WORKER];
            if told != expected {
                found.push(format!("{}: {line}: {told}, not {expected}", scene.name));
            }
        }
    }
    assert_eq!(found, [""; 0], "\n{}", found.join("\n"));
}
