//! What looks like a task in a file is a task, a step of one, or named: the counts agree, for each format.
//!
//! Not here: single cases (`rows`).

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Something that looks like a task: a word that only it has, its line, and the line of its table's header.
struct Mark {
    word: String,
    line: usize,
    header: usize,
}

/// A piece of a document.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Heading,
    Remark,
    Blank,
    Quote,
    Details,
    /// A table with ids or without, of so many rows.
    Table {
        ids: bool,
        rows: usize,
    },
    /// A row that stands alone.
    Row,
    Checkbox,
    Item,
}

fn any_piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        Just(Piece::Heading),
        Just(Piece::Remark),
        Just(Piece::Blank),
        Just(Piece::Quote),
        Just(Piece::Details),
        (any::<bool>(), 0..3usize).prop_map(|(ids, rows)| Piece::Table { ids, rows }),
        Just(Piece::Row),
        Just(Piece::Checkbox),
        Just(Piece::Item),
    ]
}

fn document(pieces: &[Piece]) -> (String, Vec<Mark>) {
    let (mut lines, mut marks): (Vec<String>, Vec<Mark>) = (Vec::new(), Vec::new());
    let mut header = 0;
    for piece in pieces {
        let mut marked = |lines: &mut Vec<String>, header, form: &dyn Fn(usize) -> String| {
            let number = marks.len() + 1;
            lines.push(form(number));
            let (word, line) = (format!("mark{number}."), lines.len());
            marks.push(Mark { word, line, header });
        };
        match piece {
            Piece::Heading => lines.push("## Part".to_owned()),
            Piece::Remark => lines.push("A remark.".to_owned()),
            Piece::Blank => lines.push(String::new()),
            Piece::Quote => lines.push("> quoted".to_owned()),
            Piece::Details => lines.push("<details>".to_owned()),
            Piece::Table { ids, rows } => {
                let names = if *ids {
                    "| ID | Task |"
                } else {
                    "| Task | Status |"
                };
                lines.extend(["", names, "|-|-|"].map(str::to_owned));
                header = lines.len() - 1;
                for _ in 0..*rows {
                    marked(&mut lines, header, &|n| {
                        let (id, last) = if *ids {
                            (format!("| T{n} "), "")
                        } else {
                            (String::new(), "open |")
                        };
                        format!("{id}| mark{n}. |{last}")
                    });
                }
            }
            Piece::Row => marked(&mut lines, header, &|n| format!("| T{n} | mark{n}. |")),
            Piece::Checkbox => marked(&mut lines, 0, &|n| format!("- [ ] mark{n}.")),
            Piece::Item => marked(&mut lines, 0, &|n| format!("- T{n}: mark{n}.")),
        }
    }
    (lines.join("\n") + "\n", marks)
}

/// The lines that a remark names: its own, and the numbers behind the word "line".
fn lines_of(line: usize, message: &str) -> BTreeSet<usize> {
    let told = message
        .split("line")
        .skip(1)
        .flat_map(|it| it.split(|c: char| !c.is_ascii_digit()));
    let told = told.filter_map(|number| number.parse().ok());
    std::iter::once(line).chain(told).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn in_markdown_the_counts_agree(pieces in prop::collection::vec(any_piece(), 1..9)) {
        let (text, marks) = document(&pieces);
        let mut texts = Vec::new();
        let remarks: Vec<(usize, String)> = match read(Format::Markdown, text.as_bytes(), &Limits::default()) {
            Ok(draft) => {
                for task in &draft.tasks {
                    texts.push(task.fields.title.as_str().to_owned());
                    texts.extend(task.steps.iter().map(|step| step.text.clone()));
                }
                draft.findings.into_iter().map(|it| (it.line, it.message)).collect()
            }
            Err(complaints) => complaints.iter().map(|it| (it.line, it.message.clone())).collect(),
        };
        for Mark { word, line, header } in &marks {
            let is_taken = texts.iter().any(|text| text.contains(word));
            let is_named = remarks.iter().any(|(at, message)| {
                let lines = lines_of(*at, message);
                message.contains(word) || lines.contains(line) || lines.contains(header)
            });
            prop_assert!(is_taken || is_named, "{} on line {}:\n{}\n{:?}", word, line, text, remarks);
        }
        let taken = texts.iter().filter(|text| text.contains("mark")).count();
        prop_assert!(taken <= marks.len(), "{}", text);
    }

    #[test]
    fn in_csv_the_counts_agree(
        rows in prop::collection::vec(("[A-C]?", "[a ,;\"\n=|-]{0,6}", 0..3usize), 0..6),
        separator in prop::sample::select(&[",", ";", "\t"][..]),
        end in prop::sample::select(&["\n", "\r\n"][..]),
    ) {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut text = ["id", "title", "status"].join(separator) + end;
        let (mut line, mut expected) = (2, Vec::new());
        for (number, (id, title, more)) in rows.iter().enumerate() {
            let id = if id.is_empty() { String::new() } else { format!("{id}{number}") };
            let mut cells = vec![id.clone(), quoted(title), "open".to_owned()];
            cells.extend(vec!["more".to_owned(); *more]);
            text += &(cells.join(separator) + end);
            expected.push((line, id, title));
            line += 1 + title.matches('\n').count();
        }
        match read(Format::Csv, text.as_bytes(), &Limits::default()) {
            Ok(draft) => {
                let mut taken = draft.tasks.iter().map(|task| (task.line, task.fields.title.as_str()));
                for (line, _, title) in expected {
                    prop_assert_eq!(taken.next(), Some((line, title.as_str())), "{}", text);
                }
                prop_assert_eq!(taken.next(), None);
            }
            // A row without an id or a title refuses the file, and is named.
            Err(complaints) => {
                let told: BTreeSet<usize> = complaints.iter().map(|it| it.line).collect();
                let blank = expected.iter().filter(|(_, id, title)| {
                    id.is_empty() || title.parse::<Text>().is_err()
                });
                let blank: BTreeSet<usize> = blank.map(|(line, ..)| *line).collect();
                let none = BTreeSet::from([1]);
                prop_assert_eq!(&told, if rows.is_empty() { &none } else { &blank }, "{}", text);
            }
        }
    }

    #[test]
    fn in_json_the_counts_agree(elements in prop::collection::vec(0..5usize, 1..8)) {
        let element = |(n, kind): (usize, &usize)| match kind {
            0 | 1 => format!("{{\"id\":\"T{n}\",\"title\":\"t\"}}"),
            2 => format!("{{\"title\":\"no id {n}\"}}"),
            3 => "\"a text\"".to_owned(),
            _ => format!("{{\"id\":\"T{n}\",\"title\":\" \"}}"),
        };
        let lines: Vec<String> = elements.iter().enumerate().map(element).collect();
        let text = format!("[\n{}\n]", lines.join(",\n"));
        let bad = elements.iter().zip(2..).filter(|(kind, _)| **kind > 1);
        let bad: Vec<usize> = bad.map(|(_, line)| line).collect();
        match read(Format::TaskList, text.as_bytes(), &Limits::default()) {
            Ok(draft) => {
                prop_assert!(bad.is_empty());
                prop_assert_eq!(draft.tasks.len(), elements.len());
            }
            Err(complaints) => {
                let told: Vec<usize> = complaints.iter().map(|it| it.line).collect();
                prop_assert_eq!(told, bad, "{}", text);
            }
        }
    }
}
