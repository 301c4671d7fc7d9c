//! Reading a file or standard input, with a limit, so that no file can fill the memory.
//!
//! Not here: the use of the contents (each command).

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::{
    cli::{CommandError, failure::code},
    core::values::text::{Text, is_blank},
};

/// The bytes of a file; `-` is standard input.
///
/// # Errors
/// `cannot_read`, also for a folder and for more than `bytes_max` bytes.
pub fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, CommandError> {
    let (shown, content) = if path == Path::new("-") {
        ("standard input".to_owned(), take(io::stdin(), bytes_max))
    } else {
        (
            format!("'{}'", path.display()),
            File::open(path).and_then(|file| take(file, bytes_max)),
        )
    };
    let content = content.map_err(|error| {
        let message = format!("cannot read {shown}");
        CommandError::fatal(code::CANNOT_READ, message).because(error)
    })?;
    if content.len() as u64 > bytes_max {
        let message = format!("{shown} is larger than {} MiB", bytes_max >> 20);
        return Err(CommandError::fatal(code::CANNOT_READ, message));
    }
    Ok(content)
}

/// The text for an attachment, with a line break at its end. It is the argument itself, or standard input for `-`.
///
/// # Errors
/// `cannot_read`; `usage` if it has no visible character.
pub fn text(given: &str) -> Result<Vec<u8>, CommandError> {
    let mut text = match given {
        "-" => read(Path::new("-"), TEXT_BYTES_MAX)?,
        text => text.as_bytes().to_vec(),
    };
    if String::from_utf8_lossy(&text).chars().all(is_blank) {
        return Err(CommandError::usage("the text has no visible character"));
    }
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    Ok(text)
}

/// The name of an attachment.
///
/// # Errors
/// `internal` if it is not a valid name.
pub fn name(name: &str) -> Result<Text, CommandError> {
    name.parse()
        .map_err(|error| CommandError::caused(code::INTERNAL, error))
}

/// The longest comment or note, in bytes.
const TEXT_BYTES_MAX: u64 = 10 << 20;

/// The whole content, or one byte more than `bytes_max`.
fn take(from: impl Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    from.take(bytes_max + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "12345678").unwrap();
        assert_eq!(read(&path, 8).unwrap(), b"12345678");
        assert_eq!(read(&path, 7).unwrap_err().code(), "cannot_read");
    }

    #[test]
    fn an_error_names_the_folder_or_the_missing_file() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), &folder.path().join("gone")] {
            let told = read(path, 8).unwrap_err().to_string();
            assert!(told.contains(&path.display().to_string()), "{told}");
        }
    }
}
