//! What the board shows and where the cursor is, as pure functions of the state and of the keys.
//!
//! Not here: drawing it (`draw`), reading the ledger and carrying out what a key asks for (`board`).

use std::collections::{BTreeMap, HashSet};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    acts::{Act, Deed},
    keys::{self, Command},
};
use crate::{
    core::{
        entry::event::observation::Checks,
        plan::state::{State, guardrails::GuardrailStatus},
        values::{id::ActorName, task::Status, text::Text, time::Timestamp},
        views::{
            filter::Filter,
            snapshot::{self, StatusDocument, TaskDocument},
        },
    },
    render::{refusal, words},
};

/// The number of columns of the board.
pub const COLUMNS: usize = 5;
/// Their titles.
pub const COLUMN_TITLES: [&str; COLUMNS] = ["Open", "In progress", "Blocked", "Review", "Ended"];
/// The titles of the views, by digit.
pub const VIEWS: [&str; 9] = [
    "board",
    "list",
    "agents",
    "reviews",
    "dependencies",
    "pull requests",
    "history",
    "guardrails",
    "anomalies",
];
const BOARD: usize = 0;

/// The column of a status.
fn column_of(status: Status) -> usize {
    match status {
        Status::NotStarted | Status::Waiting => 0,
        Status::InProgress => 1,
        Status::Blocked => 2,
        Status::InReview | Status::Approved => 3,
        Status::Done | Status::Cancelled => 4,
    }
}

/// How much a line asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As other text.
    Plain,
    /// A heading.
    Heading,
    /// Something went well.
    Good,
    /// Somebody should look.
    Notice,
    /// Somebody has to act.
    Bad,
}

/// A row of a view. Tasks are places in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewRow {
    /// A row of cards, one for each column.
    Cards([Option<usize>; COLUMNS]),
    /// A task in one line.
    Task(usize),
    /// A line of text, which may be about a task.
    Line {
        /// The task.
        task: Option<usize>,
        /// The text, not escaped.
        text: String,
        /// Its tone.
        tone: Tone,
    },
}

/// What the keys go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputMode {
    /// The view.
    Browse,
    /// The help; its first line on the screen.
    Help(usize),
    /// A filter that is typed.
    Filter,
    /// The text of an act that is typed.
    Say(Deed, String),
    /// An act that waits for its confirmation.
    Confirm(Act),
}

/// What the program has to do after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing but to draw.
    None,
    /// Carry out the act.
    Act(Act),
    /// Show the snapshot of this place, or now.
    Travel(Option<usize>),
    /// Suspend.
    Suspend,
    /// End.
    Quit,
}

/// The details of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The task.
    pub id: String,
    /// Its lines.
    pub lines: Vec<String>,
    /// The first line on the screen.
    pub top: usize,
}

/// The board.
pub struct Board {
    /// The plan as it is shown.
    pub document: StatusDocument,
    /// The time that leases are compared with.
    pub seen_from: Timestamp,
    /// The place of the snapshot that is shown; none for now.
    pub moment: Option<usize>,
    /// The name of that snapshot.
    pub moment_name: Option<String>,
    /// The tasks that changed in it.
    pub changed: HashSet<String>,
    /// The number of snapshots.
    pub moments: usize,
    /// The lines of the history, newest first.
    pub history: Vec<String>,
    /// The view, from 0.
    pub view: usize,
    /// Its rows.
    pub rows: Vec<ViewRow>,
    /// The row of the cursor.
    pub cursor: usize,
    /// The column of the cursor.
    pub column: usize,
    /// The first row on the screen.
    pub top: usize,
    /// What the keys go to.
    pub mode: InputMode,
    /// The filter as it was typed, and whether it can be read.
    pub filter: String,
    /// Why the filter cannot be read.
    pub bad_filter: Option<String>,
    /// What happened last, and whether it was a failure.
    pub message: Option<(String, bool)>,
    /// Whether details are wanted.
    pub open: bool,
    /// The details, once they are read.
    pub details: Option<Details>,
    /// Whether lanes are owners, not groups.
    by_owner: bool,
    state: State,
    page: usize,
}

impl Board {
    /// The board of a state.
    pub fn new(state: State, seen_from: Timestamp) -> Self {
        let mut board = Self {
            document: snapshot::status(&state),
            seen_from,
            moment: None,
            moment_name: None,
            changed: HashSet::new(),
            moments: state.snapshots.len(),
            history: Vec::new(),
            view: BOARD,
            rows: Vec::new(),
            cursor: 0,
            column: 0,
            top: 0,
            mode: InputMode::Browse,
            filter: String::new(),
            bad_filter: None,
            message: None,
            open: false,
            details: None,
            by_owner: false,
            state,
            page: 10,
        };
        board.lay_out();
        board
    }

    /// Shows another state, with the cursor on the same task.
    pub fn show(&mut self, state: State, seen_from: Timestamp) {
        let kept = self.selected().map(|task| task.id.clone());
        self.document = snapshot::status(&state);
        (self.state, self.seen_from) = (state, seen_from);
        self.lay_out();
        self.select(kept.as_deref());
    }

    /// The state that is shown.
    #[cfg(test)]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The task under the cursor.
    pub fn selected(&self) -> Option<&TaskDocument> {
        let place = self.task_at(self.cursor, self.column)?;
        self.document.tasks.get(place)
    }

    fn task_at(&self, row: usize, column: usize) -> Option<usize> {
        match self.rows.get(row)? {
            ViewRow::Cards(cards) => cards[column],
            ViewRow::Task(task) => Some(*task),
            ViewRow::Line { task, .. } => *task,
        }
    }

    /// Whether the cursor can stop in this row. It cannot stop at a heading, or where its column has no card.
    fn is_stop(&self, row: usize) -> bool {
        match &self.rows[row] {
            ViewRow::Cards(cards) => cards[self.column].is_some(),
            ViewRow::Task(_) => true,
            ViewRow::Line { tone, .. } => *tone != Tone::Heading,
        }
    }

    /// Adapts the first row on the screen to its height.
    pub fn fit(&mut self, height: usize) {
        self.page = height.max(1);
        if self.cursor < self.top + 1 {
            // The heading above the first one is shown too.
            self.top = self.cursor.saturating_sub(1);
        }
        if self.cursor >= self.top + self.page {
            self.top = self.cursor + 1 - self.page;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(1));
    }

    /// What a key changes, and what the program has to do then.
    pub fn update(&mut self, key: KeyEvent) -> Effect {
        let command = keys::command(key);
        match std::mem::replace(&mut self.mode, InputMode::Browse) {
            _ if command == Some(Command::Quit) && key.code != KeyCode::Char('q') => Effect::Quit,
            _ if command == Some(Command::Suspend) => Effect::Suspend,
            InputMode::Help(top) => self.in_help(top, command),
            InputMode::Filter => self.in_filter(key),
            InputMode::Say(deed, text) => self.in_text(deed, text, key),
            InputMode::Confirm(act) => match key.code {
                KeyCode::Enter | KeyCode::Char('y') => Effect::Act(act),
                _ => {
                    self.message = Some(("nothing was changed".to_owned(), false));
                    Effect::None
                }
            },
            InputMode::Browse => {
                self.message = None;
                command.map_or(Effect::None, |command| self.obey(command, key))
            }
        }
    }

    fn in_help(&mut self, top: usize, command: Option<Command>) -> Effect {
        match command {
            Some(Command::Down) => self.mode = InputMode::Help(top + 1),
            Some(Command::Up) => self.mode = InputMode::Help(top.saturating_sub(1)),
            _ => {}
        }
        Effect::None
    }

    fn in_filter(&mut self, key: KeyEvent) -> Effect {
        match key.code {
            KeyCode::Enter => return Effect::None,
            KeyCode::Esc => self.filter.clear(),
            KeyCode::Backspace => _ = self.filter.pop(),
            KeyCode::Char(c) if typed(key) => self.filter.push(c),
            _ => {}
        }
        if key.code != KeyCode::Esc {
            self.mode = InputMode::Filter;
        }
        let kept = self.selected().map(|task| task.id.clone());
        self.lay_out();
        self.select(kept.as_deref());
        Effect::None
    }

    fn in_text(&mut self, deed: Deed, mut text: String, key: KeyEvent) -> Effect {
        match key.code {
            KeyCode::Esc => return Effect::None,
            KeyCode::Enter => {
                let Some(task) = self.selected() else {
                    return Effect::None;
                };
                match Act::new(deed, &task.id, text.trim()) {
                    Some(act) => self.mode = InputMode::Confirm(act),
                    None => self.mode = InputMode::Say(deed, text),
                }
                return Effect::None;
            }
            KeyCode::Backspace => _ = text.pop(),
            KeyCode::Char(c) if typed(key) => text.push(c),
            _ => {}
        }
        self.mode = InputMode::Say(deed, text);
        Effect::None
    }

    fn obey(&mut self, command: Command, key: KeyEvent) -> Effect {
        match command {
            Command::Down => self.step(1, true),
            Command::Up => self.step(1, false),
            Command::First => self.step(usize::MAX, false),
            Command::Last => self.step(usize::MAX, true),
            Command::PageDown | Command::PageUp => {
                let down = command == Command::PageDown;
                let page = self.page.saturating_sub(1).max(1);
                match &mut self.details {
                    Some(details) if self.open => {
                        let last = details.lines.len().saturating_sub(1);
                        details.top = if down {
                            (details.top + page).min(last)
                        } else {
                            details.top.saturating_sub(page)
                        };
                    }
                    _ => self.step(page, down),
                }
            }
            Command::Left => self.aside(false),
            Command::Right => self.aside(true),
            Command::Open => self.open = self.selected().is_some(),
            Command::Back if self.open => self.open = false,
            Command::Back => {
                let kept = self.selected().map(|task| task.id.clone());
                self.filter.clear();
                self.lay_out();
                self.select(kept.as_deref());
            }
            Command::Help => self.mode = InputMode::Help(0),
            Command::Filter => self.mode = InputMode::Filter,
            Command::Lanes => {
                let kept = self.selected().map(|task| task.id.clone());
                self.by_owner = !self.by_owner;
                self.lay_out();
                self.select(kept.as_deref());
            }
            Command::View => {
                if let KeyCode::Char(digit) = key.code {
                    let kept = self.selected().map(|task| task.id.clone());
                    self.view = (digit as usize)
                        .saturating_sub('1' as usize)
                        .min(VIEWS.len() - 1);
                    (self.cursor, self.top) = (0, 0);
                    self.lay_out();
                    self.select(kept.as_deref());
                }
            }
            Command::Earlier => {
                let now = self.moments;
                return match self.moment.unwrap_or(now).checked_sub(1) {
                    Some(before) => Effect::Travel(Some(before)),
                    None => self.say("there is no earlier snapshot"),
                };
            }
            Command::Later => {
                return match self.moment {
                    Some(moment) if moment + 1 < self.moments => Effect::Travel(Some(moment + 1)),
                    Some(_) => Effect::Travel(None),
                    None => self.say("this is now"),
                };
            }
            Command::Claim => return self.begin(Deed::Claim),
            Command::Progress => return self.begin(Deed::Progress),
            Command::Block => return self.begin(Deed::Block),
            Command::Comment => return self.begin(Deed::Comment),
            Command::Approve => return self.begin(Deed::Approve),
            Command::Suspend => return Effect::Suspend,
            Command::Quit => return Effect::Quit,
        }
        Effect::None
    }

    fn say(&mut self, what: &str) -> Effect {
        self.message = Some((what.to_owned(), false));
        Effect::None
    }

    /// Begins an act on the task under the cursor.
    fn begin(&mut self, deed: Deed) -> Effect {
        if self.moment.is_some() {
            return self.say("this is the past; ] goes on to now");
        }
        let Some(task) = self.selected() else {
            return self.say("there is no task here");
        };
        self.mode = match Act::new(deed, &task.id, "") {
            Some(act) => InputMode::Confirm(act),
            None => InputMode::Say(deed, String::new()),
        };
        Effect::None
    }

    /// Moves the cursor by some stops, at most to the last one.
    fn step(&mut self, stops: usize, down: bool) {
        let rows: Box<dyn Iterator<Item = usize>> = if down {
            Box::new(self.cursor + 1..self.rows.len())
        } else {
            Box::new((0..self.cursor.min(self.rows.len())).rev())
        };
        let stop = rows.filter(|row| self.is_stop(*row)).take(stops).last();
        self.cursor = stop.unwrap_or(self.cursor);
    }

    /// Moves the cursor to the next column with a card, into the nearest row.
    fn aside(&mut self, right: bool) {
        let columns: Vec<usize> = if right {
            (self.column + 1..COLUMNS).collect()
        } else {
            (0..self.column).rev().collect()
        };
        for column in columns {
            let has_card = |row: &usize| match &self.rows[*row] {
                ViewRow::Cards(cards) => cards[column].is_some(),
                ViewRow::Task(_) | ViewRow::Line { .. } => false,
            };
            let rows = (0..self.rows.len()).filter(has_card);
            if let Some(nearest) = rows.min_by_key(|row| row.abs_diff(self.cursor)) {
                (self.cursor, self.column) = (nearest, column);
                return;
            }
        }
    }

    /// Puts the cursor on a task, else where it can be next to where it was.
    fn select(&mut self, id: Option<&str>) {
        let place = id.and_then(|id| self.document.tasks.iter().position(|it| it.id == id));
        if let Some(place) = place {
            for row in 0..self.rows.len() {
                for column in 0..COLUMNS {
                    if self.task_at(row, column) == Some(place) {
                        self.cursor = row;
                        if matches!(self.rows[row], ViewRow::Cards(_)) {
                            self.column = column;
                        }
                        return;
                    }
                }
            }
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.rows.is_empty() || self.is_stop(self.cursor) {
            return;
        }
        if let Some(nearest) = (0..self.rows.len())
            .filter(|row| self.is_stop(*row))
            .min_by_key(|row| row.abs_diff(self.cursor))
        {
            self.cursor = nearest;
        } else {
            // No card in this column.
            let other = |row: &ViewRow| match row {
                ViewRow::Cards(cards) => cards.iter().position(Option::is_some),
                ViewRow::Task(_) | ViewRow::Line { .. } => None,
            };
            if let Some((row, column)) = self
                .rows
                .iter()
                .enumerate()
                .find_map(|(place, row)| Some((place, other(row)?)))
            {
                (self.cursor, self.column) = (row, column);
            }
        }
    }

    /// Makes the rows of the view.
    pub fn lay_out(&mut self) {
        let filter: Vec<&str> = self.filter.split_whitespace().collect();
        let shown: Vec<usize> = match Filter::parse(&filter) {
            Ok(filter) => {
                self.bad_filter = None;
                let wanted = filter.select(&self.state, self.seen_from);
                let wanted: HashSet<_> = wanted.into_iter().collect();
                let tasks = self.state.tasks().enumerate();
                let tasks = tasks.filter(|(_, (index, _))| wanted.contains(index));
                tasks.map(|(place, _)| place).collect()
            }
            Err(why) => {
                // While it is typed, what it matched before stays.
                self.bad_filter = Some(why.to_string());
                return;
            }
        };
        self.rows = match self.view {
            BOARD => self.cards(&shown),
            1 => shown.into_iter().map(ViewRow::Task).collect(),
            2 => self.agents(&shown),
            3 => self.reviews(&shown),
            4 => self.dependencies(&shown),
            5 => self.pull_requests(),
            6 => self
                .history
                .iter()
                .map(|it| line(None, it.clone(), Tone::Plain))
                .collect(),
            7 => self.guardrails(),
            _ => self.anomalies(),
        };
        self.select(None);
    }

    fn cards(&self, shown: &[usize]) -> Vec<ViewRow> {
        let mut lanes: Vec<(String, [Vec<usize>; COLUMNS])> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for place in shown {
            let task = &self.document.tasks[*place];
            let lane = if self.by_owner {
                words::owners(&task.owners)
            } else {
                task.group
                    .as_ref()
                    .map_or_else(String::new, Text::to_string)
            };
            let number = *places.entry(lane.clone()).or_insert(lanes.len());
            if number == lanes.len() {
                lanes.push((lane, Default::default()));
            }
            lanes[number].1[column_of(task.status)].push(*place);
        }
        let alone = lanes.len() == 1;
        let mut rows = Vec::new();
        for (lane, columns) in lanes {
            let name = match lane.as_str() {
                "" if self.by_owner => "without an owner".to_owned(),
                "" => "without a group".to_owned(),
                name => name.to_owned(),
            };
            if !alone || !lane.is_empty() {
                rows.push(line(None, name, Tone::Heading));
            }
            let height = columns.iter().map(Vec::len).max().unwrap_or(0);
            for row in 0..height {
                let cards = std::array::from_fn(|column| columns[column].get(row).copied());
                rows.push(ViewRow::Cards(cards));
            }
        }
        rows
    }

    fn agents(&self, shown: &[usize]) -> Vec<ViewRow> {
        let mut held: BTreeMap<&ActorName, Vec<usize>> = BTreeMap::new();
        for (name, _) in self.state.roster.actors() {
            held.entry(name).or_default();
        }
        for place in shown {
            if let Some(claim) = &self.document.tasks[*place].claim {
                held.entry(&claim.actor).or_default().push(*place);
            }
        }
        let mut rows = Vec::new();
        for (actor, tasks) in held {
            rows.push(line(None, actor.to_string(), Tone::Heading));
            if tasks.is_empty() {
                rows.push(line(None, "  holds nothing".to_owned(), Tone::Plain));
            }
            for place in tasks {
                let task = &self.document.tasks[place];
                let text = format!("  {}  {}  {}", task.id, self.lease(task), task.title);
                rows.push(line(Some(place), text, self.lease_tone(task)));
            }
        }
        rows
    }

    fn reviews(&self, shown: &[usize]) -> Vec<ViewRow> {
        let waits = |task: &TaskDocument| column_of(task.status) == 3;
        let rows = shown
            .iter()
            .filter(|place| waits(&self.document.tasks[**place]));
        let rows = rows.map(|place| {
            let task = &self.document.tasks[*place];
            let gates = words::gates(&task.gates);
            let text = format!("{}  {}  {gates}  {}", task.id, task.status, task.title);
            line(Some(*place), text, Tone::Notice)
        });
        rows.collect()
    }

    fn dependencies(&self, shown: &[usize]) -> Vec<ViewRow> {
        let mut rows = Vec::new();
        for place in shown {
            let task = &self.document.tasks[*place];
            if task.waits_for.is_empty() && task.blockers.is_empty() {
                continue;
            }
            let mut reasons = Vec::new();
            if !task.waits_for.is_empty() {
                reasons.push(format!("waits for {}", task.waits_for.join(", ")));
            }
            if !task.blockers.is_empty() {
                reasons.push(format!("blocked: {}", words::blockers(&task.blockers)));
            }
            let tone = if task.blockers.is_empty() {
                Tone::Plain
            } else {
                Tone::Bad
            };
            let text = format!("{}  {}  ({})", task.id, reasons.join("; "), task.title);
            rows.push(line(Some(*place), text, tone));
        }
        rows
    }

    fn pull_requests(&self) -> Vec<ViewRow> {
        let tasks = &self.document.tasks;
        let rows = self.document.pull_requests.iter().map(|request| {
            let parts = [
                format!("#{}", request.number),
                words::state(request.state, request.draft).to_owned(),
                words::checks(request.checks),
                words::review(request),
                request
                    .title
                    .as_ref()
                    .map_or_else(String::new, Text::to_string),
            ];
            let text: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let tone = match request.checks.map(|checks| checks.result) {
                Some(Checks::Failing) => Tone::Bad,
                Some(Checks::Pending) => Tone::Notice,
                _ => Tone::Plain,
            };
            let task = tasks
                .iter()
                .position(|task| task.pr == Some(request.number));
            line(task, text.join("  "), tone)
        });
        rows.collect()
    }

    fn guardrails(&self) -> Vec<ViewRow> {
        let rows = self.document.guardrails.iter().map(|guardrail| {
            let status =
                words::guardrail_status(guardrail.status, guardrail.by_hand, guardrail.dirty);
            let required = if guardrail.required { "required  " } else { "" };
            let text = format!("{}  {status}  {required}{}", guardrail.id, guardrail.title);
            let tone = match guardrail.status {
                GuardrailStatus::Fail => Tone::Bad,
                GuardrailStatus::Stale => Tone::Notice,
                GuardrailStatus::Pass => Tone::Good,
                GuardrailStatus::NotRun | GuardrailStatus::Waiting => Tone::Plain,
            };
            line(None, text, tone)
        });
        rows.collect()
    }

    fn anomalies(&self) -> Vec<ViewRow> {
        let rows = self.document.anomalies.iter().map(|anomaly| {
            let why = refusal::anomaly(&anomaly.cause, Some(self.seen_from));
            let text = format!("{}  {}  {why}", anomaly.entry.short(), anomaly.actor);
            line(None, text, Tone::Notice)
        });
        rows.collect()
    }

    /// The lease of a task in words; empty if nobody holds it.
    pub fn lease(&self, task: &TaskDocument) -> String {
        task.claim.as_ref().map_or_else(String::new, |claim| {
            if claim.until < self.seen_from {
                format!("expired {}", claim.until.distance_from(self.seen_from))
            } else {
                words::until(claim.until, self.seen_from)
            }
        })
    }

    fn lease_tone(&self, task: &TaskDocument) -> Tone {
        match &task.claim {
            Some(claim) if claim.until < self.seen_from => Tone::Bad,
            _ => Tone::Plain,
        }
    }
}

fn line(task: Option<usize>, text: String, tone: Tone) -> ViewRow {
    ViewRow::Line { task, text, tone }
}

/// Whether a key is a character that somebody typed.
fn typed(key: KeyEvent) -> bool {
    let others = KeyModifiers::CONTROL | KeyModifiers::ALT;
    !key.modifiers.intersects(others)
}
