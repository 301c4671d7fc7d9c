//! Tests of the whole page, as text.
//!
//! Not here: the page in a browser (`tests/it/pages`).

use std::collections::BTreeMap;

use super::{
    document::{FIRST_SCRIPT, SCRIPT, SECTIONS, STYLE, policy},
    *,
};
use crate::{
    core::{
        entry::event::task::TaskFact,
        plan::state::State,
        sample::{Sample, any_sample},
        values::text::Text,
        views::{
            diff::task_changes,
            snapshot::{VerdictDocument, changed_moments, moments, status as document_of, tally},
        },
    },
    render::text::Letter,
};

const HOSTILE: &str =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)> ]]> --> &lt; \" ' \u{202e}x";

/// The page of a state, with this comment on each task, and with frames of itself and of an earlier state.
fn page_of(before: &State, state: &State, comment: &str, reloads: bool) -> String {
    let document = document_of(state);
    let letter = || Letter {
        about: "codex 2025-10-15 14:05 UTC".to_owned(),
        text: Ok(comment.to_owned()),
    };
    let texts = state.tasks().map(|(_, task)| TaskTexts {
        specification: Some(letter()),
        comments: vec![letter()],
        verdicts: VerdictDocument::all(task)
            .into_iter()
            .map(|verdict| (verdict, Some(letter())))
            .collect(),
        is_cut: true,
    });
    let (then, now) = (moments(before, state), moments(state, state));
    let first = PageFrame {
        snapshot: state.snapshots.first(),
        tally: tally(before),
        changed: changed_moments(&[], &then),
        changes: Vec::new(),
    };
    let last = PageFrame {
        snapshot: None,
        tally: tally(state),
        changed: changed_moments(&then, &now),
        changes: task_changes(before, state, &[], &|_| None),
    };
    let day = state.effective.day(state.day_offset);
    page(&ReviewPage {
        state,
        document: &document,
        texts: texts.collect(),
        frames: vec![first, last],
        days: vec![(day, tally(state))],
        entries: Vec::new(),
        reloads,
    })
}

fn day() -> String {
    let day = Sample::day();
    page_of(day.state(), day.state(), "**fine**", false)
}

/// How many elements of each name a page has.
fn tags(page: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (at, _) in page.match_indices('<') {
        let name: String = page[at + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[test]
fn the_first_line_has_the_mark_and_every_section_its_anchor() {
    let page = day();
    assert!(page.lines().next().unwrap().ends_with(PAGE_MARK));
    for (anchor, heading) in SECTIONS {
        assert!(page.contains(&format!(
            "<section id=\"{anchor}\" aria-labelledby=\"{anchor}_\">"
        )));
        assert!(page.contains(&format!("href=\"#{anchor}\">{heading}</a>")));
    }
    assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("data-reload"));
}

#[test]
fn every_task_has_a_row_a_card_and_an_anchor_without_the_script() {
    let (day, page) = (Sample::day(), day());
    for task in &document_of(day.state()).tasks {
        let id = &task.id;
        assert!(page.contains(&format!("<article id=\"{id}\">")), "{id}");
        let links = page.matches(&format!("href=\"#{id}\"")).count();
        assert!(links >= 3, "{id}: {links}");
    }
    assert!(page.contains("<strong>fine</strong>"));
}

#[test]
fn hostile_texts_are_text_wherever_they_stand() {
    let mut plan = Sample::new();
    let plain = page_with(&mut plan.clone(), "plain");
    let page = page_with(&mut plan, HOSTILE);
    // The same elements: nothing of the texts has become one.
    let (plain, found) = (tags(&plain), tags(&page));
    for name in ["script", "/script", "img", "style", "b", "a"] {
        assert_eq!(found.get(name), plain.get(name), "{name}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("\\u{202e}x"));

    fn page_with(plan: &mut Sample, text: &str) -> String {
        let said = |text: &str| text.parse::<Text>().unwrap();
        let facts = vec![
            TaskFact::Group(Some(said(text))),
            TaskFact::LabelAdded(said(text)),
            TaskFact::CriterionAdded(said(text)),
            TaskFact::StepAdded(said(text)),
        ];
        let task = plan.add("A", text, facts);
        plan.claim("codex", &task);
        plan.block("codex", &task, text, None);
        plan.guardrail("G1", text, &[]);
        plan.comment("codex", &task);
        let before = Sample::new();
        page_of(before.state(), plan.state(), text, false)
    }
}

#[test]
fn the_data_for_the_script_cannot_end_its_element_and_can_be_read() {
    let page = day();
    let (_, data) = page.split_once("type=\"application/json\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    assert!(!data.contains('<'));
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["frames"].as_array().unwrap().len(), 2);
    assert_eq!(data["frames"][1]["changes"], serde_json::json!([]));
    assert_eq!(
        data["statuses"][2],
        serde_json::json!(["in_progress", "in progress"])
    );
}

#[test]
fn the_policy_names_the_style_and_the_script_and_allows_nothing_else() {
    let policy = policy();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    let page = day();
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
    assert!(page.contains(&format!("<script>{SCRIPT}</script>")));
    assert!(page.contains(&format!("<script>{FIRST_SCRIPT}</script>")));
    for forbidden in [" style=\"", " onclick", " src=\"", "<link", "javascript:"] {
        assert!(!page.replace(SCRIPT, "").contains(forbidden), "{forbidden}");
    }
    for forbidden in [
        "innerHTML",
        "insertAdjacentHTML",
        "eval(",
        "fetch(",
        "document.write",
    ] {
        assert!(!SCRIPT.contains(forbidden), "{forbidden}");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
}

#[test]
fn a_page_that_is_written_again_loads_itself_again() {
    let day = Sample::day();
    let page = page_of(day.state(), day.state(), "x", true);
    assert!(page.contains("<html lang=\"en\" data-reload=\"3\">"));
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"30\"></noscript>"));
}

/// The colours of a theme: the definitions between two marks of the style.
fn colours(from: &str) -> BTreeMap<String, [f64; 3]> {
    let (_, rest) = STYLE.split_once(from).unwrap();
    let (rules, _) = rest.split_once('}').unwrap();
    let of = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
        let value = value.trim_end_matches(';');
        let digit = |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap());
        Some((name.to_owned(), [digit(0), digit(2), digit(4)]))
    };
    rules.lines().filter_map(of).collect()
}

/// The contrast of two colours, as the Web Content Accessibility Guidelines define it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |colour: [f64; 3]| {
        let linear = colour.map(|part| match part / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn every_colour_of_a_text_can_be_read_on_every_ground_in_both_themes() {
    for theme in [":root {", "dark) {\n  :root {"] {
        let colours = colours(theme);
        assert_eq!(colours.len(), 15, "{colours:?}");
        let grounds = ["page", "box", "changed"];
        let texts = colours
            .iter()
            .filter(|(name, _)| !grounds.contains(&name.as_str()) && *name != "line");
        for (name, colour) in texts {
            for ground in grounds {
                let contrast = contrast(*colour, colours[ground]);
                assert!(contrast >= 4.5, "{theme} {name} on {ground}: {contrast:.2}");
            }
        }
    }
}

#[test]
fn headings_are_nested_and_every_field_has_a_label() {
    let page = day();
    let mut level = 0;
    for (at, _) in page.match_indices("<h") {
        let Some(next) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        assert!(
            next <= level + 1,
            "h{next} after h{level}: {}",
            &page[at..at + 80]
        );
        level = next;
    }
    for (at, _) in page.match_indices("<input ") {
        let (_, id) = page[at..].split_once("id=\"").unwrap();
        let (id, _) = id.split_once('"').unwrap();
        assert!(page.contains(&format!("<label for=\"{id}\">")), "{id}");
    }
    assert!(page.contains("<html lang=\"en\""));
}

proptest::proptest! {
    #[test]
    fn any_plan_has_a_page_and_the_same_plan_the_same(sample in any_sample()) {
        let state = sample.into_state();
        let empty = Sample::new();
        let page = page_of(empty.state(), &state, HOSTILE, false);
        let again = page_of(empty.state(), &state.clone(), HOSTILE, false);
        proptest::prop_assert!(page == again);
        let open = |name: &str| page.matches(&format!("<{name}")).count();
        let close = |name: &str| page.matches(&format!("</{name}>")).count();
        for name in ["article", "table", "section", "details", "svg", "blockquote"] {
            proptest::prop_assert_eq!(open(name), close(name), "{}", name);
        }
    }
}
