//! The histories that simpler rules get wrong, one test each; docs/counterexamples.md numbers them.
//!
//! Not here: those that nobody thought of (`simulation`).

use super::{Exchange, JoinPlan, Lines, Standing, Traits};

/// Commits by letters.
#[derive(Default)]
struct Picture {
    lines: Lines,
    names: Vec<&'static str>,
}

impl Picture {
    fn add(&mut self, name: &'static str, parents: &[&str], traits: Traits) {
        let parents: Vec<u32> = parents.iter().map(|name| self.number(name)).collect();
        self.lines.push(&parents, traits);
        self.names.push(name);
    }
    fn entry(&mut self, name: &'static str, parents: &[&str]) {
        let traits = Traits {
            carries_events: true,
            repairs: false,
        };
        self.add(name, parents, traits);
    }
    fn join(&mut self, name: &'static str, parents: &[&str]) {
        self.add(name, parents, Traits::default());
    }
    fn repair(&mut self, name: &'static str, parents: &[&str]) {
        let traits = Traits {
            carries_events: true,
            repairs: true,
        };
        self.add(name, parents, traits);
    }
    fn number(&self, name: &str) -> u32 {
        self.names.iter().position(|known| *known == name).unwrap() as u32
    }
    fn standing(&self, tip: &str, anchor: &str) -> Standing {
        self.lines
            .standing(self.number(tip), Some(self.number(anchor)))
    }
    fn plan(&self, local: &str, home: &str) -> JoinPlan {
        self.lines.plan(self.number(local), self.number(home))
    }
    fn join_of(&self, line: &str) -> JoinPlan {
        JoinPlan::Join(self.number(line))
    }
}

/// g; h=[g] published; a=[g] here; k=[a,h], since h came by a bundle.
fn ancestor_fast_forward() -> Picture {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("a", &["g"]);
    picture.join("k", &["a", "h"]);
    picture
}

#[test]
fn a_fast_forward_for_git_that_moves_what_was_published_is_refused() {
    let picture = ancestor_fast_forward();
    assert_eq!(picture.standing("k", "h"), Standing::Apart);
    assert_eq!(picture.standing("k", "g"), Standing::Ahead);
    assert_eq!(picture.standing("k", "a"), Standing::Ahead);
}

#[test]
fn the_holder_of_such_a_tip_publishes_a_join_with_home_first() {
    let picture = ancestor_fast_forward();
    assert_eq!(picture.plan("k", "h"), picture.join_of("a"));
}

#[test]
fn a_line_that_went_on_from_home_is_published_as_it_is() {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("a", &["h"]);
    assert_eq!(picture.plan("a", "h"), JoinPlan::Push);
    assert_eq!(picture.plan("h", "h"), JoinPlan::Rest);
    assert_eq!(picture.plan("h", "a"), JoinPlan::Take);
}

#[test]
fn a_rewound_home_gets_its_missing_entries_again() {
    let mut picture = ancestor_fast_forward();
    picture.join("j", &["h", "a"]);
    for tip in ["g", "h", "a"] {
        assert_eq!(picture.standing(tip, "j"), Standing::Behind, "{tip}");
    }
    assert_eq!(picture.standing("j", "j"), Standing::Ahead);
}

#[test]
fn a_backup_that_was_restored_and_written_to_is_refused() {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("x", &["g"]);
    assert_eq!(picture.standing("x", "h"), Standing::Apart);
}

#[test]
fn a_join_with_the_old_line_as_later_parent_is_refused() {
    // a,b=[g] both claim T; j=[a,b]; E=[b,j]: who sees E first takes b for the winner.
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("a", &["g"]);
    picture.entry("b", &["g"]);
    picture.join("j", &["a", "b"]);
    picture.join("e", &["b", "j"]);
    assert_eq!(picture.standing("e", "j"), Standing::Apart);
    assert_eq!(picture.standing("e", "a"), Standing::Apart);
}

#[test]
fn a_repair_is_accepted_on_either_side() {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("x", &["g"]);
    picture.repair("r", &["h", "x"]);
    picture.entry("y", &["r"]);
    let repair = picture.number("r");
    assert_eq!(picture.standing("y", "h"), Standing::Ahead);
    assert_eq!(picture.standing("y", "x"), Standing::Mended(repair));
}

#[test]
fn a_repair_by_another_actor_than_an_admin_mends_nothing() {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("x", &["g"]);
    picture.entry("r", &["x", "h"]);
    assert_eq!(picture.standing("r", "h"), Standing::Apart);
}

#[test]
fn a_repair_that_does_not_bring_the_anchor_back_mends_nothing() {
    let mut picture = Picture::default();
    picture.entry("g", &[]);
    picture.entry("h", &["g"]);
    picture.entry("x", &["g"]);
    picture.repair("r", &["x", "g"]);
    assert_eq!(picture.standing("r", "h"), Standing::Apart);
}

#[test]
fn a_loser_of_many_races_leaves_one_join() {
    // a=[g] here; j=[h,a] lost to i=[h]; the next join is [i,a], and no pile [i,j].
    let mut picture = ancestor_fast_forward();
    picture.join("j", &["h", "a"]);
    picture.entry("i", &["h"]);
    assert_eq!(picture.plan("j", "i"), picture.join_of("a"));
    // While home has not moved, the join is published as it is.
    assert_eq!(picture.plan("j", "h"), JoinPlan::Push);
}

#[test]
fn joins_without_news_are_given_up() {
    let mut picture = ancestor_fast_forward();
    picture.join("j", &["h", "a"]);
    picture.join("l", &["h", "a"]);
    assert_eq!(picture.plan("l", "j"), JoinPlan::Take);
}

#[test]
fn only_an_unpublished_join_without_events_is_given_up() {
    let mut picture = ancestor_fast_forward();
    picture.entry("e", &["a", "h"]);
    assert_eq!(picture.plan("e", "h"), picture.join_of("e"));
    // The events of an ignored (quarantined) commit do not count, and it is not a join.
    picture.join("q", &["a"]);
    assert_eq!(picture.plan("q", "h"), picture.join_of("q"));
}

#[test]
fn news_are_events_but_beyond_a_tip_is_every_other_commit() {
    let mut picture = ancestor_fast_forward();
    picture.join("j", &["h", "a"]);
    let [g, h, a, k, j] = ["g", "h", "a", "k", "j"].map(|name| picture.number(name));
    let lines = &picture.lines;
    assert!(lines.has_news(k, h));
    assert!(!lines.has_news(h, k) && !lines.has_news(k, j));
    assert_eq!(lines.beyond(Some(k), Some(h)), [k, a]);
    assert_eq!(lines.beyond(Some(j), Some(k)), [j]);
    assert_eq!(lines.beyond(Some(h), None), [h, g]);
    assert!(lines.beyond(None, Some(h)).is_empty());
    assert!(lines.beyond(Some(h), Some(k)).is_empty());
}

#[test]
fn a_courier_is_taken_from_only_where_it_brings_events() {
    let mut picture = ancestor_fast_forward();
    picture.entry("b", &["a"]);
    let exchange = |local: &str, courier: &str| {
        let (local, courier) = (picture.number(local), picture.number(courier));
        picture.lines.exchange(local, courier)
    };
    assert_eq!(exchange("k", "h"), Exchange::Nothing);
    assert_eq!(exchange("a", "b"), Exchange::Take);
    assert_eq!(exchange("h", "b"), Exchange::Join);
}

#[test]
fn without_an_anchor_the_first_tip_is_believed() {
    let picture = ancestor_fast_forward();
    let standing = picture.lines.standing(picture.number("k"), None);
    assert_eq!(standing, Standing::Ahead);
}
