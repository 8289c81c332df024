//! The secret that signs shard iterators and pagination tokens.
//!
//! What must stay true: it is never printed, and the file that keeps it is readable by its owner alone.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::OpenOptionsExt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long the secret is, in bytes.
const KEY_BYTES: usize = 32;
/// How much of a signature goes into a token, in bytes: 128 bits, far beyond guessing in five minutes.
pub(crate) const MAC_BYTES: usize = 16;

/// The secret that signs shard iterators and pagination tokens.
#[derive(Clone)]
pub struct TokenKey(Hmac<Sha256>);

/// Why a key cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeyError {
    /// The operating system refused; its message names the path.
    #[error("cannot load the key of shard iterators: {0}")]
    Io(#[from] io::Error),
    /// The file is not a key.
    #[error("{} has {found} bytes, a key of shard iterators has {KEY_BYTES}: remove the file to get a new key", path.display())]
    WrongLength {
        /// The file.
        path: PathBuf,
        /// Its length, in bytes.
        found: usize,
    },
}

impl TokenKey {
    /// A key that nobody else has and that ends with the process; iterators do not survive a restart.
    pub fn random() -> Self {
        Self::of_bytes(&rand::random())
    }

    /// Loads the key from a file, or makes one there that only its owner can read. Does blocking input and output.
    pub fn load_or_create(path: &Path) -> Result<Self, TokenKeyError> {
        match fs_err::read(path) {
            Ok(bytes) => match <[u8; KEY_BYTES]>::try_from(bytes.as_slice()) {
                Ok(key) => Ok(Self::of_bytes(&key)),
                Err(_) => Err(TokenKeyError::WrongLength { path: path.to_owned(), found: bytes.len() }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes beside the file and renames, so that no crash leaves half a key.
    fn create(path: &Path) -> Result<Self, TokenKeyError> {
        let key: [u8; KEY_BYTES] = rand::random();
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&key)?;
        file.sync_all()?;
        fs_err::rename(&beside, path)?;
        if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs_err::File::open(directory)?.sync_all()?;
        }
        Ok(Self::of_bytes(&key))
    }

    fn of_bytes(key: &[u8; KEY_BYTES]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// The signature of these bytes.
    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; MAC_BYTES] {
        let mut mac = self.0.clone();
        mac.update(bytes);
        let full = mac.finalize().into_bytes();
        std::array::from_fn(|index| full[index])
    }

    /// Whether this is the signature of these bytes, in constant time.
    pub(crate) fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.verify_truncated_left(signature).is_ok()
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_survives_and_is_its_owners_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("token.key");
        let made = TokenKey::load_or_create(&path).expect("made");
        let loaded = TokenKey::load_or_create(&path).expect("loaded");
        assert!(loaded.verifies(b"text", &made.sign(b"text")));
        assert!(!loaded.verifies(b"text", &TokenKey::random().sign(b"text")));
        let permissions = fs_err::metadata(&path).expect("a file").permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
    }

    #[test]
    fn half_a_key_is_refused_by_name() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("token.key");
        fs_err::write(&path, b"short").expect("written");
        let error = TokenKey::load_or_create(&path).expect_err("too short").to_string();
        assert!(error.contains("token.key has 5 bytes"), "{error}");
    }
}
