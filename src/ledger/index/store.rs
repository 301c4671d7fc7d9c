//! The file of the index: numbered parts with checksums, in an SQLite database
//! ([decision 0011](../../../docs/decisions/0011-sqlite-holds-the-index.md)).
//!
//! Readers see what was committed last and never wait for a writer. A killed writer leaves what was there before.
//! Not here: what the parts hold (`parts`).

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, config::DbConfig, params};

use crate::core::values::id::Digest;

/// How long a writer waits for another one.
const WAIT: Duration = Duration::from_secs(5);

/// How long the log may be before a writer moves it into the file, in bytes. SQLite's own count of pages begins anew with each
/// process, and would never be reached.
const LOG_BYTES: u64 = 1 << 20;

/// The length of a part's checksum.
const CHECKSUM: usize = 16;

/// The kinds of parts. The number of a part is below 2^56 and unique within its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Head = 0,
    Block = 1,
    Places = 2,
    State = 3,
}

/// The open database. Each reading function sees the parts as they were at the first one.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    /// The write-ahead log; none in memory.
    log: Option<PathBuf>,
}

impl Store {
    /// Opens the database in this file, and creates it if need be; none if it cannot be opened, or is no database.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let is_file = |path: &Path| fs::metadata(path).is_ok_and(|found| found.is_file());
        // A pipe or a device could be read without end.
        if path.exists() && !is_file(path) {
            return None;
        }
        fs::create_dir_all(path.parent()?).ok()?;
        if !path.exists() {
            // SQLite lets only the owner write, whatever `core.sharedRepository` says. Its log gets the permissions of the file.
            fs::File::create_new(path).ok();
        }
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let store = Self {
            connection: Connection::open(path).ok()?,
            log: Some(log.into()),
        };
        store.prepare().ok()?;
        store.begin().ok()?;
        Some(store)
    }

    /// A database in memory, for repositories that cannot be written to.
    pub(super) fn in_memory() -> Option<Self> {
        let store = Self {
            connection: Connection::open_in_memory().ok()?,
            log: None,
        };
        store.prepare().ok()?;
        store.begin().ok()?;
        Some(store)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(WAIT)?;
        // Moving the log into the file is the work of the writer that made it long, not of every process that ends.
        let stays = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        self.connection.set_db_config(stays, true)?;
        // What is committed is in order in the log; it is flushed only when it is moved into the file. So a power failure
        // can lose the last commits, and nothing else.
        self.connection.execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cell_size_check = ON;",
        )?;
        let has_tables = self.connection.table_exists(None, "parts")?
            && self.connection.table_exists(None, "ids")?;
        if !has_tables {
            self.connection.execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE IF NOT EXISTS parts (number INTEGER PRIMARY KEY, content BLOB NOT NULL);
                 CREATE TABLE IF NOT EXISTS ids (prefix INTEGER, place INTEGER, PRIMARY KEY (prefix, place)) WITHOUT ROWID;",
            )?;
        }
        Ok(())
    }

    fn begin(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("BEGIN")
    }

    /// A part, if it is there and intact.
    pub(super) fn part(&self, kind: Kind, number: u64) -> Option<Vec<u8>> {
        let key = key(kind, number)?;
        let mut query = self
            .connection
            .prepare_cached("SELECT content FROM parts WHERE number = ?1")
            .ok()?;
        let found: Option<Vec<u8>> = query.query_row([key], |row| row.get(0)).optional().ok()?;
        let mut found = found?;
        let (sum, content) = found.split_at_checked(CHECKSUM)?;
        (sum == checksum(key, content)).then_some(())?;
        found.drain(..CHECKSUM);
        Some(found)
    }

    /// The places of the entry whose id begins like this; empty if there is none or the database cannot say.
    pub(super) fn places_of(&self, prefix: i64) -> Vec<u64> {
        let places = || {
            let mut query = self
                .connection
                .prepare_cached("SELECT place FROM ids WHERE prefix = ?1 ORDER BY place")?;
            let rows = query.query_map([prefix], |row| row.get::<_, i64>(0))?;
            rows.collect::<rusqlite::Result<Vec<i64>>>()
        };
        let places = places().unwrap_or_default().into_iter();
        places
            .filter_map(|place| u64::try_from(place).ok())
            .collect()
    }

    /// Changes the parts in one transaction; none if that fails, or if `change` gives none. Then nothing has changed.
    pub(super) fn change<T>(&self, change: impl FnOnce(&Change<'_>) -> Option<T>) -> Option<T> {
        self.connection
            .execute_batch("ROLLBACK; BEGIN IMMEDIATE")
            .ok()?;
        let changed = change(&Change { store: self });
        let ended = match &changed {
            Some(_) => self.connection.execute_batch("COMMIT").is_ok(),
            None => false,
        };
        if !ended {
            // After a full disk there may be no transaction any more.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        let length = self.log.as_ref().and_then(|log| fs::metadata(log).ok());
        if length.is_some_and(|log| log.len() > LOG_BYTES) {
            // A failure is ignored: the next writer tries again.
            let _ = self
                .connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        let begun = self.begin().is_ok();
        changed.filter(|_| ended && begun)
    }
}

/// A transaction that changes the parts.
pub(super) struct Change<'a> {
    pub(super) store: &'a Store,
}

impl Change<'_> {
    /// Sets a part.
    pub(super) fn set(&self, kind: Kind, number: u64, content: &[u8]) -> Option<()> {
        let key = key(kind, number)?;
        let mut bytes = checksum(key, content).to_vec();
        bytes.extend_from_slice(content);
        let mut query = self
            .store
            .connection
            .prepare_cached("INSERT OR REPLACE INTO parts (number, content) VALUES (?1, ?2)")
            .ok()?;
        query.execute(params![key, bytes]).ok().map(drop)
    }

    /// Removes the parts of a kind from this number to another one, both included.
    pub(super) fn remove(&self, kind: Kind, first: u64, last: u64) -> Option<()> {
        let (first, last) = (key(kind, first)?, key(kind, last)?);
        let mut query = self
            .store
            .connection
            .prepare_cached("DELETE FROM parts WHERE number BETWEEN ?1 AND ?2")
            .ok()?;
        query.execute([first, last]).ok().map(drop)
    }

    /// Notes the place of the entry whose id begins like this.
    pub(super) fn note(&self, prefix: i64, place: u64) -> Option<()> {
        let mut query = self
            .store
            .connection
            .prepare_cached("INSERT OR REPLACE INTO ids (prefix, place) VALUES (?1, ?2)")
            .ok()?;
        let place = i64::try_from(place).ok()?;
        query.execute([prefix, place]).ok().map(drop)
    }

    /// Forgets that.
    pub(super) fn forget(&self, prefix: i64, place: u64) -> Option<()> {
        let mut query = self
            .store
            .connection
            .prepare_cached("DELETE FROM ids WHERE prefix = ?1 AND place = ?2")
            .ok()?;
        let place = i64::try_from(place).ok()?;
        query.execute([prefix, place]).ok().map(drop)
    }

    /// Removes everything.
    pub(super) fn clear(&self) -> Option<()> {
        let all = "DELETE FROM parts; DELETE FROM ids;";
        self.store.connection.execute_batch(all).ok()
    }
}

fn key(kind: Kind, number: u64) -> Option<i64> {
    (number < 1 << 56).then_some(((kind as i64) << 56) | number as i64)
}

fn checksum(key: i64, content: &[u8]) -> [u8; CHECKSUM] {
    let mut covered = Vec::with_capacity(content.len() + 8);
    covered.extend(key.to_be_bytes());
    covered.extend_from_slice(content);
    let digest = Digest::of(&covered);
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&digest.as_bytes()[..CHECKSUM]);
    sum
}
