//! The labels of snapshots by time of day, from the setting `coord.labels`: `morning=05:00 midday=11:00 evening=16:00`.
//!
//! Not here: taking a snapshot (`cli::commands::snapshot`).

use crate::core::values::{
    id::TaskId,
    time::{DayOffset, Timestamp},
};

/// The label at a time, at the offset of the ledger's days. Each label holds from its time of day until the next one, the last
/// one into the next morning.
///
/// # Errors
/// Why the setting is none of this form, in a sentence.
pub fn label_at(setting: &str, at: Timestamp, offset: DayOffset) -> Result<Option<TaskId>, String> {
    let mut labels: Vec<(u64, TaskId)> = Vec::new();
    for part in setting.split_whitespace() {
        let wanted = || format!("'{part}' is not of the form morning=05:00");
        let (label, clock) = part.split_once('=').ok_or_else(wanted)?;
        let label = label.parse().map_err(|_| wanted())?;
        labels.push((minutes(clock).ok_or_else(wanted)?, label));
    }
    labels.sort_by_key(|(begin, _)| *begin);
    let shifted = at.seconds() as i64 / 60 + i64::from(offset);
    let now = shifted.rem_euclid(24 * 60) as u64;
    let last_begun = labels.iter().rev().find(|(begin, _)| *begin <= now);
    Ok(last_begun.or(labels.last()).map(|(_, label)| label.clone()))
}

/// The minutes of a day at `05:00`.
fn minutes(clock: &str) -> Option<u64> {
    let (hours, minutes) = clock.split_once(':')?;
    let number = |text: &str, below: u64| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = is_number.then(|| text.parse().ok())??;
        (number < below).then_some(number)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "evening=16:00 morning=05:00 midday=11:00";

    fn label(setting: &str, clock: &str, offset: &str) -> Result<Option<String>, String> {
        let at = format!("2025-10-15T{clock}:00Z").parse().unwrap();
        let found = label_at(setting, at, offset.parse().unwrap())?;
        Ok(found.map(|label| label.to_string()))
    }

    #[test]
    fn each_label_holds_until_the_next_one_at_the_offset_of_the_days() {
        for (clock, offset, wanted) in [
            ("05:00", "UTC", "morning"),
            ("10:59", "UTC", "morning"),
            ("11:00", "UTC", "midday"),
            ("23:59", "UTC", "evening"),
            ("04:59", "UTC", "evening"),
            ("10:00", "+02:00", "midday"),
            ("01:00", "-08:00", "evening"),
        ] {
            assert_eq!(
                label(DAY, clock, offset),
                Ok(Some(wanted.to_owned())),
                "{clock} {offset}"
            );
        }
        assert_eq!(label("", "05:00", "UTC"), Ok(None));
    }

    #[test]
    fn a_setting_of_another_form_is_refused_with_the_part() {
        for setting in [
            "morning",
            "morning=5:00",
            "morning=24:00",
            "morning=05:60",
            "=05:00",
            "a/b=05:00",
        ] {
            let told = label(setting, "05:00", "UTC").unwrap_err();
            assert!(told.contains(setting), "{told}");
        }
    }
}
