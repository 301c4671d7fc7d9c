//! The actor that is set: `--actor`, else `GIT_COORD_ACTOR`, else `coord.actor`.
//!
//! Not here: the owner of the user's key, which is the actor if none is set (`context`).

use crate::{
    cli::{CommandError, environment::Lookup, failure::code},
    core::values::id::ActorName,
};

/// The actor that is set, if any. `coord.actor` of the worktree comes before that of the repository, as git reads it.
///
/// # Errors
/// If the value is not a valid name.
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

/// The error if no actor is set and the user's key belongs to no actor.
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
    fn an_invalid_name_is_reported_with_its_setting() {
        let told = check(None, "", "a b");
        assert!(
            told.starts_with("coord.actor is not the name of an actor: 'a b'"),
            "{told}"
        );
    }
}
