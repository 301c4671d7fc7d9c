//! Files that are not a plan, or one that cannot be imported: the whole file is refused, and each line is named.
//!
//! Not here: plans that are taken in (`exchange`).

use std::fs;

use super::{fails, is_sound, ledger};
use crate::world::World;

fn write(world: &World, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(world.work().join(name), bytes).unwrap();
}

/// The error of `import` for a file with these bytes.
#[track_caller]
fn refused(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> String {
    write(world, name, bytes);
    let told = fails(world, &["import", name], "bad_plan", 128);
    let dry = fails(world, &["import", "--dry-run", name], "bad_plan", 128);
    assert_eq!(dry, told);
    told
}

#[track_caller]
fn check(name: &str, bytes: impl AsRef<[u8]>, first: &str) {
    let world = ledger();
    let told = refused(&world, name, bytes);
    assert_eq!(told.lines().next(), Some(first));
    is_sound(&world);
}

#[test]
fn a_file_that_is_not_text_is_refused_with_the_line() {
    check(
        "plan",
        b"a\n\0b",
        "error: plan:2: the file is binary: it has a NUL byte here",
    );
    check(
        "plan.md",
        b"| ID | Task |\n|-|-|\n| A | \xff |\n",
        "error: plan.md:3: this line is not valid UTF-8",
    );
    let utf_16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    check(
        "plan.json",
        utf_16("[{\"id\""),
        "error: plan.json:1: the file is binary: it has a NUL byte here",
    );
    // With a byte order mark it is a text.
    check(
        "plan.json",
        utf_16("\u{feff}[{\"id\""),
        "error: plan.json:1: invalid JSON: EOF while parsing an object at column 6",
    );
    check(
        "plan.json",
        fs::read(env!("CARGO_BIN_EXE_git-coord"))
            .unwrap()
            .split_at(100_000)
            .0,
        "error: plan.json:1: the file is binary: it has a NUL byte here",
    );
}

#[test]
fn a_file_without_a_task_is_refused() {
    for (name, text) in [
        ("plan.md", ""),
        ("plan.md", "# A plan\n\nNothing yet.\n"),
        ("plan.json", ""),
        ("plan.json", "{}"),
        ("plan.json", "[]"),
        ("plan.json", "{\"schema_version\": \"1.0\"}"),
        ("plan.json", "{\"schema_version\": \"1.0\", \"tasks\": {}}"),
        (
            "plan.json",
            "{\"schema_version\": \"1.0\", \"tasks\": {\"group\": {}}}",
        ),
    ] {
        let world = ledger();
        let told = refused(&world, name, text);
        assert!(
            told.starts_with(&format!("error: {name}:1: ")),
            "{text}: {told}"
        );
        is_sound(&world);
    }
}

#[test]
fn json_that_is_broken_nested_or_ambiguous_is_refused() {
    check(
        "plan.json",
        "[{\"id\": \"A\",\n \"title\": \"x",
        "error: plan.json:2: invalid JSON: EOF while parsing a string at column 12",
    );
    let deep = format!(
        "[{{\"id\": \"A\", \"title\": \"x\", \"notes\": {}{}}}]",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    check(
        "plan.json",
        deep,
        "error: plan.json:1: the JSON is nested more than 64 levels deep",
    );
    check(
        "plan.json",
        "[".repeat(1_000_000),
        "error: plan.json:1: invalid JSON: EOF while parsing a list at column 1000000",
    );
    check(
        "plan.json",
        "[{\"id\": \"A\",\n\"id\": \"B\", \"title\": \"x\"}]",
        "error: plan.json:2: the key 'id' appears twice",
    );
}

#[test]
fn markdown_nested_without_end_is_read_to_its_end() {
    for text in [
        ">".repeat(200_000),
        "- ".repeat(200_000),
        "[".repeat(200_000),
        "*".repeat(200_000),
        "`".repeat(200_000),
    ] {
        check(
            "plan.md",
            text,
            "error: plan.md:1: no tasks found: looked for a Markdown table with the columns `ID` or `#` and `Task` or `Title`, \
             a list with checkboxes or with ids such as `T1: title`, CSV with such columns, JSON with `tasks`, \
             and the files of beads, GitHub, task-master, Backlog.md and Taskwarrior",
        );
    }
}

#[test]
fn a_plan_that_breaks_a_rule_is_refused_with_the_line() {
    check(
        "plan.json",
        "[{\"id\": \"A\", \"title\": \"x\", \"depends_on\": [\"B\"]},\n{\"id\": \"B\", \"title\": \"y\", \"depends_on\": [\"A\"]}]",
        "error: plan.json:1: tasks depend on each other in a cycle: A → B → A",
    );
    check(
        "plan.json",
        "[{\"id\": \"A\", \"title\": \"x\", \"depends_on\": [\"A\"]}]",
        "error: plan.json:1: task 'A' depends on itself",
    );
    check(
        "plan.json",
        "{\"schema_version\": \"2.0\", \"tasks\": {\"g\": {}}}",
        "error: plan.json:1: schema_version \"2.0\" is not supported; the only supported one is \"1.0\"",
    );
    check(
        "plan.json",
        format!(
            "[\n{{\"id\": \"A\", \"title\": \"{}\"}}]",
            "x".repeat(1_000_000)
        ),
        "error: plan.json:2: the title has 1000000 bytes; the limit is 4000",
    );
    let world = ledger();
    let told = refused(
        &world,
        "plan.json",
        "[{\"id\": \"A\", \"title\": \"x\"},\n{\"id\": \"B\"},\n{\"id\": \"A\", \"title\": \"y\"}]",
    );
    assert_eq!(
        told,
        "error: plan.json:2: task 'B' has no title\n\
         error: plan.json:3: task 'A' is already on line 1\n\
         error: cannot import 'plan.json' as task-list\n"
    );
    let details =
        world.coord(&["import", "plan.json", "--json"]).json()["error"]["details"].clone();
    assert_eq!(details.as_array().unwrap().len(), 2);
}

#[test]
fn files_that_are_too_large_and_folders_are_not_read() {
    let world = ledger();
    let file = fs::File::create(world.work().join("large.json")).unwrap();
    file.set_len(50 << 20).unwrap();
    for (name, message) in [
        ("large.json", "error: 'large.json' is larger than 10 MiB\n"),
        ("/dev/zero", "error: '/dev/zero' is larger than 10 MiB\n"),
        ("/", "error: cannot read '/': "),
        (".", "error: cannot read '.': "),
        ("gone.json", "error: cannot read 'gone.json': "),
        ("plan.json/x", "error: cannot read 'plan.json/x': "),
    ] {
        let told = fails(&world, &["import", name], "cannot_read", 128);
        assert!(told.starts_with(message), "{told}");
    }
    fails(&world, &["import", "/dev/null"], "bad_plan", 128);
    fails(&world, &["import", "-"], "bad_plan", 128);
    is_sound(&world);
}

#[test]
fn a_plan_may_come_through_a_pipe() {
    let world = ledger();
    let named = world.shell("mkfifo pipe && (cat plan.json >pipe & git-coord import pipe)");
    assert_eq!(named.code, 0, "{named:?}");
    let again = world.shell("cat plan.json | git-coord import -");
    assert!(again.stdout.ends_with("no changes\n"), "{again:?}");
    is_sound(&world);
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let world = ledger();
    write(
        &world,
        "plan.json",
        "\u{feff}[{\"id\": \"A\", \"title\": \"x\"}]",
    );
    assert!(
        world
            .done("import plan.json")
            .ends_with("1 task added, 0 facts changed\n")
    );
    is_sound(&world);
}

/// The first tasks can be appended and the last cannot: then none is.
#[test]
fn an_import_that_is_refused_midway_leaves_nothing() {
    let world = ledger();
    world.done("actor add codex --role worker --generate");
    world.done("actor add olga --role observer --generate");
    let tasks: Vec<String> = (0..2000)
        .map(|n| format!("{{\"id\": \"T{n}\", \"title\": \"{}\"}}", "x".repeat(90)))
        .collect();
    write(&world, "long.json", format!("[{}]", tasks.join(",\n")));
    fails(
        &world,
        &["import", "long.json", "--actor", "olga"],
        "not_permitted",
        1,
    );
    // E depends on T1 in the ledger by then, so the last entry of the chain would close a circle.
    write(&world, "one.json", "[{\"id\": \"T1\", \"title\": \"x\"}]");
    world.done("import one.json");
    world.done("edit T1 --depends E");
    write(
        &world,
        "circle.json",
        format!(
            "[{},\n{{\"id\": \"E\", \"title\": \"Engine\", \"depends_on\": [\"T1\"]}}]",
            tasks.join(",\n")
        ),
    );
    let told = fails(&world, &["import", "circle.json"], "cycle", 1);
    assert!(
        told.starts_with("error: tasks 'E' and 'T1' would wait for each other\n"),
        "{told}"
    );
    assert_eq!(
        world.coord(&["list", "--json"]).data("coord.list/1")["tasks"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    is_sound(&world);
}
