//! Looking up texts by name: variables of the environment, keys of git's config.
//!
//! Not here: the meaning of a variable (the module that reads it).

/// Looks up a text by name: a variable of the environment, or a key of git's config.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable of this process. A value that is not UTF-8 is returned with replacement characters, because the variable
/// is set.
pub fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().into_owned())
}
