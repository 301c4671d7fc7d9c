//! The words of plans: names of actors and tasks, statuses, priorities, risks, estimates, reviews.
//!
//! Not here: finding the words in a file (`json`, `markdown`).

use std::{collections::BTreeSet, str::FromStr};

use crate::core::values::{
    id::{ActorName, InvalidName, TaskId},
    task::{Approver, Estimate, LinkKind, Priority, Risk, Status, WorkingDay},
    time::Day,
    url::Url,
};

/// The finding about keys that nobody knows.
pub(super) const UNKNOWN_KEYS: &str = "unknown keys are kept but not interpreted";
/// The finding about tasks that need a review by nobody in particular.
pub(super) const NO_REVIEWER: &str = "a review is required, but the plan names no reviewer; any actor with the role \
                                      'reviewer' may approve";

/// The finding about blockers that name a task.
pub(super) const BLOCKER_IS_TASK: &str =
    "blockers that are the name of a task are read as dependencies";

/// Product names of two words, each with the short name of the agent.
const ALIASES: &[(&str, &str)] = &[
    ("claude-code", "claude"),
    ("openai-codex", "codex"),
    ("codex-cli", "codex"),
    ("github-copilot", "copilot"),
    ("gemini-cli", "gemini"),
];

/// Whether a cell or value is empty or a word for "nothing", such as `-`, `none` or `TBD`.
pub(super) fn says_nothing(text: &str) -> bool {
    const NOTHING: &[&str] = &[
        "",
        "-",
        "–",
        "—",
        "?",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "tbd",
        "tba",
        "unassigned",
        "nobody",
        "any",
        "no priority",
    ];
    NOTHING.contains(&text.trim().to_lowercase().as_str())
}

/// The actor that a plan names: `Codex` is codex, `Claude Code` is claude, `Ann Lee` is ann-lee.
pub(super) fn actor(text: &str) -> Result<ActorName, InvalidName> {
    let mark = |c: char| c.is_whitespace() || "*_`@~".contains(c);
    let bare = text.trim_matches(mark);
    // `Claude (agent)`: the brackets hold a remark.
    let remark = bare.strip_suffix(')').and_then(|it| it.split_once(" ("));
    let bare = remark.map_or(bare, |(name, _)| name.trim_end_matches(mark));
    let words: Vec<String> = bare.split_whitespace().map(str::to_lowercase).collect();
    let name = words.join("-");
    // `claude-code` may be the name of an actor.
    let alias = ALIASES
        .iter()
        .find(|(long, _)| words.len() > 1 && *long == name);
    alias.map_or(name.as_str(), |(_, short)| short).parse()
}

/// The parts of a list of names: `Codex + Copilot`, `ann, bob and eve`.
pub(super) fn name_list(text: &str) -> Vec<&str> {
    text.split(['+', ',', '&', '/', ';', '|'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !says_nothing(part))
        .collect()
}

/// The members of a list of names, each once, and the names that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names<T> {
    pub(super) read: Vec<T>,
    pub(super) unread: Vec<InvalidName>,
}

impl<T: PartialEq> Names<T> {
    fn of<'t>(
        names: impl IntoIterator<Item = &'t str>,
        read: fn(&str) -> Result<T, InvalidName>,
    ) -> Self {
        const NAMES_MAX: usize = 1000;
        let (mut known, mut unread) = (Vec::new(), Vec::new());
        for name in names {
            match read(name) {
                Ok(name) if known.len() < NAMES_MAX => push_new(&mut known, name),
                Ok(_) => {
                    let (what, why) = ("list of names", "it has more than 1000 names");
                    let text = name.to_owned();
                    unread.push(InvalidName { what, text, why });
                    break;
                }
                Err(error) => unread.push(error),
            }
        }
        Self {
            read: known,
            unread,
        }
    }
}

/// The parts of a list of names that an export wrote.
pub(super) fn exact_list(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([';', '+', ',']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// The actors or the approvers of a list that an export wrote: each name as it stands.
pub(super) fn exact_names<T>(text: &str) -> Names<T>
where
    T: PartialEq + FromStr<Err = InvalidName>,
{
    let bare = text
        .strip_prefix("YES (")
        .and_then(|it| it.strip_suffix(')'));
    Names::of(exact_list(bare.unwrap_or(text)), str::parse)
}

/// The actors of a list of names.
pub(super) fn actors(text: &str) -> Names<ActorName> {
    Names::of(name_list(text), actor)
}

/// Appends an item unless the list already has it.
pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The gates in a review cell: `**YES** (Claude)`, `Claude`, `role:reviewer`, `No`. A yes without a name is the
/// role `reviewer`.
pub(super) fn gates(text: &str) -> Names<Approver> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "*`".contains(c));
    let (first, rest) = text
        .split_once(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or((text, ""));
    match first.to_ascii_lowercase().as_str() {
        "no" | "false" | "none" => Names::of([], approver),
        "yes" | "true" | "required" => {
            let rest =
                rest.trim_start_matches(|c: char| c.is_whitespace() || "*`(:,-–—".contains(c));
            let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || "*`)".contains(c));
            let rest = rest.strip_prefix("by ").unwrap_or(rest);
            if says_nothing(rest) {
                return Names::of(["role:reviewer"], approver);
            }
            Names::of(name_list(rest), approver)
        }
        _ => Names::of(name_list(text), approver),
    }
}

fn approver(name: &str) -> Result<Approver, InvalidName> {
    match name.strip_prefix("role:") {
        Some(role) => role.parse().map(Approver::Role),
        None => actor(name).map(Approver::Actor),
    }
}

const STATUS_WORDS: &[(&str, Status)] = &[
    ("not started", Status::NotStarted),
    ("not yet started", Status::NotStarted),
    ("todo", Status::NotStarted),
    ("to do", Status::NotStarted),
    ("open", Status::NotStarted),
    ("new", Status::NotStarted),
    ("planned", Status::NotStarted),
    ("triage", Status::NotStarted),
    ("reopened", Status::NotStarted),
    ("selected for development", Status::NotStarted),
    ("pending", Status::NotStarted),
    ("backlog", Status::NotStarted),
    ("ready", Status::NotStarted),
    ("in progress", Status::InProgress),
    ("wip", Status::InProgress),
    ("doing", Status::InProgress),
    ("active", Status::InProgress),
    ("started", Status::InProgress),
    ("ongoing", Status::InProgress),
    ("running", Status::InProgress),
    ("claimed", Status::InProgress),
    ("working", Status::InProgress),
    ("waiting", Status::Waiting),
    ("on hold", Status::Waiting),
    ("deferred", Status::Waiting),
    ("postponed", Status::Waiting),
    ("paused", Status::Waiting),
    ("blocked", Status::Blocked),
    ("in review", Status::InReview),
    ("code review", Status::InReview),
    ("peer review", Status::InReview),
    ("under review", Status::InReview),
    ("ready for review", Status::InReview),
    ("review", Status::InReview),
    ("approved", Status::Approved),
    ("complete", Status::Done),
    ("completed", Status::Done),
    ("done", Status::Done),
    ("finished", Status::Done),
    ("merged", Status::Done),
    ("closed", Status::Done),
    ("resolved", Status::Done),
    ("shipped", Status::Done),
    ("cancelled", Status::Cancelled),
    ("canceled", Status::Cancelled),
    ("dropped", Status::Cancelled),
    ("abandoned", Status::Cancelled),
    ("skipped", Status::Cancelled),
    ("won't do", Status::Cancelled),
    ("won't fix", Status::Cancelled),
    ("wontfix", Status::Cancelled),
    ("duplicate", Status::Cancelled),
    ("rejected", Status::Cancelled),
    ("deleted", Status::Cancelled),
];

/// Signs that stand for a status where there is no word.
const STATUS_SIGNS: &[(&str, Status)] = &[
    ("[x]", Status::Done),
    ("[X]", Status::Done),
    ("✅", Status::Done),
    ("☑", Status::Done),
    ("✔", Status::Done),
    ("[ ]", Status::NotStarted),
    ("[]", Status::NotStarted),
    ("⬜", Status::NotStarted),
    ("☐", Status::NotStarted),
    ("🚧", Status::InProgress),
    ("🔄", Status::InProgress),
];

/// A status and the remark after it: `WAITING for CC-1` is waiting, with the remark `CC-1`.
pub(super) fn status(text: &str) -> Option<(Status, String)> {
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let spaced: String = bare
        .chars()
        .map(|c| if matches!(c, '_' | '-') { ' ' } else { c })
        .collect();
    let (word, status) = STATUS_WORDS
        .iter()
        .filter(|(word, _)| starts_with_phrase(&spaced, word))
        .max_by_key(|(word, _)| word.len())
        .or_else(|| status_sign(text))?;
    let rest = bare.get(word.len()..).unwrap_or_default();
    Some((*status, remark(rest)))
}

/// The sign, if the text is only a sign: `✅`, `[x]`.
fn status_sign(text: &str) -> Option<&'static (&'static str, Status)> {
    // An emoji may end with the selector of its coloured form.
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "*_`\u{fe0f}".contains(c));
    STATUS_SIGNS.iter().find(|(sign, _)| *sign == bare)
}

/// The status that the whole text names, without a remark.
pub(super) fn exact_status(text: &str) -> Option<Status> {
    status(text).and_then(|(status, remark)| remark.is_empty().then_some(status))
}

/// Whether the text begins with this ASCII phrase, in any case, as whole words.
fn starts_with_phrase(text: &str, phrase: &str) -> bool {
    let Some(start) = text.get(..phrase.len()) else {
        return false;
    };
    let next = text[phrase.len()..].chars().next();
    start.eq_ignore_ascii_case(phrase) && !next.is_some_and(char::is_alphanumeric)
}

fn remark(rest: &str) -> String {
    let decoration = |c: char| {
        c.is_whitespace() || "*_`:,;.-–—()[]".contains(c) || !c.is_ascii() && !c.is_alphanumeric()
    };
    let rest = rest.trim_matches(decoration);
    let link = ["for ", "on ", "by ", "until "]
        .iter()
        .find(|word| starts_with_phrase(rest, word.trim_end()));
    rest[link.map_or(0, |word| word.len() - 1)..]
        .trim_matches(decoration)
        .to_owned()
}

/// Reads a priority: `HIGH`, `P1`.
pub(super) fn priority(text: &str) -> Result<Priority, InvalidName> {
    match bare_word(text).as_str() {
        "crit" | "urgent" | "highest" | "blocker" => Ok(Priority::Critical),
        "h" | "major" => Ok(Priority::High),
        "m" | "med" | "normal" => Ok(Priority::Medium),
        "l" | "lowest" | "minor" | "trivial" => Ok(Priority::Low),
        // As P0 to P4, which many programs write without the letter.
        digit if digit.len() == 1 && digit.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("p{digit}").parse()
        }
        word => word.parse(),
    }
}

/// Reads a risk: `HIGH`, `med`.
pub(super) fn risk(text: &str) -> Result<Risk, InvalidName> {
    match bare_word(text).as_str() {
        "med" => Ok(Risk::Medium),
        word => word.parse(),
    }
}

/// Reads a day: `2025-10-31`, also with a time behind it: `2025-10-31T08:00:00Z`.
pub(super) fn day(text: &str) -> Result<Day, InvalidName> {
    let timed = text.trim().split_once('T');
    let timed = timed.filter(|(_, time)| time.starts_with(|c: char| c.is_ascii_digit()));
    let day = timed.map_or(text.trim(), |(day, _)| day);
    let read = day.parse().ok().or_else(|| day_in_words(day)?.parse().ok());
    read.ok_or_else(|| InvalidName {
        what: "day",
        text: text.to_owned(),
        why: "it is not a date such as 2025-10-31",
    })
}

/// A day as other programs write it, as `2025-10-31`: `20251031`, `31/Oct/25 12:00 AM`, `Fri Oct 31 2025 08:00:00 GMT`.
fn day_in_words(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    if let (8, Some((year, rest))) = (text.len(), text.split_at_checked(4))
        && text.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(format!("{year}-{}-{}", &rest[..2], &rest[2..]));
    }
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let mut parts = parts
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .peekable();
    let month = |part: &String| MONTHS.iter().position(|name| part.starts_with(name));
    // The day of the week.
    parts.next_if(|part| part.chars().all(char::is_alphabetic) && month(part).is_none());
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, month) = month(&second)
        .map(|month| (first.clone(), month))
        .or_else(|| month(&first).map(|month| (second, month)))?;
    let (day, year): (u8, u16) = (day.parse().ok()?, year.parse().ok()?);
    let year = if year < 100 { 2000 + year } else { year };
    Some(format!("{year:04}-{:02}-{day:02}", month + 1))
}

/// A link as an export writes it: `relates:B`.
pub(super) fn link(text: &str) -> Option<(LinkKind, &str)> {
    let (kind, task) = text.split_once(':')?;
    Some((kind.trim().parse().ok()?, task.trim()))
}

/// The links as [`link`] reads them.
pub(super) fn link_list(links: &[(LinkKind, TaskId)]) -> String {
    let links = links.iter();
    let links: Vec<String> = links.map(|(kind, task)| format!("{kind}:{task}")).collect();
    links.join("; ")
}

/// Addresses of the web between spaces. Commas and semicolons may be parts of them.
pub(super) fn urls(text: &str) -> Names<Url> {
    Names::of(text.split_whitespace(), str::parse)
}

/// The addresses as [`urls`] reads them.
pub(super) fn url_list(urls: &BTreeSet<Url>) -> String {
    let urls: Vec<&str> = urls.iter().map(Url::as_str).collect();
    urls.join(" ")
}

fn bare_word(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}

/// Reads an estimate: `2-3h`, `30 minutes`. A number without a unit is in hours.
pub(super) fn estimate(text: &str, day: WorkingDay) -> Option<Estimate> {
    const UNITS: &[(&str, &str)] = &[
        ("hours", "h"),
        ("hour", "h"),
        ("hrs", "h"),
        ("minutes", "min"),
        ("minute", "min"),
        ("mins", "min"),
        ("days", "d"),
        ("day", "d"),
        ("weeks", "w"),
        ("week", "w"),
    ];
    let mut text = text.trim().to_lowercase();
    for (long, short) in UNITS {
        text = text.replace(long, short);
    }
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        text.push('h');
    }
    Estimate::parse(&text, day).ok()
}

/// The task id in a reference: `CC-1`, `#5`, `Task #5`, `Task H`.
pub(super) fn task_reference(text: &str) -> Result<TaskId, InvalidName> {
    let bare = |text: &str| {
        text.trim_matches(|c: char| c.is_whitespace() || "*`#".contains(c))
            .to_owned()
    };
    let text = bare(text);
    let after_word = ["tasks", "task"].iter().find_map(|word| {
        let rest = text.get(word.len()..)?;
        (starts_with_phrase(&text, word) && rest.starts_with([' ', '#', '*', '`'])).then_some(rest)
    });
    bare(after_word.unwrap_or(&text)).parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let actors = actors(text).read;
        actors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_owner_gets_a_lower_case_and_short_name() {
        assert_eq!(names("Codex + Copilot"), ["codex", "copilot"]);
        assert_eq!(
            names("**Claude Code**, @ann and Ann Lee"),
            ["claude", "ann", "ann-lee"]
        );
        assert_eq!(names("—"), [""; 0]);
        assert_eq!(names("Claude (agent) + Jörg"), ["claude"]);
        assert_eq!(actors("Jörg, 李雷").unread.len(), 2);
    }

    #[test]
    fn a_review_cell_names_its_reviewers() {
        let gates = |text| {
            gates(text)
                .read
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(gates("**YES** (Claude)"), ["claude"]);
        assert_eq!(
            gates("YES (claude + role:reviewer)"),
            ["claude", "role:reviewer"]
        );
        assert_eq!(gates("Claude Code"), ["claude"]);
        assert_eq!(gates("yes"), ["role:reviewer"]);
        assert_eq!(gates("No"), [""; 0]);
        assert_eq!(gates(" - "), [""; 0]);
    }

    #[test]
    fn a_status_is_read_with_the_remark_after_it() {
        let read = |text| status(text).map(|(status, rest)| (status.as_str(), rest));
        assert_eq!(read("NOT STARTED"), Some(("not_started", String::new())));
        assert_eq!(read("✅ **COMPLETE**"), Some(("done", String::new())));
        assert_eq!(
            read("in_progress (40%)"),
            Some(("in_progress", "40%".into()))
        );
        assert_eq!(read("WAITING for CC-1"), Some(("waiting", "CC-1".into())));
        assert_eq!(
            read("Blocked: no credentials"),
            Some(("blocked", "no credentials".into()))
        );
        assert_eq!(read("ready for review"), Some(("in_review", String::new())));
        assert_eq!(read("DONE-ISH"), Some(("done", "ISH".into())));
        assert_eq!(read("✅"), Some(("done", String::new())));
        assert_eq!(read("✔\u{fe0f}"), Some(("done", String::new())));
        assert_eq!(read("[x]"), Some(("done", String::new())));
        assert_eq!(read("skipped"), Some(("cancelled", String::new())));
        assert_eq!(read("deferred"), Some(("waiting", String::new())));
        assert_eq!(read("halfway"), None);
        assert_eq!(read("❌"), None);
        assert_eq!(read("donut"), None);
    }

    #[test]
    fn a_day_is_read_as_other_programs_write_it() {
        for text in [
            "2025-10-31",
            "2025-10-31T08:00:00Z",
            "20251031T080000Z",
            "31/Oct/25 12:00 AM",
            "Fri Oct 31 2025 08:00:00 GMT+0000 (GMT)",
            "October 31, 2025",
        ] {
            assert_eq!(
                day(text).map(|day| day.to_string()),
                Ok("2025-10-31".into()),
                "{text}"
            );
        }
        for text in [
            "soon",
            "31/10/25",
            "Oct",
            "99999999",
            "31 Oct",
            "日本 Oct 31 é",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_without_a_unit_is_in_hours() {
        let minutes = |text| estimate(text, WorkingDay::default()).map(<(u32, u32)>::from);
        assert_eq!(minutes("2"), Some((120, 120)));
        assert_eq!(minutes("0.5"), Some((30, 30)));
        assert_eq!(minutes("2-3"), Some((120, 180)));
        assert_eq!(minutes("1 hour"), Some((60, 60)));
        assert_eq!(minutes("2 days"), Some((960, 960)));
        assert_eq!(minutes("soon"), None);
    }

    #[test]
    fn a_reference_may_begin_with_the_word_task() {
        for (text, id) in [
            ("Task #5", "5"),
            ("**CC-1**", "CC-1"),
            ("#2", "2"),
            ("Task H", "H"),
            ("Tasks B", "B"),
            ("Tasker", "Tasker"),
        ] {
            assert_eq!(task_reference(text).unwrap().as_str(), id);
        }
    }
}
