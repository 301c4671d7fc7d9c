//! The metrics of a state, as `metrics.json` of a snapshot and the command `metrics` show them.
//!
//! Not here: computing the figures (`summary`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::summary::{Counts, EstimateSums, FIGURES, Summary, figure};
use crate::core::plan::state::State;

/// The figures of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// The figures that targets can use.
    pub figures: BTreeMap<&'static str, u64>,
    /// The sums of the estimates.
    pub estimate_minutes: EstimateSums,
    /// The numbers of tasks by owner.
    pub by_owner: Counts,
}

impl Metrics {
    /// The figures of a state, with the sums over its tasks.
    pub fn of(state: &State, summary: Summary) -> Self {
        let figures = FIGURES
            .iter()
            .filter_map(|name| Some((*name, figure(state, &summary, name)?)));
        Self {
            figures: figures.collect(),
            estimate_minutes: summary.estimate_minutes,
            by_owner: summary.by_owner,
        }
    }
}
