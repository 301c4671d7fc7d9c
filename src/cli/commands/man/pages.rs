//! The man pages of the program: one for each command, the tutorial and the format.
//!
//! Not here: documents as pages (`document`), and writing them (`man`).

use clap::Command;
use clap_mangen::Man;
use roff::{Inline, Roff, bold, roman};

use super::document;
use crate::cli::commands::GROUPS;

/// A man page.
pub struct Page {
    /// Its name, such as `git-coord-claim`.
    pub name: String,
    /// Its section of the manual: 1, 5 or 7.
    pub section: u8,
    /// Its text, in roff.
    pub text: String,
}

impl Page {
    /// Where it is below a folder of man pages.
    pub fn path(&self) -> String {
        let Self { name, section, .. } = self;
        format!("man{section}/{name}.{section}")
    }
}

/// What the pages are called together.
const MANUAL: &str = "Git Coord Manual";
/// The program and its version.
const SOURCE: &str = concat!("git-coord ", env!("CARGO_PKG_VERSION"));

/// All pages. `program` has the form of its help: general options are hidden on the pages of the commands.
pub fn all(mut program: Command) -> Vec<Page> {
    program.build();
    let mut pages = vec![page(&program, "git coord", true)];
    below(&program, "git coord", &mut pages);
    let tutorial = include_str!("../../../../docs/stories/first-day.md");
    let format = include_str!("../../../../LEDGER_FORMAT.md");
    for (name, section, about, text) in [
        (
            "gitcoord-tutorial",
            7,
            "A first day with git coord",
            tutorial,
        ),
        (
            "git-coord-format",
            5,
            "The format of the ledger of git coord",
            format,
        ),
    ] {
        let head = title(name, section) + &heading_of_name(name, about);
        let text =
            head + ".SH DESCRIPTION\n" + &document::roff(text) + &see_also(&["git-coord(1)"]);
        let name = name.to_owned();
        pages.push(Page {
            name,
            section,
            text,
        });
    }
    pages
}

/// Adds the pages of the commands inside a command.
fn below(command: &Command, path: &str, pages: &mut Vec<Page>) {
    let shown = command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set());
    for inner in shown.filter(|inner| inner.get_name() != "help") {
        let path = format!("{path} {}", inner.get_name());
        pages.push(page(inner, &path, false));
        below(inner, &path, pages);
    }
}

fn page(command: &Command, path: &str, is_program: bool) -> Page {
    let name = path.replace(' ', "-");
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let man = Man::new(command.clone().bin_name(path));
    let mut text = title(&name, 1) + &heading_of_name(&name, &about);
    text += &rendered(|to| man.render_synopsis_section(to));
    text += &rendered(|to| man.render_description_section(to));
    if command.get_arguments().any(|it| !it.is_hide_set()) {
        text += &rendered(|to| man.render_options_section(to));
    }
    text += &if is_program {
        groups(command)
    } else {
        inner(command, &name)
    };
    text += &examples(command);
    let above = name
        .rsplit_once('-')
        .map_or("git-coord", |(above, _)| above);
    let above = format!("{above}(1)");
    text += &if is_program {
        see_also(&["gitcoord-tutorial(7)", "git-coord-format(5)", "git(1)"])
    } else if above == "git-coord(1)" {
        see_also(&["git-coord(1)"])
    } else {
        see_also(&[above.as_str(), "git-coord(1)"])
    };
    Page {
        name,
        section: 1,
        text,
    }
}

/// A part of a page as clap_mangen makes it; writing to memory cannot fail.
fn rendered(render: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    let written = render(&mut bytes);
    debug_assert!(written.is_ok());
    let text = String::from_utf8(bytes).unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !PREAMBLE.lines().any(|own| own == *line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What every page begins with: how the mark `'` is written, which clap_mangen puts before each part.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

fn title(name: &str, section: u8) -> String {
    let mut roff = Roff::new();
    let section = section.to_string();
    roff.control(
        "TH",
        [
            name.to_uppercase().as_str(),
            &section,
            NO_DATE,
            SOURCE,
            MANUAL,
        ],
    );
    PREAMBLE.to_owned() + &roff.to_roff()
}

/// A page has no date of its own; without a word in its place, the next ones would move up.
const NO_DATE: &str = " ";

fn heading_of_name(name: &str, about: &str) -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {about}"))]);
    roff.to_roff()
}

/// The commands of the program in their groups.
fn groups(program: &Command) -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for (group, names) in GROUPS {
        roff.control("SS", [*group]);
        let commands = names
            .iter()
            .filter_map(|name| program.find_subcommand(name));
        for command in commands.filter(|command| !command.is_hide_set()) {
            listed(
                &mut roff,
                &format!("git-coord-{}(1)", command.get_name()),
                command,
            );
        }
    }
    roff.to_roff()
}

/// The commands inside a command.
fn inner(command: &Command, name: &str) -> String {
    let mut roff = Roff::new();
    let shown = command
        .get_subcommands()
        .filter(|it| !it.is_hide_set() && it.get_name() != "help");
    let commands: Vec<&Command> = shown.collect();
    if !commands.is_empty() {
        roff.control("SH", ["COMMANDS"]);
    }
    for command in commands {
        listed(
            &mut roff,
            &format!("{name}-{}(1)", command.get_name()),
            command,
        );
    }
    roff.to_roff()
}

fn listed(roff: &mut Roff, page: &str, command: &Command) {
    let about = command.get_about().map(ToString::to_string);
    roff.control("TP", []);
    roff.text([bold(page)]);
    roff.text([roman(about.unwrap_or_default())]);
}

/// The examples at the end of the long help.
fn examples(command: &Command) -> String {
    let help = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut lines = help.lines().skip(1).map(str::trim).peekable();
    let mut roff = Roff::new();
    if lines.peek().is_some() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []);
        roff.text(
            lines
                .flat_map(|line| [roman(line), Inline::LineBreak])
                .collect::<Vec<_>>(),
        );
        roff.control("fi", []);
    }
    roff.to_roff()
}

fn see_also(pages: &[&str]) -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(pages.join(", "))]);
    roff.to_roff()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<Page> {
        all(crate::cli::program())
    }

    #[test]
    fn every_command_has_a_page_with_a_name_a_synopsis_and_examples() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
        for name in [
            "git-coord",
            "git-coord-claim",
            "git-coord-actor-add",
            "gitcoord-tutorial",
        ] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        for page in &pages {
            let has = |part: &str| page.text.contains(&format!(".SH {part}"));
            assert!(has("NAME") && page.text.starts_with(".ie"), "{}", page.name);
            let is_of_command = page.section == 1;
            assert_eq!(is_of_command, has("SYNOPSIS"), "{}", page.name);
            assert_eq!(is_of_command, has("EXAMPLES"), "{}", page.name);
            assert!(
                !page.text.contains("no\\-pager") || page.name == "git-coord",
                "{}",
                page.name
            );
        }
    }

    #[test]
    fn no_line_of_a_page_is_a_request_by_accident() {
        const REQUESTS: &[&str] = &[
            ".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".RS", ".RE", ".br", ".ie", ".el",
            ".IP",
        ];
        for page in pages() {
            for line in page
                .text
                .lines()
                .filter(|line| line.starts_with(['.', '\'']))
            {
                assert!(
                    REQUESTS.iter().any(|request| line.starts_with(request)),
                    "{line}"
                );
            }
        }
    }
}
