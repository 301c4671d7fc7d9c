//! Targets: the range that a figure should be in, written `3..5`, `<10`, `>=4` or `4`.
//!
//! Not here: the figures themselves (`snapshot::summary`), and setting a target (`event::guardrail`).

use std::{fmt, str::FromStr};

/// A range of whole numbers that a figure should lie in, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    low: u64,
    high: u64,
}

/// A text was not a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not a valid target: write 3..5, 3.., ..5, <10, <=10, >3, >=3 or 4", .0.escape_debug())]
pub struct InvalidRange(pub String);

impl Range {
    /// Whether the figure is in the range.
    pub fn contains(self, figure: u64) -> bool {
        (self.low..=self.high).contains(&figure)
    }
}

/// Takes `3..5`, `3..`, `..5`, `<10`, `<=10`, `>3`, `>=3`, `=4` and `4`; the ends of `..` are included,
/// a `%` after a number is read over. A range in which no number lies is refused.
impl FromStr for Range {
    type Err = InvalidRange;
    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        parse(text)
            .filter(|range| range.low <= range.high)
            .ok_or_else(|| InvalidRange(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Range> {
    let text = spaceless(text);
    let (low, high) = if let Some((low, high)) = text.split_once("..") {
        match (spaceless(low), spaceless(high)) {
            ("", "") => return None,
            (low, "") => (number(low)?, u64::MAX),
            ("", high) => (0, number(high)?),
            (low, high) => (number(low)?, number(high)?),
        }
    } else if let Some(high) = text.strip_prefix("<=") {
        (0, number(high)?)
    } else if let Some(high) = text.strip_prefix('<') {
        (0, number(high)?.checked_sub(1)?)
    } else if let Some(low) = text.strip_prefix(">=") {
        (number(low)?, u64::MAX)
    } else if let Some(low) = text.strip_prefix('>') {
        (number(low)?.checked_add(1)?, u64::MAX)
    } else {
        let exact = number(text.strip_prefix('=').unwrap_or(text))?;
        (exact, exact)
    };
    Some(Range { low, high })
}

/// Only spaces are read over: what is white space to Unicode grows with its versions.
fn spaceless(text: &str) -> &str {
    text.trim_matches(' ')
}

fn number(text: &str) -> Option<u64> {
    let digits = spaceless(text);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// As a target is written: `3..5`, `>=3`, `<=5`, `4`.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (low, high) if low == high => write!(f, "{low}"),
            (low, u64::MAX) => write!(f, ">={low}"),
            (0, high) => write!(f, "<={high}"),
            (low, high) => write!(f, "{low}..{high}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_holds_for_the_figures_that_it_names() {
        for (text, inside, outside) in [
            ("3..5", vec![3, 5], vec![2, 6]),
            ("3..", vec![3, 99], vec![2]),
            ("..5", vec![0, 5], vec![6]),
            ("<10", vec![0, 9], vec![10]),
            ("<= 10", vec![10], vec![11]),
            (">3", vec![4], vec![3]),
            (">=3", vec![3], vec![2]),
            ("=4", vec![4], vec![3, 5]),
            ("100%", vec![100], vec![99]),
            ("  3 .. 5 ", vec![3, 5], vec![2, 6]),
        ] {
            let range: Range = text.parse().unwrap();
            assert!(inside.iter().all(|n| range.contains(*n)), "{text}");
            assert!(!outside.iter().any(|n| range.contains(*n)), "{text}");
            assert_eq!(range.to_string().parse(), Ok(range), "{text}");
        }
    }

    #[test]
    fn a_range_without_a_number_is_refused() {
        for text in [
            "",
            "..",
            "5..3",
            "<0",
            "-1",
            "+4",
            "soon",
            "3...5",
            "<",
            "99999999999999999999",
            "4\n",
            "\u{a0}4",
            "4 %",
        ] {
            assert!(text.parse::<Range>().is_err(), "{text:?}");
        }
    }
}
