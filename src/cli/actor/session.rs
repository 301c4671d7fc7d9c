//! The sessions of coding agents that work as an actor, as their hosts' hooks name them: two of them in one worktree share a
//! claim without knowing of each other.
//!
//! Not here: the hooks of the hosts (`cli::commands::prime`), and claims (`core::plan`).

use serde::{Deserialize, Serialize};

use super::seen::Seen;
use crate::{
    core::values::{id::ActorName, text::Text, time::Timestamp},
    git::repository::Repository,
};

/// A session of an actor in a worktree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The id that its host gave it.
    pub id: String,
    /// The label of the worktree.
    pub worktree: Option<String>,
    /// When a hook of it last ran, in seconds.
    pub at: u64,
    /// The numbers of the claims of which it was reminded.
    pub reminded: Vec<u64>,
    /// What the actor had seen when the session began.
    pub base: Option<Seen>,
}

/// The sessions of an actor on this machine, the latest last.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sessions(Vec<Session>);

/// How many sessions are kept.
const SESSIONS_MAX: usize = 16;
/// How many claims of a session are kept.
const REMINDED_MAX: usize = 64;
/// A session whose hooks have been silent for so many seconds is taken as over.
const SILENT_MAX: u64 = 60 * 60;

impl Sessions {
    /// The sessions that were kept.
    pub fn read(repository: &Repository, actor: &ActorName) -> Self {
        let kept = repository.kept(&name(actor));
        let read = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        read.unwrap_or_default()
    }

    /// Keeps them.
    pub fn keep(&mut self, repository: &Repository, actor: &ActorName) {
        let old = self.0.len().saturating_sub(SESSIONS_MAX);
        self.0.drain(..old);
        repository.keep(&name(actor), &serde_json::to_vec(self).unwrap_or_default());
    }

    /// The session with this id, which is in this worktree now.
    pub fn enter(&mut self, id: &str, worktree: Option<&Text>, now: Timestamp) -> &mut Session {
        let found = self.0.iter().position(|session| session.id == id);
        let session = match found {
            Some(place) => self.0.remove(place),
            None => Session {
                id: id.to_owned(),
                worktree: None,
                at: 0,
                reminded: Vec::new(),
                base: None,
            },
        };
        let session = Session {
            worktree: worktree.map(ToString::to_string),
            at: now.seconds(),
            ..session
        };
        self.0.push(session);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Forgets a session that has ended.
    pub fn leave(&mut self, id: &str) {
        self.0.retain(|session| session.id != id);
    }

    /// When another session of the actor was last active in this worktree, if that is not long ago.
    pub fn beside(&self, id: &str, worktree: Option<&Text>, now: Timestamp) -> Option<Timestamp> {
        let here = worktree.map(Text::as_str);
        let others = self.0.iter().filter(|session| {
            let is_alive = now.seconds().saturating_sub(session.at) <= SILENT_MAX;
            session.id != id && session.worktree.as_deref() == here && is_alive
        });
        let last = others.map(|session| session.at).max();
        last.map(Timestamp::from_seconds)
    }
}

impl Session {
    /// The claims among these of which the session was not reminded; from now on it was.
    pub fn remind(&mut self, claims: impl Iterator<Item = u64>) -> Vec<u64> {
        let fresh: Vec<u64> = claims
            .filter(|claim| !self.reminded.contains(claim))
            .collect();
        self.reminded.extend(&fresh);
        let old = self.reminded.len().saturating_sub(REMINDED_MAX);
        self.reminded.drain(..old);
        fresh
    }
}

fn name(actor: &ActorName) -> String {
    format!("sessions/{actor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn another_session_in_the_same_worktree_is_seen_until_it_ends_or_falls_silent() {
        let mut sessions = Sessions::default();
        let (here, there): (Text, Text) = ("host/a".parse().unwrap(), "host/b".parse().unwrap());
        sessions.enter("one", Some(&here), at(1000));
        sessions.enter("two", Some(&there), at(1000));
        assert_eq!(sessions.beside("one", Some(&here), at(1001)), None);
        assert_eq!(
            sessions.beside("three", Some(&here), at(1001)),
            Some(at(1000))
        );
        assert_eq!(
            sessions.beside("three", Some(&here), at(1001 + SILENT_MAX)),
            None
        );
        sessions.leave("one");
        assert_eq!(sessions.beside("three", Some(&here), at(1001)), None);
    }

    #[test]
    fn a_session_is_reminded_of_a_claim_once() {
        let mut sessions = Sessions::default();
        let remind = |sessions: &mut Sessions, claims: &[u64]| {
            let session = sessions.enter("one", None, at(1));
            session.remind(claims.iter().copied())
        };
        assert_eq!(remind(&mut sessions, &[4, 7]), [4, 7]);
        assert_eq!(remind(&mut sessions, &[7, 9]), [9]);
    }
}
