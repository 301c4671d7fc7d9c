//! The ledger and other repositories: home and couriers, joins, repairs, recovery. Never prints.
//!
//! Not here: one repository's ledger (`ledger`).

pub mod ahead;
mod aside;
pub mod checkup;
pub mod error;
pub mod join;
mod lineage;
pub mod receive;
pub mod recover;
pub mod remote;
pub mod resign;
pub mod round;

pub use error::{CallerError, Error};
