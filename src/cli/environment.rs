//! Texts that are looked up by name: variables of the environment, keys of git's config.
//!
//! Not here: what a variable means (the module that asks for it).

/// Looks up a text by name: a variable of the environment, or a key of git's config.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable of this process. One that is not UTF-8 is set too, so it is not left out.
pub fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().into_owned())
}
