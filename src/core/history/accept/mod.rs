//! Whether a fetched tip is accepted, and how the local line is reconciled with it.
//!
//! The graph of commits alone decides. A clone remembers an *anchor*, the last tip of home that it accepted, so nobody
//! can move entries that were published. Not here: the order itself (`order`), which commits are entries (`judge`), and
//! refs, fetching and pushing (`sync`).

use super::{
    judge::{Judge, Judgement, Node},
    order::Graph,
};
use crate::core::{
    entry::event::{Event, LedgerEvent},
    plan::roster::{KeyStanding, Roster},
    values::task::Role,
};

/// The properties of one commit, beside its parents, on which acceptance depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits {
    /// It is an accepted entry that holds events: not an empty join.
    pub carries_events: bool,
    /// It is a repair, and its actor is an admin in the state at the reader's own anchor.
    pub repairs: bool,
}

impl Traits {
    /// The traits of a judged commit. `own` is the roster at the reader's anchor, if there is one.
    fn of(node: &Node, own: Option<&Roster>) -> Self {
        let Judgement::Accepted(accepted) = &node.verdict else {
            return Self::default();
        };
        let entry = &accepted.entry;
        let is_repair =
            entry.parents.len() == 2 && entry.events == [Event::Ledger(LedgerEvent::Repaired)];
        let by_admin = |own: &Roster| {
            let standing = own.standing(&entry.actor, &accepted.signer);
            own.has_role(&entry.actor, Role::Admin) && standing == Some(KeyStanding::Active)
        };
        Self {
            carries_events: !entry.is_join(),
            repairs: is_repair && own.is_some_and(by_admin),
        }
    }
}

/// The commits that some tips lead to, by dense numbers.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    graph: Graph,
    traits: Vec<Traits>,
}

/// How a tip of home relates to the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The anchor is on its first-parent line, or there is none yet: it is accepted.
    Ahead,
    /// Its line holds this repair, which brings the anchor back in: it is accepted, and confirmations may have changed.
    Mended(u32),
    /// It is in the anchor's past: home was rewound or restored. Its missing entries are pushed again.
    Behind,
    /// Neither: published entries were reordered or replaced. It is not accepted.
    Apart,
}

/// How the local tip is reconciled with an accepted tip of home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinPlan {
    /// They are the same.
    Rest,
    /// Home has every local event: the local tip becomes home's.
    Take,
    /// Home's tip is on the line of the local one, which is published as it is.
    Push,
    /// A join of home's tip, as the first parent, and this commit is published.
    Join(u32),
}

/// How the local tip is reconciled with a courier's tip. Couriers keep a line of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// The local line has every event of the courier.
    Nothing,
    /// The courier's line continues the local tip: the local tip becomes the courier's.
    Take,
    /// The local tip becomes a join of itself, first, and the courier's.
    Join,
}

impl Lines {
    /// All judged commits, by the judge's numbers. `own` is the roster at the reader's anchor: it alone decides who
    /// may repair.
    pub fn of(judge: &Judge, own: Option<&Roster>) -> Self {
        let mut lines = Self::default();
        for (number, node) in (0u32..).zip(judge.nodes()) {
            let parents: Vec<u32> = judge.known(number).collect();
            lines.push(&parents, Traits::of(node, own));
        }
        lines
    }

    /// Adds a commit whose parents were added before; gives its number.
    pub fn push(&mut self, parents: &[u32], traits: Traits) -> u32 {
        self.traits.push(traits);
        self.graph.push(parents)
    }
    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How a tip of home relates to the anchor.
    pub fn standing(&self, tip: u32, anchor: Option<u32>) -> Standing {
        let Some(anchor) = anchor else {
            return Standing::Ahead;
        };
        if self.is_on_line(anchor, tip) {
            return Standing::Ahead;
        }
        let mends = |commit: &u32| {
            self.traits[*commit as usize].repairs && self.past(*commit)[anchor as usize]
        };
        match self.line(tip).find(mends) {
            Some(repair) => Standing::Mended(repair),
            None if self.past(anchor)[tip as usize] => Standing::Behind,
            None => Standing::Apart,
        }
    }

    /// How the local tip is reconciled with an accepted tip of home.
    pub fn plan(&self, local: u32, home: u32) -> JoinPlan {
        if local == home {
            return JoinPlan::Rest;
        }
        let published = self.past(home);
        if !self.brings(local, &published) {
            return JoinPlan::Take;
        }
        if self.is_on_line(home, local) {
            JoinPlan::Push
        } else {
            JoinPlan::Join(self.without_empty_joins(local, &published))
        }
    }

    /// How the local tip is reconciled with a courier's tip.
    pub fn exchange(&self, local: u32, courier: u32) -> Exchange {
        let news = self.brings(courier, &self.past(local));
        match (news, self.is_on_line(local, courier)) {
            (false, _) => Exchange::Nothing,
            (true, true) => Exchange::Take,
            (true, false) => Exchange::Join,
        }
    }

    /// Whether some event in the past of `tip` is not in the past of `other`.
    pub fn has_news(&self, tip: u32, other: u32) -> bool {
        self.brings(tip, &self.past(other))
    }

    /// The commits in the past of `tip`, itself included, that are not in the past of `other`, if there is another tip.
    pub fn beyond(&self, tip: Option<u32>, other: Option<u32>) -> Vec<u32> {
        let none = || vec![false; self.graph.count()];
        let mut seen = other.map_or_else(none, |other| self.past(other));
        tip.map_or_else(Vec::new, |tip| self.reached(tip, &mut seen))
    }

    /// Whether `commit` is on the first-parent line of `tip`.
    pub fn is_on_line(&self, commit: u32, tip: u32) -> bool {
        self.line(tip).any(|passed| passed == commit)
    }

    /// The first-parent line of a tip, itself first.
    pub fn line(&self, tip: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(tip), |commit| {
            self.graph.parents(*commit).first().copied()
        })
    }

    /// Replaces an unpublished join without events by its only parent that brings events. Otherwise each lost race would
    /// leave a join behind.
    fn without_empty_joins(&self, mut tip: u32, published: &[bool]) -> u32 {
        loop {
            let is_empty_join = !self.traits[tip as usize].carries_events
                && self.graph.parents(tip).len() > 1
                && !published[tip as usize];
            let parents = self.graph.parents(tip).iter().copied();
            let mut bringing = parents.filter(|parent| self.brings(*parent, published));
            match (bringing.next(), bringing.next()) {
                (Some(only), None) if is_empty_join => tip = only,
                _ => return tip,
            }
        }
    }

    fn brings(&self, tip: u32, published: &[bool]) -> bool {
        let unpublished = self.unpublished(tip, published);
        let mut news = unpublished.into_iter();
        news.any(|commit| self.traits[commit as usize].carries_events)
    }

    fn unpublished(&self, tip: u32, published: &[bool]) -> Vec<u32> {
        let mut seen = published.to_vec();
        self.reached(tip, &mut seen)
    }

    /// Which commits are in the past of `tip`, itself included.
    fn past(&self, tip: u32) -> Vec<bool> {
        let mut seen = vec![false; self.graph.count()];
        self.reached(tip, &mut seen);
        seen
    }

    /// The commits that `tip` leads to and that `seen` does not have yet; marks them as seen.
    fn reached(&self, tip: u32, seen: &mut [bool]) -> Vec<u32> {
        let mut reached = Vec::new();
        let mut open = vec![tip];
        while let Some(commit) = open.pop() {
            if !std::mem::replace(&mut seen[commit as usize], true) {
                reached.push(commit);
                open.extend(self.graph.parents(commit));
            }
        }
        reached
    }
}

#[cfg(test)]
mod counterexamples;
#[cfg(test)]
mod simulation;
