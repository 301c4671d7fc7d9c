//! The graph of dependencies in the languages of other programs: Mermaid, which git hosts draw, and DOT of Graphviz.
//!
//! A task is a node with its status, and an arrow leads from it to each task that waits for it. Lines stay the same as long as
//! what they show: a node is named by its place in the plan. Not here: the drawing on the review page (`render::page`).

use std::collections::HashMap;

use super::words;
use crate::core::{
    values::{
        task::Status,
        text::{is_invisible, visible},
    },
    views::snapshot::{StatusDocument, TaskDocument},
};

/// The graph as a flowchart of Mermaid.
pub fn mermaid(document: &StatusDocument) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (number, (group, tasks)) in drawn(document).enumerate() {
        text += &format!("  subgraph g{number} [\"{}\"]\n", in_mermaid(group));
        for (place, task) in tasks {
            let (open, close) = shape(task.status);
            let label = in_mermaid(&label(task));
            text += &format!("    t{place}{open}\"{label}\"{close}:::{}\n", task.status);
        }
        text += "  end\n";
    }
    for (before, after) in arrows(document) {
        text += &format!("  t{before} --> t{after}\n");
    }
    for status in Status::ALL {
        let colour = colour(*status);
        text += &format!("  classDef {status} stroke:{colour},stroke-width:2px\n");
    }
    text
}

/// The graph in the language of Graphviz.
pub fn dot(document: &StatusDocument) -> String {
    let mut text = "digraph plan {\n  rankdir=LR\n  node [shape=box style=rounded]\n".to_owned();
    for (number, (group, tasks)) in drawn(document).enumerate() {
        text += &format!(
            "  subgraph cluster_{number} {{\n    label={}\n",
            in_dot(group)
        );
        for (place, task) in tasks {
            let (label, colour) = (in_dot(&label(task)), colour(task.status));
            text += &format!("    t{place} [label={label} color=\"{colour}\"]\n");
        }
        text += "  }\n";
    }
    for (before, after) in arrows(document) {
        text += &format!("  t{before} -> t{after}\n");
    }
    text + "}\n"
}

/// The tasks by group, each with its place in the plan.
fn drawn(document: &StatusDocument) -> impl Iterator<Item = (&str, Vec<(usize, &TaskDocument)>)> {
    let places = places(document);
    let groups = words::groups(document).into_iter();
    let groups = groups.filter(|(_, tasks)| !tasks.is_empty());
    groups.map(move |(group, tasks)| {
        let tasks = tasks.into_iter();
        let placed = tasks.map(|task| (places[task.id.as_str()], task));
        (group, placed.collect())
    })
}

fn places(document: &StatusDocument) -> HashMap<&str, usize> {
    let ids = document.tasks.iter().map(|task| task.id.as_str());
    ids.zip(0..).collect()
}

/// The places of a dependency and of the task that has it.
fn arrows(document: &StatusDocument) -> Vec<(usize, usize)> {
    let places = places(document);
    let tasks = document.tasks.iter().enumerate();
    let arrows = tasks.flat_map(|(after, task)| {
        let before = task.depends_on.iter();
        before
            .filter_map(|id| places.get(id.as_str()).copied())
            .map(move |before| (before, after))
    });
    arrows.collect()
}

fn label(task: &TaskDocument) -> String {
    format!("{} · {} · {}", task.id, task.title, task.status)
}

/// The shape of a status, so that nobody needs the colours.
fn shape(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Done => ("([", "])"),
        Status::Blocked => ("{{", "}}"),
        Status::InReview | Status::Approved => ("[/", "/]"),
        Status::InProgress => ("[[", "]]"),
        Status::NotStarted | Status::Waiting | Status::Cancelled => ("[", "]"),
    }
}

/// A colour that can be seen on light and on dark ground.
fn colour(status: Status) -> &'static str {
    match status {
        Status::NotStarted | Status::Cancelled => "#80868d",
        Status::Waiting => "#a67c1a",
        Status::InProgress => "#3f7fc4",
        Status::Blocked => "#d0483c",
        Status::InReview => "#8f66c9",
        Status::Approved => "#2f8d95",
        Status::Done => "#3c8f5b",
    }
}

/// A text between the quotation marks of Mermaid: letters, digits and a few marks as they are, everything else of ASCII by its number,
/// so that nothing is a mark of the language, a tag or Markdown.
fn in_mermaid(text: &str) -> String {
    let mut escaped = String::new();
    for c in visible(text).chars() {
        if c.is_ascii_alphanumeric() || " .,:/_-()".contains(c) || !c.is_ascii() && !is_invisible(c)
        {
            escaped.push(c);
        } else {
            escaped += &format!("#{};", u32::from(c));
        }
    }
    escaped
}

/// A text as a string of DOT, in which neither a backslash nor an ampersand means anything.
fn in_dot(text: &str) -> String {
    let text = visible(text).replace('&', "&amp;");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, any_sample},
        views::snapshot::status,
    };

    #[test]
    fn tasks_are_nodes_in_their_groups_and_dependencies_are_arrows() {
        let mut plan = Sample::new();
        let group = TaskFact::Group(Some("Quick Wins".parse().unwrap()));
        let first = plan.add("A", "Parse dates", vec![group]);
        plan.add(
            "B",
            "Accept \"dates\"",
            vec![TaskFact::DependencyAdded(first)],
        );
        let document = status(plan.state());
        let text = mermaid(&document);
        let (nodes, _) = text.split_once("  classDef").unwrap();
        assert_eq!(
            nodes,
            "flowchart LR\n  subgraph g0 [\"Quick Wins\"]\n    t0[\"A · Parse dates · not_started\"]:::not_started\n  end\n  \
             subgraph g1 [\"Other tasks\"]\n    t1[\"B · Accept #34;dates#34; · waiting\"]:::waiting\n  end\n  t0 --> t1\n"
        );
        let text = dot(&document);
        assert!(
            text.contains(
                "    t1 [label=\"B · Accept \\\"dates\\\" · waiting\" color=\"#a67c1a\"]\n"
            )
        );
        assert!(text.ends_with("  t0 -> t1\n}\n"));
    }

    #[test]
    fn hostile_titles_end_nothing_and_mean_nothing() {
        let hostile = "\"]; click x \"javascript:alert(1)\" \\N \\\" &lt; #quot; <script> `*b*` \n%%{init}%%\u{202e}";
        let label = in_mermaid(hostile);
        let is_plain =
            |c: char| c.is_ascii_alphanumeric() || " #;.,:/_-()".contains(c) || !c.is_ascii();
        assert!(label.chars().all(is_plain), "{label}");
        // Each `#` begins a number of ours.
        for part in label.split('#').skip(1) {
            let (number, _) = part.split_once(';').unwrap();
            assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{label}");
        }
        assert_eq!(in_dot("a\"b\\N&lt;\nc"), r#""a\"b\\N&amp;lt;\\nc""#);
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_one_statement_whatever_the_texts(sample in any_sample()) {
            let state = sample.into_state();
            let document = status(&state);
            for text in [mermaid(&document), dot(&document)] {
                proptest::prop_assert!(!text.contains(|c| is_invisible(c) && c != '\n'));
                for line in text.lines() {
                    let line = line.trim_start();
                    let begins = ["flowchart", "subgraph", "t", "end", "classDef", "digraph", "rankdir", "node", "label=\"", "}"];
                    proptest::prop_assert!(begins.iter().any(|begin| line.starts_with(begin)), "{}", line);
                }
                let nodes = text.lines().filter(|line| line.starts_with("    t")).count();
                proptest::prop_assert_eq!(nodes, document.tasks.len());
            }
        }
    }
}
