//! Twenty plans of each foreign kind: a base, and edits of it. Each is read completely, or refused with a line and a reason.
//!
//! Not here: our own formats (`rows`, `counts`).

mod documents;
mod programs;

use std::collections::BTreeSet;

use self::{documents::DOCUMENTS, programs::PROGRAMS};
use super::*;

/// What becomes of a plan after an edit.
enum Outcome {
    /// These are its tasks.
    Tasks(&'static str),
    /// These are its tasks, and a finding has these words.
    Found(&'static str, &'static str),
    /// It is refused with these words.
    Refused(&'static str),
}
use Outcome::{Found, Refused, Tasks};

/// A kind of plan: its format, the name of its file, and a plan in which each title has a word of [`WORDS`].
struct Kind {
    format: Format,
    name: &'static str,
    base: &'static str,
    ids: &'static str,
    /// What is replaced, by what, and what becomes of it.
    edits: &'static [(&'static str, &'static str, Outcome)],
}

/// The words by which the test finds a task again.
const WORDS: [&str; 4] = ["alpha", "bravo", "charlie", "delta"];

fn kinds() -> impl Iterator<Item = &'static Kind> {
    PROGRAMS.iter().chain(DOCUMENTS)
}

/// The draft, or the complaints with their lines.
fn outcome(format: Format, bytes: &[u8]) -> Result<Draft, String> {
    let read = read(format, &utf8(bytes.to_vec()), &Limits::default());
    read.map_err(|complaints| complaints.to_string())
}

/// Fails unless each word of a title is in a task or in a remark.
#[track_caller]
fn nothing_is_dropped(text: &str, read: &Result<Draft, String>) {
    let Ok(draft) = read else {
        return;
    };
    let taken = format!("{draft:?}");
    for word in WORDS.iter().filter(|word| text.contains(**word)) {
        assert!(taken.contains(word), "{word} of\n{text}\n{taken}");
    }
}

#[test]
fn each_plan_of_each_kind_is_read_completely_or_refused_with_line_and_reason() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        for (from, to, expected) in kind.edits {
            let text = kind.base.replacen(from, to, 1);
            let read = outcome(kind.format, text.as_bytes());
            nothing_is_dropped(&text, &read);
            let has = |draft: &Draft, tasks| ids(draft, |_| true) == tasks;
            let tells =
                |draft: &Draft, words| draft.findings.iter().any(|it| it.message.contains(words));
            let is_right = match (expected, &read) {
                (Tasks(tasks), Ok(draft)) => has(draft, *tasks),
                (Found(tasks, words), Ok(draft)) => has(draft, *tasks) && tells(draft, *words),
                (Refused(words), Err(told)) => told.contains(words),
                _ => false,
            };
            if !is_right || text == kind.base {
                let read = read.map(|draft| (ids(&draft, |_| true), draft.findings));
                wrong.push(format!("{} {from:?} → {to:?}: {read:?}", kind.name));
            }
        }
        assert!(kind.edits.len() >= 16, "{}", kind.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn each_kind_is_read_the_same_in_any_encoding_and_is_recognized() {
    for kind in kinds() {
        let read = outcome(kind.format, kind.base.as_bytes());
        let draft = read.unwrap_or_else(|told| panic!("{}: {told}", kind.name));
        assert_eq!(ids(&draft, |_| true), kind.ids);
        assert_eq!(detect(kind.name, kind.base.as_bytes()), kind.format);
        let stdin = if kind.format == Format::Beads {
            "-"
        } else {
            kind.name
        };
        assert_eq!(detect(stdin, kind.base.as_bytes()), kind.format);
        let utf_16: Vec<u8> = format!("\u{feff}{}", kind.base)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            kind.base.replace('\n', "\r\n").into_bytes(),
            format!("\u{feff}{}", kind.base).into_bytes(),
            format!("{}\n\n", kind.base).into_bytes(),
            utf_16,
        ] {
            let mut again = outcome(kind.format, &bytes).unwrap_or_else(|told| panic!("{told}"));
            assert_eq!(detect(kind.name, &utf8(bytes)), kind.format);
            // A cell of several lines keeps its line ends.
            for body in again.tasks.iter_mut().filter_map(|task| task.body.as_mut()) {
                *body = body.replace("\r\n", "\n");
            }
            assert_eq!(bare(again), bare(draft.clone()));
        }
        let hebrew = kind.base.replace("alpha", "שלום \u{202e}alpha");
        let hebrew = outcome(kind.format, hebrew.as_bytes()).unwrap();
        assert_eq!(hebrew.tasks.len(), draft.tasks.len());
        let cut = &kind.base[..kind.base.len() / 2];
        nothing_is_dropped("", &outcome(kind.format, cut.as_bytes()));
    }
}

#[test]
fn a_plan_of_five_thousand_tasks_is_read_whole_and_one_over_the_limit_is_refused() {
    fn lines(n: usize, of: &dyn Fn(usize) -> String) -> Vec<String> {
        (0..n).map(of).collect()
    }
    type Plan = Box<dyn Fn(usize) -> String>;
    let all: [(Format, Plan); 4] = [
        (
            Format::Beads,
            Box::new(|n| lines(n, &|n| format!(r#"{{"id":"b{n}","title":"t"}}"#)).join("\n")),
        ),
        (
            Format::GithubIssues,
            Box::new(|n| {
                format!(
                    "[{}]",
                    lines(n, &|n| format!(r#"{{"number":{n},"title":"t"}}"#)).join(",\n")
                )
            }),
        ),
        (
            Format::TaskMaster,
            Box::new(|n| {
                format!(
                    r#"{{"tasks":[{}]}}"#,
                    lines(n, &|n| format!(r#"{{"id":{n},"title":"t","subtasks":[]}}"#)).join(",\n")
                )
            }),
        ),
        (
            Format::Markdown,
            Box::new(|n| lines(n, &|n| format!("- [ ] T{n} title\n")).concat()),
        ),
    ];
    for (format, plan) in all {
        let draft = outcome(format, plan(5000).as_bytes()).unwrap();
        assert_eq!(draft.tasks.len(), 5000, "{format}");
        let limits = Limits {
            tasks: 4999,
            ..Limits::default()
        };
        let told = read(format, plan(5000).as_bytes(), &limits)
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("the plan has 5000 tasks; the limit is 4999"),
            "{told}"
        );
    }
}

#[test]
fn hostile_nesting_is_refused_and_not_followed() {
    let mut deep = r#"{"id":1,"title":"t"}"#.to_owned();
    for _ in 0..40 {
        deep = format!(r#"{{"id":1,"title":"t","subtasks":[{deep}]}}"#);
    }
    let told = outcome(
        Format::TaskMaster,
        format!(r#"{{"tasks":[{deep}]}}"#).as_bytes(),
    )
    .unwrap_err();
    assert!(told.contains("levels deep"), "{told}");
    let bomb = "[".repeat(100_000);
    for format in Format::ALL
        .iter()
        .filter(|format| **format != Format::Markdown)
    {
        assert!(outcome(*format, bomb.as_bytes()).is_err(), "{format}");
    }
}

#[test]
fn a_checklist_has_owners_labels_parts_and_details() {
    let text = "# Plan\n\n- [ ] 1. Set up @ann\n  - Create folders\n    - src\n  - [x] 1.1 First part\n  - [ ]* 1.2 Write tests #tests\n\
                - [ ] 2. Ship it\n\n## Later\n\n- [ ] 1. Set up more\n";
    let draft = read_as(Format::Markdown, text);
    assert_eq!(ids(&draft, |_| true), "1 1.1 1.2 2 later-1");
    assert_eq!(task(&draft, "1").fields.owners[0].as_str(), "ann");
    assert_eq!(task(&draft, "1").fields.title.as_str(), "Set up");
    assert_eq!(
        task(&draft, "1").body.as_deref(),
        Some("- Create folders\n  - src")
    );
    assert_eq!(ids(&draft, |task| task.parent.is_some()), "1.1 1.2");
    assert_eq!(
        words(&task(&draft, "1.2").fields.labels),
        ["optional", "tests"]
    );
    let text = "- [ ] T1: one\n- [ ] T2: two (depends on T1)\n- [ ] T3: three (after lunch)\n";
    let draft = read_as(Format::Markdown, text);
    assert_eq!(ids(&draft, |task| !task.depends.is_empty()), "T2");
    let draft = read_as(
        Format::Markdown,
        "- [ ] Use the C# and F #sharp\n- [ ] mail ann@x.org\n- [ ] fix #12\n",
    );
    let titles: Vec<&str> = draft
        .tasks
        .iter()
        .map(|it| it.fields.title.as_str())
        .collect();
    assert_eq!(titles, ["Use the C# and F", "mail ann@x.org", "fix #12"]);
}

#[test]
fn issues_of_beads_are_the_same_after_they_went_through_us() {
    let draft = read_as(Format::Beads, PROGRAMS[0].base);
    let state = crate::core::sample::Sample::new();
    let written = write_beads(&draft, state.state());
    let again = read_as(Format::Beads, &written);
    assert_eq!(bare(again), bare(draft), "{written}");
    let keys = |text: &str| -> Vec<BTreeSet<String>> {
        let object = |line: &str| {
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).unwrap()
        };
        text.lines()
            .map(|line| object(line).keys().cloned().collect())
            .collect()
    };
    for (before, after) in keys(PROGRAMS[0].base).iter().zip(keys(&written)) {
        assert!(before.is_subset(&after), "{before:?} {after:?}");
    }
    // Beads closed it meanwhile: what an export says about its status is out of date.
    let mut task = DraftTask::new("A".parse().unwrap(), 1, Fields::titled(text("t")));
    task.status = Status::InReview;
    let mut plan = Draft::new(Format::Beads);
    plan.tasks.push(task);
    let written = write_beads(&plan, state.state());
    assert_eq!(
        read_as(Format::Beads, &written).tasks[0].status,
        Status::InReview
    );
    let closed = written.replace("\"in_progress\"", "\"closed\"");
    assert_eq!(
        read_as(Format::Beads, &closed).tasks[0].status,
        Status::Done
    );
}
