//! Files that are ours as a whole: for one host, or for several, which the last line names.
//!
//! Pure functions. Not here: their texts (`templates`).

use super::{block::Hosts, host::SetupHost};

/// The beginning and the end of the last line.
const MARK: (&str, &str) = ("\n<!-- git-coord:file v1 for ", " -->\n");

/// The file of several hosts, with this one.
///
/// # Errors
/// The file is of somebody else.
pub fn shared_with(file: Option<&str>, text: &str, host: SetupHost) -> Result<String, String> {
    let mut hosts = match file {
        Some(file) => split(file).ok_or_else(foreign)?.1,
        None => Hosts::new(),
    };
    hosts.insert(host);
    Ok(shared(text, &hosts))
}

/// The file of several hosts, without this one: `Some(None)` if it was the last one; none if the file is not for this host.
///
/// # Errors
/// Somebody has changed the file.
pub fn shared_without(
    file: &str,
    text: &str,
    host: SetupHost,
) -> Result<Option<Option<String>>, String> {
    let Some((body, mut hosts)) = split(file) else {
        return Ok(None);
    };
    if !hosts.remove(&host) {
        return Ok(None);
    }
    if body != text {
        return Err("somebody has changed it".to_owned());
    }
    Ok(Some((!hosts.is_empty()).then(|| shared(text, &hosts))))
}

/// The file of one host.
///
/// # Errors
/// The file is of somebody else.
pub fn with(file: Option<&str>, text: &str) -> Result<String, String> {
    match file {
        Some(file) if file != text => Err(foreign()),
        _ => Ok(text.to_owned()),
    }
}

fn foreign() -> String {
    "it is not from this version of git coord".to_owned()
}

fn shared(text: &str, hosts: &Hosts) -> String {
    let hosts: Vec<&str> = hosts.iter().map(|host| host.as_str()).collect();
    [text, MARK.0, &hosts.join(", "), MARK.1].concat()
}

fn split(file: &str) -> Option<(&str, Hosts)> {
    let (body, hosts) = file.strip_suffix(MARK.1)?.rsplit_once(MARK.0)?;
    let hosts: Option<Hosts> = hosts.split(", ").map(SetupHost::named).collect();
    Some((body, hosts?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_file_stays_until_its_last_host_is_removed() {
        use SetupHost::{Codex, Cursor};
        let one = shared_with(None, "text\n", Codex).unwrap();
        assert_eq!(one, "text\n\n<!-- git-coord:file v1 for codex -->\n");
        let two = shared_with(Some(&one), "text\n", Cursor).unwrap();
        assert_eq!(shared_with(Some(&two), "text\n", Cursor).as_ref(), Ok(&two));
        assert_eq!(
            shared_without(&two, "text\n", Cursor),
            Ok(Some(Some(one.clone())))
        );
        assert_eq!(shared_without(&one, "text\n", Cursor), Ok(None));
        assert_eq!(shared_without(&one, "text\n", Codex), Ok(Some(None)));
    }

    #[test]
    fn a_file_of_somebody_else_is_neither_replaced_nor_removed() {
        use SetupHost::Codex;
        assert!(shared_with(Some("mine\n"), "text\n", Codex).is_err());
        assert_eq!(shared_without("mine\n", "text\n", Codex), Ok(None));
        let changed = shared_with(None, "text, changed\n", Codex).unwrap();
        assert!(shared_without(&changed, "text\n", Codex).is_err());
        assert!(with(Some("mine\n"), "text\n").is_err());
        assert_eq!(with(Some("text\n"), "text\n").as_deref(), Ok("text\n"));
    }
}
