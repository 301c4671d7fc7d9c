//! The commands, one file each: what can be typed after its name, and what it does.
//!
//! Not here: which commands there are (`cli`), and what only looks at values (`core`, `render`).

pub mod acknowledge;
pub mod actor;
pub mod add;
pub mod approve;
pub mod block;
pub mod brief;
pub mod cancel;
pub mod claim;
pub mod clone;
pub mod comment;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod done;
pub mod edit;
pub mod export;
pub mod guard;
pub mod import;
mod imported;
pub mod init;
pub mod list;
pub mod log;
pub mod paths;
pub mod plan;
pub mod policy;
pub mod progress;
pub mod ready;
pub mod reject;
pub mod release;
pub mod renew;
pub mod reopen;
pub mod repair;
pub mod show;
pub mod snapshot;
pub mod snapshots;
pub mod status;
pub mod step;
pub mod submit;
pub mod sync;
pub mod target;
pub mod task_options;
pub mod tick;
pub mod unblock;
mod verdict;
pub mod verify;
