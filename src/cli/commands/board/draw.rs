//! Drawing the board: a function of what it shows and of the size of the terminal. Only rows on the screen are drawn.
//!
//! Not here: what is shown (`model`), and the terminal (`terminal`).

use anstyle::{AnsiColor, Color as AnsiColour, Effects};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::{
    keys::BINDINGS,
    model::{Board, COLUMN_TITLES, COLUMNS, InputMode, Tone, VIEWS, ViewRow},
};
use crate::{
    core::{
        values::{task::Status, text::visible},
        views::snapshot::TaskDocument,
    },
    render::{
        text::{cut, of_status},
        words,
    },
};

/// The width from which details are beside the view, not instead of it.
const WIDE: u16 = 70;
/// The width of a column below which fewer columns are shown.
const COLUMN: u16 = 14;

/// The rectangles of the view and of the details.
fn panes(board: &Board, area: Rect) -> (Rect, Option<Rect>) {
    let body = Rect {
        y: area.y + 2_u16.min(area.height),
        height: area.height.saturating_sub(3),
        ..area
    };
    if !board.open {
        return (body, None);
    }
    if area.width < WIDE {
        return (Rect { width: 0, ..body }, Some(body));
    }
    let left = area.width / 2;
    let right = Rect {
        x: body.x + left + 1,
        width: body.width - left - 1,
        ..body
    };
    (
        Rect {
            width: left,
            ..body
        },
        Some(right),
    )
}

/// The number of rows of the view.
pub fn height(board: &Board, area: Rect) -> usize {
    let (view, _) = panes(board, area);
    usize::from(view.height).saturating_sub(usize::from(board.view == 0))
}

/// The width of the details.
pub fn details_width(area: Rect) -> usize {
    usize::from(if area.width < WIDE {
        area.width
    } else {
        area.width - area.width / 2 - 1
    })
}

/// Draws the board; without `color`, only with bold, dim and reversed text.
pub fn draw(board: &Board, color: bool, area: Rect, buffer: &mut Buffer) {
    let mut pen = Pen { buffer, color };
    if area.height < 4 || area.width < 10 {
        pen.put(area.x, area.y, area.width, "too small", Style::new());
        return;
    }
    header(board, area, &mut pen);
    let (view, details) = panes(board, area);
    if let InputMode::Help(top) = board.mode {
        help(
            top,
            Rect {
                width: area.width,
                ..view
            },
            &mut pen,
        );
    } else {
        if view.width > 0 {
            rows(board, view, &mut pen);
        }
        if let Some(pane) = details {
            if view.width > 0 {
                for y in pane.top()..pane.bottom() {
                    pen.put(
                        pane.x - 1,
                        y,
                        1,
                        "│",
                        Style::new().add_modifier(Modifier::DIM),
                    );
                }
            }
            let (lines, top) = match &board.details {
                Some(details) => (details.lines.as_slice(), details.top),
                None => (&[][..], 0),
            };
            for (line, y) in lines.iter().skip(top).zip(pane.top()..pane.bottom()) {
                pen.put(pane.x, y, pane.width, line, Style::new());
            }
        }
    }
    footer(board, area, &mut pen);
}

/// Writes text of people into cells.
struct Pen<'a> {
    buffer: &'a mut Buffer,
    color: bool,
}

impl Pen<'_> {
    /// Writes a text, escaped and cut to the width, and returns the columns that it took.
    fn put(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        let style = if self.color {
            style
        } else {
            Style {
                fg: None,
                bg: None,
                ..style
            }
        };
        let text = visible(text);
        let text = cut(&text, Some(usize::from(width)));
        let (end, _) = self
            .buffer
            .set_stringn(x, y, &text, usize::from(width), style);
        end.saturating_sub(x)
    }

    /// Fills the rest of a line, so that a reversed line is one bar.
    fn bar(&mut self, area: Rect, y: u16, style: Style) {
        self.buffer.set_style(
            Rect {
                y,
                height: 1,
                ..area
            },
            style,
        );
    }
}

const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);
const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

fn of_tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Heading => BOLD,
        Tone::Good => Style::new().fg(Color::Green),
        Tone::Notice => Style::new().fg(Color::Yellow),
        Tone::Bad => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    }
}

/// The style of a status, as in other commands.
fn of_task(status: Status) -> Style {
    let ansi = of_status(status);
    let style = Style::new();
    let style = match ansi.get_fg_color() {
        Some(AnsiColour::Ansi(AnsiColor::Green)) => style.fg(Color::Green),
        Some(AnsiColour::Ansi(AnsiColor::Red)) => style.fg(Color::Red),
        Some(AnsiColour::Ansi(AnsiColor::Yellow)) => style.fg(Color::Yellow),
        Some(AnsiColour::Ansi(AnsiColor::Cyan)) => style.fg(Color::Cyan),
        _ => style,
    };
    if ansi.get_effects().contains(Effects::DIMMED) {
        style.add_modifier(Modifier::DIM)
    } else {
        style
    }
}

fn header(board: &Board, area: Rect, pen: &mut Pen<'_>) {
    let summary = &board.document.summary;
    let title = board.document.ledger.title.as_ref();
    let title = title.map_or("git coord", |title| title.as_str());
    let counts = format!(
        "{}% of {}, {} blocked, {} in review",
        summary.percent,
        summary.total - summary.cancelled,
        summary.blocked,
        summary.in_review
    );
    let when = match &board.moment_name {
        Some(name) => format!("  [{name}]"),
        None => String::new(),
    };
    pen.put(
        area.x,
        area.y,
        area.width,
        &format!("{title}  {counts}{when}"),
        BOLD,
    );
    if board.moment_name.is_some() {
        pen.bar(area, area.y, REVERSED);
    }
    let mut x = area.x;
    for (place, name) in VIEWS.iter().enumerate() {
        let is_current = place == board.view;
        let label = if is_current || area.width >= 100 {
            format!("{} {name}", place + 1)
        } else {
            format!("{}", place + 1)
        };
        let style = if is_current { REVERSED } else { Style::new() };
        x += pen.put(x, area.y + 1, area.right().saturating_sub(x), &label, style) + 1;
    }
    if !board.filter.is_empty() {
        let filter = format!(" /{}", board.filter);
        pen.put(x, area.y + 1, area.right().saturating_sub(x), &filter, BOLD);
    }
}

fn footer(board: &Board, area: Rect, pen: &mut Pen<'_>) {
    let y = area.bottom() - 1;
    let (text, style) = match &board.mode {
        InputMode::Filter => {
            let why = board.bad_filter.as_deref().unwrap_or_default();
            (format!("/{}_  {why}", board.filter), BOLD)
        }
        InputMode::Say(deed, text) => {
            let asks = deed.asks_for().unwrap_or_default();
            // Of a long text, its end is seen.
            let room = usize::from(area.width).saturating_sub(asks.len() + 4);
            let skipped = text.chars().count().saturating_sub(room);
            let end: String = text.chars().skip(skipped).collect();
            (format!("{asks}: {end}_"), BOLD)
        }
        InputMode::Confirm(act) => (format!("Enter runs, Esc drops: {}", act.line()), REVERSED),
        InputMode::Help(_) => ("any key goes back; j and k move".to_owned(), Style::new()),
        InputMode::Browse => match (&board.message, &board.bad_filter) {
            (Some((text, true)), _) => (text.clone(), of_tone(Tone::Bad)),
            (Some((text, false)), _) => (text.clone(), BOLD),
            (None, Some(why)) => (why.clone(), of_tone(Tone::Bad)),
            (None, None) => (
                "? help  Enter details  / filter  q quit".to_owned(),
                Style::new().add_modifier(Modifier::DIM),
            ),
        },
    };
    pen.put(area.x, y, area.width, &text, style);
}

fn help(top: usize, area: Rect, pen: &mut Pen<'_>) {
    let top = top.min(BINDINGS.len().saturating_sub(1));
    for (binding, y) in BINDINGS.iter().skip(top).zip(area.top()..area.bottom()) {
        pen.put(area.x + 1, y, 13, binding.keys, BOLD);
        let width = area.width.saturating_sub(15);
        pen.put(area.x + 15, y, width, binding.does, Style::new());
    }
}

/// The columns that fit beside each other, with the column of the cursor among them.
fn columns(board: &Board, width: u16) -> std::ops::Range<usize> {
    let fitting = usize::from(width / COLUMN).clamp(1, COLUMNS);
    let first = (board.column + 1).saturating_sub(fitting);
    first..first + fitting
}

fn rows(board: &Board, area: Rect, pen: &mut Pen<'_>) {
    let mut body = area;
    let columns = columns(board, area.width);
    let count = columns.len();
    let place_of = |number: usize| {
        let edge = |number: usize| usize::from(area.width) * number / count;
        let (left, right) = (edge(number), edge(number + 1));
        // A column of space between two of them.
        let width = (right - left).saturating_sub(usize::from(number + 1 < count));
        let narrow = |columns: usize| u16::try_from(columns).unwrap_or(u16::MAX);
        (area.x + narrow(left), narrow(width))
    };
    if board.view == 0 {
        for (number, column) in columns.clone().enumerate() {
            let (x, width) = place_of(number);
            let style = BOLD.add_modifier(Modifier::UNDERLINED);
            pen.put(x, area.y, width, COLUMN_TITLES[column], style);
        }
        body.y += 1;
        body.height = body.height.saturating_sub(1);
    }
    if board.rows.is_empty() {
        let nothing = match board.filter.as_str() {
            "" => "nothing here",
            _ => "nothing here matches the filter; Esc ends it",
        };
        pen.put(body.x, body.y, body.width, nothing, Style::new());
        return;
    }
    let visible = board.rows.iter().enumerate().skip(board.top);
    for ((place, row), y) in visible.zip(body.top()..body.bottom()) {
        let is_here = place == board.cursor;
        match row {
            ViewRow::Cards(cards) => {
                for (number, column) in columns.clone().enumerate() {
                    let Some(task) = cards[column].and_then(|it| board.document.tasks.get(it))
                    else {
                        continue;
                    };
                    let (x, width) = place_of(number);
                    let here = is_here && column == board.column;
                    card(board, task, (x, y, width), here, pen);
                }
            }
            ViewRow::Task(task) => {
                if let Some(task) = board.document.tasks.get(*task) {
                    task_line(board, task, body, y, is_here, pen);
                }
            }
            ViewRow::Line { task, text, tone } => {
                let changed = task.and_then(|it| board.document.tasks.get(it));
                let mark = changed.map_or("", |task| mark(board, task));
                let style = of_tone(*tone);
                pen.put(body.x, y, body.width, &format!("{mark}{text}"), style);
                if is_here && *tone != Tone::Heading {
                    pen.bar(body, y, REVERSED);
                }
            }
        }
    }
}

/// The mark of a task that changed in the snapshot that is shown.
fn mark(board: &Board, task: &TaskDocument) -> &'static str {
    if board.changed.contains(&task.id) {
        "*"
    } else {
        ""
    }
}

fn card(board: &Board, task: &TaskDocument, place: (u16, u16, u16), here: bool, pen: &mut Pen<'_>) {
    let (x, y, width) = place;
    let lapsed = task
        .claim
        .as_ref()
        .is_some_and(|it| it.until < board.seen_from);
    let lapsed = if lapsed { "!" } else { "" };
    let mut style = of_task(task.status);
    if board.changed.contains(&task.id) {
        style = style.add_modifier(Modifier::BOLD);
    }
    if here {
        style = style.add_modifier(Modifier::REVERSED);
    }
    let text = format!("{}{lapsed}{} {}", mark(board, task), task.id, task.title);
    pen.put(x, y, width, &text, style);
}

fn task_line(
    board: &Board,
    task: &TaskDocument,
    area: Rect,
    y: u16,
    here: bool,
    pen: &mut Pen<'_>,
) {
    // The id, the status, and from a certain width on who holds or owns it; the title has the rest.
    let id = (area.width / 5).clamp(8, 14);
    let status = 11_u16.min(area.width / 3);
    let holder = if area.width >= 60 { 18 } else { 0 };
    let style = of_task(task.status);
    let mut x = area.x;
    pen.put(x, y, id, &format!("{}{}", mark(board, task), task.id), BOLD);
    x += id + 1;
    pen.put(x, y, status, task.status.as_str(), style);
    x += status + 1;
    if holder > 0 {
        let who = match &task.claim {
            Some(claim) => format!("{} {}", claim.actor, board.lease(task)),
            None => words::owners(&task.owners),
        };
        pen.put(x, y, holder, &who, Style::new());
        x += holder + 1;
    }
    pen.put(
        x,
        y,
        area.right().saturating_sub(x),
        task.title.as_str(),
        Style::new(),
    );
    if here {
        pen.bar(area, y, REVERSED);
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::core::{
        sample::{Sample, any_sample},
        values::text::is_invisible,
    };

    fn press(board: &mut Board, keys: &str) {
        for key in keys.chars() {
            let key = match key {
                '\n' => KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE),
                '\u{1b}' => KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE),
                key => KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE),
            };
            board.update(key);
        }
    }

    fn screen(board: &mut Board, width: u16, lines: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, lines);
        let mut buffer = Buffer::empty(area);
        board.fit(height(board, area));
        draw(board, true, area, &mut buffer);
        let line = |y| {
            let mut text = String::new();
            let mut x = 0;
            while x < width {
                let symbol = buffer[(x, y)].symbol();
                text.push_str(symbol);
                x += u16::try_from(symbol.width().max(1)).unwrap();
            }
            text.trim_end().to_owned()
        };
        (0..lines).map(line).collect()
    }

    fn day() -> Board {
        let day = Sample::day();
        Board::new(day.state().clone(), day.state().effective)
    }

    #[test]
    fn the_columns_and_lanes_fit_80_columns_and_those_around_the_cursor_40() {
        let mut board = day();
        let wide = screen(&mut board, 80, 24);
        for title in COLUMN_TITLES {
            assert!(wide[2].contains(title), "{wide:#?}");
        }
        assert!(wide[1].starts_with("1 board 2 3"), "{wide:#?}");
        let narrow = screen(&mut board, 40, 24);
        assert!(narrow[2].contains("Open") && !narrow[2].contains("Ended"));
        press(&mut board, "llll");
        let moved = screen(&mut board, 40, 24);
        assert!(moved[2].contains(COLUMN_TITLES[board.column]), "{moved:#?}");
    }

    #[test]
    fn the_document_has_pictures_at_two_sizes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/board.md");
        let document = std::fs::read_to_string(path).unwrap();
        let mut drawn = document.clone();
        for (width, lines, keys) in [(80, 24, "ll\n"), (40, 16, "l")] {
            let mut board = day();
            press(&mut board, keys);
            if let Some(task) = board.selected().filter(|_| board.open) {
                let index = board.state().exactly(&task.id).unwrap();
                let style = crate::render::text::Style {
                    color: false,
                    width: Some(details_width(Rect::new(0, 0, width, lines))),
                };
                let text = crate::render::text::show(board.state(), index, board.seen_from, style);
                board.details = Some(super::super::model::Details {
                    id: task.id.clone(),
                    lines: text.lines().map(str::to_owned).collect(),
                    top: 0,
                });
            }
            let begin = format!("```text {width}x{lines}\n");
            let (before, rest) = drawn.split_once(&begin).unwrap();
            let (_, after) = rest.split_once("```\n").unwrap();
            let picture = screen(&mut board, width, lines).join("\n");
            drawn = format!("{before}{begin}{picture}\n```\n{after}");
        }
        if std::env::var_os("COORD_BLESS").is_some() {
            std::fs::write(path, &drawn).unwrap();
        } else {
            assert!(
                document == drawn,
                "docs/board.md is not what is drawn:\n{drawn}"
            );
        }
    }

    #[test]
    fn every_view_is_drawn_at_every_size_and_the_cursor_is_on_the_screen() {
        let mut board = day();
        for (width, lines) in [(80, 24), (40, 12), (200, 50), (10, 4), (1, 1), (9, 3)] {
            for view in "123456789".chars() {
                for keys in ["G", "g", "\n", "?", "\u{1b}\u{1b}"] {
                    press(&mut board, &view.to_string());
                    press(&mut board, keys);
                    screen(&mut board, width, lines);
                    press(&mut board, "\u{1b}");
                }
            }
        }
        press(&mut board, "2G");
        let lines = screen(&mut board, 80, 10);
        let last = board.document.tasks.last().unwrap().id.clone();
        assert!(
            lines.iter().any(|line| line.starts_with(&last)),
            "{lines:#?}"
        );
    }

    #[test]
    fn a_filter_keeps_what_list_would_show_and_a_wrong_one_says_why() {
        let mut board = day();
        press(&mut board, "2/status:done\n");
        let done = board.document.summary.done;
        assert_eq!(board.rows.len(), done);
        press(&mut board, "/x:y");
        let lines = screen(&mut board, 80, 24);
        assert!(lines[23].contains("is not a filter"), "{lines:#?}");
        press(&mut board, "\u{1b}");
        assert_eq!(board.rows.len(), board.document.tasks.len());
    }

    #[test]
    fn an_act_shows_its_command_and_only_enter_runs_it() {
        use super::super::model::Effect;
        let mut board = day();
        press(&mut board, "2m");
        press(&mut board, "it's here\n");
        let InputMode::Confirm(act) = &board.mode else {
            panic!("{:?}", board.mode);
        };
        let id = board.selected().unwrap().id.clone();
        let line = format!("git coord comment {id} 'it'\\''s here'");
        assert_eq!(act.line(), line);
        let shown = screen(&mut board, 80, 24);
        assert!(shown[23].ends_with(&line), "{shown:#?}");
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let mut again = |code| {
            press(&mut board, "cx");
            press(&mut board, "c");
            board.update(key(code))
        };
        assert_eq!(again(KeyCode::Esc), Effect::None);
        assert!(matches!(again(KeyCode::Enter), Effect::Act(_)));
        assert!(matches!(
            board.update(key(KeyCode::Char('q'))),
            Effect::Quit
        ));
    }

    #[test]
    fn ten_thousand_tasks_are_drawn_without_looking_at_those_off_the_screen() {
        let day = Sample::day();
        let mut board = Board::new(day.state().clone(), day.state().effective);
        let task = board.document.tasks[0].clone();
        board.document.tasks = vec![task; 10_000];
        board.view = 1;
        board.rows = (0..10_000).map(ViewRow::Task).collect();
        let began = std::time::Instant::now();
        for _ in 0..20 {
            screen(&mut board, 80, 24);
        }
        let each = began.elapsed() / 20;
        assert!(each < std::time::Duration::from_millis(50), "{each:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn hostile_texts_stay_in_their_cells(sample in any_sample(), view in 1..10_u8, width in 10..90_u16) {
            let state = sample.state();
            let mut board = Board::new(state.clone(), state.effective);
            press(&mut board, &view.to_string());
            for line in screen(&mut board, width, 12) {
                prop_assert!(line.width() <= usize::from(width), "{:?}", line);
                prop_assert!(!line.chars().any(|c| c.is_control() || is_invisible(c)), "{:?}", line);
            }
        }
    }
}
