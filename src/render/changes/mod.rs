//! What changed, in words: `task B: in_progress → done, approved by claude`.
//!
//! Not here: what changed (`core::views::diff`), and how a comparison is laid out (`render::text`).

mod document;
mod sentence;
mod values;

pub use self::{
    document::DiffDocument,
    sentence::{of_actor, of_guardrail, of_pull_request, of_target, of_task},
};
