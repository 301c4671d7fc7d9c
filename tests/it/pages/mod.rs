//! The review page, from the command line to a browser.
//!
//! Not here: the page as text (`render::page`), and the file that it replaces (`cli::files`).

mod browser;
mod following;
mod shown;
mod written;

use std::{fs, path::PathBuf};

use crate::world::World;

/// Texts that would do something if they were not shown as text.
const SCRIPT: &str = "<script>alert(1)</script><img src=http://x.invalid/i onerror=alert(1)>";
const ENDS: &str = "]]> </script> --> </title> </td></table> &lt; \"'";

/// A team with three tasks, two snapshots, hostile texts, a verdict and a past that differs from the present.
fn team() -> World {
    let world = World::new();
    world.done("init --actor ada");
    fs::write(world.work().join("spec.md"), SCRIPT).unwrap();
    for words in [
        &["actor", "add", "codex", "--generate"][..],
        &["actor", "add", "claude", "--generate", "--role", "reviewer"],
        &["add", "--id", "A", SCRIPT, "--group", ENDS, "--label", ENDS],
        &[
            "add",
            "--id",
            "B",
            "Breaker",
            "--depends",
            "A",
            "--gate",
            "claude",
        ],
        &[
            "add",
            "--id",
            "C",
            ENDS,
            "--body",
            "spec.md",
            "--url",
            "https://example.org/7",
        ],
        &["snapshot", "--label", "morning"],
        &["claim", "A", "--actor", "codex"],
        &["progress", "A", "40", "--actor", "codex"],
        &[
            "comment",
            "A",
            &format!(
                "{SCRIPT}\n\n{ENDS} **bold** [x](javascript:alert(1)) ![i](http://x.invalid/i.png)"
            ),
        ],
        &["snapshot", "--label", "midday"],
        &["done", "A", "--actor", "codex"],
        &["claim", "B", "--actor", "codex"],
        &["submit", "B", "--actor", "codex"],
        &["approve", "B", "--note", SCRIPT, "--actor", "claude"],
        &["block", "C", ENDS],
    ] {
        let output = world.coord(words);
        assert_eq!(output.code, 0, "{words:?}: {output:?}");
    }
    world
}

/// Writes the page of a world, and returns its path.
fn page(world: &World) -> PathBuf {
    world.done("html -o review.html");
    fs::canonicalize(world.work().join("review.html")).unwrap()
}
