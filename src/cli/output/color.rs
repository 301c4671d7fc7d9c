//! Whether to write in colour: `--color`, then `NO_COLOR`, `color.coord`, `color.ui`, and last the terminal.
//!
//! Not here: which colours (`render`).

use crate::cli::environment::Lookup;

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// In any output
    Always,
    /// In a terminal only
    Auto,
    /// Never
    Never,
}

impl When {
    /// Reads `color.ui` as git does (git-config(1)): a plain yes means terminals only.
    fn of_config(value: &str) -> Self {
        match value.to_ascii_lowercase().as_str() {
            "always" => Self::Always,
            "never" | "false" | "no" | "off" | "0" => Self::Never,
            _ => Self::Auto,
        }
    }
}

/// Whether to write in colour. `terminal` is true for a terminal, and for a pager on one.
///
/// `NO_COLOR` counts if it is set and not empty (no-color.org); a `TERM` of `dumb` has no colours.
pub fn wanted(
    option: Option<When>,
    environment: Lookup<'_>,
    config: Lookup<'_>,
    terminal: bool,
) -> bool {
    let forbidden = || {
        let set = environment("NO_COLOR").is_some_and(|value| !value.is_empty());
        set.then_some(When::Never)
    };
    let configured = || config("color.coord").or_else(|| config("color.ui"));
    let when = option
        .or_else(forbidden)
        .or_else(|| configured().map(|value| When::of_config(&value)));
    match when.unwrap_or(When::Auto) {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && environment("TERM").is_none_or(|term| term != "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(option: Option<When>, environment: &[(&str, &str)], config: &[(&str, &str)]) -> bool {
        let find = |pairs: &[(&str, &str)], key: &str| {
            let pair = pairs.iter().find(|(name, _)| *name == key);
            pair.map(|(_, value)| (*value).to_owned())
        };
        wanted(
            option,
            &|key| find(environment, key),
            &|key| find(config, key),
            true,
        )
    }

    #[test]
    fn the_option_beats_the_environment_which_beats_the_config() {
        assert!(check(None, &[], &[]));
        assert!(!check(
            None,
            &[("NO_COLOR", "1")],
            &[("color.coord", "always")]
        ));
        assert!(check(Some(When::Always), &[("NO_COLOR", "1")], &[]));
        assert!(!check(Some(When::Never), &[], &[("color.coord", "always")]));
        assert!(check(None, &[("NO_COLOR", "")], &[]));
    }

    #[test]
    fn our_own_config_key_comes_before_the_general_one() {
        assert!(!check(
            None,
            &[],
            &[("color.coord", "false"), ("color.ui", "always")]
        ));
        assert!(!check(None, &[], &[("color.ui", "never")]));
        assert!(check(None, &[], &[("color.ui", "true")]));
    }

    #[test]
    fn only_always_colours_output_that_is_not_a_terminal() {
        let nothing: Lookup<'_> = &|_| None;
        let ui =
            |value: &'static str| move |key: &str| (key == "color.ui").then(|| value.to_owned());
        assert!(!wanted(None, nothing, &ui("auto"), false));
        assert!(wanted(None, nothing, &ui("always"), false));
        assert!(!check(None, &[("TERM", "dumb")], &[]));
    }
}
