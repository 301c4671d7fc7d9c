//! The store: entries as git objects, their signatures, and the refs they hang on.
//!
//! Not here: what an entry means (`core`), and every word that is printed (`cli`).

pub mod commit;
pub mod sign;
