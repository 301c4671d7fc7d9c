//! A session at a shell, as a document shows it: commands, what each answers, and how it ended.
//!
//! Not here: running it (`stories`). The form is described in docs/stories/README.md.

use std::ops::Range;

/// One command of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its line in the document, from 1.
    pub line: usize,
    /// The command, with its further lines.
    pub command: String,
    /// Its output; a last line `? N` is its exit status where that is not 0.
    pub answer: Vec<String>,
    /// The lines of the document that hold the answer, from 0.
    place: Range<usize>,
}

/// Every command in the blocks ```` ```console ```` of a document.
pub fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (index, line) in document.lines().enumerate() {
        let fence = line.starts_with("```");
        if fence {
            inside = line == "```console";
        }
        if !inside || fence {
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                line: index + 1,
                command: command.to_owned(),
                answer: Vec::new(),
                place: index + 1..index + 1,
            });
            continue;
        }
        let Some(step) = steps.last_mut().filter(|step| step.place.end == index) else {
            panic!("line {}: a session begins with '$ '", index + 1);
        };
        step.place.end = index + 1;
        match line.strip_prefix("> ").filter(|_| step.answer.is_empty()) {
            Some(more) => {
                step.command.push('\n');
                step.command.push_str(more);
                step.place.start = index + 1;
            }
            None => step.answer.push(line.to_owned()),
        }
    }
    steps
}

/// The answer of a command as a document shows it.
pub fn answer(output: &str, exit: i32) -> Vec<String> {
    let mut lines: Vec<String> = output.lines().map(ToOwned::to_owned).collect();
    if exit != 0 {
        lines.push(format!("? {exit}"));
    }
    lines
}

/// The document with these answers instead of its own.
pub fn rewritten(document: &str, answers: &[(Step, Vec<String>)]) -> String {
    let mut lines: Vec<&str> = document.lines().collect();
    for (step, answer) in answers.iter().rev() {
        lines.splice(step.place.clone(), answer.iter().map(String::as_str));
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
# A story

```console
$ echo one; echo two
one
two
$ cat <<end
> a
> end
a
$ true
```

Prose, and `$ no command`.

```sh
$ not run
```

```console
$ exit 3
> is an answer
? 3
```
";

    #[test]
    fn commands_and_answers_are_distinguished() {
        let found: Vec<(usize, String, Vec<String>)> = steps(DOCUMENT)
            .into_iter()
            .map(|step| (step.line, step.command, step.answer))
            .collect();
        let step = |line, command: &str, answer: &[&str]| {
            (
                line,
                command.to_owned(),
                answer.iter().map(|line| (*line).to_owned()).collect(),
            )
        };
        assert_eq!(
            found,
            [
                step(4, "echo one; echo two", &["one", "two"]),
                step(7, "cat <<end\na\nend", &["a"]),
                step(11, "true", &[]),
                step(21, "exit 3\nis an answer", &["? 3"]),
            ]
        );
    }

    #[test]
    fn an_answer_ends_with_the_exit_status_unless_that_is_0() {
        assert_eq!(answer("a\n\nb\n", 0), ["a", "", "b"]);
        assert_eq!(answer("", 128), ["? 128"]);
    }

    #[test]
    fn new_answers_take_the_place_of_the_old_ones() {
        let text = |lines: &[&str]| {
            lines
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
        };
        let steps = steps(DOCUMENT);
        let answers = [text(&["1"]), text(&["a", "b"]), text(&["new"]), text(&[])];
        let rewritten = rewritten(
            DOCUMENT,
            &steps.iter().cloned().zip(answers).collect::<Vec<_>>(),
        );
        let wanted = DOCUMENT
            .replace("one\ntwo\n", "1\n")
            .replace("end\na\n$", "end\na\nb\n$");
        let wanted = wanted
            .replace("$ true\n", "$ true\nnew\n")
            .replace("? 3\n", "");
        assert_eq!(rewritten, wanted);
        let same: Vec<_> = steps
            .iter()
            .map(|step| (step.clone(), step.answer.clone()))
            .collect();
        assert_eq!(super::rewritten(DOCUMENT, &same), DOCUMENT);
    }

    #[test]
    #[should_panic(expected = "line 2: a session begins with '$ '")]
    fn a_block_that_begins_without_a_command_is_an_error() {
        steps("```console\nanswer\n```\n");
    }
}
