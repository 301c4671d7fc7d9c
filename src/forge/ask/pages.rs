//! How much a forge is asked for at once.
//!
//! Not here: the requests (`gh`, `glab`, `github`).

/// The number of pull requests on a page. GitHub ends a request after ten seconds, and does not get 50 of them with their checks done
/// in that time.
pub(super) const PAGE: usize = 20;

/// The next smaller page: 20, 10, 5, 1. Each divides the one before, so that what was read is a whole number of pages.
pub(super) fn halved(size: usize) -> Option<usize> {
    match size {
        0 | 1 => None,
        2..=5 => Some(1),
        size => Some(size / 2),
    }
}
