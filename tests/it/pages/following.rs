//! A page that is written again while somebody reads it.
//!
//! Not here: waking up when the ledger moves (`ledger::watch`).

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Stdio},
};

use serde_json::json;

use super::{browser::Browser, team};
use crate::world::World;

/// `html --follow`, and what it prints.
struct Follower {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Follower {
    fn start(world: &World) -> Self {
        let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
        command.args(["html", "--follow", "-o", "review.html"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }
    /// Waits until the page is written again.
    fn wait(&mut self) {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        assert!(line.starts_with("wrote review.html ("), "{line}");
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_page_is_written_again_after_each_change_and_a_file_of_somebody_else_ends_it() {
    let world = team();
    let mut follower = Follower::start(&world);
    follower.wait();
    let path = world.work().join("review.html");
    let read = || fs::read_to_string(&path).unwrap();
    assert!(read().contains("data-reload=\"3\""));
    world.done("add --id D Newcomer");
    follower.wait();
    assert!(read().contains("Newcomer"));
    fs::write(&path, "mine").unwrap();
    world.done("add --id E Later");
    assert_eq!(follower.child.wait().unwrap().code(), Some(128));
    assert_eq!(read(), "mine");
}

#[test]
fn an_open_page_loads_itself_again_and_stays_where_it_was() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    let mut follower = Follower::start(&world);
    follower.wait();
    let path = fs::canonicalize(world.work().join("review.html")).unwrap();
    browser.open(&path, "");
    browser.value("document.getElementById('_filter').focus()");
    browser.ask("Input.insertText", json!({"text": "codex"}));
    browser.value("document.getElementById('_earlier').click()");
    browser.value("document.querySelector('#C details').open = true");
    browser.value(
        "scrollTo(0, document.getElementById('B').getBoundingClientRect().top + scrollY - 200)",
    );
    let place = "document.getElementById('B').getBoundingClientRect().top";
    let before = browser.value(place).as_f64().unwrap();
    world.done("add --id D Newcomer --depends C");
    follower.wait();
    browser.wait_until("document.readyState === 'complete' && !!document.getElementById('D')");
    browser.value("new Promise(done => setTimeout(done, 200))");
    let kept = "[document.getElementById('_filter').value, document.activeElement.id, \
                document.getElementById('_shown').textContent.split(':')[0], document.querySelector('#C details').open]";
    assert_eq!(
        browser.value(kept),
        json!(["codex", "_filter", "2025-10-15/midday", true])
    );
    let after = browser.value(place).as_f64().unwrap();
    assert!((after - before).abs() < 5.0, "{before} {after}");
}
