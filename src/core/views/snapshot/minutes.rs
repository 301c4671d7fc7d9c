//! Ranges of minutes in the documents.
//!
//! Not here: their words (`render::words`).

use serde::Serialize;

use crate::core::values::task::Estimate;

/// A range of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Minutes {
    /// The lower bound.
    pub low: u64,
    /// The upper bound.
    pub high: u64,
}

impl From<Estimate> for Minutes {
    fn from(estimate: Estimate) -> Self {
        Self {
            low: estimate.low().into(),
            high: estimate.high().into(),
        }
    }
}
