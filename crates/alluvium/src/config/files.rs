//! The files of a configuration: on disk beside `alluvium.yaml`, or inside the program for the shipped example.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The shipped example's files, by their path below `examples/pinterest`.
const EXAMPLE: &[(&str, &str)] = &[
    ("alluvium.yaml", include_str!("../../../../examples/pinterest/alluvium.yaml")),
    ("api.yaml", include_str!("../../../../examples/pinterest/api.yaml")),
    ("pipelines/pin.sql", include_str!("../../../../examples/pinterest/pipelines/pin.sql")),
    ("pipelines/geo.sql", include_str!("../../../../examples/pinterest/pipelines/geo.sql")),
    ("pipelines/user.sql", include_str!("../../../../examples/pinterest/pipelines/user.sql")),
];

/// A configuration file and the place that its relative paths start from.
#[derive(Debug, Clone)]
pub(crate) enum ConfigFiles {
    /// `alluvium.yaml` on disk; paths are relative to its directory.
    Disk {
        /// The configuration file.
        path: PathBuf,
        /// Its text.
        text: String,
    },
    /// The shipped example inside the program; the data directory is relative to the working directory.
    Example,
    /// No configuration: every key has its default.
    Nothing,
}

impl ConfigFiles {
    /// Reads the configuration file.
    pub(crate) fn of_file(path: &Path) -> Result<Self, Failure> {
        let text = fs_err::read_to_string(path).map_err(Failure::usage_from)?;
        Ok(Self::Disk { path: path.to_owned(), text })
    }

    /// The shipped example.
    pub(crate) fn example() -> Self {
        Self::Example
    }

    /// What messages call the configuration file.
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::Disk { path, .. } => path.display().to_string(),
            Self::Example => "built-in examples/pinterest/alluvium.yaml".to_owned(),
            Self::Nothing => "defaults".to_owned(),
        }
    }

    /// The configuration file's text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Disk { text, .. } => text,
            Self::Example => EXAMPLE[0].1,
            Self::Nothing => "{}",
        }
    }

    /// Reads a file that the configuration names; the error names both.
    pub(crate) fn read(&self, name: &str) -> Result<String, String> {
        match self {
            Self::Disk { .. } => {
                fs_err::read_to_string(self.path_of(name)).map_err(|error| error.to_string())
            }
            Self::Example => EXAMPLE
                .iter()
                .find(|(path, _)| *path == name)
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| format!("the built-in example has no file {name:?}")),
            Self::Nothing => Err(format!("there is no configuration to find {name:?} beside")),
        }
    }

    /// Where a path that the configuration names is on disk.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        match self {
            Self::Disk { path, .. } => path.parent().unwrap_or(Path::new("")).join(name),
            Self::Example | Self::Nothing => PathBuf::from(name),
        }
    }
}
