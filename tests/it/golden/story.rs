//! The events of the worked ledger, in order.
//!
//! Not here: how an entry of it becomes a commit (`golden`).

use git_coord::core::{
    entry::event::{
        Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, ReviewEvent, RosterEvent,
        TaskEvent, TaskRef, WorkEvent,
        guardrail::{Guarded, GuardrailDefinition, GuardrailResult, Outcome},
        ledger::{Founding, LedgerFact, Versions},
        observation::{
            CheckCounts, ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source, Worktree,
        },
        roster::{ActorFact, NewActor, PolicyRule},
        task::{Import, Integration, MergeMethod, TaskFact, Wave},
    },
    values::{
        id::Digest,
        task::{ActorKind, Approver, Estimate, LinkKind, Priority, Risk, Role},
        time::{DayOffset, Span, Timestamp},
    },
    views::snapshot::{self, DASHBOARD},
};

use super::{DAWN, Golden, NewEntry, project_commit, signer, spare, text};

impl Golden {
    pub(super) fn tell(&mut self) {
        self.found();
        self.gather();
        let tasks = self.plan();
        self.work(tasks);
        self.review(tasks);
        self.change(tasks);
        let plan = self.import();
        self.guard(tasks);
        self.observe();
        self.quarrel(plan, tasks);
        self.mend();
    }

    fn found(&mut self) {
        let founding = Founding {
            key: signer("ada").public_key().clone(),
            kind: ActorKind::Human,
            email: "ada@example.org".parse().unwrap(),
            recovery: None,
            facts: vec![
                LedgerFact::Title(Some(text("Release 1.0"))),
                LedgerFact::DayOffset(DayOffset::try_from(120).unwrap()),
            ],
            nonce: 1,
        };
        self.then(
            "ada",
            vec![Event::Ledger(LedgerEvent::Created(Box::new(founding)))],
        );
    }

    fn gather(&mut self) {
        let add = |name: &str, roles: Vec<Role>| {
            Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
                name: name.parse().unwrap(),
                kind: ActorKind::Agent,
                email: format!("{name}@example.org").parse().unwrap(),
                roles,
                key: Some(signer(name).public_key().clone()),
            })))
        };
        let workers = vec![
            add("codex", vec![Role::Worker]),
            add("claude", vec![Role::Worker, Role::Reviewer]),
        ];
        self.then("ada", workers);
        let codex = || "codex".parse().unwrap();
        let keys = [
            RosterEvent::KeyAdded {
                actor: codex(),
                key: spare(1),
            },
            RosterEvent::KeyRetired {
                actor: codex(),
                key: spare(1),
            },
            RosterEvent::KeyAdded {
                actor: codex(),
                key: spare(2),
            },
            RosterEvent::KeyRevoked {
                actor: codex(),
                key: spare(2),
                since: Some(Timestamp::from_seconds(DAWN)),
            },
            RosterEvent::ActorEdited {
                actor: codex(),
                facts: vec![
                    ActorFact::Email("codex@example.net".parse().unwrap()),
                    ActorFact::Email("codex@example.org".parse().unwrap()),
                    ActorFact::Kind(ActorKind::Agent),
                    ActorFact::RoleAdded(Role::Observer),
                    ActorFact::RoleAdded(Role::Reviewer),
                    ActorFact::RoleRemoved(Role::Reviewer),
                ],
            },
            RosterEvent::RecoveryKeySet {
                key: Some(signer("recovery").public_key().clone()),
            },
        ];
        self.then("ada", Vec::from(keys.map(Event::Roster)));
        let policy = [
            PolicyRule::DefaultLease(Span::from_minutes(120)),
            PolicyRule::StealRoles(vec![Role::Coordinator, Role::Reviewer]),
            PolicyRule::ApprovalsRequired(2),
            PolicyRule::UnclaimedWork(true),
            PolicyRule::OwnersOnly(false),
            PolicyRule::PathReview {
                paths: "src/db/**".parse().unwrap(),
                by: vec![
                    Approver::Role(Role::Reviewer),
                    Approver::Actor("ada".parse().unwrap()),
                ],
            },
            PolicyRule::MaxLease(Span::from_minutes(2880)),
            PolicyRule::BroadPaths(vec![Role::Coordinator, Role::Worker]),
            PolicyRule::Dependencies(true),
            PolicyRule::Guardrails(Guarded::Integrate),
            PolicyRule::Integrated(true),
            PolicyRule::WorkingDay("6h".parse().unwrap()),
        ];
        let policy = policy.map(|rule| Event::Roster(RosterEvent::PolicySet(rule)));
        self.then("ada", Vec::from(policy));
        let facts = vec![
            LedgerFact::HomeRef(text("refs/heads/coord")),
            LedgerFact::HomeUrl(Some(text("https://example.org/plan.git"))),
        ];
        self.then("ada", vec![Event::Ledger(LedgerEvent::Configured(facts))]);
    }

    /// Three tasks: A, B, and another A, which people see as `A~…`. Gives the number of the entry.
    fn plan(&mut self) -> usize {
        let name = |name: &str| name.parse().unwrap();
        let facts = vec![
            TaskFact::Group(Some(text("Database"))),
            TaskFact::OwnerAdded(name("codex")),
            TaskFact::Priority(Some(Priority::High)),
            TaskFact::Risk(Some(Risk::Medium)),
            TaskFact::Estimate(Estimate::from_minutes(120, 180)),
            TaskFact::GateAdded(Approver::Actor(name("claude"))),
            TaskFact::PathAdded("src/db/**".parse().unwrap()),
            TaskFact::Branch(Some("feat/shadow".parse().unwrap())),
            TaskFact::StepAdded(text("Write the harness")),
            TaskFact::StepAdded(text("Compare\nline by line")),
            TaskFact::CriterionAdded(text("No difference in a day")),
            TaskFact::CheckAdded(text("No secrets in the logs")),
            TaskFact::LabelAdded(text("db")),
            TaskFact::Body(Some(text("body/A.md"))),
            TaskFact::Wave(Some(Wave { number: 1, rank: 1 })),
            TaskFact::Extra(text("files_count"), Some(text("7"))),
        ];
        let add = |id: &str, title: &str, facts| {
            Event::Task(TaskEvent::Added {
                id: id.parse().unwrap(),
                title: text(title),
                facts,
            })
        };
        let a = TaskRef {
            id: "A".parse().unwrap(),
            mark: Mark::default(),
        };
        let events = vec![
            add("A", "Shadow the old store", facts),
            add(
                "B",
                "Switch over \u{1b}[2J and a title so long that its message has to be cut somewhere",
                vec![TaskFact::DependencyAdded(a)],
            ),
            add("A", "The same name again", Vec::new()),
        ];
        let body = "Read from both stores, answer from the old one.\n";
        self.then("ada", NewEntry::from(events).with("body/A.md", body))
    }

    fn work(&mut self, tasks: usize) {
        let a = self.task("A", tasks, 0);
        let claim = self.then(
            "codex",
            vec![Event::Work(WorkEvent::Claimed {
                task: a.clone(),
                lease: Span::from_minutes(120),
                worktree: Some(text("shadow")),
                steal: false,
                share: false,
                resume: false,
            })],
        );
        let held = self.mark(claim, 0);
        let percent = 40.try_into().unwrap();
        let progressed = WorkEvent::Progressed {
            task: a.clone(),
            claim: Some(held),
            percent,
        };
        self.then("codex", vec![Event::Work(progressed)]);
        let step = Mark {
            item: 9,
            ..self.mark(tasks, 0)
        };
        let reported = [
            WorkEvent::StepSet {
                task: a.clone(),
                step,
                number: 2,
                done: true,
                claim: Some(held),
            },
            WorkEvent::CommitRecorded {
                task: a.clone(),
                commit: project_commit('a'),
                branch: Some("feat/shadow".parse().unwrap()),
                claim: Some(held),
            },
            WorkEvent::CommitRewritten {
                task: a.clone(),
                old: project_commit('a'),
                new: project_commit('b'),
            },
            WorkEvent::WorktreeBound {
                task: a.clone(),
                worktree: Some(text("shadow")),
            },
            WorkEvent::Renewed {
                task: a.clone(),
                claim: held,
                lease: Some(Span::from_minutes(30)),
            },
        ];
        self.then("codex", Vec::from(reported.map(Event::Work)));
        let b = self.task("B", tasks, 1);
        let blocked = |reason: &str, on: Option<TaskRef>| {
            Event::Work(WorkEvent::Blocked {
                task: a.clone(),
                reason: text(reason),
                on,
            })
        };
        let blocker = self.then(
            "codex",
            vec![
                blocked("no staging", None),
                blocked("B first, after all", Some(b)),
            ],
        );
        let unblocked = |event: u16| {
            Event::Work(WorkEvent::Unblocked {
                task: a.clone(),
                blocker: self.mark(blocker, event),
                number: event + 1,
            })
        };
        let events = vec![unblocked(0), unblocked(1)];
        self.then("claude", events);
    }

    fn review(&mut self, tasks: usize) {
        let a = self.task("A", tasks, 0);
        let claim = self.mark(tasks + 1, 0);
        let commit = Some(project_commit('b'));
        let submitted = || ReviewEvent::Submitted {
            task: a.clone(),
            claim: Some(claim),
            commit: commit.clone(),
            pr: Some(410),
        };
        self.then("codex", vec![Event::Review(submitted())]);
        let rejected = ReviewEvent::Rejected {
            task: a.clone(),
            commit: commit.clone(),
            note: text("note.md"),
        };
        let told = NewEntry::from(vec![Event::Review(rejected)]);
        self.then(
            "claude",
            told.with("note.md", "The harness leaks file handles.\n"),
        );
        let again = [
            ReviewEvent::Withdrawn { task: a.clone() },
            ReviewEvent::CheckTicked {
                task: a.clone(),
                item: text("No secrets in the logs"),
                ticked: true,
            },
            ReviewEvent::Approved {
                task: a.clone(),
                commit: commit.clone(),
                note: None,
            },
        ];
        self.then("claude", Vec::from(again.map(Event::Review)));
        // Policy asks for a review of the files that A changes, and for two approvals.
        let by_policy = ReviewEvent::Approved {
            task: a.clone(),
            commit: None,
            note: None,
        };
        self.then("ada", vec![Event::Review(by_policy)]);
        let completed = TaskEvent::Completed {
            task: a,
            claim: Some(claim),
            integrated: commit.clone().map(|commit| Integration {
                commit,
                into: "main".parse().unwrap(),
                method: Some(MergeMethod::Squash),
                before: Some(project_commit('a')),
            }),
            commit,
            waiver: None,
            tree: None,
        };
        self.then("codex", vec![Event::Task(completed)]);
    }

    fn change(&mut self, tasks: usize) {
        let a = self.task("A", tasks, 0);
        let b = self.task("B", tasks, 1);
        let commented = TaskEvent::Commented {
            task: b.clone(),
            body: text("comment.md"),
        };
        let told = NewEntry::from(vec![Event::Task(commented)]);
        self.then("claude", told.with("comment.md", "Ready when A is.\n"));
        let step = Mark {
            item: 8,
            ..self.mark(tasks, 0)
        };
        let facts = vec![
            TaskFact::Title(text("Shadow the store")),
            TaskFact::OwnerRemoved("codex".parse().unwrap()),
            TaskFact::DependencyAdded(self.task("A", tasks, 2)),
            TaskFact::DependencyRemoved(self.task("A", tasks, 2)),
            TaskFact::GateRemoved(Approver::Actor("claude".parse().unwrap())),
            TaskFact::PathRemoved("src/db/**".parse().unwrap()),
            TaskFact::PullRequest(Some(411)),
            TaskFact::StepRemoved(step),
            TaskFact::CriterionRemoved(text("No difference in a day")),
            TaskFact::CheckRemoved(text("No secrets in the logs")),
            TaskFact::LabelRemoved(text("db")),
            TaskFact::Extra(text("files_count"), None),
            TaskFact::Due(Some("2025-10-31".parse().unwrap())),
            TaskFact::Defer(Some("2025-10-20".parse().unwrap())),
            TaskFact::UrlAdded("https://example.org/issues/7".parse().unwrap()),
            TaskFact::Parent(Some(b.clone())),
            TaskFact::LinkAdded(LinkKind::Relates, b.clone()),
            TaskFact::LinkAdded(LinkKind::DiscoveredFrom, b.clone()),
            TaskFact::LinkRemoved(LinkKind::DiscoveredFrom, b.clone()),
        ];
        let events = [
            TaskEvent::Edited { task: a, facts },
            TaskEvent::Cancelled {
                task: b.clone(),
                reason: Some(text("not this year")),
            },
            TaskEvent::Reopened {
                task: b,
                reason: Some(text("this year")),
                mistaken: false,
            },
        ];
        self.then("ada", Vec::from(events.map(Event::Task)));
    }

    /// Imports a plan, whose one task C is done with a waiver. Gives the number of the entry.
    fn import(&mut self) -> usize {
        let file = "[{\"id\":\"C\",\"title\":\"Drop the old store\"}]\n";
        let here = |event| TaskRef {
            id: "C".parse().unwrap(),
            mark: Mark {
                entry: None,
                event,
                item: 0,
            },
        };
        let add = |id: &str, title: &str| TaskEvent::Added {
            id: id.parse().unwrap(),
            title: text(title),
            facts: vec![
                TaskFact::CriterionAdded(text("Backups restore")),
                TaskFact::LabelAdded(text("late")),
                TaskFact::GateAdded(Approver::Role(Role::Reviewer)),
                TaskFact::CheckAdded(text("Nobody reads it")),
            ],
        };
        let events = [
            TaskEvent::Imported(Import {
                source: text("tasks.json"),
                format: text("task-list"),
                digest: Digest::of(file.as_bytes()),
                file: text("plan"),
            }),
            add("C", "Drop the old store"),
            TaskEvent::Completed {
                task: here(1),
                claim: None,
                commit: None,
                waiver: Some(text("complete in its source")),
                tree: None,
                integrated: None,
            },
            add("D", "Tell the users"),
        ];
        let told = NewEntry::from(Vec::from(events.map(Event::Task)));
        self.then("ada", told.with("plan", file))
    }

    fn guard(&mut self, tasks: usize) {
        let definition = |id: &str, depends: Vec<TaskRef>| {
            GuardrailEvent::Added(Box::new(GuardrailDefinition {
                id: id.parse().unwrap(),
                title: text("Shadow-diff"),
                command: Some(text("make shadow-diff")),
                expect: Some(text("0 differences")),
                required: true,
                depends,
                time_limit: Some(Span::from_minutes(10)),
                extra: vec![(text("output_path"), text("out/diff"))],
                environment: Vec::new(),
            }))
        };
        let target = |expression: Option<&str>| GuardrailEvent::TargetSet {
            name: "in_progress".parse().unwrap(),
            expression: expression.map(text),
        };
        let events = [
            definition(
                "G1",
                vec![self.task("B", tasks, 1), self.task("A", tasks, 0)],
            ),
            definition("G2", Vec::new()),
            GuardrailEvent::Removed {
                id: "G2".parse().unwrap(),
            },
            target(Some("3..5")),
            target(None),
            GuardrailEvent::TargetSet {
                name: "prs_open".parse().unwrap(),
                expression: Some(text("<10")),
            },
        ];
        self.then("ada", Vec::from(events.map(Event::Guardrail)));
        let result = GuardrailResult {
            id: "G1".parse().unwrap(),
            outcome: Outcome::Fail,
            evidence: Some(text("output")),
            exit: Some(-1),
            duration_milliseconds: Some(1250),
            host: Some(text("laptop")),
            commit: Some(project_commit('b')),
            tree: Some(project_commit('c')),
            changed: vec![text("src/main.rs")],
            command_digest: Some(Digest::of(b"make shadow-diff")),
        };
        let recorded = GuardrailEvent::Recorded(Box::new(result));
        let told = NewEntry::from(vec![Event::Guardrail(recorded)]);
        self.then("codex", told.with("output", "3 differences\n"));
    }

    fn observe(&mut self) {
        let on = |host: &str| Source {
            forge: ForgeKind::Github,
            repository: format!("https://{host}/acme/shadow").parse().unwrap(),
        };
        let request = |number, title: &str| PullRequest {
            number,
            title: Some(text(title)),
            ..PullRequest::default()
        };
        let whole = PullRequest {
            state: Some(PullRequestState::Open),
            draft: Some(false),
            branch: Some(text("feat/shadow")),
            commit: Some(project_commit('b')),
            base: Some(text("main")),
            author: Some(text("codex")),
            checks: Some(CheckCounts {
                passing: 3,
                failing: 1,
                pending: 0,
            }),
            review: Some(ReviewDecision::Required),
            mergeable: Some(true),
            labels: Some(vec![text("risky"), text("shadow")]),
            updated: Some(Timestamp::from_seconds(DAWN + 500)),
            ..request(411, "Harness, again")
        };
        let merged = PullRequest {
            state: Some(PullRequestState::Merged),
            merge_commit: Some(project_commit('c')),
            ..request(412, "Before")
        };
        let tasks = 5;
        let events = [
            ObservationEvent::PullRequests {
                source: on("example.org"),
                seen: vec![request(410, "Shadow"), request(411, "Harness")],
                gone: Vec::new(),
            },
            ObservationEvent::PullRequests {
                source: on("example.org"),
                seen: vec![whole, merged],
                gone: vec![410],
            },
            ObservationEvent::PullRequests {
                source: Source {
                    forge: ForgeKind::Gitlab,
                    ..on("example.org")
                },
                seen: vec![request(411, "Elsewhere")],
                gone: vec![1],
            },
            ObservationEvent::Worktrees {
                host: text("laptop"),
                seen: vec![Worktree {
                    label: text("shadow"),
                    branch: Some(text("feat/shadow")),
                    head: Some(project_commit('b')),
                    ahead: 2,
                    behind: 0,
                    dirty: 1,
                    task: Some(self.task("A", tasks, 0)),
                    active: Some(Timestamp::from_seconds(DAWN + 600)),
                }],
            },
        ];
        self.then("codex", Vec::from(events.map(Event::Observation)));
        let state = self.state();
        let label = "morning".parse().unwrap();
        let mut files = snapshot::files(&state);
        // No layout is set for the page for people, so that the ledger is the same whatever a release writes there.
        files.push((DASHBOARD.to_owned(), b"# A page for people\n".to_vec()));
        let taken = ObservationEvent::SnapshotTaken {
            label: Some(label),
            state: state.digest(),
            versions: (1, 1, 1),
        };
        let mut told = NewEntry::from(vec![Event::Observation(taken)]);
        told.files = files;
        self.then("ada", told);
    }

    /// Two lines claim the same task; the claim on the join's first parent wins.
    fn quarrel(&mut self, plan: usize, tasks: usize) {
        let fork = self.commits.len() - 1;
        let d = self.task("D", plan, 3);
        let claim = |steal| {
            vec![Event::Work(WorkEvent::Claimed {
                task: d.clone(),
                lease: Span::from_minutes(60),
                worktree: None,
                steal,
                share: true,
                resume: false,
            })]
        };
        let published = self.after(&[fork], "claude", claim(false).into());
        let late = self.after(&[fork], "codex", claim(false).into());
        let own = self.task("A", tasks, 2);
        // Two events of which the second is refused: the first has no effect either.
        let both = vec![
            Event::Work(WorkEvent::Blocked {
                task: own.clone(),
                reason: text("nobody knows it"),
                on: None,
            }),
            Event::Task(TaskEvent::Cancelled {
                task: own,
                reason: None,
            }),
        ];
        let late = self.after(&[late], "codex", both.into());
        self.after(&[published, late], "ada", NewEntry::default());
        let held = self.mark(published, 0);
        let released = WorkEvent::Released {
            task: d,
            claim: held,
        };
        let claimed = WorkEvent::claim(self.task("A", tasks, 2), Span::from_minutes(60));
        let events = [released, claimed].map(Event::Work);
        let claimed = self.then("claude", Vec::from(events));
        let handed = Event::Work(WorkEvent::HandedOn {
            task: self.task("A", tasks, 2),
            claim: self.mark(claimed, 1),
            to: "codex".parse().unwrap(),
            lease: Span::from_minutes(30),
            note: Some(text("note.md")),
        });
        let handed = NewEntry::from(vec![handed]).with("note.md", "Half of it is done.\n");
        self.then("claude", handed.keyed("shift-7/handoff"));
        let again = Event::Work(WorkEvent::WorktreeBound {
            task: self.task("A", tasks, 2),
            worktree: None,
        });
        let again = NewEntry::from(vec![again]).keyed("shift-7/handoff");
        let fork = self.then("claude", again);
        self.repeat(fork);
    }

    /// The same entry on two lines, signed with two keys that may sign for its actor.
    fn repeat(&mut self, fork: usize) {
        let target = GuardrailEvent::TargetSet {
            name: "done".parse().unwrap(),
            expression: Some(text(">=1")),
        };
        let target = vec![Event::Guardrail(target)];
        let one = self.after(&[fork], "ada", target.clone().into());
        let mut copy = NewEntry::from(target).signed_by("recovery");
        copy.time_of = Some(one);
        let other = self.after(&[fork], "ada", copy);
        self.after(&[one, other], "ada", NewEntry::default());
    }

    fn mend(&mut self) {
        let foreign = self.foreign();
        let event = Event::Work(WorkEvent::Claimed {
            task: self.task("B", 5, 1),
            lease: Span::from_minutes(60),
            worktree: None,
            steal: true,
            share: false,
            resume: false,
        });
        let mut stranger = NewEntry::from(vec![event]);
        stranger.quarantined = true;
        let stranger = self.after(&[foreign], "eve", stranger);
        let acknowledged = |golden: &Self, commit: usize| {
            Event::Ledger(LedgerEvent::Acknowledged {
                entry: golden.commits[commit].id,
            })
        };
        let events = vec![acknowledged(self, foreign), acknowledged(self, stranger)];
        self.then("ada", events);
        let versions = Versions {
            format: None,
            rules: Some(1),
            state: None,
            message: Some(1),
            files: None,
        };
        self.then("ada", vec![Event::Ledger(LedgerEvent::Upgraded(versions))]);
        let unset = Event::Roster(RosterEvent::RecoveryKeySet { key: None });
        let told = NewEntry::from(vec![unset]).signed_by("recovery");
        let good = self.then("ada", told);
        let b = self.task("B", 5, 1);
        let side = TaskEvent::Cancelled {
            task: b,
            reason: None,
        };
        let other = self.after(&[good - 1], "ada", vec![Event::Task(side)].into());
        let repair = vec![Event::Ledger(LedgerEvent::Repaired)];
        self.after(&[good, other], "ada", repair.into());
    }
}
