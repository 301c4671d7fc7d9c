//! Markdown as a flat list of headings, tables, list items and lines of prose, each with its line.
//!
//! Code blocks are left out, because they say nothing about a plan. Not here: the meaning of the blocks (`table`,
//! `claims` and the other readers).

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::exchange::input::Lines;

/// A table with more columns is not read as a task table.
pub(super) const COLUMNS_MAX: usize = 100;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub line: usize,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A heading; 1 is the highest level.
    Heading {
        level: u8,
        text: String,
    },
    /// The first line of a list item. `depth` is 1 for an outer list and grows with each list inside it.
    Item {
        depth: usize,
        text: String,
    },
    /// One line of prose.
    Prose(String),
    Table(Table),
}

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub line: usize,
    pub cells: Vec<String>,
}

impl Block {
    /// The text of a heading, an item or prose.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Heading { text, .. } | Content::Item { text, .. } | Content::Prose(text) => {
                Some(text)
            }
            Content::Table(_) => None,
        }
    }
}

/// The blocks of a document, in order.
pub(super) fn of(text: &str) -> Vec<Block> {
    let mut collector = Collector {
        lines: Lines::of(text),
        ..Collector::default()
    };
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let line = collector.lines.at(range.start);
        collector.take(event, line);
    }
    collector.flush();
    collector.blocks
}

#[derive(Default)]
struct Collector {
    lines: Lines,
    blocks: Vec<Block>,
    text: String,
    text_line: usize,
    depth: usize,
    item_begins: bool,
    heading: Option<(u8, usize)>,
    in_code: bool,
    table: Option<(usize, Table)>,
}

impl Collector {
    fn take(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) if !self.in_code => {
                self.add(&text, line)
            }
            Event::SoftBreak | Event::HardBreak
                if self.heading.is_some() || self.table.is_some() =>
            {
                self.add(" ", line)
            }
            Event::SoftBreak | Event::HardBreak => self.flush(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, line: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some((level_number(*level), line));
            }
            Tag::List(_) => {
                self.flush();
                self.depth += 1;
            }
            Tag::Item => {
                self.flush();
                self.item_begins = true;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.in_code = true;
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some((line, Table::default()));
            }
            Tag::TableRow => {
                if let Some((_, table)) = &mut self.table {
                    table.rows.push(Row {
                        line,
                        cells: Vec::new(),
                    });
                }
            }
            Tag::Paragraph | Tag::BlockQuote(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let text = std::mem::take(&mut self.text).trim().to_owned();
                if let Some((level, line)) = self.heading.take() {
                    self.blocks.push(Block {
                        line,
                        content: Content::Heading { level, text },
                    });
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                if let Some((_, table)) = &mut self.table {
                    let cells = table
                        .rows
                        .last_mut()
                        .map_or(&mut table.header, |row| &mut row.cells);
                    if cells.len() <= COLUMNS_MAX {
                        cells.push(cell);
                    }
                }
            }
            TagEnd::Table => {
                if let Some((line, table)) = self.table.take() {
                    self.blocks.push(Block {
                        line,
                        content: Content::Table(table),
                    });
                }
            }
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::List(_) => {
                self.flush();
                self.depth = self.depth.saturating_sub(1);
            }
            TagEnd::Item => {
                self.flush();
                self.item_begins = false;
            }
            TagEnd::Paragraph => self.flush(),
            _ => {}
        }
    }

    fn add(&mut self, text: &str, line: usize) {
        if self.text.is_empty() {
            self.text_line = line;
        }
        self.text.push_str(text);
    }

    /// Ends the current line of prose or of an item, and adds it as a block unless it is blank.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let text = text.trim().to_owned();
        let content = if std::mem::take(&mut self.item_begins) {
            Content::Item {
                depth: self.depth,
                text,
            }
        } else {
            Content::Prose(text)
        };
        self.blocks.push(Block {
            line: self.text_line,
            content,
        });
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_has_its_line_and_code_blocks_are_left_out() {
        let blocks = of(
            "# One\n\ntwo\nthree **four**\n\n1. five\n   ```\n   six\n   ```\n2. seven\n   - eight\n",
        );
        let seen: Vec<(usize, &str)> = blocks.iter().map(|b| (b.line, b.text().unwrap())).collect();
        assert_eq!(
            seen,
            [
                (1, "One"),
                (3, "two"),
                (4, "three four"),
                (6, "five"),
                (10, "seven"),
                (11, "eight")
            ]
        );
        assert_eq!(
            blocks[5].content,
            Content::Item {
                depth: 2,
                text: "eight".into()
            }
        );
    }

    #[test]
    fn cells_may_hold_escapes_code_and_line_breaks_as_entities() {
        let blocks =
            of("| # | Task |\r\n|---|---|\r\n| 1 | a \\| `b|c` \\* &#10; d |\r\n| 2 |\r\n");
        let Content::Table(table) = &blocks[0].content else {
            panic!()
        };
        assert_eq!(table.header, ["#", "Task"]);
        assert_eq!((table.rows[0].line, table.rows[1].line), (3, 4));
        assert_eq!(table.rows[1].cells, ["2", ""]);
    }
}
