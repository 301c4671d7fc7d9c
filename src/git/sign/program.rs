//! Signing through another program, `ssh-keygen` or the one in `gpg.ssh.program`, called as git calls it.
//!
//! Not here: when a program is needed (`sign`), and checking the signature that it returns (`verify`).

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rand_core::{OsRng, RngCore};

use super::{config::SigningConfig, error::SignError};
use crate::core::values::{key::PublicKey, text::brief};

/// How long a program may take to sign: a person may have to touch a device or enter a passphrase.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program that signs unless the configuration names another one.
const SSH_KEYGEN: &str = "ssh-keygen";

/// The key that the program has to use.
#[derive(Clone, Debug)]
pub(super) enum KeyArgument {
    /// The key in this file.
    File(PathBuf),
    /// A key in the SSH agent, named by its public half.
    Literal(PublicKey),
}

/// A program that signs as `ssh-keygen -Y sign` does. It gets no input and cannot ask on the terminal.
#[derive(Debug)]
pub(super) struct Program {
    program: PathBuf,
    key: KeyArgument,
    agent: Option<PathBuf>,
    askpass: PathBuf,
}

impl Program {
    /// The program that the configuration names, else `ssh-keygen`.
    pub(super) fn new(config: &SigningConfig, key: KeyArgument) -> Self {
        // OpenSSH 8.4 or later asks only through the user's askpass program; the program 'false' gives no passphrase.
        let askpass = config.askpass.clone();
        Self {
            program: config.program.clone().unwrap_or(SSH_KEYGEN.into()),
            key,
            agent: config.agent.clone(),
            askpass: askpass.unwrap_or("false".into()),
        }
    }

    /// Its name, for messages.
    pub(super) fn name(&self) -> String {
        self.program.display().to_string()
    }

    /// The program's armour over these bytes, unchanged: it runs `PROGRAM -Y sign -n git -f KEY [-U] BUFFER` and reads
    /// `BUFFER.sig`.
    pub(super) fn sign(&self, bytes: &[u8]) -> Result<String, SignError> {
        let scratch = Scratch::new()?;
        let buffer = scratch.write("buffer", bytes)?;
        let mut arguments: Vec<OsString> = ["-Y", "sign", "-n", "git", "-f"].map(Into::into).into();
        match &self.key {
            KeyArgument::File(path) => arguments.push(path.into()),
            KeyArgument::Literal(key) => {
                arguments.push(scratch.write("key", format!("{key}\n").as_bytes())?.into());
                arguments.push("-U".into());
            }
        }
        arguments.push(buffer.into());
        self.run(&arguments, &scratch)?;
        let signature = scratch.0.join("buffer.sig");
        fs::read_to_string(&signature).map_err(|source| SignError::NoSignature {
            program: self.program.clone(),
            source,
        })
    }

    /// Runs it to its end and returns its output.
    fn run(&self, arguments: &[OsString], scratch: &Scratch) -> Result<String, SignError> {
        let output = scratch.0.join("output");
        let errors = scratch.0.join("errors");
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(scratch.create(&output)?)
            .stderr(scratch.create(&errors)?)
            .env("SSH_ASKPASS", &self.askpass)
            .env("SSH_ASKPASS_REQUIRE", "force");
        match &self.agent {
            Some(socket) => command.env("SSH_AUTH_SOCK", socket),
            None => command.env_remove("SSH_AUTH_SOCK"),
        };
        let status =
            command
                .spawn()
                .and_then(wait)
                .map_err(|source| SignError::MissingProgram {
                    program: self.program.clone(),
                    source,
                })?;
        let read = |path: &Path| fs::read(path).unwrap_or_default();
        match status {
            Some(status) if status.success() => {
                Ok(String::from_utf8_lossy(&read(&output)).into_owned())
            }
            Some(status) => Err(self.failure(status, &String::from_utf8_lossy(&read(&errors)))),
            None => Err(SignError::TimedOut {
                program: self.program.clone(),
                seconds: PATIENCE.as_secs(),
            }),
        }
    }

    /// OpenSSH's messages are not translated, so they can be distinguished.
    fn failure(&self, status: ExitStatus, said: &str) -> SignError {
        match (&self.key, &self.agent) {
            (KeyArgument::File(path), _) if said.contains("incorrect passphrase") => {
                SignError::WrongPassphrase { path: path.clone() }
            }
            (_, Some(socket)) if said.contains("agent refused operation") => {
                SignError::AgentRefused {
                    socket: socket.clone(),
                }
            }
            _ => SignError::ProgramFailed {
                program: self.program.clone(),
                status,
                said: last_lines(said),
            },
        }
    }
}

/// The public half of a private key that is in no format of OpenSSH's: `ssh-keygen -y -f FILE`.
pub(super) fn public_half_of(path: &Path, config: &SigningConfig) -> Result<PublicKey, SignError> {
    let config = SigningConfig {
        program: None,
        ..config.clone()
    };
    let keygen = Program::new(&config, KeyArgument::File(path.to_owned()));
    let line = keygen.run(&["-y".into(), "-f".into(), path.into()], &Scratch::new()?)?;
    line.parse().map_err(|_| SignError::UnsupportedKey {
        key: path.display().to_string(),
        algorithm: line.split(' ').next().unwrap_or_default().to_owned(),
    })
}

/// Waits for a child that may never end; `None` if it was killed after the time limit.
fn wait(mut child: Child) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_millis(50));
    }
}

/// The end of a program's output, on one line, control characters escaped.
fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(3)..].join("; ");
    if last.is_empty() {
        "it said nothing".to_owned()
    } else {
        brief(&last, 400)
    }
}

/// A folder for one signature, for its owner alone; it goes when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, SignError> {
        let name = format!("git-coord-sign-{:016x}", OsRng.next_u64());
        let path = std::env::temp_dir().join(name);
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(SignError::Write { path, source }),
        }
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, SignError> {
        let path = self.0.join(name);
        match fs::write(&path, content) {
            Ok(()) => Ok(path),
            Err(source) => Err(SignError::Write { path, source }),
        }
    }

    fn create(&self, path: &Path) -> Result<File, SignError> {
        File::create(path).map_err(|source| SignError::Write {
            path: path.to_owned(),
            source,
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
