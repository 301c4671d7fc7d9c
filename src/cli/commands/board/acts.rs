//! What the board changes: the same commands that a person types, with the same rules.
//!
//! Not here: the keys (`keys`), and what the rules allow (`core::plan::rules`).

use std::io;

use crate::{
    cli::{
        CommandError, Context,
        commands::{blockers, claim, comment, headway, verdict},
        output::{
            paper::Paper,
            ui::{Manner, Ui},
        },
        remote::auto,
    },
    core::values::text::{shell_word, visible},
};

/// A kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Claim a task.
    Claim,
    /// Report its progress.
    Progress,
    /// Report a blocker.
    Block,
    /// Comment on it.
    Comment,
    /// Approve it.
    Approve,
}

impl Deed {
    /// What its text is; none if it needs none.
    pub fn asks_for(self) -> Option<&'static str> {
        match self {
            Self::Claim | Self::Approve => None,
            Self::Progress => Some("progress in percent"),
            Self::Block => Some("what blocks it"),
            Self::Comment => Some("comment"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Progress => "progress",
            Self::Block => "block",
            Self::Comment => "comment",
            Self::Approve => "approve",
        }
    }
}

/// An act on a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    deed: Deed,
    id: String,
    text: String,
}

impl Act {
    /// The act; none if its text is missing, or would read the keyboard.
    pub fn new(deed: Deed, id: &str, text: &str) -> Option<Self> {
        let fits = deed.asks_for().is_none() || !matches!(text, "" | "-");
        fits.then(|| Self {
            deed,
            id: id.to_owned(),
            text: text.to_owned(),
        })
    }

    /// The arguments after the name of the command.
    fn arguments(&self) -> Vec<&str> {
        let text = self.deed.asks_for().map(|_| self.text.as_str());
        ["--", &self.id].into_iter().chain(text).collect()
    }

    /// The command that does the same, as a line of a shell.
    pub fn line(&self) -> String {
        let words = self.arguments().into_iter().skip(1);
        let words: Vec<_> = words.map(shell_word).collect();
        visible(&format!(
            "git coord {command} {}",
            words.join(" "),
            command = self.deed.word()
        ))
        .into_owned()
    }

    /// Carries it out; its answer, or why it was refused.
    pub fn run(&self, context: &Context) -> Result<String, String> {
        let paper = Paper::default();
        let ui = Ui::on(
            Box::new(paper.clone()),
            Box::new(io::sink()),
            false,
            Manner::default(),
        );
        let mut context = context.request(ui);
        let result = self.obey(&mut context);
        let told = |error: &CommandError| {
            let hint = error.next().map(|hint| format!(" (hint: {hint})"));
            format!("{error}{}", hint.unwrap_or_default())
        };
        if let Err(error) = &result {
            return Err(told(error));
        }
        context.ui.finish().map_err(|error| told(&error))?;
        if auto::after_writing(&mut context) {
            return Err("another actor came first: see git coord status".to_owned());
        }
        let said = paper.read();
        Ok(said.lines().next().unwrap_or_default().to_owned())
    }

    fn obey(&self, context: &mut Context) -> Result<(), CommandError> {
        match self.deed {
            Deed::Claim => claim::run(context, &self.read::<claim::Args>()?),
            Deed::Progress => headway::progress(context, &self.read()?),
            Deed::Block => blockers::block(context, &self.read()?),
            Deed::Comment => comment::run(context, &self.read()?),
            Deed::Approve => verdict::approve(context, &self.read()?),
        }
    }

    /// Its arguments as the command reads them.
    fn read<A: clap::Args>(&self) -> Result<A, CommandError> {
        let wrong = |error: clap::Error| {
            let text = error.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            CommandError::usage(line.trim_start_matches("error: "))
        };
        let command = A::augment_args(clap::Command::new(self.deed.word()).no_binary_name(true));
        let matches = command
            .try_get_matches_from(self.arguments())
            .map_err(wrong)?;
        A::from_arg_matches(&matches).map_err(wrong)
    }
}
