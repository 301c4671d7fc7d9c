//! The task that a typed text means, to read or to write.
//!
//! Not here: which names there are (`name`).

use super::{State, name::NotFound, task_index::TaskIndex};

impl State {
    /// The task of a name to read: the full name, or a prefix of only one name.
    ///
    /// # Errors
    /// [`NotFound`], with the candidates if there are several.
    pub fn named(&self, text: &str) -> Result<TaskIndex, NotFound> {
        let first = || self.first_by_full_name(text);
        first().map_or_else(|| self.names().resolve(text), Ok)
    }

    /// The task of a name to write to: a prefix is not enough, and an id that several tasks have is not, either.
    ///
    /// # Errors
    /// [`NotFound`], with the full names that the text may mean.
    pub fn exactly(&self, text: &str) -> Result<TaskIndex, NotFound> {
        if let Some(first) = self.first_by_full_name(text) {
            return Ok(first);
        }
        let index = self.names().resolve(text)?;
        let name = self.shown(index);
        if name != text {
            return Err(NotFound::Shortened(name));
        }
        let full = self.full_name(index);
        if full == name {
            return Ok(index);
        }
        let later = self.names().later(&name).map(str::to_owned);
        Err(NotFound::Ambiguous(
            std::iter::once(full).chain(later).collect(),
        ))
    }

    /// The name that no other task can be meant by: the shown name, or, of the first of several tasks with one id, its
    /// id and suffix.
    pub fn full_name(&self, index: TaskIndex) -> String {
        self.names()
            .full(self.shown(index), self.task(index).origin)
    }

    /// The first of several tasks with one id, if this is its full name.
    fn first_by_full_name(&self, text: &str) -> Option<TaskIndex> {
        let (id, _) = text.split_once('~')?;
        let first = self.names().get(id)?;
        (self.full_name(first) == text).then_some(first)
    }
}
