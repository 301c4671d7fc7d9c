//! Instants, spans and days: parsed, printed and compared, never read from a clock.
//!
//! Not here: the current time (`cli::clock`), and the order of entries, which depends on no time (`order`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};
use time::{Date, Month, OffsetDateTime, UtcOffset};

/// An instant in whole seconds since 1970-01-01T00:00:00Z, from the year 1970 to the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// 9999-12-31T23:59:59Z, the last instant that RFC 3339 can write.
const SECONDS_MAX: u64 = 253_402_300_799;

/// A text was not the time, span or day that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not a valid {what}: write {form}", .text.escape_debug())]
pub struct InvalidTime {
    /// What was expected, as a noun for people.
    pub what: &'static str,
    /// What was found.
    pub text: String,
    /// How it is written.
    pub form: &'static str,
}

impl Timestamp {
    /// The last instant that there is: the end of the year 9999.
    pub const MAX: Self = Self(SECONDS_MAX);

    /// The instant this many seconds after the epoch. An instant after the year 9999 becomes the end of that year.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds.min(SECONDS_MAX))
    }
    /// Seconds since the epoch.
    pub const fn seconds(self) -> u64 {
        self.0
    }
    /// This instant moved on by a span.
    pub fn after(self, span: Span) -> Self {
        Self::from_seconds(self.0.saturating_add(span.seconds()))
    }
    /// The span from an earlier instant to this one; none if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
    /// The day that holds this instant at the given offset from UTC.
    pub fn day(self, offset: DayOffset) -> Day {
        let shifted = (self.0 as i64 + offset.seconds()).clamp(0, SECONDS_MAX as i64);
        Day::of_shifted(shifted)
    }
    /// For people, in UTC with the date: `2025-10-15 14:05 UTC`.
    pub fn dated(self) -> String {
        format!("{} {} UTC", self.day(DayOffset::default()), self.clock())
    }
    /// For people who read it at `now`, in UTC: `14:05 UTC` if it is the same day there, else with the date.
    pub fn seen_from(self, now: Self) -> String {
        if self.day(DayOffset::default()) == now.day(DayOffset::default()) {
            format!("{} UTC", self.clock())
        } else {
            self.dated()
        }
    }
    /// How far it is from `now`, for people: `in 2 h`, `20 min ago`.
    pub fn distance_from(self, now: Self) -> String {
        match (self.since(now), now.since(self)) {
            (Span::ZERO, Span::ZERO) => "now".to_owned(),
            (ahead, Span::ZERO) => format!("in {}", ahead.rounded()),
            (_, ago) => format!("{} ago", ago.rounded()),
        }
    }
    /// `14:05`, the time of day in UTC.
    pub fn clock(self) -> String {
        let of_day = self.0 % 86_400;
        format!("{:02}:{:02}", of_day / 3600, of_day / 60 % 60)
    }
    fn civil(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0 as i64).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl TryFrom<u64> for Timestamp {
    type Error = &'static str;
    fn try_from(seconds: u64) -> Result<Self, &'static str> {
        if seconds > SECONDS_MAX {
            Err("a time after the year 9999")
        } else {
            Ok(Self(seconds))
        }
    }
}

impl From<Timestamp> for u64 {
    fn from(time: Timestamp) -> u64 {
        time.0
    }
}

/// Seconds in CBOR, RFC 3339 in JSON.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u64(self.0)
        }
    }
}

/// As it is serialised.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            u64::deserialize(from)?.try_into().map_err(D::Error::custom)
        }
    }
}

/// RFC 3339 in UTC with whole seconds: `2025-10-15T14:05:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        let (hour, minute, second) = civil.to_hms();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", civil.date())
    }
}

/// Takes the forms of git, those of `core::values::date`; without a zone it is UTC.
impl FromStr for Timestamp {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        super::date::parse(text)
            .and_then(|seconds| Self::try_from(u64::try_from(seconds).ok()?).ok())
            .ok_or_else(|| InvalidTime {
                what: "time",
                text: text.to_owned(),
                form: "it like 2025-10-15T14:05:00Z or @1760537100",
            })
    }
}

/// A length of time in whole seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// So many seconds.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }
    /// So many minutes.
    pub const fn from_minutes(minutes: u64) -> Self {
        Self(minutes.saturating_mul(60))
    }
    /// Whole seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }
    /// In one unit, to the nearest number of which there are two or more: `90 min`, `2 h`, `3 d`.
    pub fn rounded(self) -> String {
        let units = [(86_400, "d"), (3600, "h"), (60, "min")];
        let large_enough = |(unit, _): &&(u64, &str)| self.0 >= 2 * unit;
        match units.iter().find(large_enough) {
            Some((unit, name)) => format!("{} {name}", (self.0 + unit / 2) / unit),
            None => format!("{} s", self.0),
        }
    }
}

/// `2d`, `4h`, `90min`, `45s`: the largest unit that divides it.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s > 0 && s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s if s > 0 && s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s > 0 && s % 60 == 0 => write!(f, "{}min", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

/// Takes `30s`, `15m`, `15min`, `4h`, `2d`, `1w` and sums such as `1h30m`.
impl FromStr for Span {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        parse_span(text).map(Span).ok_or_else(|| InvalidTime {
            what: "duration",
            text: text.to_owned(),
            form: "it like 30min, 4h, 1h30m or 2d",
        })
    }
}

fn parse_span(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let unit_end = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let factor = match unit {
            "s" | "sec" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(factor)?)?;
        rest = tail;
    }
    (!text.is_empty() && total <= SECONDS_MAX).then_some(total)
}

/// A fixed offset from UTC, in minutes from -840 to +840, at which a ledger's days begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct DayOffset(i16);

impl DayOffset {
    fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl TryFrom<i64> for DayOffset {
    type Error = &'static str;
    fn try_from(minutes: i64) -> Result<Self, &'static str> {
        match i16::try_from(minutes) {
            Ok(minutes) if (-840..=840).contains(&minutes) => Ok(Self(minutes)),
            _ => Err("an offset from UTC beyond 14 hours"),
        }
    }
}

impl From<DayOffset> for i64 {
    fn from(offset: DayOffset) -> i64 {
        offset.0.into()
    }
}

/// `+00:00`, `-05:30`.
impl fmt::Display for DayOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(
            f,
            "{sign}{:02}:{:02}",
            self.0.unsigned_abs() / 60,
            self.0.unsigned_abs() % 60
        )
    }
}

/// Takes `+02:00`, `-05:30`, and `UTC` for no offset.
impl FromStr for DayOffset {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        parse_offset(text).ok_or_else(|| InvalidTime {
            what: "offset",
            text: text.to_owned(),
            form: "it like +02:00 or -05:30, at most 14 hours, or UTC",
        })
    }
}

fn parse_offset(text: &str) -> Option<DayOffset> {
    if text == "UTC" {
        return Some(DayOffset::default());
    }
    let (sign, clock) = match text.strip_prefix('-') {
        Some(clock) => (-1, clock),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = clock.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<i64>().ok()).flatten()
    };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    DayOffset::try_from(sign * (number(hours)? * 60 + minutes)).ok()
}

/// A calendar day, written `2025-10-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    fn of_shifted(seconds: i64) -> Self {
        Self(
            OffsetDateTime::from_unix_timestamp(seconds)
                .unwrap_or(OffsetDateTime::UNIX_EPOCH)
                .date(),
        )
    }
    /// The last second of this day, where days begin at the given offset from UTC.
    pub fn end(self, offset: DayOffset) -> Timestamp {
        let utc_midnight = self
            .0
            .midnight()
            .assume_offset(UtcOffset::UTC)
            .unix_timestamp();
        let end = utc_midnight + 86_399 - offset.seconds();
        Timestamp::from_seconds(u64::try_from(end).unwrap_or(0))
    }
    /// The last second before this day.
    pub fn eve(self, offset: DayOffset) -> Timestamp {
        Timestamp::from_seconds(self.end(offset).seconds().saturating_sub(86_400))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Day {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        parse_day(text).ok_or_else(|| InvalidTime {
            what: "day",
            text: text.to_owned(),
            form: "it like 2025-10-15",
        })
    }
}

impl TryFrom<String> for Day {
    type Error = InvalidTime;
    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

fn parse_day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    shaped.then_some(())?;
    let month = Month::try_from(text[5..7].parse::<u8>().ok()?).ok()?;
    let date =
        Date::from_calendar_date(text[..4].parse().ok()?, month, text[8..].parse().ok()?).ok()?;
    (date.year() >= 1970).then_some(Day(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    #[test]
    fn times_are_read_in_any_zone_and_written_in_utc() {
        assert_eq!(
            at("2025-10-15T16:05:00+02:00").to_string(),
            "2025-10-15T14:05:00Z"
        );
        assert_eq!(at("@1760537100").to_string(), "2025-10-15T14:05:00Z");
        assert_eq!(at("1760537100 +0200").to_string(), "2025-10-15T14:05:00Z");
    }

    #[test]
    fn people_read_a_time_in_utc_with_its_date_if_it_is_another_day() {
        let now = at("2025-10-15T14:05:00Z");
        assert_eq!(now.dated(), "2025-10-15 14:05 UTC");
        for (time, seen, distance) in [
            ("2025-10-15T14:05:00Z", "14:05 UTC", "now"),
            ("2025-10-15T14:04:01Z", "14:04 UTC", "59 s ago"),
            ("2025-10-15T13:45:00Z", "13:45 UTC", "20 min ago"),
            ("2025-10-15T15:35:00Z", "15:35 UTC", "in 90 min"),
            ("2025-10-15T18:04:00Z", "18:04 UTC", "in 4 h"),
            ("2025-10-16T00:00:00Z", "2025-10-16 00:00 UTC", "in 10 h"),
            ("2025-10-12T14:05:00Z", "2025-10-12 14:05 UTC", "3 d ago"),
        ] {
            let time = at(time);
            assert_eq!(time.seen_from(now), seen);
            assert_eq!(time.distance_from(now), distance, "{seen}");
        }
    }

    #[test]
    fn other_texts_than_times_are_refused() {
        for text in [
            "",
            "yesterday",
            "-5",
            "1969-01-01T00:00:00Z",
            "2025-13-01T00:00:00Z",
            "99999999999999",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn spans_are_sums_of_units() {
        let seconds = |text: &str| text.parse::<Span>().map(Span::seconds).ok();
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("2d"), Some(172_800));
        assert_eq!(seconds("30min"), Some(1800));
        for bad in ["", "4", "h", "4x", "-4h", "99999999999999999999h"] {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
        assert_eq!(Span::from_minutes(90).to_string(), "90min");
    }

    #[test]
    fn a_day_begins_where_the_ledger_says() {
        let east = DayOffset::try_from(120).expect("in range");
        let evening = at("2025-10-15T22:30:00Z");
        assert_eq!(evening.day(DayOffset::default()).to_string(), "2025-10-15");
        assert_eq!(evening.day(east).to_string(), "2025-10-16");
        let day: Day = "2025-10-15".parse().expect("a day");
        assert_eq!(day.end(east).to_string(), "2025-10-15T21:59:59Z");
        assert!("2025-02-30".parse::<Day>().is_err());
    }

    #[test]
    fn an_offset_is_read_as_it_is_written_and_no_other_form_is() {
        for minutes in [0, 1, 60, 330, -210, 840, -840] {
            let offset = DayOffset::try_from(minutes).expect("in range");
            assert_eq!(offset.to_string().parse(), Ok(offset));
        }
        assert_eq!("UTC".parse(), Ok(DayOffset::default()));
        for other in [
            "",
            "2",
            "+2",
            "+2:00",
            "02:00",
            "+02:60",
            "+14:01",
            "-15:00",
            "+0a:00",
            "+02:00:00",
        ] {
            assert!(other.parse::<DayOffset>().is_err(), "{other}");
        }
    }
}
