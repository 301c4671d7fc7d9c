//! Reading the ledger at a revision: the values of `--at WHEN` and the arguments of `diff`.
//!
//! Not here: how the state at an entry is computed (`ledger::past`), and commits of the repository (`commit`).
//!
//! A text means the first of these that fits and exists:
//!
//! 1. `now`; `today`; `yesterday`: its end; `10 minutes ago` or `10.minutes.ago`; `13:42`: a time of today, in UTC;
//! 2. a day, `2025-10-15`: its end, at the offset of the ledger's days;
//! 3. a snapshot, `2025-10-15/morning`, or by its label alone, `morning`: the latest of that name;
//! 4. a time in one of git's forms, `2025-10-15T14:05Z` or `@1760537100`;
//! 5. an entry, by at least four digits of its object id or its id;
//! 6. at least nine digits: a time in seconds, as git takes them.

use std::{cell::OnceCell, collections::BTreeMap, fmt::Display, rc::Rc};

use crate::{
    cli::{CommandError, Context, failure::code},
    core::{
        plan::{
            reduce::Accepted,
            state::{State, records::Snapshot},
        },
        values::{
            id::TaskId,
            time::{Day, DayOffset, Timestamp},
        },
    },
    git::repository::ObjectId,
    ledger::{
        Ledger,
        index::Index,
        past::{Past, Spot},
        verified::Verified,
    },
};

/// The ledger as one command reads it: the state at the tip, and the past if it is needed.
pub struct Reading {
    ledger: Ledger,
    now: Timestamp,
    current: Verified,
    index: OnceCell<Rc<Index>>,
}

/// The state at a revision.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Its name, which leads to the same revision again.
    pub name: String,
    /// Its entry.
    pub tip: ObjectId,
    /// The state there.
    pub state: State,
    /// The time that leases and other times are compared with.
    pub seen_from: Timestamp,
    /// The snapshot, if it was named by one.
    pub snapshot: Option<Snapshot>,
}

impl Reading {
    /// The ledger of the current folder, with the state at its tip.
    ///
    /// # Errors
    /// There is no ledger, or it cannot be read.
    pub fn open(context: &mut Context) -> Result<Self, CommandError> {
        let ledger = context.ledger()?;
        let now = context.now()?;
        let current = ledger.current()?;
        Ok(Self {
            ledger,
            now,
            current,
            index: OnceCell::new(),
        })
    }

    /// Reads the ledger again, as it is at `now`; whether its tip has moved.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn refresh(&mut self, now: Timestamp) -> Result<bool, CommandError> {
        self.now = now;
        if self.ledger.tip()? == Some(self.current.tip) {
            return Ok(false);
        }
        self.current = self.ledger.current_after(&self.current)?;
        self.index = OnceCell::new();
        Ok(true)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
    /// The state at the tip.
    pub fn state(&self) -> &State {
        &self.current.state
    }
    /// The time of the command.
    pub fn now(&self) -> Timestamp {
        self.now
    }
    /// The tip's object id.
    pub fn tip(&self) -> ObjectId {
        self.current.tip
    }
    /// The state at the anchor; see [`Ledger::anchored`].
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn anchored(&self) -> Result<Option<Verified>, CommandError> {
        Ok(self.ledger.anchored(&self.current)?)
    }
    /// How many entries the anchor does not have; see [`Ledger::ahead_of_anchor`].
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn ahead_of_anchor(&self) -> Result<Option<u64>, CommandError> {
        Ok(self.ledger.ahead_of_anchor(&self.current)?)
    }
    /// The entries before the tip, and their states.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn past(&self) -> Result<Past<'_>, CommandError> {
        if let Some(index) = self.index.get() {
            return Ok(self.ledger.past_of(Rc::clone(index)));
        }
        let past = self.ledger.past(&self.current)?;
        self.index.get_or_init(|| Rc::clone(past.index()));
        Ok(past)
    }

    /// The revision that `given` names; now if nothing is given.
    ///
    /// # Errors
    /// `unknown_revision`, `unknown_snapshot`, `ambiguous_id` with the candidates, or the ledger cannot be read.
    pub fn revision(&self, given: Option<&str>) -> Result<Revision, CommandError> {
        let Some(given) = given else {
            return Ok(self.present());
        };
        let readings = readings(given);
        for reading in &readings {
            if let Some(found) = self.find(given, reading)? {
                return Ok(found);
            }
        }
        Err(unknown(given, &readings))
    }

    /// Now.
    pub fn present(&self) -> Revision {
        Revision {
            name: "now".to_owned(),
            tip: self.current.tip,
            state: self.current.state.clone(),
            seen_from: self.now,
            snapshot: None,
        }
    }

    /// The day that a text names: `2025-10-15`, `today` or `yesterday`; today without a text.
    ///
    /// # Errors
    /// The text is not a day.
    pub fn day(&self, given: Option<&str>) -> Result<Day, CommandError> {
        let offset = self.state().day_offset;
        let today = self.now.day(offset);
        let given = given.unwrap_or("today");
        match readings(given).as_slice() {
            [Form::Today] => Ok(today),
            [Form::Yesterday] => Ok(today.eve(offset).day(offset)),
            [Form::Day(day)] => Ok(*day),
            _ => {
                let message =
                    format!("'{given}' is not a day such as 2025-10-15, today or yesterday");
                Err(CommandError::usage(message).hint("git coord report --day today"))
            }
        }
    }

    /// The revisions at both ends of a day; none at its beginning if the ledger began on it.
    ///
    /// # Errors
    /// `unknown_revision` if the day is before the ledger or in the future, or the ledger cannot be read.
    pub fn ends_of(&self, day: Day) -> Result<(Option<Revision>, Revision), CommandError> {
        let offset = self.state().day_offset;
        let end = self.end_of(&day.to_string(), day)?;
        let eve = self.past()?.as_of(day.eve(offset))?;
        let begin = eve.map(|entry| self.at_entry(day.to_string(), &entry));
        Ok((begin.transpose()?, end))
    }

    /// The entries that took effect between two revisions; see [`Past::applied_between`].
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn applied_between(
        &self,
        from: Option<&Revision>,
        to: &Revision,
    ) -> Result<Vec<Accepted>, CommandError> {
        let from = from.map(|from| from.tip);
        Ok(self.past()?.applied_between(from, (to.tip, &to.state))?)
    }

    /// The place of the last entry of each day with entries, beginning with `since`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn day_ends(&self, since: Option<Day>) -> Result<BTreeMap<u64, Day>, CommandError> {
        let offset = self.state().day_offset;
        let mut last: BTreeMap<Day, u64> = BTreeMap::new();
        for spot in self.past()?.from(0) {
            let spot = spot?;
            let day = spot.effective().day(offset);
            if spot.is_accepted_on_mainline() && since.is_none_or(|since| day >= since) {
                last.insert(day, spot.place);
            }
        }
        Ok(last.into_iter().map(|(day, it)| (it, day)).collect())
    }

    /// The place before each snapshot of a state, whose state it shows.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn snapshot_places<'s>(
        &self,
        state: &'s State,
    ) -> Result<BTreeMap<u64, Vec<&'s Snapshot>>, CommandError> {
        let (past, mut places) = (self.past()?, BTreeMap::<u64, Vec<&Snapshot>>::new());
        for snapshot in &state.snapshots {
            let spot = past.find(snapshot.entry)?;
            let before = spot.and_then(|spot| spot.place.checked_sub(1));
            places
                .entry(before.unwrap_or(0))
                .or_default()
                .push(snapshot);
        }
        Ok(places)
    }

    /// Shows `look` each snapshot of a state, oldest first, with the state that it shows.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn each_snapshot<'s>(
        &self,
        state: &'s State,
        mut look: impl FnMut(&'s Snapshot, &State),
    ) -> Result<(), CommandError> {
        let places = self.snapshot_places(state)?;
        if let (Some((first, _)), Some((last, _))) =
            (places.first_key_value(), places.last_key_value())
        {
            self.past()?.replay(*first, *last, |spot, then| {
                for snapshot in places.get(&spot.place).into_iter().flatten() {
                    look(snapshot, then);
                }
            })?;
        }
        Ok(())
    }

    /// The values of `look` for the state at the end of each day with entries, beginning with `since`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn each_day<T>(
        &self,
        since: Option<Day>,
        mut look: impl FnMut(Day, &State) -> T,
    ) -> Result<Vec<T>, CommandError> {
        let (past, last) = (self.past()?, self.day_ends(since)?);
        let mut seen = Vec::new();
        if let (Some((first, _)), Some((end, _))) = (last.first_key_value(), last.last_key_value())
        {
            past.replay(*first, *end, |spot, state| {
                if let Some(day) = last.get(&spot.place) {
                    seen.push(look(*day, state));
                }
            })?;
        }
        Ok(seen)
    }

    /// The state that a snapshot shows: that at its entry's parent.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn at_snapshot(&self, snapshot: &Snapshot) -> Result<Revision, CommandError> {
        let past = self.past()?;
        let taken = past.find(snapshot.entry)?;
        let parent = taken.map(|taken| past.first_parent(&taken)).transpose()?;
        let parent = parent.flatten().ok_or_else(|| {
            let message = format!("snapshot '{}' has no parent", snapshot.entry.short());
            CommandError::fatal(code::INTERNAL, message)
        })?;
        let revision = self.at_entry(snapshot.name(self.state().day_offset), &parent)?;
        Ok(Revision {
            seen_from: snapshot.at,
            snapshot: Some(snapshot.clone()),
            ..revision
        })
    }

    fn find(&self, given: &str, reading: &Form) -> Result<Option<Revision>, CommandError> {
        match reading {
            Form::Now => Ok(Some(self.present())),
            Form::Day(day) => self.end_of(given, *day).map(Some),
            Form::Today => {
                let day = self.now.day(self.state().day_offset);
                self.end_of(given, day).map(Some)
            }
            Form::Yesterday => {
                let offset = self.state().day_offset;
                let end = self.now.day(offset).eve(offset);
                self.as_of(given, end.day(offset), end).map(Some)
            }
            Form::Ago(seconds) => {
                let time = self.now.seconds().saturating_sub(*seconds);
                let time = Timestamp::from_seconds(time);
                self.as_of(given, time, time).map(Some)
            }
            Form::Clock(clock) => {
                let time = on_day_of(self.now, clock).filter(|time| *time <= self.now);
                let time = time.ok_or_else(|| {
                    let message =
                        format!("'{given}' is a time of today (UTC) that has not come yet");
                    CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log")
                })?;
                self.as_of(given, time, time).map(Some)
            }
            Form::Time(time) if *time > self.latest() => Err(in_the_future(given)),
            Form::Time(time) => self.as_of(given, time, *time).map(Some),
            Form::Snapshot(day, label) => {
                let found = self.latest_snapshot(*day, label);
                found.map(|snapshot| self.at_snapshot(snapshot)).transpose()
            }
            Form::Entry(hex) => self.entry(given, hex),
        }
    }

    /// The last snapshot of this label, on this day if one is given.
    fn latest_snapshot(&self, day: Option<Day>, label: &TaskId) -> Option<&Snapshot> {
        let offset = self.state().day_offset;
        self.state().snapshots.iter().rfind(|snapshot| {
            snapshot.label.as_ref() == Some(label)
                && day.is_none_or(|day| snapshot.at.day(offset) == day)
        })
    }

    /// The end of a day.
    fn end_of(&self, given: &str, day: Day) -> Result<Revision, CommandError> {
        let offset = self.state().day_offset;
        if day > self.latest().day(offset) {
            return Err(in_the_future(given));
        }
        self.as_of(given, day, day.end(offset))
    }

    /// Now; or the time of the ledger, if that is ahead of the clock.
    fn latest(&self) -> Timestamp {
        self.now.max(self.state().effective)
    }

    fn as_of(
        &self,
        given: &str,
        name: impl Display,
        time: Timestamp,
    ) -> Result<Revision, CommandError> {
        let past = self.past()?;
        let Some(entry) = past.as_of(time)? else {
            let begin = past.genesis()?.effective();
            let message = format!(
                "'{given}' is before the ledger, which begins at {}",
                begin.dated()
            );
            return Err(CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log"));
        };
        let revision = self.at_entry(name.to_string(), &entry)?;
        Ok(Revision {
            seen_from: time.min(self.now).max(revision.seen_from),
            ..revision
        })
    }

    fn entry(&self, given: &str, hex: &str) -> Result<Option<Revision>, CommandError> {
        let found = self.matching(given, hex)?;
        let revision = found.map(|spot| self.at_entry(short(spot.object), &spot));
        revision.transpose()
    }

    /// The entry that `given` names by at least four digits of its object id or its id.
    ///
    /// # Errors
    /// `ambiguous_id` with the candidates, or the ledger cannot be read.
    pub fn entry_named(&self, given: &str) -> Result<Option<Spot>, CommandError> {
        let hex = readings(given).into_iter().find_map(|form| match form {
            Form::Entry(hex) => Some(hex),
            _ => None,
        });
        hex.map_or(Ok(None), |hex| self.matching(given, &hex))
    }

    fn matching(&self, given: &str, hex: &str) -> Result<Option<Spot>, CommandError> {
        let found = self.past()?.matching(hex)?;
        match found.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            several => {
                let candidates: Vec<String> =
                    several.iter().map(|spot| spot.object.to_string()).collect();
                Err(CommandError::ambiguous("entry", given, &candidates))
            }
        }
    }

    fn at_entry(&self, name: String, entry: &Spot) -> Result<Revision, CommandError> {
        let state = if entry.object == self.current.tip {
            self.current.state.clone()
        } else {
            self.past()?.state_at(entry)?
        };
        Ok(Revision {
            name,
            tip: entry.object,
            seen_from: state.effective,
            state,
            snapshot: None,
        })
    }
}

impl Revision {
    /// The heading of a text about this revision; empty for now: `2025-10-15: the plan at entry …`.
    pub fn heading(&self) -> String {
        match self.name.as_str() {
            "now" => String::new(),
            name => format!(
                "{name}: the plan at entry {} of {}\n\n",
                short(self.tip),
                self.state.effective.dated()
            ),
        }
    }
}

/// The first ten digits of an object id, for people; git takes them too.
pub fn short(object: ObjectId) -> String {
    format!("{:.10}", object.to_string())
}

/// A form of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Now,
    Today,
    Yesterday,
    /// So many seconds before now.
    Ago(u64),
    /// A time of today: `13:42`.
    Clock(String),
    Day(Day),
    Snapshot(Option<Day>, TaskId),
    Time(Timestamp),
    /// The beginning of an id, in lower case.
    Entry(String),
}

/// The forms that fit a text, in the order in which they are tried.
fn readings(text: &str) -> Vec<Form> {
    let relative = match text {
        "now" => Some(Form::Now),
        "today" => Some(Form::Today),
        "yesterday" => Some(Form::Yesterday),
        _ => ago(text).map(Form::Ago).or_else(|| clock(text)),
    };
    if let Some(relative) = relative {
        return vec![relative];
    }
    if let Ok(day) = text.parse() {
        return vec![Form::Day(day)];
    }
    if let Some((day, label)) = text.split_once('/') {
        let snapshot = day.parse().ok().zip(label.parse().ok());
        return snapshot
            .map(|(day, label)| Form::Snapshot(Some(day), label))
            .into_iter()
            .collect();
    }
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let time = text.parse().ok().map(Form::Time);
    let (time, seconds) = if digits_only {
        (None, time.filter(|_| text.len() >= SECONDS_DIGITS_MIN))
    } else {
        (time, None)
    };
    let label = text.parse().ok().map(|label| Form::Snapshot(None, label));
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let entry = (is_hex && (ENTRY_DIGITS_MIN..=ENTRY_DIGITS_MAX).contains(&text.len()))
        .then(|| Form::Entry(text.to_ascii_lowercase()));
    [label, time, entry, seconds]
        .into_iter()
        .flatten()
        .collect()
}

/// The seconds in `10 minutes ago`. As in git, dots may replace the spaces. Months and years are not accepted, because they
/// differ in length.
fn ago(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', '.']).collect();
    let [number, unit, "ago"] = *words else {
        return None;
    };
    let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
        "second" => 1,
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        "week" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(seconds)
}

/// `13:42` or `13:42:05`, if there is such a time.
fn clock(text: &str) -> Option<Form> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let parts: Vec<&str> = text.split(':').collect();
    let are_pairs = parts
        .iter()
        .all(|part| part.len() == 2 && part.bytes().all(is_digit));
    let exists = || on_day_of(Timestamp::from_seconds(0), text).is_some();
    let is_clock = matches!(parts.len(), 2..=3) && are_pairs && exists();
    is_clock.then(|| Form::Clock(text.to_owned()))
}

/// This time on the day of `now`, in UTC.
fn on_day_of(now: Timestamp, clock: &str) -> Option<Timestamp> {
    let day = now.day(DayOffset::default());
    format!("{day}T{clock}Z").parse().ok()
}

/// The fewest digits that name an entry, as with git's objects.
const ENTRY_DIGITS_MIN: usize = 4;
/// The number of digits of a whole id.
const ENTRY_DIGITS_MAX: usize = 64;
/// The fewest digits that git takes for seconds without an `@` before them.
const SECONDS_DIGITS_MIN: usize = 9;

fn in_the_future(given: &str) -> CommandError {
    let message = format!("'{given}' is in the future");
    CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log")
}

fn unknown(given: &str, readings: &[Form]) -> CommandError {
    match readings {
        [Form::Snapshot(..)] => {
            let message = format!("there is no snapshot '{given}'");
            CommandError::fatal(code::UNKNOWN_SNAPSHOT, message).hint("git coord snapshots")
        }
        [] => {
            let message = format!(
                "'{given}' is not a day (2025-10-15), a time (2025-10-15T14:05Z, 14:05, '10 minutes ago'), \
                 a snapshot or an entry"
            );
            CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log")
        }
        _ => {
            let message = format!("there is no snapshot or entry '{given}'");
            CommandError::fatal(code::UNKNOWN_REVISION, message).hint("git coord log")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<&'static str> {
        let name = |form: &Form| match form {
            Form::Now => "now",
            Form::Today => "today",
            Form::Yesterday => "yesterday",
            Form::Ago(_) => "ago",
            Form::Clock(_) => "clock",
            Form::Day(_) => "day",
            Form::Snapshot(Some(_), _) => "snapshot of a day",
            Form::Snapshot(None, _) => "label",
            Form::Time(_) => "time",
            Form::Entry(_) => "entry",
        };
        readings(text).iter().map(name).collect()
    }

    #[test]
    fn every_form_is_recognized() {
        for (text, expected) in [
            ("now", &["now"][..]),
            ("2025-10-15", &["day"]),
            ("2025-10-15/morning", &["snapshot of a day"]),
            ("2025-10-15/now", &["snapshot of a day"]),
            ("morning", &["label"]),
            ("2025-10-15T14:05Z", &["time"]),
            ("2025-10-15T14:05:00+02:00", &["time"]),
            ("Wed, 15 Oct 2025 14:05:00 +0200", &["time"]),
            ("@1760537100", &["time"]),
            ("1760537100 +0200", &["time"]),
            ("today", &["today"]),
            ("yesterday", &["yesterday"]),
            ("13:42", &["clock"]),
            ("00:00:59", &["clock"]),
            ("10 minutes ago", &["ago"]),
            ("1.hour.ago", &["ago"]),
            ("2 weeks ago", &["ago"]),
        ] {
            assert_eq!(forms(text), expected, "{text}");
        }
    }

    #[test]
    fn an_ambiguous_text_is_tried_as_a_label_then_an_entry_then_seconds() {
        assert_eq!(forms("beef"), ["label", "entry"]);
        assert_eq!(forms("BEEF"), ["label", "entry"]);
        assert_eq!(forms("12345678"), ["label", "entry"]);
        assert_eq!(forms("1760537100"), ["label", "entry", "time"]);
        assert_eq!(forms("bee"), ["label"]);
        assert_eq!(forms(&"a".repeat(64)), ["label", "entry"]);
        assert_eq!(forms(&"a".repeat(65)), [""; 0]);
    }

    #[test]
    fn a_text_that_fits_no_form_is_nothing() {
        for text in [
            "",
            "2025-13-40/morning",
            "2025-10-15/",
            "/morning",
            "a b",
            "2025-10-15 25:00Z",
            "25:00",
            "13:60",
            "1:2",
            "13:42 yesterday",
            "a month ago",
            "1 month ago",
            "-1 days ago",
            "10 minutes",
            "99999999999999999999 days ago",
            "9999999999999999999 weeks ago",
        ] {
            assert_eq!(forms(text), [""; 0], "{text:?}");
        }
    }
}
