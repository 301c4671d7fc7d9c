//! The system's error inside gix's chain of errors.
//!
//! Not here: what that means for the ledger (`git::Error`).

use std::io;

/// The first error of the system in the chain; else the whole chain as an error of another kind.
pub(super) fn system_error(error: &gix::Error) -> io::Error {
    let cause = error
        .iter_errors()
        .find_map(|e| e.downcast_ref::<io::Error>());
    match cause {
        Some(cause) => match cause.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(cause.kind(), cause.to_string()),
        },
        None => io::Error::other(error.to_string()),
    }
}
