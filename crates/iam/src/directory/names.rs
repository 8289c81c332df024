//! The forms of names and paths.

use crate::error::IamError;
use crate::limits::NAME_CHARS_MAX;

/// Whether a name is 1 to 64 (or `chars_max`) characters of `[A-Za-z0-9_+=,.@-]`. `member` is its name in a request.
pub(crate) fn check_name(member: &str, name: &str) -> Result<(), IamError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if name.is_empty() || name.len() > NAME_CHARS_MAX * 2 || !name.bytes().all(allowed) {
        return Err(IamError::Validation(format!(
            "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
        )));
    }
    Ok(())
}

/// Whether a path is `/`, or begins and ends with one.
pub(crate) fn check_path(path: &str) -> Result<(), IamError> {
    let allowed = |byte: u8| (0x21..=0x7e).contains(&byte);
    if path.len() > 512 || !path.starts_with('/') || !path.ends_with('/') || !path.bytes().all(allowed) {
        return Err(IamError::Validation(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters \
             and/or / characters."
                .to_owned(),
        ));
    }
    Ok(())
}

/// The characters of a policy that count.
pub(crate) fn without_spaces(text: &str) -> usize {
    text.chars().filter(|char| !char.is_whitespace()).count()
}
