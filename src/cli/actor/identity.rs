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

/// Whether somebody named the actor for this command or this worktree. Otherwise it is a default, which every program under the
/// account shares. `here` looks up the config of this worktree and this command only.
pub fn is_named_here(
    option: Option<&ActorName>,
    environment: Lookup<'_>,
    here: Lookup<'_>,
) -> bool {
    let is_set = |text: Option<String>| text.is_some_and(|text| !text.is_empty());
    option.is_some() || is_set(environment("GIT_COORD_ACTOR")) || is_set(here("coord.actor"))
}

/// The setting with the label of the worktree for which `coord.actor` was set: git copies a worktree's config into new
/// worktrees.
pub const NAMED_IN: &str = "coord.actorOf";

/// The setting that refuses entries of a default actor.
pub const REQUIRE_ACTOR: &str = "coord.requireActor";

/// The error if the actor is a default and `coord.requireActor` refuses that.
pub fn unnamed(default: &ActorName) -> CommandError {
    let message = format!(
        "no actor is named, and {REQUIRE_ACTOR} refuses the default '{default}': use --actor NAME or GIT_COORD_ACTOR"
    );
    CommandError::fatal(code::NO_ACTOR, message).hint("git coord actor list")
}

/// The error if no actor is set and the user's key belongs to no actor. `required`, if `coord.requireActor` would refuse a
/// default one, too.
pub fn nobody(required: bool) -> CommandError {
    if required {
        let message = "no actor is named: use --actor NAME or GIT_COORD_ACTOR";
        return CommandError::fatal(code::NO_ACTOR, message).hint("git coord actor list");
    }
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
    fn an_actor_is_named_by_an_option_a_variable_or_the_config_of_the_worktree() {
        let ada = "ada".parse().unwrap();
        let set: Lookup<'_> = &|_| Some("ada".to_owned());
        let (empty, unset): (Lookup<'_>, Lookup<'_>) = (&|_| Some(String::new()), &|_| None);
        assert!(is_named_here(Some(&ada), unset, unset));
        assert!(is_named_here(None, set, unset));
        assert!(is_named_here(None, empty, set));
        assert!(!is_named_here(None, empty, unset));
        assert!(!is_named_here(None, unset, empty));
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
