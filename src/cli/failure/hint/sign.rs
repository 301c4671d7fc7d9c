//! The next command where no signature could be made.
//!
//! Not here: which key of which actor is meant (`cli::actor::author`).

use crate::git::sign::SignError;

/// What to do about `error`, as a command where there is one.
pub fn after(error: &SignError) -> String {
    match error {
        SignError::MissingKey { path } => {
            // The public half is made beside the private one.
            let is_public = path.extension().is_some_and(|end| end == "pub");
            let path = if is_public { path.with_extension("") } else { path.clone() };
            let path = path.display();
            format!("make it: ssh-keygen -t ed25519 -f {path}, or set user.signingKey to your key")
        }
        SignError::UnreadableKey { path, .. } => format!("check the permissions of '{}'", path.display()),
        SignError::NotAKey { .. } | SignError::NotALiteral { .. } => {
            "set user.signingKey to the file of an SSH key, or to 'key::ssh-ed25519 …' for a key in your agent".into()
        }
        SignError::UnsupportedKey { .. } | SignError::UnusableKey { .. } => {
            "use a plain ed25519, ECDSA (256 or 384 bits) or RSA key: ssh-keygen -t ed25519".into()
        }
        SignError::WrongPassphrase { path } => {
            format!("add it to your agent: ssh-add {}", path.display())
        }
        SignError::NoAgent { .. } => "eval $(ssh-agent); ssh-add".into(),
        SignError::AgentWithoutKey { .. } => {
            "ssh-add -L lists its keys; ssh-add FILE adds yours".into()
        }
        SignError::AgentRefused { .. } => "confirm the request, or unlock the agent: ssh-add -X".into(),
        SignError::AgentFailed { .. } => "check SSH_AUTH_SOCK, then: ssh-add -l".into(),
        SignError::MissingProgram { .. } => "install OpenSSH, or set gpg.ssh.program to a program that exists".into(),
        SignError::ProgramFailed { program, .. }
        | SignError::NoSignature { program, .. }
        | SignError::TimedOut { program, .. } => {
            format!("try it by hand: {} -Y sign -n git -f KEY FILE", program.display())
        }
        SignError::BadResult { .. } | SignError::OtherKey { .. } => {
            "check user.signingKey and gpg.ssh.program".into()
        }
        SignError::InProcess { .. } => "check the key: ssh-keygen -y -f FILE".into(),
        SignError::KeyExists { .. } => "use that key, or choose another name".into(),
        SignError::Write { path, .. } => {
            format!("make '{}' writable", path.display())
        }
    }
}
