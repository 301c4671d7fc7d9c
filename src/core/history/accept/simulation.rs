//! Clones, a home and a courier under random schedules: syncs that stop half way, answers that are lost, rewinds.
//!
//! A schedule is a list of small steps of different clones, so that every race can happen. Not here: single histories
//! with their names (`counterexamples`), and real repositories (the integration tests).

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Exchange, JoinPlan, Lines, Standing, Traits};
use crate::core::history::order::{self, Done};

/// One step of one clone, or somebody's mischief.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A claim of one of a few tasks.
    Claim(u8),
    Fetch,
    /// Judges the fetched tip, reconciles the local tip with it, moves the anchor.
    Join,
    /// As [`Join`](Self::Join), but the program stops before the anchor moves.
    JoinAndStop,
    Push,
    /// The push arrives and its answer does not.
    PushAndStop,
    FromCourier,
    ToCourier,
    /// Home's ref goes back this many steps of its line, or is deleted.
    Rewind(u8),
}

struct Clone {
    local: u32,
    anchor: u32,
    /// The result of a fetch that was not judged yet.
    fetched: Option<Option<u32>>,
    /// The lease for the next push: home's tip when it was last judged.
    lease: Option<Option<u32>>,
}

struct Model {
    lines: Lines,
    claims: BTreeMap<u32, u8>,
    clones: Vec<Clone>,
    home: Option<u32>,
    courier: Option<u32>,
}

const EVENT: Traits = Traits {
    carries_events: true,
    repairs: false,
};

impl Model {
    fn new(clones: usize) -> Self {
        let mut lines = Lines::default();
        let genesis = lines.push(&[], EVENT);
        let clone = || Clone {
            local: genesis,
            anchor: genesis,
            fetched: None,
            lease: None,
        };
        Self {
            lines,
            claims: BTreeMap::new(),
            clones: std::iter::repeat_with(clone).take(clones).collect(),
            home: Some(genesis),
            courier: None,
        }
    }

    fn step(&mut self, who: usize, step: Step) {
        match step {
            Step::Claim(task) => {
                let entry = self.lines.push(&[self.clones[who].local], EVENT);
                self.claims.insert(entry, task);
                self.clones[who].local = entry;
            }
            Step::Fetch => self.clones[who].fetched = Some(self.home),
            Step::Join => _ = self.join(who, true),
            Step::JoinAndStop => _ = self.join(who, false),
            Step::Push => self.push(who, true),
            Step::PushAndStop => self.push(who, false),
            Step::FromCourier => self.take_from_courier(who),
            Step::ToCourier => self.bring_to_courier(who),
            Step::Rewind(steps) => {
                let home = self.home.into_iter();
                let mut line = home.flat_map(|home| self.lines.line(home));
                self.home = line.nth(usize::from(steps));
            }
        }
    }

    /// Judges the fetched tip, and returns whether it was accepted.
    fn join(&mut self, who: usize, goes_on: bool) -> bool {
        let Some(fetched) = self.clones[who].fetched.take() else {
            return true;
        };
        self.clones[who].lease = None;
        let Clone { local, anchor, .. } = self.clones[who];
        if let Some(home) = fetched {
            match self.lines.standing(home, Some(anchor)) {
                Standing::Apart => return false,
                Standing::Behind => {}
                Standing::Ahead | Standing::Mended(_) => {
                    self.clones[who].local = match self.lines.plan(local, home) {
                        JoinPlan::Rest | JoinPlan::Push => local,
                        JoinPlan::Take => home,
                        JoinPlan::Join(line) => self.lines.push(&[home, line], Traits::default()),
                    };
                    if goes_on {
                        self.move_anchor(who, home);
                    }
                }
            }
        }
        self.clones[who].lease = goes_on.then_some(fetched);
        true
    }

    /// Publishes the local tip if home's tip is unchanged.
    fn push(&mut self, who: usize, goes_on: bool) {
        let Clone { local, lease, .. } = self.clones[who];
        if lease == Some(self.home) {
            self.home = Some(local);
            if goes_on {
                self.move_anchor(who, local);
                self.clones[who].lease = Some(Some(local));
            }
        }
    }

    /// Moves an anchor. This must not reorder published entries, nor void a confirmed claim.
    fn move_anchor(&mut self, who: usize, to: u32) {
        let before = self.order(self.clones[who].anchor);
        let after = self.order(to);
        let mended = !self.lines.is_on_line(self.clones[who].anchor, to);
        assert!(mended || after.starts_with(&before));
        assert!(self.lines.is_on_line(to, self.clones[who].local));
        if !mended {
            let confirmed = self.winners(&before);
            let later = self.winners(&after);
            assert!(confirmed.iter().all(|(task, by)| later[task] == *by));
        }
        self.clones[who].anchor = to;
    }

    fn take_from_courier(&mut self, who: usize) {
        let (local, Some(courier)) = (self.clones[who].local, self.courier) else {
            return;
        };
        self.clones[who].local = match self.lines.exchange(local, courier) {
            Exchange::Nothing => local,
            Exchange::Take => courier,
            Exchange::Join => self.lines.push(&[local, courier], Traits::default()),
        };
    }

    fn bring_to_courier(&mut self, who: usize) {
        let local = self.clones[who].local;
        let Some(courier) = self.courier else {
            self.courier = Some(local);
            return;
        };
        self.courier = match self.lines.exchange(courier, local) {
            Exchange::Nothing => Some(courier),
            Exchange::Take => Some(local),
            Exchange::Join => Some(self.lines.push(&[courier, local], Traits::default())),
        };
    }

    /// The local tip of the admin is declared good, and the other line joined to it.
    fn repair(&mut self, who: usize) {
        let (local, Some(home)) = (self.clones[who].local, self.home) else {
            return;
        };
        let traits = Traits {
            carries_events: true,
            repairs: true,
        };
        let repair = self.lines.push(&[local, home], traits);
        self.clones[who].local = repair;
        self.home = Some(repair);
        self.move_anchor(who, repair);
    }

    /// A person accepts home's tip as it is.
    fn accept(&mut self, who: usize) {
        let Some(home) = self.home else { return };
        let local = self.clones[who].local;
        self.clones[who].local = match self.lines.plan(local, home) {
            JoinPlan::Rest | JoinPlan::Take => home,
            JoinPlan::Push => local,
            JoinPlan::Join(line) => self.lines.push(&[home, line], Traits::default()),
        };
        self.move_anchor(who, home);
    }

    /// A sync from beginning to end, alone; whether home's tip was accepted.
    fn sync(&mut self, who: usize) -> bool {
        self.step(who, Step::Fetch);
        let accepted = self.join(who, true);
        self.push(who, true);
        accepted
    }

    /// Everybody syncs several times. The admin mends lines that are apart, and the others accept the repair.
    fn settle(&mut self) {
        for _ in 0..4 {
            for who in 0..self.clones.len() {
                if self.sync(who) {
                    continue;
                }
                match who {
                    0 => self.repair(who),
                    _ => self.accept(who),
                }
                assert!(self.sync(who));
            }
        }
    }

    fn order(&self, tip: u32) -> Vec<u32> {
        let graph = self.lines.graph();
        order::extend(graph, tip, &mut Done::none(graph.count()), |_, _| true)
    }

    /// Who claimed a task first, in this order.
    fn winners(&self, order: &[u32]) -> BTreeMap<u8, u32> {
        let mut winners = BTreeMap::new();
        for commit in order {
            if let Some(task) = self.claims.get(commit) {
                winners.entry(*task).or_insert(*commit);
            }
        }
        winners
    }

    /// All clones and home are at one tip, and no claim that anybody made is missing.
    fn check_converged(&self) {
        let home = self.home.unwrap();
        assert!(self.clones.iter().all(|clone| clone.local == home));
        assert!(self.clones.iter().all(|clone| clone.anchor == home));
        let order = self.order(home);
        assert!(self.claims.keys().all(|claim| order.contains(claim)));
    }
}

fn any_step(mischief: bool) -> impl Strategy<Value = Step> {
    let rewinds = u32::from(mischief);
    prop_oneof![
        6 => (0..4u8).prop_map(Step::Claim),
        6 => Just(Step::Fetch),
        6 => Just(Step::Join),
        1 => Just(Step::JoinAndStop),
        6 => Just(Step::Push),
        1 => Just(Step::PushAndStop),
        1 => Just(Step::FromCourier),
        1 => Just(Step::ToCourier),
        rewinds => (0..5u8).prop_map(Step::Rewind),
    ]
}

fn any_schedule(mischief: bool) -> impl Strategy<Value = (usize, Vec<(usize, Step)>)> {
    (2..7usize).prop_flat_map(move |clones| {
        let step = (0..clones, any_step(mischief));
        (Just(clones), prop::collection::vec(step, 0..80))
    })
}

fn play(clones: usize, schedule: &[(usize, Step)]) -> Model {
    let mut model = Model::new(clones);
    for (who, step) in schedule {
        model.step(*who, *step);
    }
    model
}

proptest! {
    #[test]
    fn clones_converge_and_nothing_published_is_ever_refused((clones, schedule) in any_schedule(false)) {
        let mut model = play(clones, &schedule);
        for _ in 0..2 {
            for who in 0..clones {
                prop_assert!(model.sync(who));
            }
        }
        model.check_converged();
    }

    #[test]
    fn clones_converge_after_mischief_when_an_admin_repairs_it((clones, schedule) in any_schedule(true)) {
        let mut model = play(clones, &schedule);
        model.settle();
        model.check_converged();
    }

    #[test]
    fn a_sync_that_has_nothing_to_do_makes_nothing((clones, schedule) in any_schedule(false)) {
        let mut model = play(clones, &schedule);
        for _ in 0..2 {
            for who in 0..clones {
                model.sync(who);
            }
        }
        let commits = model.lines.graph().count();
        for who in 0..clones {
            model.sync(who);
            model.take_from_courier(who);
        }
        let quiet = model.courier.is_none_or(|courier| {
            !model.lines.has_news(courier, model.home.unwrap())
        });
        prop_assert!(!quiet || model.lines.graph().count() == commits);
    }
}
