//! How a definition is read: how strictly, and what becomes of its base path and of what the API has already.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html>
//!
//! What must stay true: the defaults are those of Amazon's ImportRestApi, but for how strictly.

use std::str::FromStr;

/// What a definition is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Checking {
    /// Everything in it must run here. What could not is refused at its place in the file.
    #[default]
    Strict,
    /// What Amazon API Gateway imports is imported; a method that cannot run answers 500 when it is called.
    Lenient,
}

/// What becomes of `basePath`, or of the path of the first server.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BasePath {
    /// Nothing.
    #[default]
    Ignore,
    /// It precedes every path.
    Prepend,
    /// It precedes every path, but for its first part.
    Split,
}

/// The text is no way to treat a base path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a value of 'basepath'; use ignore, prepend or split")]
pub(crate) struct NotABasePath(String);

impl FromStr for BasePath {
    type Err = NotABasePath;

    fn from_str(text: &str) -> Result<Self, NotABasePath> {
        match text.to_ascii_lowercase().as_str() {
            "ignore" => Ok(Self::Ignore),
            "prepend" => Ok(Self::Prepend),
            "split" => Ok(Self::Split),
            _ => Err(NotABasePath(text.to_owned())),
        }
    }
}

impl BasePath {
    /// What precedes every path of a definition whose base path is `base`: nothing, or `/a/b` without a slash at its end.
    pub(super) fn prefix(self, base: &str) -> String {
        let parts = base.split('/').filter(|part| !part.is_empty());
        let skipped = match self {
            Self::Ignore => return String::new(),
            Self::Prepend => 0,
            Self::Split => 1,
        };
        parts.skip(skipped).fold(String::new(), |prefix, part| format!("{prefix}/{part}"))
    }
}

/// What becomes of what an API has already.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportMode {
    /// What the definition does not name stays.
    Merge,
    /// What the definition does not name goes, but for stages, deployments, tags and the endpoint.
    Overwrite,
}

/// How a definition is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ImportOptions {
    pub(crate) checking: Checking,
    pub(crate) base_path: BasePath,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_ignored_prepended_or_split() {
        for (how, base, prefix) in [
            ("ignore", "/a/b/c", ""),
            ("prepend", "/a/b/c", "/a/b/c"),
            ("split", "/a/b/c", "/b/c"),
            ("split", "/a", ""),
            ("prepend", "/", ""),
            ("prepend", "base-url/part/", "/base-url/part"),
        ] {
            let how: BasePath = how.parse().expect("a way to treat a base path");
            assert_eq!(how.prefix(base), prefix, "{how:?} {base}");
        }
        let error = "other".parse::<BasePath>().expect_err("refused");
        assert_eq!(error.to_string(), "'other' is not a value of 'basepath'; use ignore, prepend or split");
    }
}
