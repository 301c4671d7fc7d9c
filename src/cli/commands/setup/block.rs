//! Our lines in a Markdown file of the user, between two marks: adding and removing them without a trace.
//!
//! Pure functions, so that a test can prove that removal restores the file. The first mark names the version, and the hosts for
//! which the lines are there. Not here: the lines (`templates`), and reading and writing files (`files`).

use std::collections::BTreeSet;

use super::host::SetupHost;

/// The beginning of the line before ours.
const BEGIN: &str = "<!-- git-coord:begin";
/// The rest of it, up to the hosts.
const VERSION: &str = " v1 for ";
/// The note after the hosts in a file that has only our lines.
const ALONE: &str = "; this file too";
/// The line after ours.
const END: &str = "<!-- git-coord:end -->";

/// The hosts that need something.
pub type Hosts = BTreeSet<SetupHost>;

/// Our lines in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    start: usize,
    /// After the second mark, before its line break.
    end: usize,
    /// The line break after the first mark.
    line_break: &'static str,
    /// Whether the file has only our lines.
    alone: bool,
    hosts: Hosts,
}

/// The file with `lines` for `host`, after what the file has; `None` is a file that does not exist.
///
/// # Errors
/// Why our lines in the file are malformed.
pub fn with(file: Option<&str>, lines: &str, host: SetupHost) -> Result<String, String> {
    let Some(file) = file else {
        let block = block(lines, &Hosts::from([host]), true, "\n");
        return Ok(block + "\n");
    };
    if let Some(mut found) = find(file)? {
        found.hosts.insert(host);
        return Ok(replaced(file, &found, lines));
    }
    let line_break = if file.contains("\r\n") { "\r\n" } else { "\n" };
    let block = block(lines, &Hosts::from([host]), false, line_break);
    Ok(match file {
        "" => block + line_break,
        file if file.ends_with('\n') => [file, line_break, &block, line_break].concat(),
        file => [file, line_break, line_break, &block].concat(),
    })
}

/// The file without our lines for `host`: `Some(None)` if nothing is left of it and it was ours; none if it has none for this host.
///
/// # Errors
/// Why our lines in the file are malformed.
pub fn without(file: &str, lines: &str, host: SetupHost) -> Result<Option<Option<String>>, String> {
    let Some(mut found) = find(file)? else {
        return Ok(None);
    };
    if !found.hosts.remove(&host) {
        return Ok(None);
    }
    if !found.hosts.is_empty() {
        return Ok(Some(Some(replaced(file, &found, lines))));
    }
    let (before, after) = (&file[..found.start], &file[found.end..]);
    let is_break = |text: &str| text.strip_prefix(found.line_break).map(str::len);
    let less = |text: &'_ str| {
        text.strip_suffix(found.line_break)
            .map_or(text.len(), str::len)
    };
    let (before, after) = match is_break(after) {
        Some(rest) => (&before[..less(before)], &after[after.len() - rest..]),
        // The file had no line break at its end: two were added.
        None => {
            let once = &before[..less(before)];
            (&once[..less(once)], after)
        }
    };
    let rest = [before, after].concat();
    Ok(Some((!(found.alone && rest.is_empty())).then_some(rest)))
}

/// For which hosts our lines are in the file; none if it has none.
///
/// # Errors
/// Why they are malformed.
pub fn hosts(file: &str) -> Result<Option<Hosts>, String> {
    Ok(find(file)?.map(|found| found.hosts))
}

fn replaced(file: &str, found: &Found, lines: &str) -> String {
    let block = block(lines, &found.hosts, found.alone, found.line_break);
    [&file[..found.start], &block, &file[found.end..]].concat()
}

fn block(lines: &str, hosts: &Hosts, alone: bool, line_break: &str) -> String {
    let hosts: Vec<&str> = hosts.iter().map(|host| host.as_str()).collect();
    let note = if alone { ALONE } else { "" };
    let begin = format!("{BEGIN}{VERSION}{}{note} -->", hosts.join(", "));
    let block = format!("{begin}\n{}\n{END}", lines.trim_end());
    block.replace('\n', line_break)
}

fn find(file: &str) -> Result<Option<Found>, String> {
    let mut open: Option<Found> = None;
    let mut found: Option<Found> = None;
    let mut start = 0;
    for (number, line) in (1..).zip(file.split_inclusive('\n')) {
        let text = line.trim_end_matches(['\r', '\n']);
        if text.starts_with(BEGIN) {
            if open.is_some() || found.is_some() {
                return Err(format!("line {number} begins a second block of git-coord"));
            }
            let (hosts, alone) = header(text).ok_or_else(|| {
                format!("line {number} begins a block of git-coord in a form that this version does not know")
            })?;
            let line_break = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            open = Some(Found {
                start,
                end: start,
                line_break,
                alone,
                hosts,
            });
        } else if text.starts_with(END) {
            let Some(begun) = open.take().filter(|_| text == END) else {
                return Err(format!(
                    "line {number} ends a block of git-coord that did not begin"
                ));
            };
            let end = start + text.len();
            found = Some(Found { end, ..begun });
        }
        start += line.len();
    }
    match open {
        Some(_) => Err(format!("the block of git-coord has no end: '{END}'")),
        None => Ok(found),
    }
}

/// The hosts of the first mark, and whether the file has only our lines.
fn header(line: &str) -> Option<(Hosts, bool)> {
    let rest = line.strip_prefix(BEGIN)?.strip_prefix(VERSION)?;
    let rest = rest.strip_suffix(" -->")?;
    let (hosts, alone) = match rest.strip_suffix(ALONE) {
        Some(hosts) => (hosts, true),
        None => (rest, false),
    };
    let hosts: Option<Hosts> = hosts.split(", ").map(SetupHost::named).collect();
    hosts.map(|hosts| (hosts, alone))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINES: &str = "## Ours\n\n- one\n";
    const HOSTS: [SetupHost; 3] = [SetupHost::Claude, SetupHost::Codex, SetupHost::Agents];

    fn removed(file: &str, host: SetupHost) -> Option<String> {
        without(file, LINES, host).unwrap().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_added_is_removed_without_a_trace(
            parts in prop::collection::vec(prop_oneof!["[a-z #<!-]{0,6}", Just("\n".to_owned()), Just("\r\n".to_owned()), Just("\r".to_owned()), any::<String>()], 0..8),
            order in Just(HOSTS.to_vec()).prop_shuffle(),
        ) {
            let file = parts.concat();
            prop_assume!(!file.contains("<!-- git-coord"));
            let mut now = file.clone();
            for host in HOSTS {
                now = with(Some(&now), LINES, host).unwrap();
                // Once more changes nothing.
                prop_assert_eq!(with(Some(&now), LINES, host).unwrap(), now.clone());
            }
            for host in &order[..2] {
                now = removed(&now, *host).unwrap();
            }
            prop_assert_eq!(removed(&now, order[2]), Some(file));
        }

        #[test]
        fn other_lines_of_ours_are_replaced_where_they_are(before in "[a-z\n]{0,9}", after in "[a-z\n]{0,9}") {
            let old = with(Some(&before), "old\n", SetupHost::Claude).unwrap() + "\n" + &after;
            let new = with(Some(&old), LINES, SetupHost::Claude).unwrap();
            prop_assert_eq!(new.replace("## Ours\n\n- one", "old"), old);
        }
    }

    #[test]
    fn a_file_that_was_made_is_removed_and_an_empty_one_stays() {
        let made = with(None, LINES, SetupHost::Codex).unwrap();
        assert_eq!(
            made,
            "<!-- git-coord:begin v1 for codex; this file too -->\n## Ours\n\n- one\n<!-- git-coord:end -->\n"
        );
        assert_eq!(removed(&made, SetupHost::Codex), None);
        let longer = made + "\nmine\n";
        assert_eq!(
            removed(&longer, SetupHost::Codex).as_deref(),
            Some("\nmine\n")
        );
        let empty = with(Some(""), LINES, SetupHost::Codex).unwrap();
        assert_eq!(removed(&empty, SetupHost::Codex).as_deref(), Some(""));
        assert_eq!(without("mine\n", LINES, SetupHost::Codex), Ok(None));
    }

    #[test]
    fn malformed_marks_are_refused_with_their_line() {
        let good = with(Some("a\n"), LINES, SetupHost::Codex).unwrap();
        for (file, why) in [
            (good.replace(END, ""), "has no end"),
            (good.replace("v1", "v9"), "line 3 begins a block"),
            (good.replace("codex", "nobody"), "line 3 begins a block"),
            (good.clone() + &good, "line 10 begins a second block"),
            (format!("{END}\n{good}"), "line 1 ends a block"),
            (good.replace(" -->", " ->"), "line 3 begins a block"),
        ] {
            let told = with(Some(&file), LINES, SetupHost::Codex).unwrap_err();
            assert!(told.contains(why), "{told}\n{file}");
            assert_eq!(without(&file, LINES, SetupHost::Codex), Err(told));
        }
    }
}
