//! The form of a file: how it opens, how long it is, what may not be left in it.
//!
//! Not here: what clippy and rustfmt see to.

use super::source::Source;

/// The longest file, in lines.
const LINES_MAX: usize = 800;

/// Words that mark unfinished code, in pieces so that this file does not contain them.
const UNFINISHED: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!"),
];

/// Everything about the form of one file that is not as it should be.
pub fn check(source: &Source) -> Vec<String> {
    let findings = [opening(&source.text), length(&source.text)]
        .into_iter()
        .flatten();
    let lines = source
        .text
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| unfinished(line, number));
    let all = findings.chain(lines).chain(unwrapped(source));
    all.map(|finding| format!("{}{finding}", source.file))
        .collect()
}

fn opening(text: &str) -> Option<String> {
    let header: Vec<&str> = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .collect();
    if header.is_empty() {
        Some(": does not open with what lives there ('//!')".to_owned())
    } else if header.iter().any(|line| line.contains("Not here: ")) {
        None
    } else {
        Some(": does not say what is 'Not here: '".to_owned())
    }
}

fn length(text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX).then(|| format!(": has {lines} lines, more than {LINES_MAX}"))
}

fn unfinished(line: &str, number: usize) -> Option<String> {
    let word = UNFINISHED.iter().find(|word| line.contains(**word))?;
    Some(format!(":{number}: '{word}'"))
}

/// Where the program itself could panic instead of saying what is wrong.
fn unwrapped(source: &Source) -> impl Iterator<Item = String> {
    let is_program = source.file.starts_with("src/") && !source.is_for_tests;
    let lines = source.unwraps.iter().filter(move |_| is_program);
    lines.map(|line| format!(":{line}: '.unwrap()' outside of tests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check(&Source::new("src/main.rs", text))
    }

    #[test]
    fn a_file_in_order_has_no_findings() {
        assert_eq!(
            findings("//! What.\n//!\n//! That. Not here: other things.\n\nfn f() {}\n"),
            [""; 0]
        );
    }

    #[test]
    fn a_file_says_what_lives_there_and_what_does_not() {
        assert_eq!(
            findings("// Not here: y.\n"),
            ["src/main.rs: does not open with what lives there ('//!')"]
        );
        assert_eq!(
            findings("//! What.\n\n// Not here: y."),
            ["src/main.rs: does not say what is 'Not here: '"]
        );
    }

    #[test]
    fn a_long_file_is_found() {
        let text = "//! Not here: x.\n".to_owned() + &"\n".repeat(LINES_MAX);
        assert_eq!(
            findings(&text),
            ["src/main.rs: has 801 lines, more than 800"]
        );
    }

    #[test]
    fn what_is_left_unfinished_is_found() {
        for word in UNFINISHED {
            let text = format!("//! Not here: x.\nfn f() {{}} // {word}\n");
            assert_eq!(findings(&text), [format!("src/main.rs:2: '{word}'")]);
        }
    }

    #[test]
    fn unwrapping_is_for_tests() {
        let text = "//! Not here: x.\nfn f() { g().unwrap() }\n#[cfg(test)]\nmod tests { fn h() { g().unwrap() } }\n";
        assert_eq!(
            findings(text),
            ["src/main.rs:2: '.unwrap()' outside of tests"]
        );
        assert_eq!(check(&Source::new("tests/it/main.rs", text)), [""; 0]);
    }
}
