//! What documents and comments point to: links, their headings, and files named by their path.
//!
//! Not here: whether the documents are true, which stories and tests show.

use std::{collections::BTreeSet, path::Path};

/// Folders whose files are named by their path from the top.
const FOLDERS: [&str; 6] = ["src/", "docs/", "tests/", "hooks/", "benches/", ".ci/"];

/// The links of a document at `file` that lead nowhere in the project at `top`.
pub fn broken_links(top: &Path, file: &str, document: &str) -> Vec<String> {
    let broken = links(document)
        .into_iter()
        .filter(|link| !leads_somewhere(top, file, document, link));
    broken
        .map(|link| format!("{file}: the link '{link}' leads nowhere"))
        .collect()
}

/// The files that a text names and that are not there.
pub fn missing_files(top: &Path, file: &str, text: &str) -> Vec<String> {
    let missing = named_files(text)
        .into_iter()
        .filter(|named| !exists(top, named));
    missing
        .map(|named| format!("{file}: there is no '{named}'"))
        .collect()
}

/// The targets of `[…](…)` outside of code, without those on other machines.
fn links(document: &str) -> Vec<String> {
    let prose = without_code(document);
    let targets = prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.to_owned());
    targets
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

fn leads_somewhere(top: &Path, file: &str, document: &str, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let target = top.join(folder).join(path);
    let content = match path {
        "" => Some(document.to_owned()),
        _ => std::fs::read_to_string(&target).ok(),
    };
    match (content, anchor) {
        (_, "") => target.exists(),
        (Some(content), anchor) => anchors(&content).contains(anchor),
        (None, _) => false,
    }
}

/// The anchors that a forge gives to the headings of a document.
fn anchors(document: &str) -> BTreeSet<String> {
    let prose = without_fences(document);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|heading| anchor(heading.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn without_fences(document: &str) -> String {
    let mut inside = false;
    let lines = document.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn without_code(document: &str) -> String {
    without_fences(document)
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Paths from the top that are written out, with or without the number of a line.
fn named_files(text: &str) -> BTreeSet<String> {
    let of_path = |c: char| c.is_ascii_alphanumeric() || "/._-*{}<>…".contains(c);
    let words = text
        .split(|c| !of_path(c))
        .map(|word| word.trim_end_matches(['.', '/']));
    let paths = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    paths
        .filter(|path| !path.contains(['*', '{', '<', '…']))
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a file or folder is there; a decision may be named by its number alone.
fn exists(top: &Path, named: &str) -> bool {
    let path = top.join(named);
    let number = |name: &str| name.len() == 4 && name.chars().all(|c| c.is_ascii_digit());
    let Some((folder, name)) = named.rsplit_once('/').filter(|(_, name)| number(name)) else {
        return path.exists();
    };
    let entries = std::fs::read_dir(top.join(folder))
        .into_iter()
        .flatten()
        .flatten();
    let prefix = format!("{name}-");
    entries
        .into_iter()
        .any(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project() -> tempfile::TempDir {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("docs/decisions")).unwrap();
        fs::write(
            top.path().join("README.md"),
            "# The first day, again\n\n## `add` and edit\n",
        )
        .unwrap();
        fs::write(top.path().join("docs/errors.md"), "# Errors\n").unwrap();
        fs::write(top.path().join("docs/decisions/0001-keys.md"), "# Keys\n").unwrap();
        top
    }

    #[test]
    fn links_lead_to_files_and_headings() {
        let top = project();
        let broken = |document: &str| broken_links(top.path(), "docs/x.md", document);
        for good in [
            "[a](errors.md)",
            "[a](../README.md#the-first-day-again)",
            "[a](../README.md#add-and-edit)",
            "# Own\n[a](#own)",
            "[a](https://example.org/x)",
            "`[a](nowhere.md)`",
            "```\n[a](nowhere.md)\n```",
        ] {
            assert_eq!(broken(good), [""; 0], "{good}");
        }
        for bad in [
            "nowhere.md",
            "errors.md#nothing",
            "#nothing",
            "nowhere.md#errors",
        ] {
            let finding = format!("docs/x.md: the link '{bad}' leads nowhere");
            assert_eq!(broken(&format!("see [a]({bad}), please")), [finding]);
        }
    }

    #[test]
    fn files_that_are_named_are_there() {
        let top = project();
        let missing = |text: &str| missing_files(top.path(), "x", text);
        for good in [
            "see docs/errors.md.",
            "`docs/decisions/0001`",
            "docs/",
            "docs/decisions/*.md",
            "mydocs/no.md",
        ] {
            assert_eq!(missing(good), [""; 0], "{good}");
        }
        assert_eq!(
            missing("see `docs/no.md`, too"),
            ["x: there is no 'docs/no.md'"]
        );
        assert_eq!(
            missing("docs/decisions/0009"),
            ["x: there is no 'docs/decisions/0009'"]
        );
    }
}
