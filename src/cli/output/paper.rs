//! An output that is kept instead of printed: the answer of a command that another one runs.
//!
//! Not here: where answers are printed (`ui`).

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

/// What was written. Clones share it.
#[derive(Clone, Default)]
pub struct Paper(Rc<RefCell<Vec<u8>>>);

impl Paper {
    /// The text so far; bytes that are no UTF-8 are replaced.
    pub fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
