//! The last prime of an actor, kept for the next session at the same entry: then the state is not read at all.
//!
//! Not here: computing it.

use serde::{Deserialize, Serialize};

use super::scene::Scene;
use crate::{
    cli::{CommandError, actor::seen::Seen},
    core::views::snapshot::{PrimeDocument, SinceDocument},
    git::repository::ObjectId,
    render::text::PrimePage,
};

/// The prime at a tip.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The program version that made it, since another version may show other things.
    program: String,
    tip: String,
    /// The tip since which its news are.
    seen: Option<String>,
    /// The facts of the state.
    pub prime: PrimeDocument,
    /// What is new.
    pub since: SinceDocument,
}

impl Kept {
    /// The prime at `tip`, with the news since an earlier one.
    pub fn new(
        tip: ObjectId,
        seen: Option<&Seen>,
        prime: PrimeDocument,
        since: SinceDocument,
    ) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            tip: tip.to_string(),
            seen: seen.map(|seen| seen.tip.clone()),
            prime,
            since,
        }
    }

    /// Notes that the actor has seen it, if the page tells all news in full. The rest is for the inbox.
    pub fn note_seen(self, scene: &Scene, page: &PrimePage) {
        let Ok(tip) = self.tip.parse() else { return };
        if !page.tells_all_news {
            return;
        }
        let seen = Seen::now(tip, scene.now);
        seen.keep(scene.repository(), &scene.actor);
        let nothing = SinceDocument {
            since: Some(scene.now),
            ..SinceDocument::default()
        };
        Self::new(tip, Some(&seen), self.prime, nothing).keep(scene);
    }

    /// The kept prime at the current tip with the news since `seen`, if there is one that is still right.
    ///
    /// # Errors
    /// The tip cannot be read.
    pub fn read(scene: &Scene, seen: Option<&Seen>) -> Result<Option<Self>, CommandError> {
        let kept = scene.repository().kept(&name(scene));
        let kept: Option<Self> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        let tip = scene.ledger.tip()?;
        let tip = tip.map(|tip| tip.to_string()).unwrap_or_default();
        let since = seen.map(|seen| seen.tip.as_str());
        Ok(kept.filter(|kept| kept.is_current(scene, &tip, since)))
    }

    /// Keeps it.
    pub fn keep(&self, scene: &Scene) {
        let content = serde_json::to_vec(self).unwrap_or_default();
        scene.repository().keep(&name(scene), &content);
    }

    fn is_current(&self, scene: &Scene, tip: &str, seen: Option<&str>) -> bool {
        let label = scene.repository().label();
        let holds = self.prime.until.is_none_or(|until| scene.now < until);
        let looked = self.since.since.is_none_or(|since| since <= scene.now);
        self.program == env!("CARGO_PKG_VERSION")
            && self.tip == tip
            && self.seen.as_deref() == seen
            && self.prime.worktree.as_deref() == label.as_ref().map(|label| label.as_str())
            && holds
            && looked
    }
}

/// Its file. Sessions in several worktrees do not share one.
fn name(scene: &Scene) -> String {
    let label = scene.repository().label();
    let worktree = label.map(|label| label.as_str().replace('/', "+"));
    format!(
        "cache/primed/{}@{}",
        scene.actor,
        worktree.unwrap_or_default()
    )
}
