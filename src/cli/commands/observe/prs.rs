//! `git coord observe prs`: record the pull requests of a forge.
//!
//! Not here: reading what a forge printed (`forge`), and showing them (`render`).

use std::{collections::VecDeque, path::PathBuf};

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, files::input, task::act::Writing},
    core::{
        entry::{
            codec::v1::{EVENTS_MAX, to_canonical},
            event::{
                Event, ObservationEvent,
                observation::{ForgeKind, PullRequest, Source},
            },
        },
        plan::state::State,
        values::{id::ActorName, text::counted, url::Url},
        views::snapshot::{PullRequestDocument, pull_requests},
    },
    forge::{Listed, gh},
    ledger::EntryDraft,
    render::text,
};

/// Record the pull requests that gh printed
///
/// FILE has what 'gh pr list --json FIELDS' printed; docs/planning.md has the fields, and any of them will do. Only what is
/// new or has changed is recorded. A field that the file does not have is unknown from then on.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord observe prs --from prs.json\n  git coord observe prs --complete --from -"
)]
pub struct Args {
    /// Read the pull requests from FILE; '-' is standard input
    #[arg(long, value_name = "FILE|-")]
    pub from: PathBuf,
    /// Name the repository, if the file has no addresses
    #[arg(long, value_name = "URL")]
    pub repository: Option<Url>,
    /// Remove the known ones that the file does not have
    #[arg(long)]
    pub complete: bool,
}

/// The data of `coord.pull_requests/1`.
#[derive(Serialize)]
struct Document {
    /// The object id of the last entry; null if nothing has changed.
    entry: Option<String>,
    actor: ActorName,
    #[serde(flatten)]
    source: Source,
    /// The number of pull requests in the file.
    read: usize,
    /// The numbers of those that were new or had changed.
    recorded: Vec<u64>,
    /// The numbers of those that were removed.
    gone: Vec<u64>,
    /// All that are known of this repository.
    pull_requests: Vec<PullRequestDocument>,
}

/// The largest file.
const BYTES_MAX: u64 = 64 << 20;
/// The bytes of the pull requests in one entry, well below the limit of a payload.
const ENTRY_BYTES: usize = 32 << 10;

/// # Errors
/// `cannot_read`, `bad_pull_requests`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let Writing {
        ledger,
        known,
        author,
        now,
        ..
    } = Writing::open(context)?;
    let bytes = input::read(&args.from, BYTES_MAX)?;
    let listed = gh::read(&bytes).map_err(|why| {
        let message = format!("cannot read the pull requests: {why}");
        let hint = format!("gh pr list --json {} >prs.json", gh::FIELDS);
        CommandError::fatal(code::BAD_PULL_REQUESTS, message).hint(hint)
    })?;
    let Listed { source, requests } = listed;
    let source = source_of(source, args.repository.as_ref())?;
    let (mut recorded, mut gone) = (Vec::new(), Vec::new());
    let begin = |state: &State| {
        let new = changed(state, &source, &requests);
        recorded = new.iter().map(|request| request.number).collect();
        gone = if args.complete {
            missing(state, &source, &requests)
        } else {
            Vec::new()
        };
        Ok::<_, CommandError>(drafts(&source, new, &gone))
    };
    let next = |drafts: &mut VecDeque<EntryDraft>, _: &State| Ok(drafts.pop_front());
    let (appended, _) = ledger.append_chain(Some(known), &author, now, begin, next)?;
    let state = &appended.verified.state;
    let all = pull_requests(state).into_iter();
    let document = Document {
        entry: appended.entry(),
        actor: author.actor,
        read: requests.len(),
        recorded,
        gone,
        pull_requests: all.filter(|request| request.source == source).collect(),
        source,
    };
    let mut told = format!(
        "recorded {} of {}",
        document.recorded.len(),
        counted(document.read, "pull request", "pull requests")
    );
    if !document.gone.is_empty() {
        told.push_str(&format!(", removed {}", document.gone.len()));
    }
    told.push_str(&format!(" of {}\n", document.source));
    told.push_str(&text::pull_requests(
        &document.pull_requests,
        context.ui.style(),
    ));
    context.ui.answer("coord.pull_requests/1", &document, told)
}

/// The repository of the list, else the named one.
fn source_of(found: Option<Source>, named: Option<&Url>) -> Result<Source, CommandError> {
    let named = named.map(|repository| Source {
        forge: ForgeKind::Github,
        repository: repository.clone(),
    });
    match (found, named) {
        (Some(found), Some(named)) if found != named => {
            let message = format!("the pull requests are of {found}, not of {named}");
            Err(CommandError::fatal(code::BAD_PULL_REQUESTS, message)
                .hint("run the command without --repository"))
        }
        (Some(source), _) | (None, Some(source)) => Ok(source),
        (None, None) => {
            let message = "the pull requests have no 'url', so their repository is unknown";
            let hint = "add the field 'url', or: --repository https://github.com/OWNER/NAME";
            Err(CommandError::fatal(code::BAD_PULL_REQUESTS, message).hint(hint))
        }
    }
}

/// The pull requests that the state does not have so.
fn changed<'a>(
    state: &State,
    source: &Source,
    requests: &'a [PullRequest],
) -> Vec<&'a PullRequest> {
    let known = |number| state.pull_requests.get(source, number);
    let is_new =
        |request: &&PullRequest| known(request.number).map(|it| &it.seen) != Some(*request);
    requests.iter().filter(is_new).collect()
}

/// The numbers that the state has and the sorted list has not.
fn missing(state: &State, source: &Source, requests: &[PullRequest]) -> Vec<u64> {
    let is_listed = |number: &u64| {
        requests
            .binary_search_by_key(number, |it| it.number)
            .is_ok()
    };
    let known = state.pull_requests.numbers_of(source);
    known.filter(|number| !is_listed(number)).collect()
}

/// The entries that record this, each small enough.
fn drafts(source: &Source, changed: Vec<&PullRequest>, gone: &[u64]) -> VecDeque<EntryDraft> {
    let draft = |seen: Vec<PullRequest>, gone: &[u64]| {
        EntryDraft::from(Event::Observation(ObservationEvent::PullRequests {
            source: source.clone(),
            seen,
            gone: gone.to_vec(),
        }))
    };
    let mut drafts: VecDeque<EntryDraft> = gone
        .chunks(EVENTS_MAX)
        .map(|gone| draft(Vec::new(), gone))
        .collect();
    let (mut seen, mut bytes) = (Vec::new(), 0);
    for request in changed {
        let size = to_canonical(request).len();
        if bytes + size > ENTRY_BYTES && !seen.is_empty() {
            drafts.push_back(draft(std::mem::take(&mut seen), &[]));
            bytes = 0;
        }
        bytes += size;
        seen.push(request.clone());
    }
    if !seen.is_empty() {
        drafts.push_back(draft(seen, &[]));
    }
    drafts
}
