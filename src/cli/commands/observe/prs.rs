//! `git coord observe prs`: record the pull requests of a forge.
//!
//! Not here: asking a forge (`asked`), reading what it printed (`forge`), and showing them (`render`).

use std::{collections::VecDeque, path::PathBuf};

use serde::Serialize;

use super::{
    asked::{self, Asked},
    merged::{self, Finished, MergedTask},
    problem::{failure, unreadable},
    ties,
};
use crate::{
    cli::{
        CommandError, Context, environment::variable, failure::code, files::input,
        task::act::Writing,
    },
    core::{
        entry::{
            codec::v1::{EVENTS_MAX, to_canonical},
            event::{
                Event, ObservationEvent,
                observation::{ForgeKind, PullRequest, PullRequestState, Source},
            },
        },
        plan::state::State,
        values::{
            id::ActorName,
            text::counted,
            time::{Span, Timestamp},
            url::Url,
        },
        views::snapshot::{PullRequestDocument, TieDocument},
    },
    forge::{
        ask::Problem,
        place::ForgePlace,
        read::{Listed, read},
    },
    git::repository::Repository,
    ledger::EntryDraft,
    render::text,
};

/// Record the pull requests of a forge
///
/// GitHub is asked through gh, else directly with the token in GITHUB_TOKEN or GH_TOKEN, at GITHUB_API_URL if that is set. GitLab
/// is asked through glab. The repository is that of a remote.
///
/// With --from, a file has what was printed elsewhere: by 'gh pr list --json FIELDS' or 'glab mr list --output json', or the list
/// of the interface of GitHub, Gitea or Forgejo. Any fields will do; docs/planning.md has those that are read.
///
/// Only what is new or has changed is recorded. If the forge cannot be reached, the last observation is shown.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord observe prs --done-merged\n  git coord observe prs --complete --from -"
)]
pub struct Args {
    /// Read the pull requests from FILE; '-' is standard input
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["limit", "timeout"])]
    pub from: Option<PathBuf>,
    /// Name the repository (default: that of a remote, or of the file)
    #[arg(long, value_name = "URL")]
    pub repository: Option<Url>,
    /// Name the forge if its host does not tell: github, gitlab, gitea
    #[arg(long, value_name = "FORGE")]
    pub forge: Option<ForgeKind>,
    /// Ask for at most N pull requests, the newest ones
    #[arg(long, value_name = "N", default_value_t = LIMIT)]
    pub limit: usize,
    /// Give up after TIME
    #[arg(long, value_name = "TIME", default_value_t = TIMEOUT)]
    pub timeout: Span,
    /// Remove the known ones that the file does not have
    #[arg(long, requires = "from")]
    pub complete: bool,
    /// Finish the tasks whose pull requests are merged
    ///
    /// A task is finished as by 'git coord done', so its reviews, dependencies and guardrails can keep it open.
    #[arg(long)]
    pub done_merged: bool,
}

/// The number of pull requests that is asked for.
const LIMIT: usize = 1000;
/// The time limit of all requests together.
const TIMEOUT: Span = Span::from_minutes(2);

impl Default for Args {
    fn default() -> Self {
        Self {
            from: None,
            repository: None,
            forge: None,
            limit: LIMIT,
            timeout: TIMEOUT,
            complete: false,
            done_merged: false,
        }
    }
}

/// The data of `coord.pull_requests/1`.
#[derive(Serialize)]
pub struct ObservedPullRequests {
    /// The object id of the last entry; null if nothing has changed.
    entry: Option<String>,
    actor: ActorName,
    #[serde(flatten)]
    source: Source,
    /// When these pull requests were last seen; null if they never were.
    observed: Option<String>,
    /// Why the forge gave no answer, if it could not be reached.
    problem: Option<ProblemDocument>,
    /// The number of pull requests in the answer.
    read: usize,
    /// The numbers of those that were new or had changed.
    recorded: Vec<u64>,
    /// The numbers of those that were removed.
    gone: Vec<u64>,
    /// All that are known of this repository.
    pull_requests: Vec<PullRequestDocument>,
    /// The tasks that they belong to.
    tasks: Vec<TieDocument>,
    /// The open tasks whose work is merged.
    merged: Vec<MergedTask>,
    /// With `--done-merged`: what became of these.
    finished: Vec<Finished>,
}

impl ObservedPullRequests {
    /// The number of pull requests that are known.
    pub fn known(&self) -> usize {
        self.pull_requests.len()
    }
}

/// Whether a failure is that of the forge, so that everything else can go on.
pub fn is_of_the_forge(error: &CommandError) -> bool {
    let code = error.code();
    code.starts_with("forge_") || matches!(code, code::UNKNOWN_FORGE | code::BAD_PULL_REQUESTS)
}

/// Why there is no answer.
#[derive(Serialize)]
struct ProblemDocument {
    code: &'static str,
    message: String,
}

/// What a forge or a file has.
struct Answer {
    source: Source,
    requests: Vec<PullRequest>,
    /// None if this was not asked now.
    problem: Option<CommandError>,
}

/// The largest file.
const BYTES_MAX: u64 = 64 << 20;
/// The bytes of the pull requests in one entry, well below the limit of a payload.
const ENTRY_BYTES: usize = 32 << 10;

/// # Errors
/// `cannot_read`, `bad_pull_requests`, or the forge gives no answer.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let document = observe(context, args)?;
    let told =
        sentence(&document) + &text::pull_requests(&document.pull_requests, context.ui.style());
    context.ui.answer("coord.pull_requests/1", &document, told)
}

/// Records the pull requests, and finishes tasks if that is asked for.
///
/// # Errors
/// As for [`run`].
pub fn observe(context: &mut Context, args: &Args) -> Result<ObservedPullRequests, CommandError> {
    let Writing {
        ledger,
        known,
        author,
        now,
        ..
    } = Writing::open(context)?;
    let repository = ledger.repository();
    let Answer {
        source,
        requests,
        problem,
    } = match &args.from {
        Some(file) => from_file(file, args)?,
        None => from_forge(context, repository, args, now)?,
    };
    let source = as_known(&known.state, source);
    let (mut recorded, mut gone) = (Vec::new(), Vec::new());
    let begin = |state: &State| {
        let requests = requests.iter();
        let requests: Vec<PullRequest> = match args.from {
            Some(_) => requests.cloned().collect(),
            None => requests.map(|it| with_known(state, &source, it)).collect(),
        };
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
    let entry = appended.entry();
    let mut state = appended.verified.state;
    let merged = merged::merged(repository, &state);
    let finished = if args.done_merged {
        let finished = merged::finish(context, &merged)?;
        state = ledger.current()?.state;
        finished
    } else {
        Vec::new()
    };
    tell(context, &merged, &finished, args.done_merged);
    let ties = ties::ties(repository, &state);
    let tasks = ties.documents(&state).into_iter();
    let all = ties.all(&state).into_iter();
    let recorded_at = state.observed.get(&source).copied();
    let observed = recorded_at.max(asked::memory(repository).seen(&source));
    if let Some(problem) = &problem {
        let last = match observed {
            Some(at) => {
                let (seen, ago) = (at.seen_from(now), at.distance_from(now));
                format!("the last observation is of {seen} ({ago})")
            }
            None => "nothing was observed yet".to_owned(),
        };
        context.ui.warn(format!("{problem}; {last}"));
        if let Some(hint) = problem.next() {
            context.ui.hint(hint.to_owned());
        }
    }
    Ok(ObservedPullRequests {
        entry,
        actor: author.actor,
        observed: observed.map(|at| at.to_string()),
        problem: problem.map(|problem| ProblemDocument {
            code: problem.code(),
            message: problem.to_string(),
        }),
        read: requests.len(),
        recorded,
        gone,
        pull_requests: all.filter(|request| request.source == source).collect(),
        tasks: tasks.filter(|tie| tie.source == source).collect(),
        merged,
        finished,
        source,
    })
}

/// The list in a file.
fn from_file(file: &std::path::Path, args: &Args) -> Result<Answer, CommandError> {
    let bytes = input::read(file, BYTES_MAX)?;
    let Listed { source, requests } = read(&bytes).map_err(|why| unreadable(&why))?;
    let named = args.repository.as_ref().map(|repository| {
        let place = ForgePlace::parse(repository.as_str(), args.forge);
        // A file without addresses is what `gh` printed, unless the options say otherwise.
        let kind = place
            .map(|place| place.kind)
            .filter(|kind| *kind != ForgeKind::Other);
        Source {
            forge: args.forge.or(kind).unwrap_or(ForgeKind::Github),
            repository: repository.clone(),
        }
    });
    Ok(Answer {
        source: source_of(source, named)?,
        requests,
        problem: None,
    })
}

/// The answer of the forge; nothing if it cannot be reached.
fn from_forge(
    context: &Context,
    repository: &Repository,
    args: &Args,
    now: Timestamp,
) -> Result<Answer, CommandError> {
    let asked = Asked {
        repository: args.repository.as_ref(),
        forge: args.forge,
        limit: args.limit,
        timeout: args.timeout,
        clock: context.clock(),
    };
    let place = asked::place(repository, &asked, &variable)?;
    let (requests, problem) = match asked::ask(repository, &place, &asked, &variable, now) {
        Ok(requests) => (requests, None),
        Err(problem @ Problem::Offline { .. }) => (Vec::new(), Some(failure(problem, asked.clock))),
        Err(problem) => return Err(failure(problem, asked.clock)),
    };
    Ok(Answer {
        source: place.source(),
        requests,
        problem,
    })
}

/// The source as the ledger knows it: forges take the names of repositories in any case.
fn as_known(state: &State, source: Source) -> Source {
    let is_it = |known: &&Source| {
        let (known, new) = (known.repository.as_str(), source.repository.as_str());
        known.eq_ignore_ascii_case(new)
    };
    let mut known = state.observed.keys();
    known
        .find(|known| is_it(known) && known.forge == source.forge)
        .cloned()
        .unwrap_or(source)
}

/// A pull request with what was known of it at the same commit and is not asked for any more once it is closed.
fn with_known(state: &State, source: &Source, request: &PullRequest) -> PullRequest {
    let known = state.pull_requests.get(source, request.number);
    let known = known
        .map(|known| &known.seen)
        .filter(|known| known.commit == request.commit);
    match known {
        Some(known) if request.state != Some(PullRequestState::Open) => PullRequest {
            checks: request.checks.or(known.checks),
            review: request.review.or(known.review),
            mergeable: request.mergeable.or(known.mergeable),
            ..request.clone()
        },
        // GitHub computes it again after each push to the base, and does not know it meanwhile.
        Some(known) => PullRequest {
            mergeable: request.mergeable.or(known.mergeable),
            ..request.clone()
        },
        None => request.clone(),
    }
}

/// What was recorded, in a sentence.
fn sentence(document: &ObservedPullRequests) -> String {
    if document.problem.is_some() {
        return String::new();
    }
    let mut told = format!(
        "recorded {} of {}",
        document.recorded.len(),
        counted(document.read, "pull request", "pull requests")
    );
    if !document.gone.is_empty() {
        told.push_str(&format!(", removed {}", document.gone.len()));
    }
    told + &format!(" of {}\n", document.source)
}

/// Tells which tasks are merged, and what became of them.
fn tell(context: &mut Context, merged: &[MergedTask], finished: &[Finished], did_finish: bool) {
    for finished in finished {
        let Finished {
            task, number, why, ..
        } = finished;
        match why {
            None => context
                .ui
                .announce("done", format!("{task}: pull request #{number} is merged")),
            Some(why) => context.ui.warn(format!(
                "{task} stays open though pull request #{number} is merged: {why}"
            )),
        }
    }
    for merged in merged.iter().filter(|_| !did_finish) {
        let MergedTask {
            task,
            number,
            command,
            ..
        } = merged;
        context.ui.hint(format!(
            "{task}: pull request #{number} is merged: {command}"
        ));
    }
}

/// The repository of the list, else the named one.
fn source_of(found: Option<Source>, named: Option<Source>) -> Result<Source, CommandError> {
    match (found, named) {
        (Some(found), Some(named)) if found.repository != named.repository => {
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
