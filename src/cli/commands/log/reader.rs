//! What a reader of the log wants to see: entries about one task, or those that concern an actor.
//!
//! Not here: waiting for new entries (`follow`), and what is new for an actor (`core::views::snapshot`).

use super::entry::PrintedEntry;
use crate::{
    cli::{
        CommandError,
        commands::brief,
        failure::code,
        reading::{long_text::LongText, revision::Reading},
        task::act,
    },
    core::{
        entry::event::Origin,
        history::log::{self, Log, Logged},
        plan::{
            refusal::Refusal,
            state::{State, TaskIndex},
        },
        values::id::ActorName,
        views::snapshot::{self, News, NewsKind},
    },
    git::repository::ObjectId,
    ledger::{
        past::{Past, Spot},
        walk,
    },
};

/// What a reader wants to see.
pub(super) struct Reader {
    /// Only what is about this task.
    task: Option<Origin>,
    /// Only what concerns this actor.
    actor: Option<ActorName>,
    full: bool,
}

/// An entry that a reader wants to see.
pub(super) struct Unread {
    spot: Spot,
    /// What is new for the actor; none without one.
    news: Option<Vec<News>>,
}

impl Unread {
    /// An entry of which no actor has news.
    pub fn at(spot: Spot) -> Self {
        Self { spot, news: None }
    }
}

/// An entry with what it changed for an actor.
struct Change {
    spot: Spot,
    news: Vec<News>,
    /// Whether it is about tasks that concern the actor.
    concerns: bool,
}

impl Reader {
    /// The reader that the arguments of the command name.
    ///
    /// # Errors
    /// The task or the actor does not exist.
    pub fn of(
        reading: &Reading,
        task: Option<&str>,
        actor: Option<&ActorName>,
        full: bool,
    ) -> Result<Self, CommandError> {
        let state = reading.state();
        let task = task.map(|given| act::task_to_read(state, given));
        let task = task.transpose()?.map(|index| state.task(index).origin);
        if let Some(actor) = actor
            && !brief::is_known(state, actor)
        {
            let actor = actor.clone();
            return Err(Refusal::UnknownActor { actor }.into());
        }
        Ok(Self {
            task,
            actor: actor.cloned(),
            full,
        })
    }

    /// The task, in this state.
    pub fn task(&self, state: &State) -> Option<TaskIndex> {
        state.created_by(self.task?)
    }

    /// The entry as it is printed.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn entry(
        &self,
        reading: &Reading,
        log: &Log<'_>,
        unread: Unread,
    ) -> Result<PrintedEntry, CommandError> {
        let logged = reading.past()?.logged(&unread.spot)?;
        let mut entry = if self.full {
            PrintedEntry::full(reading, log, &logged)?
        } else {
            PrintedEntry::brief(log, &logged)
        };
        entry.news = unread.news;
        Ok(entry)
    }

    /// The wanted entries that somebody has not seen whose last one was `seen`, in order. `known` is the state there, if it is at
    /// hand.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn unread_after(
        &self,
        reading: &Reading,
        seen: ObjectId,
        known: Option<&State>,
    ) -> Result<Vec<Unread>, CommandError> {
        let past = reading.past()?;
        let spots = past.unread_after(seen)?.unwrap_or_default();
        let mut wanted = match &self.actor {
            Some(actor) => of_actor(reading, &past, spots, known, actor)?,
            None => spots.into_iter().map(Unread::at).collect(),
        };
        if self.task.is_some() {
            let state = reading.state();
            let task = self.task(state);
            let about = |unread: &Unread| {
                let logged = past.logged(&unread.spot)?;
                let tasks = logged.accepted().map(|it| log::tasks_of(state, it));
                let is_about = |tasks: &Vec<_>| task.is_some_and(|task| tasks.contains(&task));
                Ok(tasks.as_ref().is_some_and(is_about))
            };
            let about: Vec<bool> = wanted
                .iter()
                .map(about)
                .collect::<Result<_, CommandError>>()?;
            let mut about = about.into_iter();
            wanted.retain(|_| about.next().unwrap_or_default());
        }
        Ok(wanted)
    }
}

/// Of some entries, in order, those that concern an actor, with what is new for it.
fn of_actor(
    reading: &Reading,
    past: &Past<'_>,
    spots: Vec<Spot>,
    known: Option<&State>,
    actor: &ActorName,
) -> Result<Vec<Unread>, CommandError> {
    let (Some(first), Some(last)) = (spots.first(), spots.last()) else {
        return Ok(Vec::new());
    };
    let (state, now) = (reading.state(), reading.now());
    let in_one_piece = last.place - first.place + 1 == spots.len() as u64;
    // What was known is the state just before the first one, unless another line was joined before what was seen.
    let before = match known.filter(|known| in_one_piece && known.entries == first.place) {
        Some(known) => Some(known.clone()),
        None => past.state_before(first)?,
    };
    let Some(mut before) = before else {
        return Ok(Vec::new());
    };
    let mut changes: Vec<Change> = Vec::new();
    let logged: Vec<Logged> = spots
        .iter()
        .map(|spot| past.logged(spot))
        .collect::<Result<_, _>>()?;
    let mut wanted = spots.iter().zip(&logged).peekable();
    past.replay_from(before.clone(), first.place, last.place, |spot, after| {
        if let Some((_, logged)) = wanted.next_if(|(wanted, _)| wanted.place == spot.place) {
            let tasks = logged.accepted().map(|it| log::tasks_of(after, it));
            let mut tasks = tasks.into_iter().flatten();
            changes.push(Change {
                spot: spot.clone(),
                news: snapshot::news(Some(&before), after, actor, now),
                concerns: tasks.any(|task| snapshot::concerns(&before, after, task, actor)),
            });
        }
        before = after.clone();
    })?;
    // A claim can be lost although each entry alone takes none: when the other one comes first in the order of a join.
    if let (Some(known), Some(last)) = (known, changes.last_mut()) {
        let lost = snapshot::news(Some(known), state, actor, now);
        let lost: Vec<News> = lost
            .into_iter()
            .filter(|it| !last.news.contains(it))
            .collect();
        if !in_one_piece {
            last.news.extend(lost);
        }
    }
    let log = Log::new(state);
    let mut kept = Vec::new();
    for (change, logged) in changes.into_iter().zip(&logged) {
        let mut news = change.news;
        let Some(accepted) = logged.accepted() else {
            continue;
        };
        let is_own = accepted.entry.actor == *actor;
        if log.has_effect(logged) && !is_own {
            for attached in log::texts(accepted) {
                if LongText::read(reading, &attached)?.mentions(actor) {
                    let task = log::tasks_of(state, accepted).first().copied();
                    news.push(News {
                        kind: NewsKind::Comment,
                        task: task.map(|task| state.shown(task)),
                        by: Some(accepted.entry.actor.clone()),
                        note: None,
                    });
                    break;
                }
            }
        }
        // Its own entries are no news, unless the rules refuse them where they came to stand.
        let concerns = change.concerns && (!is_own || !log.has_effect(logged));
        if concerns || !news.is_empty() {
            kept.push(Unread {
                spot: change.spot,
                news: Some(news),
            });
        }
    }
    Ok(kept)
}

/// The commit that was seen last. It need not be in the ledger any more, if its whole object id is given.
///
/// # Errors
/// `unknown_revision`, `ambiguous_id`, or the ledger cannot be read.
pub(super) fn entry(reading: &Reading, given: &str) -> Result<ObjectId, CommandError> {
    if let Some(spot) = reading.entry_named(given)? {
        return Ok(spot.object);
    }
    let repository = reading.ledger().repository();
    let left = ObjectId::from_hex(given.as_bytes());
    left.filter(|object| walk::is_entry(repository, *object))
        .ok_or_else(|| {
            let message = format!("there is no entry '{given}' in the ledger");
            CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log")
        })
}
