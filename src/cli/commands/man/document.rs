//! A document in Markdown as the text of a man page.
//!
//! Not here: the pages of the commands (`pages`).

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use roff::{Inline, Roff, bold, italic, roman};

/// The document below its title, in roff. Headings are sections, rows of tables are paragraphs with a mark, links are their texts.
pub(super) fn roff(markdown: &str) -> String {
    let mut page = Document::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.roff.to_roff()
}

#[derive(Default)]
struct Document {
    roff: Roff,
    line: Vec<Inline>,
    /// The number of the item in each list around this place; none in a list with bullets.
    lists: Vec<Option<u64>>,
    is_bold: bool,
    is_italic: bool,
    is_code: bool,
    /// Whether an item or a row has begun, whose first paragraph needs no request of its own.
    is_begun: bool,
}

impl Document {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => {
                for line in text.lines() {
                    self.line.extend([roman(line), Inline::LineBreak]);
                }
            }
            Event::Text(text) => self.add(&text),
            Event::Code(text) => self.line.push(bold(text.as_ref())),
            Event::SoftBreak | Event::HardBreak => self.line.push(roman(" ")),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        self.line.push(match (self.is_bold, self.is_italic) {
            (true, _) => bold(text),
            (false, true) => italic(text),
            (false, false) => roman(text),
        });
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph if !std::mem::take(&mut self.is_begun) => self.roff_control("PP", &[]),
            Tag::List(first) => {
                self.flush();
                self.lists.push(*first);
                if self.lists.len() > 1 {
                    self.roff_control("RS", &["4"]);
                }
            }
            Tag::Item => {
                self.flush();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "\\(bu".to_owned(),
                };
                self.roff_control("IP", &[&mark, "4"]);
                self.is_begun = true;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                for request in ["PP", "nf", "RS"] {
                    self.roff_control(request, &[]);
                }
                self.is_code = true;
            }
            Tag::TableRow => self.roff_control("IP", &["\\(bu", "4"]),
            Tag::Strong => self.is_bold = true,
            Tag::Emphasis => self.is_italic = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let text: String = std::mem::take(&mut self.line).iter().map(plain).collect();
                match level {
                    HeadingLevel::H1 => {}
                    HeadingLevel::H2 => self.roff_control("SH", &[&text.to_uppercase()]),
                    _ => self.roff_control("SS", &[&text]),
                }
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                if !self.lists.is_empty() {
                    self.roff_control("RE", &[]);
                }
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.is_code = false;
                for request in ["RE", "fi"] {
                    self.roff_control(request, &[]);
                }
            }
            TagEnd::TableCell => self.line.push(roman("  ")),
            TagEnd::TableHead => {
                self.roff.control("PP", []);
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow => self.flush(),
            TagEnd::Strong => self.is_bold = false,
            TagEnd::Emphasis => self.is_italic = false,
            _ => {}
        }
    }

    fn roff_control(&mut self, request: &str, arguments: &[&str]) {
        self.flush();
        self.roff.control(request, arguments.iter().copied());
    }

    /// Ends the line of text.
    fn flush(&mut self) {
        if !self.line.is_empty() {
            self.roff.text(std::mem::take(&mut self.line));
        }
    }
}

fn plain(inline: &Inline) -> &str {
    match inline {
        Inline::Roman(text) | Inline::Italic(text) | Inline::Bold(text) => text,
        Inline::LineBreak => " ",
    }
}
