//! Reading a line of commits and all that it joins: one thread reads, the others verify.
//!
//! Of a commit that cannot be an entry only the first parent is walked, and nothing where it is itself a later parent.
//! So nobody can make a reader walk a foreign history.
//! Not here: which commits are accepted (`core::history::judge`).

use std::{
    collections::{HashMap, HashSet},
    num::NonZero,
    sync::{Mutex, mpsc},
    thread,
};

use super::entry;
use crate::{
    core::history::judge::Candidate,
    git::{
        Error,
        commit::{self, HashKind},
        repository::{ObjectId, Reader, Repository},
        sign::Verifier,
    },
};

/// How many commits travel together to a verifying thread.
const BATCH: usize = 128;

/// Commits by dense numbers, the first tip first.
#[derive(Debug, Default)]
pub struct Walked {
    /// Their object ids.
    pub ids: Vec<ObjectId>,
    /// The numbers of their parents; of a foreign commit at most the first.
    pub parents: Vec<Vec<u32>>,
    /// Their contents. Boxed, since there are many and they are moved.
    pub candidates: Vec<Option<Box<Candidate>>>,
}

/// The part of a history to walk.
#[derive(Debug, Clone, Copy)]
pub struct WalkedLine<'a> {
    /// The walk begins here.
    pub tips: &'a [ObjectId],
    /// A known commit. It is not read and has no candidate.
    pub known: Option<ObjectId>,
}

/// Reads and verifies everything that some tips lead to.
///
/// # Errors
/// A commit is missing or corrupt.
pub fn walk(repository: &Repository, line: WalkedLine<'_>) -> Result<Walked, Error> {
    let mut walk = Walk::begin(repository, line);
    let first = walk.next_batch()?;
    let mut verifier = Verifier::new();
    let mut found = verify(&first, walk.hash, &mut verifier)?;
    if !walk.stack.is_empty() {
        found.extend(walk.rest_in_parallel()?);
    }
    let mut walked = walk.walked;
    walked.candidates.resize_with(walked.ids.len(), || None);
    for (number, candidate) in found {
        walked.candidates[number as usize] = Some(candidate);
    }
    Ok(walked)
}

/// The commits between the tips and the known commits; none if the walk leads past those, or to more than `most` commits.
///
/// # Errors
/// A commit is missing or corrupt.
pub fn bounded(
    repository: &Repository,
    line: WalkedLine<'_>,
    most: usize,
) -> Result<Option<HashSet<ObjectId>>, Error> {
    let mut seen: HashSet<ObjectId> = line.known.into_iter().collect();
    let mut open = line.tips.to_vec();
    let (mut raw, hash) = (Vec::new(), hash_kind(repository));
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        repository.commit(id, &mut raw)?;
        let links = commit::links(&raw, hash).map_err(|malformed| Error::CorruptObject {
            id,
            why: malformed.to_string(),
        })?;
        if links.parents.is_empty() || seen.len() > most {
            return Ok(None);
        }
        let parents = links.parents.iter();
        open.extend(parents.filter_map(|hex| ObjectId::from_hex(hex.as_bytes())));
    }
    Ok(Some(seen))
}

/// Some raw commits, one after the other.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    commits: Vec<Raw>,
}

/// The position of one of them.
struct Raw {
    number: u32,
    id: ObjectId,
    end: usize,
}

type Found = Vec<(u32, Box<Candidate>)>;

/// Checks the hash of a commit. The object database does not, and a wrong commit would stay in the cache after its
/// repair.
fn verify(batch: &Batch, hash: HashKind, verifier: &mut Verifier) -> Result<Found, Error> {
    let mut start = 0;
    let mut found = Vec::with_capacity(batch.commits.len());
    for Raw { number, id, end } in &batch.commits {
        let raw = &batch.bytes[start..*end];
        if !id.is_of_commit(raw) {
            return Err(Error::CorruptObject {
                id: *id,
                why: "its bytes are not those that its id names".to_owned(),
            });
        }
        found.push((*number, Box::new(entry::candidate(raw, hash, verifier))));
        start = *end;
    }
    Ok(found)
}

struct Walk {
    reader: Reader,
    hash: HashKind,
    known: Option<ObjectId>,
    walked: Walked,
    numbers: HashMap<ObjectId, u32>,
    /// Discovered and not yet read.
    stack: Vec<u32>,
    /// Whether a commit is the tip or the first parent of something, and not only a later parent.
    on_a_line: Vec<bool>,
    /// The first parents of foreign commits that are not walked, since those are on no first-parent line so far.
    held_back: HashMap<u32, ObjectId>,
    buffer: Vec<u8>,
}

impl Walk {
    fn begin(repository: &Repository, line: WalkedLine<'_>) -> Self {
        let mut walk = Self {
            reader: repository.reader().of_many(),
            hash: hash_kind(repository),
            known: line.known,
            walked: Walked::default(),
            numbers: HashMap::new(),
            stack: Vec::new(),
            on_a_line: Vec::new(),
            held_back: HashMap::new(),
            buffer: Vec::new(),
        };
        for tip in line.tips {
            walk.discover_on_a_line(*tip);
        }
        walk
    }

    /// The number of a commit, new or known.
    fn discover(&mut self, id: ObjectId) -> u32 {
        if let Some(number) = self.numbers.get(&id) {
            return *number;
        }
        // Fewer than 2^32 commits: they would not fit in memory.
        let number = self.walked.ids.len() as u32;
        self.numbers.insert(id, number);
        self.walked.ids.push(id);
        self.walked.parents.push(Vec::new());
        self.on_a_line.push(false);
        if Some(id) != self.known {
            self.stack.push(number);
        }
        number
    }

    /// The number of a tip or first parent. Commits behind it that were held back are walked now.
    fn discover_on_a_line(&mut self, id: ObjectId) -> u32 {
        let found = self.discover(id);
        let mut number = found;
        while !std::mem::replace(&mut self.on_a_line[number as usize], true)
            && let Some(first) = self.held_back.remove(&number)
        {
            let parent = self.discover(first);
            self.walked.parents[number as usize] = vec![parent];
            number = parent;
        }
        found
    }

    fn next_batch(&mut self) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        let mut buffer = std::mem::take(&mut self.buffer);
        while batch.commits.len() < BATCH
            && let Some(number) = self.stack.pop()
        {
            let id = self.walked.ids[number as usize];
            self.reader.commit(id, &mut buffer)?;
            self.follow(number, &buffer)?;
            batch.bytes.extend_from_slice(&buffer);
            let end = batch.bytes.len();
            batch.commits.push(Raw { number, id, end });
        }
        self.buffer = buffer;
        Ok(batch)
    }

    fn follow(&mut self, number: u32, raw: &[u8]) -> Result<(), Error> {
        let id = self.walked.ids[number as usize];
        let corrupt = |why: String| Error::CorruptObject { id, why };
        let links =
            commit::links(raw, self.hash).map_err(|malformed| corrupt(malformed.to_string()))?;
        let parse = |hex: &&str| {
            ObjectId::from_hex(hex.as_bytes())
                .ok_or_else(|| corrupt("a parent is not an object id".to_owned()))
        };
        let parents: Vec<ObjectId> = links.parents.iter().map(parse).collect::<Result<_, _>>()?;
        let Some((first, later)) = parents.split_first() else {
            return Ok(());
        };
        if entry::carries_payload(raw) {
            let mut numbers = vec![self.discover_on_a_line(*first)];
            numbers.extend(later.iter().map(|parent| self.discover(*parent)));
            self.walked.parents[number as usize] = numbers;
        } else if self.on_a_line[number as usize] {
            self.walked.parents[number as usize] = vec![self.discover_on_a_line(*first)];
        } else {
            self.held_back.insert(number, *first);
        }
        Ok(())
    }

    fn rest_in_parallel(&mut self) -> Result<Found, Error> {
        let hash = self.hash;
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let (sender, receiver) = mpsc::sync_channel::<Batch>(4 * workers);
        let receiver = Mutex::new(receiver);
        thread::scope(|scope| {
            let work = || {
                let mut verifier = Verifier::new();
                let mut found = Found::new();
                while let Some(batch) = next(&receiver) {
                    found.extend(verify(&batch, hash, &mut verifier)?);
                }
                Ok(found)
            };
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let read = self.send_batches(sender);
            let found = workers.into_iter().map(|worker| match worker.join() {
                Ok(found) => found,
                // A panic in a worker is a defect of ours and stays one.
                Err(panic) => std::panic::resume_unwind(panic),
            });
            let found: Vec<Found> = found.collect::<Result<_, Error>>()?;
            read.map(|()| found.into_iter().flatten().collect())
        })
    }

    fn send_batches(&mut self, sender: mpsc::SyncSender<Batch>) -> Result<(), Error> {
        while !self.stack.is_empty() {
            let batch = self.next_batch()?;
            if sender.send(batch).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn next(receiver: &Mutex<mpsc::Receiver<Batch>>) -> Option<Batch> {
    receiver.lock().ok()?.recv().ok()
}

/// Whether this is a commit that could be an entry.
pub fn is_entry(repository: &Repository, object: ObjectId) -> bool {
    let reader = repository.reader();
    let fits = |bytes: u64| bytes <= commit::COMMIT_BYTES_MAX as u64;
    let mut raw = Vec::new();
    reader.size(object).is_some_and(fits)
        && reader.commit(object, &mut raw).is_ok()
        && entry::carries_payload(&raw)
}

/// The repository's hash function, as commits need it.
pub fn hash_kind(repository: &Repository) -> HashKind {
    match repository.hash_name() {
        "sha256" => HashKind::Sha256,
        _ => HashKind::Sha1,
    }
}
