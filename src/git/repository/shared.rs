//! Access of other users to the files that this program creates: `core.sharedRepository`.
//!
//! Not here: signing keys, which are always for their owner alone (`git::sign`).

use std::sync::OnceLock;

use nix::sys::stat::{Mode, mode_t, umask};

use super::Repository;

impl Repository {
    /// Lets the group, or everybody, use the files that this process creates from now on, as `core.sharedRepository` says.
    ///
    /// The mask of the process does this for every file, also for those that gix and git create, and a new folder takes the
    /// group from the folder around it, since `git init --shared` sets its set-group-ID bit.
    pub fn share_new_files(&self) {
        let Some(setting) = self.config().string("core.sharedRepository") else {
            return;
        };
        let own = umask(Mode::empty());
        umask(mask(&setting, own).unwrap_or(own));
        // Another repository may follow in the same process.
        let _ = OWN.set(own);
    }
}

/// The user's own mask, if [`Repository::share_new_files`] has replaced it.
static OWN: OnceLock<Mode> = OnceLock::new();

/// The mask that a command of the user gets, as three octal digits; none if it is that of the process.
pub fn users_umask() -> Option<String> {
    OWN.get().map(|own| format!("{:03o}", own.bits()))
}

/// The mask of new files under this setting (git-config); none if the user's own mask holds.
fn mask(setting: &str, own: Mode) -> Option<Mode> {
    let group = Mode::S_IRWXG;
    let readers = Mode::S_IROTH | Mode::S_IXOTH;
    match setting.to_ascii_lowercase().as_str() {
        "group" | "true" | "yes" | "on" | "1" => Some(own - group),
        "all" | "world" | "everybody" | "2" => Some(own - group - readers),
        octal if octal.starts_with('0') && octal.len() > 1 => {
            let bits = mode_t::from_str_radix(octal, 8).ok()?;
            // Whoever may read a folder may enter it too.
            let folder = Mode::from_bits_truncate(bits | (bits & 0o444) >> 2);
            Some(Mode::all() & !folder & Mode::from_bits_truncate(0o777))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_opens_new_files_as_git_does() {
        let own = |bits| Mode::from_bits_truncate(bits);
        for (setting, before, after) in [
            ("group", 0o022, Some(0o002)),
            ("true", 0o077, Some(0o007)),
            ("1", 0o077, Some(0o007)),
            ("all", 0o077, Some(0o002)),
            ("everybody", 0o022, Some(0o002)),
            ("0640", 0o022, Some(0o027)),
            ("0660", 0o077, Some(0o007)),
            ("umask", 0o022, None),
            ("false", 0o022, None),
            ("0", 0o022, None),
            ("nonsense", 0o022, None),
        ] {
            assert_eq!(mask(setting, own(before)), after.map(own), "{setting}");
        }
    }
}
