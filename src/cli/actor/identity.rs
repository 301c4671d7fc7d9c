//! Who acts: `--actor`, else `GIT_COORD_ACTOR`, else `coord.actor`.
//!
//! Not here: whose key would sign if nobody is named, which only the ledger's roster can tell.

use crate::{
    cli::{CommandError, environment::Lookup, failure::code},
    core::values::id::ActorName,
};

/// The actor who is named, if anybody is; `coord.actor` of the worktree comes before that of the repository,
/// since git reads it so.
///
/// # Errors
/// If what is set is no name.
pub fn named(
    option: Option<&ActorName>,
    environment: Lookup<'_>,
    config: Lookup<'_>,
) -> Result<Option<ActorName>, CommandError> {
    if let Some(name) = option {
        return Ok(Some(name.clone()));
    }
    for (place, look) in [("GIT_COORD_ACTOR", environment), ("coord.actor", config)] {
        if let Some(text) = look(place).filter(|text| !text.is_empty()) {
            return parse(place, &text).map(Some);
        }
    }
    Ok(None)
}

/// What to say when nobody is named and no key tells.
pub fn nobody() -> CommandError {
    CommandError::fatal(code::NO_ACTOR, "no actor is set").hint("git config coord.actor NAME")
}

fn parse(place: &str, text: &str) -> Result<ActorName, CommandError> {
    text.parse()
        .map_err(|error: crate::core::values::id::InvalidName| {
            CommandError::fatal(
                code::NO_ACTOR,
                format!("{place} is not the name of an actor"),
            )
            .because(error)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(option: Option<&str>, variable: &'static str, key: &'static str) -> String {
        let option = option.map(|name| name.parse().unwrap());
        let named = named(option.as_ref(), &|_| Some(variable.to_owned()), &|_| {
            Some(key.to_owned())
        });
        match named {
            Ok(name) => name.map_or_else(String::new, |name| name.to_string()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_option_beats_the_environment_which_beats_the_config() {
        assert_eq!(check(Some("ada"), "codex", "claude"), "ada");
        assert_eq!(check(None, "codex", "claude"), "codex");
        assert_eq!(check(None, "", "claude"), "claude");
        assert_eq!(check(None, "", ""), "");
    }

    #[test]
    fn a_bad_name_is_told_with_its_place() {
        let told = check(None, "", "a b");
        assert!(
            told.starts_with("coord.actor is not the name of an actor: 'a b'"),
            "{told}"
        );
    }
}
