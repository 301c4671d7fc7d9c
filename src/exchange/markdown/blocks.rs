//! Markdown as a flat list of headings, tables, list items and lines of prose, each with its line.
//!
//! Code blocks are left out, because they say nothing about a plan. A remark ends a table in Markdown, but not for the
//! people who write plans: rows after it belong to the table above. Not here: the meaning of the blocks (`table`,
//! `claims` and the other readers).

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::exchange::{
    input::Lines,
    table::{COLUMNS_MAX, Row, Table},
};

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
        /// Whether its checkbox is ticked, if it has one.
        ticked: Option<bool>,
        text: String,
    },
    /// One line of prose.
    Prose(String),
    Table(Table),
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
    /// Whether it is a line of prose that looks like a row of a table.
    pub fn is_lost_row(&self) -> bool {
        matches!(&self.content, Content::Prose(text) if text.starts_with('|'))
    }
}

/// The blocks of a document, in order.
pub(super) fn of(text: &str) -> Vec<Block> {
    let mut resumed = Resumed {
        source: text.lines().collect(),
        blocks: Vec::new(),
        table: None,
    };
    parsed(text)
        .into_iter()
        .for_each(|block| resumed.take(block));
    resumed.blocks
}

/// The blocks as Markdown has them.
fn parsed(text: &str) -> Vec<Block> {
    let mut collector = Collector {
        lines: Lines::of(text),
        ..Collector::default()
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = collector.lines.at(range.start);
        collector.take(event, line, &text[range]);
    }
    collector.flush();
    collector.blocks
}

/// The blocks, with interrupted tables resumed up to the next heading.
struct Resumed<'t> {
    source: Vec<&'t str>,
    blocks: Vec<Block>,
    /// The index of the table that a row belongs to.
    table: Option<usize>,
}

impl Resumed<'_> {
    fn take(&mut self, block: Block) {
        match &block.content {
            Content::Heading { .. } => self.table = None,
            Content::Table(_) => self.table = Some(self.blocks.len()),
            Content::Prose(_) if self.resumes(block.line) => return,
            _ => {}
        }
        self.blocks.push(block);
    }

    /// Takes a line of prose as a row of the table above, or as a header if a line of dashes follows.
    fn resumes(&mut self, line: usize) -> bool {
        let bare = |line: &str| {
            line.trim_start_matches([' ', '\t', '>'])
                .trim_end()
                .to_owned()
        };
        let at = |line: usize| self.source.get(line.wrapping_sub(1)).map(|it| bare(it));
        let Some(source) = at(line) else { return false };
        if !source.contains('|') {
            return false;
        }
        if is_delimiter(&source) && source.starts_with('|') {
            return self.table.is_some();
        }
        if source.starts_with('|') && at(line + 1).is_some_and(|next| is_delimiter(&next)) {
            let header = row(line, &source, cell_count(&source)).cells;
            let rows = Vec::new();
            self.table = Some(self.blocks.len());
            self.blocks.push(Block {
                line,
                content: Content::Table(Table { header, rows }),
            });
            return true;
        }
        let Some(table) = self.table else {
            return false;
        };
        let Block {
            line: first,
            content: Content::Table(table),
        } = &mut self.blocks[table]
        else {
            return false;
        };
        let columns = table.header.len();
        let header = self.source.get(first.wrapping_sub(1)).map(|it| bare(it));
        let has_open_rows = header.is_some_and(|header| !header.starts_with('|'));
        if !(source.starts_with('|') || has_open_rows && cell_count(&source) == columns) {
            return false;
        }
        table.rows.push(row(line, &source, columns));
        true
    }
}

/// Whether a line is the line of dashes below the header of a table.
fn is_delimiter(line: &str) -> bool {
    line.contains('-') && line.contains('|') && line.chars().all(|c| " \t|:-".contains(c))
}

/// The number of cells in the source of a row.
fn cell_count(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let escaped = row.matches("\\|").count();
    let last = usize::from(!row.ends_with('|') || row.ends_with("\\|"));
    row.matches('|').count() - escaped + last
}

/// The row in a line that stands alone.
fn row(line: usize, source: &str, columns: usize) -> Row {
    let (names, dashes) = ("|a".repeat(columns), "|-".repeat(columns));
    let table = format!("{names}|\n{dashes}|\n{source}\n");
    let rows = parsed(&table)
        .into_iter()
        .find_map(|block| match block.content {
            Content::Table(table) => table.rows.into_iter().next(),
            _ => None,
        });
    let is_cut = cell_count(source) > columns;
    let cells = rows.map(|row| row.cells).unwrap_or_default();
    Row {
        line,
        cells,
        is_cut,
    }
}

#[derive(Default)]
struct Collector {
    lines: Lines,
    blocks: Vec<Block>,
    text: String,
    text_line: usize,
    depth: usize,
    item_begins: bool,
    ticked: Option<bool>,
    heading: Option<(u8, usize)>,
    in_code: bool,
    is_indented: bool,
    table: Option<(usize, Table)>,
    /// The lines inside the table that have no cells.
    remarks: Vec<usize>,
}

impl Collector {
    fn take(&mut self, event: Event<'_>, line: usize, source: &str) {
        match event {
            Event::Start(tag) => self.start(&tag, line, source),
            Event::End(tag) => self.end(tag),
            Event::InlineHtml(text) if text.starts_with("<!--") => {}
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) if !self.in_code => {
                self.add(&text, line)
            }
            Event::SoftBreak | Event::HardBreak
                if self.heading.is_some() || self.table.is_some() =>
            {
                self.add(" ", line)
            }
            Event::SoftBreak | Event::HardBreak => self.flush(),
            Event::TaskListMarker(ticked) => self.ticked = Some(ticked),
            Event::Html(text) => self.tasks_in(&text, line),
            Event::Text(text) if self.is_indented => self.tasks_in(&text, line),
            _ => {}
        }
    }

    /// Adds the rows of a table and the items of a list inside HTML or indented code, where Markdown has none.
    fn tasks_in(&mut self, text: &str, line: usize) {
        for (line, text) in (line..).zip(text.lines()) {
            let text = text.trim();
            let content = match text.strip_prefix("- ").or(text.strip_prefix("* ")) {
                Some(item) => item_of(item),
                None if text.starts_with('|') => Content::Prose(text.to_owned()),
                None => continue,
            };
            self.blocks.push(Block { line, content });
        }
    }

    fn start(&mut self, tag: &Tag<'_>, line: usize, source: &str) {
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
            Tag::CodeBlock(kind) => {
                self.flush();
                self.in_code = true;
                self.is_indented = *kind == CodeBlockKind::Indented;
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some((line, Table::default()));
            }
            Tag::TableRow => {
                if let Some((_, table)) = &mut self.table {
                    if table.header.len() > 1 && !source.contains('|') {
                        self.remarks.push(line);
                    }
                    let is_cut = cell_count(source) > table.header.len();
                    let cells = Vec::new();
                    table.rows.push(Row {
                        line,
                        cells,
                        is_cut,
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
                let text = std::mem::take(&mut self.text);
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
                if let Some((line, mut table)) = self.table.take() {
                    let remarks = std::mem::take(&mut self.remarks);
                    let is_remark = |row: &mut Row| remarks.binary_search(&row.line).is_ok();
                    let remarks: Vec<Row> = table.rows.extract_if(.., is_remark).collect();
                    let content = Content::Table(table);
                    self.blocks.push(Block { line, content });
                    self.blocks.extend(remarks.into_iter().map(|row| Block {
                        line: row.line,
                        content: Content::Prose(row.cells.concat()),
                    }));
                }
            }
            TagEnd::CodeBlock => (self.in_code, self.is_indented) = (false, false),
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
        let ticked = self.ticked.take();
        let content = if std::mem::take(&mut self.item_begins) {
            Content::Item {
                depth: self.depth,
                ticked,
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

/// An outer item with its checkbox, if it has one.
fn item_of(item: &str) -> Content {
    let boxes = [("[ ] ", false), ("[x] ", true), ("[X] ", true)];
    let ticked = boxes
        .iter()
        .find_map(|(mark, ticked)| Some((item.strip_prefix(mark)?, *ticked)));
    Content::Item {
        depth: 1,
        ticked: ticked.map(|(_, ticked)| ticked),
        text: ticked.map_or(item, |(text, _)| text).to_owned(),
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
                ticked: None,
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
