//! Writing the page: the same bytes everywhere, and files of somebody else.
//!
//! Not here: what a browser makes of it.

use std::{fs, os::unix::fs::symlink};

use super::team;

#[test]
fn the_page_goes_to_standard_output_or_to_a_file_with_the_same_bytes() {
    let world = team();
    let page = world.done("html");
    let said = world.done("html -o review.html");
    assert!(said.starts_with("wrote review.html ("), "{said}");
    let path = world.work().join("review.html");
    assert_eq!(fs::read_to_string(&path).unwrap(), page);
    assert!(page.starts_with("<!DOCTYPE html><!-- A review page of git-coord"));
    world.done("comment B later");
    world.done("html --output review.html");
    assert_ne!(fs::read_to_string(&path).unwrap(), page);
}

#[test]
fn the_page_does_not_depend_on_the_time_of_the_command() {
    let world = team();
    let page = world.done("html");
    let later = world.coord_with(&["html"], |command| {
        _ = command.env("GIT_COMMITTER_DATE", "@1900000000 +0900");
    });
    assert_eq!(later.stdout, page);
}

#[test]
fn a_file_that_the_command_did_not_write_is_kept_without_force() {
    let world = team();
    let path = world.work().join("review.html");
    fs::write(&path, "mine").unwrap();
    let output = world.coord(&["html", "-o", "review.html"]);
    assert_eq!(output.code, 128);
    assert_eq!(
        output.stderr,
        "error: kept 'review.html': this command did not write it\nhint: git coord html --force -o review.html\n"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    world.done("html --force -o review.html");
    assert!(fs::read_to_string(&path).unwrap().contains("git-coord"));
}

#[test]
fn a_link_is_not_followed_and_a_folder_and_a_missing_folder_are_errors() {
    let world = team();
    let victim = world.home().join("victim.html");
    fs::write(&victim, world.done("html")).unwrap();
    let before = fs::read(&victim).unwrap();
    world.done("comment B later");
    symlink(&victim, world.work().join("link.html")).unwrap();
    fs::create_dir(world.work().join("folder")).unwrap();
    for (path, why) in [
        ("link.html", "it is a link, which is not followed"),
        ("folder", "directory"),
        ("none/review.html", "No such file or directory"),
    ] {
        let output = world.coord(&["html", "-o", path]);
        assert_eq!(output.code, 128, "{path}");
        assert!(output.stderr.contains(why), "{path}: {}", output.stderr);
        world
            .coord(&["html", "-o", path, "--json"])
            .failed("cannot_write", 128);
    }
    world.done("html --force -o link.html");
    assert_eq!(fs::read(&victim).unwrap(), before);
}

#[test]
fn the_page_names_who_approved_what_at_which_commit_and_which_key_signed_each_entry() {
    let world = team();
    let page = world.done("html");
    assert!(
        page.contains("<b data-v=\"approved\">approved</b>"),
        "{page}"
    );
    let signatures = page
        .matches("<b data-k=\"valid\">valid</b> <code>SHA256:")
        .count();
    assert_eq!(signatures, 16);
    assert!(page.contains("<strong>2025-10-15/midday</strong>"));
    assert!(
        page.contains("not_started → in_progress, claimed by codex, 0% → 40%"),
        "{page}"
    );
}

#[test]
fn a_plan_without_tasks_or_snapshots_has_a_page() {
    let world = crate::world::World::new();
    world.done("init --actor ada");
    let page = world.done("html");
    assert!(page.contains("There is no snapshot yet."));
    assert!(page.contains("There is nothing to draw yet."));
}
