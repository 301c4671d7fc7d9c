//! What to do next, and in which order: ready tasks, waves, the critical path, what can run side by side.
//!
//! All of it follows from the dependencies, priorities, estimates and claims of one state. Every question is
//! near-linear in tasks and dependencies, iterative, and has one answer on every machine.
//! Not here: dependencies as a graph (`graph`), and whether an actor may claim (`rules`).

mod critical;
mod idle;
mod lanes;
mod rank;
mod ready;
#[cfg(test)]
mod tests;
mod waves;

pub use self::{
    critical::{Schedule, Timing, expected_minutes},
    idle::Idle,
    lanes::{LANE_MAX, Lane, lanes},
    rank::Rank,
    ready::{Meant, Obstacle, Readiness, Ready, next, ready},
    waves::{Contradiction, contradictions, declared_waves, waves},
};
