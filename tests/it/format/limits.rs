//! The limits of docs/format/limits.md, against those of the program.
//!
//! Not here: what happens beyond a limit (the tests of each).

use super::*;

/// The document says the limits where they hold too, and there in words.
#[test]
fn the_limits_are_those_of_the_program() {
    let limits = [
        ("commit_bytes", commit::COMMIT_BYTES_MAX as u64, " bytes"),
        ("payload_bytes", codec::PAYLOAD_BYTES_MAX as u64, " bytes"),
        ("parents", v1::PARENTS_MAX as u64, " |\n| 3 |"),
        ("events", v1::EVENTS_MAX as u64, ". An entry without events"),
        ("facts", v1::FACTS_MAX as u64, ", applied in order"),
        ("labels", v1::LABELS_MAX as u64, ", 12 `updated`"),
        (
            "attachments",
            v1::ATTACHMENTS_MAX as u64,
            ", sorted by name",
        ),
        ("attachment_bytes", v1::ATTACHMENT_BYTES_MAX, " (64 MiB)"),
        ("attachment_parts", PATH_DEPTH_MAX as u64, " parts"),
        ("text_bytes", TEXT_BYTES_MAX as u64, " bytes of UTF-8, any"),
        (
            "name_bytes",
            NAME_BYTES_MAX as u64,
            " bytes: an ASCII letter",
        ),
        (
            "address_bytes",
            EMAIL_BYTES_MAX as u64,
            " bytes of UTF-8; only visible",
        ),
        (
            "branch_bytes",
            BRANCH_BYTES_MAX as u64,
            " bytes that git allows",
        ),
        (
            "url_bytes",
            URL_BYTES_MAX as u64,
            " bytes of the characters",
        ),
        ("glob_bytes", GLOB_BYTES_MAX as u64, " bytes and at most"),
        ("glob_names", GLOB_NAMES_MAX as u64, " names ("),
        ("key_bytes", BLOB_BYTES_MAX as u64, " bytes, beginning"),
        ("seconds", Timestamp::MAX.seconds(), " (the end of the year"),
        ("estimate_minutes", MINUTES_MAX.into(), " |"),
        ("tasks", TASKS_MAX as u64, " tasks, else"),
        ("per_task", PER_TASK_MAX as u64, " of them before"),
        ("levels", ANCESTORS_MAX as u64, " together, else"),
        (
            "reviewed_bytes",
            REVIEWED_BYTES_MAX as u64,
            " bytes together",
        ),
        ("results", RESULTS_MAX as u64, ", the first one"),
        ("listed", LISTED_MAX as u64, " items, and"),
        ("entry_steps", STEPS_MAX.into(), ".\n3. After"),
        ("actor_steps", LEFT_MAX, ", and has that"),
        ("used_keys", KEYS_MAX as u64, " of them then"),
    ];
    let ours = limits.map(|(name, limit, _)| (name.to_owned(), grouped(limit)));
    let rows = table(&part("docs/format/limits.md"), "# Limits");
    let said = rows
        .iter()
        .map(|row| (unquoted(&row[0]).to_owned(), row[1].clone()));
    assert_eq!(Vec::from_iter(said), ours);
    let document = document();
    for (name, limit, then) in limits {
        let forms = [grouped(limit), limit.to_string()].map(|number| number + then);
        assert!(
            forms.iter().any(|form| document.contains(form)),
            "{name}: {forms:?}"
        );
    }
}

/// A number with a comma after each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> = groups
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}
