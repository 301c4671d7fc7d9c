//! `git coord prime`: what an agent needs to know at the start of a session, also as the answer of a host's hook.
//!
//! Not here: the facts (`core::views::snapshot`), the page (`render`), and what the hosts say and expect (`host`).

mod host;
mod kept;
mod scene;

use std::time::Duration;

use serde::Serialize;

use self::{
    host::{Happening, Host, HostInput},
    kept::Kept,
    scene::Scene,
};
use crate::{
    cli::{
        CommandError, Context,
        actor::{seen::Seen, session::Sessions},
        reading::{
            news::{self, Told},
            revision::Reading,
        },
    },
    core::{
        plan::state::paths::Holder,
        values::{
            id::ActorName,
            text::{brief, shell_word},
        },
        views::snapshot::{
            self, EntryLine, NewsKind, NewsLine, PrimeDocument, Shortened, SinceDocument,
        },
    },
    render::text::{self, PrimeNotes},
};

/// Show what an agent needs to know at the start of a session
///
/// The page says who you are, what you hold, what you lost, what waits for your verdict, what is new, which tasks are next, and
/// five commands. It has at most 9,000 characters (about 2,000 tokens) however large the plan is. Without a ledger or an
/// actor, the command prints nothing and exits with 0. With --hook, it reads the input of a host's hook and answers in the
/// host's JSON: at the start of a session with the page, at the end of a turn once with the claims that you hold.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord prime --actor codex\n  git coord prime --hook claude"
)]
pub struct Args {
    /// Answer a hook of this host: claude, codex or copilot
    #[arg(long, value_name = "HOST")]
    pub hook: Option<Host>,
}

/// The data of `coord.prime/1`.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    prime: &'a PrimeDocument,
    since: &'a SinceDocument,
    /// Whether nobody named the actor.
    is_default: bool,
    commands: Vec<String>,
}

/// # Errors
/// The ledger cannot be read.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let Some(host) = args.hook else {
        return page(context).map(drop);
    };
    let input = host::input();
    // A hook that fails would disturb a session that may have nothing to do with the ledger.
    match answer(context, host, &input) {
        Ok(answer) => context.ui.raw(&answer),
        Err(error) => {
            context.ui.warn(error);
            Ok(())
        }
    }
}

/// Prints the page for a person or an agent.
fn page(context: &mut Context) -> Result<(), CommandError> {
    let Some(scene) = Scene::find(context)? else {
        return Ok(());
    };
    let seen = Seen::read(scene.repository(), &scene.actor);
    let kept = current(context, &scene, seen.as_ref())?;
    let notes = notes(&scene, &kept.prime);
    let document = Document {
        prime: &kept.prime,
        since: &kept.since,
        is_default: scene.is_default,
        commands: notes
            .commands
            .iter()
            .map(|(line, _)| line.clone())
            .collect(),
    };
    let page = text::prime(&kept.prime, &kept.since, &notes, scene.now);
    context.ui.answer("coord.prime/1", &document, &page.text)?;
    kept.note_seen(&scene, &page);
    Ok(())
}

/// The answer to a hook; empty if there is nothing to say.
fn answer(context: &mut Context, host: Host, input: &HostInput) -> Result<String, CommandError> {
    if input.is_of_subagent() {
        return Ok(String::new());
    }
    let Some(scene) = Scene::find(context)? else {
        return Ok(String::new());
    };
    let (repository, label) = (scene.repository(), scene.repository().label());
    let mut sessions = Sessions::read(repository, &scene.actor);
    if input.happening() == Happening::Ended {
        if let Some(id) = &input.session {
            sessions.leave(id);
            sessions.keep(repository, &scene.actor);
        }
        return Ok(String::new());
    }
    let seen = Seen::read(repository, &scene.actor);
    let beside = input
        .session
        .as_ref()
        .and_then(|id| sessions.beside(id, label.as_ref(), scene.now));
    let mut session = input
        .session
        .as_ref()
        .map(|id| sessions.enter(id, label.as_ref(), scene.now));
    let text = match input.happening() {
        Happening::Stopped => {
            // The reminder has been given, or another hook keeps the turn going.
            let Some(session) = session.as_mut().filter(|_| !input.is_continued) else {
                return Ok(String::new());
            };
            let prime = current(context, &scene, seen.as_ref())?.prime;
            let held = prime.held.first.iter();
            let held = held.filter(|held| held.worktree.as_deref() == prime.worktree.as_deref());
            let held: Vec<_> = held.filter(|held| !held.in_review).collect();
            let fresh = session.remind(held.iter().map(|held| held.claim));
            let held: Vec<_> = held
                .into_iter()
                .filter(|held| fresh.contains(&held.claim))
                .collect();
            match held.as_slice() {
                [] => String::new(),
                held => text::reminder(held, scene.now),
            }
        }
        Happening::Began | Happening::Ended => {
            // A host may read the hooks of another one, and a plugin may have the same hook as a file.
            if let Some(id) = &input.session
                && !repository.is_first(&input.note(id), SAME_START)
            {
                return Ok(String::new());
            }
            // After a compaction the session has forgotten what was new at its start.
            let base = match session.as_mut() {
                Some(session) if input.goes_on && session.base.is_some() => session.base.clone(),
                Some(session) => {
                    session.base.clone_from(&seen);
                    seen
                }
                None => seen,
            };
            let kept = current(context, &scene, base.as_ref())?;
            let notes = PrimeNotes {
                beside,
                ..notes(&scene, &kept.prime)
            };
            host.name_actor(context.asked_for());
            let page = text::prime(&kept.prime, &kept.since, &notes, scene.now);
            kept.note_seen(&scene, &page);
            page.text
        }
    };
    if session.is_some() {
        sessions.keep(repository, &scene.actor);
    }
    Ok(host.envelope(input, &text))
}

/// Hooks of one start run within this time.
const SAME_START: Duration = Duration::from_secs(5);

/// The commands and the other notes of the page.
fn notes(scene: &Scene, prime: &PrimeDocument) -> PrimeNotes {
    PrimeNotes {
        commands: commands(&scene.actor, prime),
        beside: None,
        is_default: scene.is_default,
    }
}

/// Five commands that work as they stand, for the situation of the actor.
fn commands(actor: &ActorName, prime: &PrimeDocument) -> Vec<(String, &'static str)> {
    let by = format!("--actor {actor}");
    let held = prime.held.first.first();
    let waiting = prime.reviews.first.first().or(prime.next.first.first());
    let fourth = match (held, waiting) {
        (Some(held), _) => (
            format!("git coord renew {} {by}", shell_word(&held.task.id)),
            "extends the lease of the claim",
        ),
        (None, Some(task)) => (
            format!("git coord show {}", shell_word(&task.id)),
            "the task with its comments and reviews",
        ),
        (None, None) => ("git coord plan".to_owned(), "the order of the work"),
    };
    vec![
        (
            format!("git coord brief {by}"),
            "full text of your reviews, your tasks and the next task, with every command that they need",
        ),
        (
            format!("git coord brief --claim {by}"),
            "the same; claims the next task, in a worktree of its own, if you hold none",
        ),
        (
            format!("git coord inbox {by}"),
            "what names you or waits for you, in full",
        ),
        fourth,
        ("git coord status".to_owned(), "the whole plan"),
    ]
}

/// What is new for the actor since it last looked.
fn since(
    reading: &Reading,
    scene: &Scene,
    seen: Option<&Seen>,
) -> Result<SinceDocument, CommandError> {
    let actor = &scene.actor;
    let before = seen.map(|seen| news::revision_at(reading, &seen.tip));
    let before = before.transpose()?.flatten();
    let entries = news::entries_since(reading, before.as_ref().map(|before| before.tip))?;
    let state = reading.state();
    let told = news::told(
        reading,
        before.as_ref().map(|it| &it.state),
        &entries,
        actor,
        scene.now,
    )?;
    // The other kinds are lists of their own.
    let listed = |kind| {
        use NewsKind::{ClaimLost, Ready, Review};
        matches!(kind, ClaimLost | Ready | Review)
    };
    let told = told.iter().filter(|told| !listed(told.news.kind));
    let lines = told.map(line_of).collect();
    let others = before
        .is_some()
        .then(|| news::of_others(state, &entries, actor));
    let others = others.unwrap_or_default();
    let recent = others.iter().take(RECENT_MAX).filter_map(|entry| {
        Some(EntryLine {
            at: entry.at,
            actor: entry.actor.as_ref()?.to_string(),
            subject: brief(entry.subject.as_deref()?, SUBJECT_CHARACTERS_MAX),
        })
    });
    Ok(SinceDocument {
        since: before.and(seen).map(|seen| seen.at),
        entries: others.len() as u64,
        recent: recent.collect(),
        news: Shortened::of(lines, NEWS_MAX),
    })
}

/// How many entries of others are named.
const RECENT_MAX: usize = 6;
/// How many news are named.
const NEWS_MAX: usize = 8;
/// How many characters of a subject are shown.
const SUBJECT_CHARACTERS_MAX: usize = 100;
/// How many characters of a note or a comment are shown.
const TEXT_CHARACTERS_MAX: usize = 200;

fn line_of(told: &Told) -> NewsLine {
    let text = told.text.as_ref().and_then(|text| text.text().ok());
    let text = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    NewsLine {
        kind: told.news.kind,
        task: told.news.task.clone(),
        by: told.news.by.as_ref().map(ToString::to_string),
        text: text.map(|text| brief(&text, TEXT_CHARACTERS_MAX)),
    }
}

/// The prime of the actor with the news since `seen`: the kept one, if it is still right.
fn current(
    context: &mut Context,
    scene: &Scene,
    seen: Option<&Seen>,
) -> Result<Kept, CommandError> {
    if let Some(kept) = Kept::read(scene, seen)? {
        return Ok(kept);
    }
    let reading = Reading::open(context)?;
    let label = scene.repository().label();
    let asking = Holder {
        actor: &scene.actor,
        worktree: label.as_ref(),
    };
    let prime = snapshot::prime(reading.state(), scene.now, asking);
    let since = since(&reading, scene, seen)?;
    let kept = Kept::new(reading.tip(), seen, prime, since);
    kept.keep(scene);
    Ok(kept)
}
