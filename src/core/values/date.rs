//! Dates as git writes and reads them: raw, ISO 8601, RFC 2822 and the form of `git log`.
//!
//! Not here: words such as `yesterday`, which need a clock, and instants themselves (`time`).

use time::{Date, Month};

/// Seconds since 1970-01-01T00:00:00Z of a date with a time of day; negative before.
///
/// Takes `@1760537100`, `1760537100 +0200`, `2025-10-15T16:05:00+02:00`, `2025-10-15 16:05 +0200`,
/// `Wed, 15 Oct 2025 16:05:00 +0200` and `Wed Oct 15 16:05:00 2025 +0200` (git-commit(1), "DATE FORMATS").
/// Without a zone it is UTC: git would take the machine's zone, and then two machines would differ.
pub(in crate::core) fn parse(text: &str) -> Option<i64> {
    raw(text).or_else(|| civil(text))
}

/// `@SECONDS` or `SECONDS`, with or without a zone, which does not move the instant.
fn raw(text: &str) -> Option<i64> {
    let text = text.strip_prefix('@').unwrap_or(text);
    let (seconds, zone) = text.split_once(' ').unwrap_or((text, "Z"));
    zone_seconds(zone)?;
    seconds
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    seconds.parse().ok()
}

/// The parts of a date, in whatever order they come; each may come once.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<Month>,
    day: Option<u8>,
    second_of_day: Option<i64>,
    zone: Option<i64>,
}

fn civil(text: &str) -> Option<i64> {
    let mut parts = Parts::default();
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    for word in words {
        parts.take(word)?;
    }
    let date = Date::from_calendar_date(parts.year?, parts.month?, parts.day?).ok()?;
    let midnight = date.midnight().assume_utc().unix_timestamp();
    Some(midnight + parts.second_of_day? - parts.zone.unwrap_or(0))
}

impl Parts {
    fn take(&mut self, word: &str) -> Option<()> {
        if let Some((date, time)) = word.split_once(['T', 't'])
            && time.contains(':')
        {
            self.take_date(date)?;
            return self.take_time(time);
        }
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.take_time(word);
        }
        if word.len() == 10 {
            return self.take_date(word);
        }
        if let Some(month) = month(word) {
            return set(&mut self.month, month);
        }
        if WEEKDAYS.iter().any(|day| day.eq_ignore_ascii_case(word)) {
            return Some(());
        }
        match word.len() {
            1 | 2 if is_number(word) => set(&mut self.day, word.parse().ok()?),
            4 if is_number(word) => set(&mut self.year, word.parse().ok()?),
            _ => set(&mut self.zone, zone_seconds(word)?),
        }
    }

    /// `2025-10-15`.
    fn take_date(&mut self, text: &str) -> Option<()> {
        let fields: Vec<&str> = text.split('-').collect();
        let [year, month, day] = fields.as_slice() else {
            return None;
        };
        let shaped = year.len() == 4 && month.len() == 2 && day.len() == 2;
        (shaped && [year, month, day].iter().all(|field| is_number(field))).then_some(())?;
        set(&mut self.year, year.parse().ok()?)?;
        set(
            &mut self.month,
            Month::try_from(month.parse::<u8>().ok()?).ok()?,
        )?;
        set(&mut self.day, day.parse().ok()?)
    }

    /// `16:05`, `16:05:00`, `16:05:00.25`, with or without a zone behind it; parts of a second are dropped.
    fn take_time(&mut self, text: &str) -> Option<()> {
        let end = text.find(['+', '-', 'Z', 'z']).unwrap_or(text.len());
        let (clock, zone) = text.split_at(end);
        if !zone.is_empty() {
            set(&mut self.zone, zone_seconds(zone)?)?;
        }
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        is_number(fraction).then_some(())?;
        let mut fields = clock.split(':');
        let hours = field(fields.next()?, 23)?;
        let minutes = field(fields.next()?, 59)?;
        let seconds = fields.next().map_or(Some(0), |text| field(text, 59))?;
        fields.next().is_none().then_some(())?;
        set(
            &mut self.second_of_day,
            hours * 3600 + minutes * 60 + seconds,
        )
    }
}

const WEEKDAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn month(word: &str) -> Option<Month> {
    let place = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(word))?;
    Month::try_from(u8::try_from(place + 1).ok()?).ok()
}

/// Sets a part that was not there; a part that comes twice makes the date invalid.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    match part {
        Some(_) => None,
        None => {
            *part = Some(value);
            Some(())
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Two digits, at most `max`.
fn field(text: &str, max: i64) -> Option<i64> {
    (text.len() == 2 && is_number(text)).then_some(())?;
    text.parse().ok().filter(|number| *number <= max)
}

/// `Z`, `UTC`, `GMT`, `+02`, `+0200` or `+02:00`, as seconds east of UTC, at most 14 hours.
fn zone_seconds(text: &str) -> Option<i64> {
    if ["Z", "UTC", "GMT"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(text))
    {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    digits.is_ascii().then_some(())?;
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at(2),
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let seconds = field(hours, 14)? * 3600 + field(minutes, 59)? * 60;
    (seconds <= 14 * 3600).then_some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_git_names_the_same_instant() {
        for text in [
            "@1760537100",
            "@1760537100 +0200",
            "1760537100 -0930",
            "2025-10-15T14:05:00Z",
            "2025-10-15T16:05:00+02:00",
            "2025-10-15T16:05:00.250+0200",
            "2025-10-15 16:05:00 +0200",
            "2025-10-15 16:05 +02",
            "2025-10-15 14:05:00",
            "2025-10-15T14:05",
            "Wed, 15 Oct 2025 09:05:00 -0500",
            "15 Oct 2025 14:05:00 GMT",
            "Wed Oct 15 16:05:00 2025 +0200",
        ] {
            assert_eq!(parse(text), Some(1_760_537_100), "{text}");
        }
    }

    #[test]
    fn half_a_date_and_two_dates_are_refused() {
        for text in [
            "",
            "@",
            "now",
            "2025-10-15",
            "14:05:00",
            "2025-10-15 24:00:00",
            "2025-02-30T00:00:00Z",
            "2025-10-15T14:05:00+25:00",
            "2025-10-15 14:05:00 +0200 +0200",
            "2025-10-15 14:05:00 15:05:00",
            "1760537100 somewhere",
            "1760537100 +02é0",
            "2025-1\u{e9}-15T14:05:00Z",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
