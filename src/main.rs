//! The program `git-coord`: arguments in, exit status out.
//!
//! Not here: everything else (`git_coord::cli`).

use std::process::ExitCode;

fn main() -> ExitCode {
    git_coord::cli::run(std::env::args_os())
}
