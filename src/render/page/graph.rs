//! The graph of dependencies as a drawing: what comes first is on the left.
//!
//! Not here: the graph in the languages of other programs (`render::graph`).

use std::collections::HashMap;

use maud::{Markup, html};

use super::parts::{link, links, status, table, words_of};
use crate::core::{
    values::{task::Status, text::brief},
    views::snapshot::{StatusDocument, TaskDocument},
};

/// How many tasks the drawing shows at most, and how many the table.
const DRAWN_MAX: usize = 150;
const LISTED_MAX: usize = 1000;

/// The size of a task in the drawing, and the space around it.
const WIDTH: usize = 190;
const HEIGHT: usize = 44;
const GAP_X: usize = 56;
const GAP_Y: usize = 14;

/// The longest title in the drawing, in characters.
const TITLE_MAX: usize = 24;

/// The section.
pub(super) fn section(document: &StatusDocument) -> Markup {
    let tasks = &document.tasks;
    let places: HashMap<&str, usize> = tasks.iter().map(|it| it.id.as_str()).zip(0..).collect();
    let depends = |task: &TaskDocument| -> Vec<usize> {
        let ids = task.depends_on.iter();
        ids.filter_map(|id| places.get(id.as_str()).copied())
            .collect()
    };
    let mut is_linked = vec![false; tasks.len()];
    for (place, task) in tasks.iter().enumerate() {
        for before in depends(task) {
            (is_linked[place], is_linked[before]) = (true, true);
        }
    }
    let linked: Vec<usize> = (0..tasks.len()).filter(|place| is_linked[*place]).collect();
    let is_open = |place: &usize| !matches!(tasks[*place].status, Status::Done | Status::Cancelled);
    // Of a large plan, what is over is left out first.
    let wanted: Vec<usize> = match linked.len() {
        count if count > DRAWN_MAX => linked.iter().copied().filter(is_open).collect(),
        _ => linked.clone(),
    };
    let drawn: Vec<usize> = wanted.into_iter().take(DRAWN_MAX).collect();
    let listed: Vec<&TaskDocument> = (linked.iter().map(|place| &tasks[*place]))
        .filter(|task| !task.depends_on.is_empty())
        .collect();
    let rows = html! {
        @for task in listed.iter().take(LISTED_MAX) {
            tr {
                td { (link(&task.id)) " " bdi { (task.title) } }
                td { (status(task.status)) }
                td { (links(&task.depends_on)) }
            }
        }
    };
    html! {
        @if linked.is_empty() {
            p.muted { "No task depends on another one." }
        } @else {
            @if drawn.len() < linked.len() {
                p.muted {
                    "The drawing shows " (drawn.len()) " open tasks of " (linked.len()) ". To draw all: "
                    code { "git coord export --format dot" }
                }
            }
            @if !drawn.is_empty() {
                div.scroll role="region" aria-label="Drawing of the dependencies" tabindex="0" {
                    (drawing(tasks, &drawn, depends))
                }
            }
            details {
                summary { "The same as a table" }
                (table("Dependencies", &["Task", "Status", "Depends on"], &rows))
                @if listed.len() > LISTED_MAX { p.muted { "These are the first of " (listed.len()) "." } }
            }
        }
    }
}

fn drawing(
    tasks: &[TaskDocument],
    drawn: &[usize],
    depends: impl Fn(&TaskDocument) -> Vec<usize>,
) -> Markup {
    let edges: Vec<Vec<usize>> = drawn.iter().map(|place| depends(&tasks[*place])).collect();
    let at: HashMap<usize, usize> = drawn.iter().copied().zip(0..).collect();
    let edges: Vec<Vec<usize>> = (edges.into_iter())
        .map(|before| {
            before
                .iter()
                .filter_map(|place| at.get(place).copied())
                .collect()
        })
        .collect();
    let columns = columns(&edges);
    let mut spots = vec![(0, 0); drawn.len()];
    for (x, column) in columns.iter().enumerate() {
        for (y, node) in column.iter().enumerate() {
            spots[*node] = (x * (WIDTH + GAP_X) + 1, y * (HEIGHT + GAP_Y) + 1);
        }
    }
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let width = columns.len() * (WIDTH + GAP_X) - GAP_X + 2;
    let height = rows * (HEIGHT + GAP_Y) - GAP_Y + 2;
    html! {
        svg.graph viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) {
            title { "Dependencies, from left to right" }
            @for (node, before) in edges.iter().enumerate() {
                @for other in before { path d=(curve(spots[*other], spots[node])) {} }
            }
            @for (node, place) in drawn.iter().enumerate() { (node_of(&tasks[*place], spots[node])) }
        }
    }
}

/// A line from the right end of one task to the left end of another one.
fn curve((x, y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let (x, y, to_y) = (x + WIDTH, y + HEIGHT / 2, to_y + HEIGHT / 2);
    let middle = (x + to_x) / 2;
    format!("M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}")
}

fn node_of(task: &TaskDocument, (x, y): (usize, usize)) -> Markup {
    let status = task.status;
    html! {
        a href={ "#" (task.id) } {
            rect class={ "s-" (status) } x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="5" {}
            text.name x=(x + 10) y=(y + 18) { (brief(&task.id, TITLE_MAX - 6)) " · " (words_of(status)) }
            text x=(x + 10) y=(y + 35) { (brief(task.title.as_str(), TITLE_MAX)) }
        }
    }
}

/// The tasks by column: each comes after all that it depends on, near to them. `edges` has for each task those before it.
fn columns(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    // A plan has no circles, so the levels stop growing after as many rounds as there are levels.
    let mut levels = vec![0; edges.len()];
    for _ in 0..edges.len() {
        let before = levels.clone();
        for (node, others) in edges.iter().enumerate() {
            let after = others.iter().map(|other| levels[*other] + 1).max();
            levels[node] = after.unwrap_or(0).min(edges.len());
        }
        if levels == before {
            break;
        }
    }
    let count = levels.iter().max().map_or(0, |last| last + 1);
    let mut columns = vec![Vec::new(); count];
    for (node, level) in levels.iter().enumerate() {
        columns[*level].push(node);
    }
    let mut rows = vec![0; edges.len()];
    for column in &mut columns {
        // The mean row of what comes before, in thousandths.
        let mean = |node: &usize| {
            let before = &edges[*node];
            let sum: usize = before.iter().map(|other| rows[*other] * 1000).sum();
            (sum.checked_div(before.len()).unwrap_or(*node * 1000), *node)
        };
        let mut order: Vec<usize> = column.clone();
        order.sort_by_key(mean);
        for (row, node) in order.iter().enumerate() {
            rows[*node] = row;
        }
        *column = order;
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_right_of_all_that_it_depends_on_whatever_their_order() {
        let edges = [vec![1, 2], vec![2], vec![], vec![0], vec![]];
        assert_eq!(columns(&edges), [vec![2, 4], vec![1], vec![0], vec![3]]);
        assert_eq!(columns(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn tasks_are_beside_those_that_they_depend_on() {
        let edges = [vec![], vec![], vec![1], vec![0]];
        assert_eq!(columns(&edges), [vec![0, 1], vec![3, 2]]);
    }
}
