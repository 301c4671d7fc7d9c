//! Asking a forge for the pull requests of a repository: through its program where that is installed and logged in, else through its
//! own interface.
//!
//! Not here: reading what a forge shows (`read`), and which repository and which token are meant (`cli`).

mod gh;
mod github;
mod glab;
mod http;
mod memory;
mod pages;
mod problem;
mod program;

use std::{path::Path, time::Instant};

pub use self::{
    http::{Api, Token},
    memory::Memory,
    problem::Problem,
};
use super::place::ForgePlace;
use crate::core::{
    entry::event::observation::{ForgeKind, PullRequest},
    values::time::Timestamp,
};

/// What to ask a forge for.
pub struct Question<'a> {
    /// The repository.
    pub place: &'a ForgePlace,
    /// The forge's own interface, for when its program is missing or not logged in; none without a token.
    pub api: Option<Api>,
    /// The largest number of pull requests, the newest ones.
    pub limit: usize,
    /// When to give up.
    pub deadline: Instant,
    /// The time now.
    pub now: Timestamp,
    /// Where programs are started.
    pub folder: &'a Path,
}

/// Asks a forge for the pull requests of a repository: through its program, else through its own interface. The numbers are in
/// order.
///
/// # Errors
/// Why there is no answer.
pub fn ask(question: Question<'_>, memory: &mut Memory) -> Result<Vec<PullRequest>, Problem> {
    let Question { place, limit, .. } = question;
    let run = |program: &'static str| {
        move |words: &[&str]| {
            program::run(program, words, place, question.folder, question.deadline)
        }
    };
    match place.kind {
        ForgeKind::Github => match (gh::ask(place, limit, run("gh")), question.api) {
            (Err(Problem::NotInstalled { .. } | Problem::NotLoggedIn { .. }), Some(api)) => {
                let mut client = http::Client::new(api, place, question.deadline, question.now)?;
                github::ask(&mut client, memory, place, limit)
            }
            (answer, _) => answer,
        },
        ForgeKind::Gitlab => glab::ask(place, limit, run("glab")),
        ForgeKind::Gitea | ForgeKind::Other => Err(Problem::NotAsked {
            host: place.host.clone(),
        }),
    }
}
