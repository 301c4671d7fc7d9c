//! The next command after a failure to sign.
//!
//! Not here: choosing the key of an actor (`cli::actor::author`).

use super::git::word;
use crate::git::sign::SignError;

/// The next command after `error`.
pub fn after(error: &SignError) -> String {
    match error {
        SignError::MissingKey { path } => {
            // ssh-keygen creates the public half beside the private one.
            let is_public = path.extension().is_some_and(|end| end == "pub");
            let path = if is_public {
                path.with_extension("")
            } else {
                path.clone()
            };
            format!("to create it: ssh-keygen -t ed25519 -f {}", word(&path))
        }
        SignError::UnreadableKey { path, .. } => {
            format!("to see who can read it: ls -l {}", word(path))
        }
        SignError::NotAKey { .. } | SignError::NotALiteral { .. } => {
            "git config user.signingKey FILE".to_owned()
        }
        SignError::UnsupportedKey { .. } | SignError::UnusableKey { .. } => {
            "to create one that can sign: ssh-keygen -t ed25519".to_owned()
        }
        SignError::WrongPassphrase { path } => {
            format!("to add it to your SSH agent: ssh-add {}", word(path))
        }
        SignError::NoAgent { .. } => "to start an SSH agent: eval $(ssh-agent)".to_owned(),
        SignError::AgentWithoutKey { .. } => "to see its keys: ssh-add -L".to_owned(),
        SignError::AgentRefused { .. } => "if the SSH agent is locked: ssh-add -X".to_owned(),
        SignError::AgentFailed { .. } => "to test the SSH agent: ssh-add -l".to_owned(),
        SignError::MissingProgram { .. } => {
            "to see which program is set: git config gpg.ssh.program".to_owned()
        }
        SignError::ProgramFailed { program, .. }
        | SignError::NoSignature { program, .. }
        | SignError::TimedOut { program, .. } => {
            format!("to test it: {} -Y sign -n git -f KEY FILE", word(program))
        }
        SignError::BadResult { .. } | SignError::OtherKey { .. } => {
            "to see which key is set: git config user.signingKey".to_owned()
        }
        SignError::InProcess { .. } => "to look at the key: ssh-keygen -y -f FILE".to_owned(),
        SignError::KeyExists { path } => {
            format!("to use it: git config user.signingKey {}", word(path))
        }
        SignError::Write { path, .. } => {
            format!(
                "to see who can write there: ls -ld {}",
                word(path.parent().unwrap_or(path))
            )
        }
    }
}
