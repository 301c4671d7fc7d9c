//! Texts of people in Markdown, as HTML in which nothing can run, load or hide.
//!
//! Raw HTML is shown as the text that it is, an image becomes a link to it, and a link leads only to the web or to a mailbox.
//! Not here: Markdown of our own (`render::markdown`).

use maud::{Markup, PreEscaped};
use pulldown_cmark::{
    Alignment, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html::push_html,
};

use crate::core::values::text::visible;

/// Where a link may lead.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// The text as HTML.
pub(super) fn prose(text: &str) -> Markup {
    let lines = text
        .lines()
        .map(|line| visible(&line.replace('\t', "    ")).into_owned());
    let text = lines.collect::<Vec<_>>().join("\n");
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut links = Links::default();
    let events = Parser::new_ext(&text, options).map(|event| harmless(event, &mut links));
    let mut page = String::with_capacity(text.len() * 2);
    push_html(&mut page, events);
    PreEscaped(page)
}

/// The links that are open, and whether each is one on the page.
#[derive(Default)]
struct Links(Vec<bool>);

impl Links {
    /// The start of a link that may be followed; of any other, only its text is stressed. There is no link inside a link.
    fn open<'t>(&mut self, link_type: LinkType, dest_url: CowStr<'t>) -> Event<'t> {
        let begins = |scheme: &&str| {
            let start = dest_url.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        let is_mail = link_type == LinkType::Email;
        let leads = (is_mail || SCHEMES.iter().any(begins)) && !self.0.contains(&true);
        self.0.push(leads);
        if leads {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title: CowStr::from(""),
                id: CowStr::from(""),
            })
        } else {
            Event::Start(Tag::Emphasis)
        }
    }

    fn close<'t>(&mut self) -> Event<'t> {
        Event::End(match self.0.pop() {
            Some(true) => TagEnd::Link,
            _ => TagEnd::Emphasis,
        })
    }
}

fn harmless<'t>(event: Event<'t>, links: &mut Links) -> Event<'t> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::TaskListMarker(ticked) => Event::Text(if ticked { "☑ " } else { "☐ " }.into()),
        // The headings of the page are its own.
        Event::Start(Tag::HtmlBlock | Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock | TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        Event::Start(
            Tag::Link {
                dest_url,
                link_type,
                ..
            }
            | Tag::Image {
                dest_url,
                link_type,
                ..
            },
        ) => links.open(link_type, dest_url),
        Event::End(TagEnd::Link | TagEnd::Image) => links.close(),
        // The policy of the page allows no style of an element.
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_laid_out() {
        let page =
            prose("# A\n\nIt is **bold** and `code`.\n\n- [x] one\n- two\n\n| a |\n|:-:|\n| b |\n")
                .0;
        for part in [
            "<p>A</p>",
            "<strong>bold</strong>",
            "<code>code</code>",
            "<li>☑ one</li>",
            "<td>b</td>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("style=") && !page.contains("<h1"), "{page}");
    }

    #[test]
    fn raw_html_is_text() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=x>\n<b>c</b>\n</div>",
            "<!-- hidden -->",
            "a\n\n<style>*{}</style>\n]]> </script>",
        ] {
            let page = prose(text).0;
            let tags = page.match_indices('<').map(|(at, _)| &page[at..]);
            for tag in tags {
                assert!(tag.starts_with("<p>") || tag.starts_with("</p>"), "{page}");
            }
        }
    }

    #[test]
    fn links_lead_only_to_the_web_and_images_are_links() {
        for (text, shown) in [
            (
                "[a](https://x.y/?a=1&b)",
                r#"<a href="https://x.y/?a=1&amp;b">a</a>"#,
            ),
            ("[a](javascript:alert)", "<em>a</em>"),
            ("[a](JaVaScRiPt:alert(1))", "<em>a</em>"),
            ("[a](data:text/html,x)", "<em>a</em>"),
            ("[a](#B)", "<em>a</em>"),
            (
                "![a](https://x.y/i.png)",
                r#"<a href="https://x.y/i.png">a</a>"#,
            ),
            (
                "[![a](https://x.y/i.png)](https://x.y)",
                r#"<a href="https://x.y"><em>a</em></a>"#,
            ),
            ("<a@b.c>", r#"<a href="mailto:a@b.c">a@b.c</a>"#),
        ] {
            assert_eq!(prose(text).0.trim(), format!("<p>{shown}</p>"), "{text}");
        }
    }

    #[test]
    fn invisible_characters_are_shown() {
        assert_eq!(
            prose("a\u{202e}b\u{1b}").0.trim(),
            "<p>a\\u{202e}b\\u{1b}</p>"
        );
    }
}
