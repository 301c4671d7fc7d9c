//! The meaning of the table's words: the events of each action.
//!
//! Not here: the roles that may do it (`table`).

use git_coord::core::{
    entry::event::{
        CommitId, Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, ReviewEvent,
        RosterEvent, TaskEvent, TaskRef, WorkEvent,
        guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome},
        ledger::{LedgerFact, Versions},
        roster::{ActorFact, NewActor, PolicyRule},
        task::{Import, Integration, TaskFact},
    },
    values::{
        id::{Digest, EntryId},
        task::{ActorKind, Approver, LinkKind, Role},
        time::Span,
    },
};

use super::bench::Stage;
use crate::golden::{signer, spare, text};

/// The tasks: `T`, which `claude` has to approve; `V`, which has a file of `T`; `W`, which has others. And a guardrail.
pub fn plan() -> Vec<Event> {
    let path = |glob: &str| TaskFact::PathAdded(glob.parse().unwrap());
    let facts = vec![
        path("lib"),
        TaskFact::GateAdded(approver("claude")),
        TaskFact::CheckAdded(text("no secrets")),
        TaskFact::StepAdded(text("write it")),
    ];
    let guardrail = Event::Guardrail(GuardrailEvent::Added(Box::new(guardrail("G"))));
    let added = |id: &str, facts| {
        Event::Task(TaskEvent::Added {
            id: id.parse().unwrap(),
            title: text(id),
            facts,
        })
    };
    vec![
        added("T", facts),
        added("V", vec![path("lib/a")]),
        added("W", vec![path("web")]),
        guardrail,
    ]
}

fn approver(word: &str) -> Approver {
    word.parse().unwrap()
}
fn guardrail(id: &str) -> GuardrailDefinition {
    GuardrailDefinition {
        id: id.parse().unwrap(),
        title: text("It builds"),
        command: None,
        expect: None,
        required: false,
        depends: Vec::new(),
        time_limit: None,
        extra: Vec::new(),
        environment: Vec::new(),
    }
}
/// The commit that an action names at its end.
fn at(action: &str) -> Option<CommitId> {
    let (_, digit) = action.split_once(" at ")?;
    digit.chars().next().map(commit)
}
fn commit(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().unwrap()
}

/// An action in words, mostly on the task `T`.
pub fn events(action: &str, who: &str, stage: &Stage) -> Vec<Event> {
    let one = |event| vec![event];
    let (what, rest) = action.split_once(' ').unwrap_or((action, ""));
    match what {
        "add" | "edit" | "done" | "waive" | "cancel" | "reopen" | "comment" | "import" => {
            one(Event::Task(of_task(action, who, stage)))
        }
        "submit" | "approve" | "reject" | "withdraw" | "tick" => {
            one(Event::Review(of_review(action, who, stage)))
        }
        "guard" | "result" | "target" => one(Event::Guardrail(of_guardrail(what, rest))),
        "actor" | "key" | "recovery" | "policy" => one(Event::Roster(of_roster(action, who))),
        "leave" => ["ada", who].map(demoted).into(),
        "mixed" => {
            let target = Event::Guardrail(of_guardrail("target", ""));
            vec![demoted("codex"), target]
        }
        "ledger" => one(Event::Ledger(of_ledger(rest))),
        "observe" | "snapshot" => one(Event::Observation(of_observation(what))),
        _ => one(Event::Work(of_work(action, who, stage))),
    }
}

fn of_task(action: &str, who: &str, stage: &Stage) -> TaskEvent {
    let task = stage.task("T");
    let edited = |fact| TaskEvent::Edited {
        task: stage.task("T"),
        facts: vec![fact],
    };
    let added = |facts| TaskEvent::Added {
        id: "U".parse().unwrap(),
        title: text("A new one"),
        facts,
    };
    let owner = |name: &str| TaskFact::OwnerAdded(name.parse().unwrap());
    let integrated = action.ends_with(" in main").then(|| Integration {
        commit: commit('a'),
        into: "main".parse().unwrap(),
        method: None,
        before: None,
    });
    let done = |commit, waiver| TaskEvent::Completed {
        task: stage.task("T"),
        claim: stage.claim(who, "T"),
        commit,
        waiver,
        tree: None,
        integrated: integrated.clone(),
    };
    match action {
        "add" => added(Vec::new()),
        "add for codex" => added(vec![owner("codex")]),
        "add everywhere" => added(vec![TaskFact::PathAdded("**".parse().unwrap())]),
        "add after T" => added(vec![TaskFact::DependencyAdded(task)]),
        "edit" => edited(TaskFact::Title(text("Another title"))),
        "edit of nothing" => TaskEvent::Edited {
            task: stage.task("X"),
            facts: Vec::new(),
        },
        "edit of T as W" => TaskEvent::Edited {
            task: TaskRef {
                id: "W".parse().unwrap(),
                ..task
            },
            facts: Vec::new(),
        },
        "edit owner codex" => edited(owner("codex")),
        "edit owner eve" => edited(owner("eve")),
        "edit not codex's" => edited(TaskFact::OwnerRemoved("codex".parse().unwrap())),
        "edit gate eve" => edited(TaskFact::GateAdded(approver("eve"))),
        "edit gate worker" => edited(TaskFact::GateAdded(approver("role:worker"))),
        "edit no gate" => edited(TaskFact::GateRemoved(approver("claude"))),
        "edit label" => edited(TaskFact::LabelAdded(text("late"))),
        "edit thousand labels" => TaskEvent::Edited {
            task,
            facts: (0..1000)
                .map(|number| TaskFact::LabelAdded(text(&format!("l{number}"))))
                .collect(),
        },
        "edit check" => edited(TaskFact::CheckAdded(text("no dead code"))),
        "edit no check" => edited(TaskFact::CheckRemoved(text("no secrets"))),
        "edit path" => edited(TaskFact::PathAdded("docs".parse().unwrap())),
        "edit path everywhere" => edited(TaskFact::PathAdded("*/*.rs".parse().unwrap())),
        "edit path of W" => edited(TaskFact::PathAdded("web/x".parse().unwrap())),
        "edit no path" => edited(TaskFact::PathRemoved("lib".parse().unwrap())),
        "edit after U" => edited(TaskFact::DependencyAdded(stage.task("U"))),
        "edit parent T" => edited(TaskFact::Parent(Some(stage.task("T")))),
        "edit parent W" => edited(TaskFact::Parent(Some(stage.task("W")))),
        "edit link W" => edited(TaskFact::LinkAdded(LinkKind::Relates, stage.task("W"))),
        "edit after W" => edited(TaskFact::DependencyAdded(stage.task("W"))),
        "edit no step" => edited(TaskFact::StepRemoved(Mark::default())),
        "comment" => TaskEvent::Commented {
            task,
            body: text("note"),
        },
        "comment without text" => TaskEvent::Commented {
            task,
            body: text("missing"),
        },
        "import" => TaskEvent::Imported(Import {
            source: text("plan.md"),
            format: text("markdown"),
            digest: Digest::of(b"so it is\n"),
            file: text("note"),
        }),
        "done" | "done at a" | "done at b" | "done at a in main" => done(at(action), None),
        "waive" => done(None, Some(text("it is urgent"))),
        "cancel" => TaskEvent::Cancelled { task, reason: None },
        "reopen" | "reopen mistaken" => TaskEvent::Reopened {
            task,
            reason: None,
            mistaken: action == "reopen mistaken",
        },
        _ => panic!("no action '{action}'"),
    }
}

fn of_work(action: &str, who: &str, stage: &Stage) -> WorkEvent {
    let task = stage.task("T");
    let own = stage.claim(who, "T");
    let claimed = |id: &str, how: &str| WorkEvent::Claimed {
        task: stage.task(id),
        lease: Span::from_minutes(60),
        worktree: (how == "elsewhere").then(|| text("elsewhere")),
        steal: how == "steal",
        share: how == "share",
        resume: how == "resume",
    };
    let progressed = |claim| WorkEvent::Progressed {
        task: stage.task("T"),
        claim,
        percent: 40.try_into().unwrap(),
    };
    let handed_on = |claim, to: &str| WorkEvent::HandedOn {
        task: stage.task("T"),
        claim,
        to: to.parse().unwrap(),
        lease: Span::from_minutes(60),
        note: None,
    };
    let step = |step| WorkEvent::StepSet {
        task: stage.task("T"),
        step,
        number: 1,
        done: true,
        claim: own,
    };
    match action {
        "claim" => claimed("T", ""),
        "claim of nothing" => claimed("X", ""),
        "claim V" => claimed("V", ""),
        "claim V elsewhere" => claimed("V", "elsewhere"),
        "claim W" => claimed("W", ""),
        "claim steal" => claimed("T", "steal"),
        "claim share" => claimed("T", "share"),
        "claim resume" => claimed("T", "resume"),
        "renew" | "renew as holder" => WorkEvent::Renewed {
            task,
            claim: own.filter(|_| action == "renew").unwrap_or(stage.held("T")),
            lease: None,
        },
        "release" | "release as holder" => WorkEvent::Released {
            task,
            claim: own
                .filter(|_| action == "release")
                .unwrap_or(stage.held("T")),
        },
        "handoff as holder" => handed_on(stage.held("T"), "eve"),
        "handoff" => handed_on(own.unwrap_or_default(), "codex"),
        _ if action.starts_with("handoff to ") => handed_on(
            own.unwrap_or_default(),
            action.split(' ').next_back().unwrap(),
        ),
        "progress" => progressed(own),
        "progress without claim" => progressed(None),
        "progress as holder" => progressed(Some(stage.held("T"))),
        "step" => step(stage.step("T")),
        "step of nothing" => step(Mark::default()),
        "block" => WorkEvent::Blocked {
            task,
            reason: text("no staging"),
            on: None,
        },
        "unblock" => WorkEvent::Unblocked {
            task,
            blocker: stage.blocker("T"),
            number: 1,
        },
        "record a" | "record b" => WorkEvent::CommitRecorded {
            task,
            commit: commit(if action == "record a" { 'a' } else { 'b' }),
            branch: None,
            claim: own,
        },
        "rewrite" => WorkEvent::CommitRewritten {
            task,
            old: commit('b'),
            new: commit('a'),
        },
        "bind" => WorkEvent::WorktreeBound {
            task,
            worktree: Some(text("tree")),
        },
        _ => panic!("no action '{action}'"),
    }
}

fn of_review(action: &str, who: &str, stage: &Stage) -> ReviewEvent {
    let task = stage.task("T");
    match action {
        "submit" => ReviewEvent::Submitted {
            task,
            claim: stage.claim(who, "T"),
            commit: Some(commit('a')),
            pr: None,
        },
        "approve" | "approve at a" | "approve at b" => ReviewEvent::Approved {
            task,
            commit: at(action),
            note: Some(text("note")),
        },
        "reject" | "reject at b" => ReviewEvent::Rejected {
            task,
            commit: at(action),
            note: text("note"),
        },
        "reject without note" => ReviewEvent::Rejected {
            task,
            commit: None,
            note: text("missing"),
        },
        "withdraw" => ReviewEvent::Withdrawn { task },
        "tick" | "tick of nothing" => ReviewEvent::CheckTicked {
            task,
            item: text(if action == "tick" {
                "no secrets"
            } else {
                "no such item"
            }),
            ticked: true,
        },
        _ => panic!("no action '{action}'"),
    }
}

fn of_guardrail(what: &str, rest: &str) -> GuardrailEvent {
    let id = if rest.ends_with("nothing") { "X" } else { "G" };
    match what {
        "target" => GuardrailEvent::TargetSet {
            name: "prs_open".parse().unwrap(),
            expression: Some(text("<10")),
        },
        "result" => GuardrailEvent::Recorded(Box::new(GuardrailResult {
            evidence: Some(text("note")),
            commit: at(&format!("{what} {rest}")),
            ..GuardrailResult::new(id.parse().unwrap(), Outcome::Pass)
        })),
        _ if rest.starts_with("remove") => GuardrailEvent::Removed {
            id: id.parse().unwrap(),
        },
        _ if rest == "required" => GuardrailEvent::Added(Box::new(GuardrailDefinition {
            required: true,
            ..guardrail("G")
        })),
        _ => GuardrailEvent::Added(Box::new(guardrail("new"))),
    }
}

fn of_roster(action: &str, who: &str) -> RosterEvent {
    let codex = || "codex".parse().unwrap();
    let new = |name: &str, key| {
        RosterEvent::ActorAdded(Box::new(NewActor {
            name: name.parse().unwrap(),
            kind: ActorKind::Agent,
            email: format!("{name}@example.org").parse().unwrap(),
            roles: vec![Role::Worker],
            key: Some(key),
        }))
    };
    let public = |name: &str| signer(name).public_key().clone();
    let policy = RosterEvent::PolicySet;
    match action {
        "actor add" => new("mallory", spare(9)),
        "actor add codex" => new("codex", spare(9)),
        "actor add with codex's key" => new("mallory", public("codex")),
        "actor edit" => edited("codex", ActorFact::RoleAdded(Role::Observer)),
        "actor edit of nobody" => edited("nobody", ActorFact::RoleAdded(Role::Observer)),
        "actor edit oneself" => edited(who, ActorFact::RoleAdded(Role::Coordinator)),
        "key add" => RosterEvent::KeyAdded {
            actor: codex(),
            key: spare(9),
        },
        "key retire" => RosterEvent::KeyRetired {
            actor: codex(),
            key: public("codex"),
        },
        "key revoke" | "key revoke of a stranger" => RosterEvent::KeyRevoked {
            actor: codex(),
            key: public(if action == "key revoke" {
                "codex"
            } else {
                "claude"
            }),
            since: None,
        },
        "recovery set" => RosterEvent::RecoveryKeySet {
            key: Some(public("recovery")),
        },
        "recovery unset" => RosterEvent::RecoveryKeySet { key: None },
        "recovery codex's key" => RosterEvent::RecoveryKeySet {
            key: Some(public("codex")),
        },
        "policy claimed only" => policy(PolicyRule::UnclaimedWork(false)),
        "policy owners only" => policy(PolicyRule::OwnersOnly(true)),
        "policy steal worker" => policy(PolicyRule::StealRoles(vec![Role::Worker])),
        "policy dependencies no" => policy(PolicyRule::Dependencies(false)),
        "policy guardrails no" => policy(PolicyRule::Guardrails(Guarded::No)),
        "policy integrated" => policy(PolicyRule::Integrated(true)),
        "policy broad worker" => policy(PolicyRule::BroadPaths(vec![Role::Worker])),
        "policy approvals" => policy(PolicyRule::ApprovalsRequired(2)),
        "policy path" => policy(reviewed_by("claude")),
        "policy path of nobody" => policy(reviewed_by("nobody")),
        _ => panic!("no action '{action}'"),
    }
}

fn reviewed_by(name: &str) -> PolicyRule {
    PolicyRule::PathReview {
        paths: "lib/**".parse().unwrap(),
        by: vec![approver(name)],
    }
}
fn edited(name: &str, fact: ActorFact) -> RosterEvent {
    RosterEvent::ActorEdited {
        actor: name.parse().unwrap(),
        facts: vec![fact],
    }
}
fn demoted(name: &str) -> Event {
    Event::Roster(edited(name, ActorFact::RoleRemoved(Role::Admin)))
}

fn of_ledger(rest: &str) -> LedgerEvent {
    match rest {
        "configure" => LedgerEvent::Configured(vec![LedgerFact::Title(Some(text("Mine")))]),
        "acknowledge" => LedgerEvent::Acknowledged {
            entry: EntryId::from_bytes([7; 32]),
        },
        "upgrade" => LedgerEvent::Upgraded(Versions {
            rules: Some(1),
            ..Versions::default()
        }),
        "repair" => LedgerEvent::Repaired,
        _ => panic!("no action 'ledger {rest}'"),
    }
}

fn of_observation(what: &str) -> ObservationEvent {
    match what {
        "observe" => ObservationEvent::Worktrees {
            host: text("laptop"),
            seen: Vec::new(),
        },
        _ => ObservationEvent::SnapshotTaken {
            label: None,
            state: Digest::of(b"whatever"),
            versions: (1, 1, 1),
        },
    }
}
