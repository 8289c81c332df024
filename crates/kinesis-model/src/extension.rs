//! Operations that AWS does not have, under a target prefix of their own, on the same endpoint and wire.

/// The name of the extensions in `X-Amz-Target`.
pub const EXTENSION_TARGET_PREFIX: &str = "Alluvium_20261123";

/// An operation that AWS does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extension {
    /// Tells what goes wrong on purpose.
    GetFaultInjection,
    /// Removes all records of a stream.
    PurgeStream,
    /// Says what shall go wrong on purpose.
    PutFaultInjection,
}

impl Extension {
    /// Every extension, in alphabetical order.
    pub const ALL: &'static [Self] = &[Self::GetFaultInjection, Self::PurgeStream, Self::PutFaultInjection];

    /// The operation's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetFaultInjection => "GetFaultInjection",
            Self::PurgeStream => "PurgeStream",
            Self::PutFaultInjection => "PutFaultInjection",
        }
    }

    /// The operation of a name; `None` for one that is not there.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|extension| extension.name() == name)
    }
}
