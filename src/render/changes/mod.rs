//! Changes in words: `task B: in_progress → done, approved by claude`.
//!
//! Not here: finding the changes (`core::views::diff`), and their layout on a terminal (`render::text`).

mod document;
mod sentence;
mod values;

pub use self::{
    document::DiffDocument,
    sentence::{of_actor, of_guardrail, of_pull_request, of_setting, of_target, of_task},
};
