//! Planning: ready tasks, waves, the critical path, and tasks to run side by side.
//!
//! The answers depend only on the dependencies, priorities, estimates and claims of one state. Every algorithm is
//! iterative and near-linear in tasks and dependencies, and has the same result on every machine.
//! Not here: dependencies as a graph (`graph`), and the permission to claim (`rules`).

mod critical;
mod lanes;
mod rank;
mod ready;
#[cfg(test)]
mod tests;
mod waves;

pub use self::{
    critical::{Schedule, Timing, expected_minutes},
    lanes::{LANE_MAX, Lane, lanes},
    rank::Rank,
    ready::{Meant, Obstacle, Readiness, Ready, next, ready},
    waves::{Contradiction, contradictions, declared_waves, waves},
};
