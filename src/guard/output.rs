//! The output of a command, on both streams, as bytes in the order of arrival. Its beginning and its end are kept; the
//! middle of a long output is dropped.
//!
//! Not here: whether the output is the expected one (`process`).

use std::{
    borrow::Cow,
    collections::VecDeque,
    io::{self, Read},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use crate::core::values::secret;

/// The number of bytes that are kept from the beginning of an output.
const HEAD_MAX: usize = 64 << 10;
/// The number of bytes that are kept from the end. Most errors are printed last.
const TAIL_MAX: usize = 192 << 10;

/// The output so far.
#[derive(Debug)]
struct Heard {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
    wanted: Option<Wanted>,
}

/// A text that is searched for in the whole output, also in its dropped middle.
#[derive(Debug)]
struct Wanted {
    text: Vec<u8>,
    /// The end of the earlier bytes, in which the text can begin.
    carried: Vec<u8>,
    found: bool,
}

/// The output of a command that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// The kept part.
    pub(super) kept: Vec<u8>,
    /// Whether it contains the wanted text; none if no text is wanted.
    pub(super) expected: Option<bool>,
}

/// A reader of a command's output, on a thread of its own.
pub(super) struct Listener {
    heard: Arc<Mutex<Heard>>,
    ended: Receiver<()>,
}

impl Listener {
    /// Reads until all writers have closed the pipe, and looks for `wanted`, if that is more than white space.
    pub(super) fn begin(mut from: impl Read + Send + 'static, wanted: Option<&str>) -> Self {
        let heard = Arc::new(Mutex::new(Heard::new(wanted)));
        let (sender, ended) = mpsc::channel();
        let shared = Arc::clone(&heard);
        thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            loop {
                match from.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(length) => lock(&shared).take(&buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            // Nobody may be listening any more.
            let _ = sender.send(());
        });
        Self { heard, ended }
    }

    /// The output. A process that left the group can hold the pipe open for ever, so this waits only up to the limit.
    pub(super) fn end(self, patience: Duration) -> Output {
        let _ = self.ended.recv_timeout(patience);
        lock(&self.heard).output()
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Heard {
    fn new(wanted: Option<&str>) -> Self {
        let wanted = wanted.map(str::trim_ascii).map(|text| Wanted {
            text: text.as_bytes().to_vec(),
            carried: Vec::new(),
            found: text.is_empty(),
        });
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            total: 0,
            wanted,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        if let Some(wanted) = &mut self.wanted {
            wanted.look_into(bytes);
        }
        let room = HEAD_MAX - self.head.len();
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(TAIL_MAX);
        self.tail.drain(..surplus);
    }

    fn output(&self) -> Output {
        let mut kept = self.head.clone();
        let cut = self.total - (self.head.len() + self.tail.len()) as u64;
        if cut > 0 {
            kept.extend(format!("\n[git coord: {cut} bytes are left out here]\n").into_bytes());
        }
        kept.extend(&self.tail);
        Output {
            kept: without_secrets(kept),
            expected: self.wanted.as_ref().map(|wanted| wanted.found),
        }
    }
}

/// An output is signed and published, so the secrets in it are masked.
fn without_secrets(output: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&output);
    let masked = match secret::masked(&text) {
        // Bytes that are not text stay as they are.
        Cow::Borrowed(_) => None,
        Cow::Owned(masked) => Some(masked.into_bytes()),
    };
    drop(text);
    masked.unwrap_or(output)
}

impl Wanted {
    fn look_into(&mut self, bytes: &[u8]) {
        if self.found {
            return;
        }
        self.carried.extend_from_slice(bytes);
        let mut windows = self.carried.windows(self.text.len());
        self.found = windows.any(|window| window == self.text);
        let done = self.carried.len().saturating_sub(self.text.len() - 1);
        self.carried.drain(..done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(wanted: Option<&str>, pieces: &[&[u8]]) -> Output {
        let mut heard = Heard::new(wanted);
        pieces.iter().for_each(|piece| heard.take(piece));
        heard.output()
    }

    #[test]
    fn short_output_is_kept_as_it_is_whatever_its_bytes() {
        let output = heard(None, &[b"a\0", b"\xff\n"]);
        assert_eq!(output.kept, b"a\0\xff\n");
        assert_eq!(output.expected, None);
    }

    #[test]
    fn the_beginning_and_the_end_of_long_output_are_kept_and_the_cut_is_marked() {
        let most = vec![b'x'; HEAD_MAX + TAIL_MAX];
        assert_eq!(heard(None, &[&most]).kept, most);
        let output = heard(None, &[b"begin", &most, b"end"]);
        let text = String::from_utf8(output.kept).unwrap();
        assert!(text.starts_with("beginx") && text.ends_with("xend"));
        assert!(text.contains("x\n[git coord: 8 bytes are left out here]\nx"));
    }

    #[test]
    fn a_text_is_found_across_pieces_and_in_what_is_not_kept() {
        let much = vec![b'x'; HEAD_MAX + TAIL_MAX];
        for (pieces, found) in [
            (&[&much[..], b"0 brea", b"k", b"ing", &much][..], true),
            (&[b"0 breaking"], true),
            (&[b"0 break", b"0 breakin"], false),
            (&[], false),
        ] {
            assert_eq!(heard(Some(" 0 breaking\n"), pieces).expected, Some(found));
        }
        assert_eq!(heard(Some(" \n"), &[]).expected, Some(true));
    }
}
