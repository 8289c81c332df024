//! How much a pattern and a search may cost. What must stay true: nothing else in this crate decides how much is too much.

/// What one pattern and each search with it may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Size of a pattern's text in bytes.
    pub pattern_bytes_max: usize,
    /// Memory that a compiled pattern may take in bytes, and its cache as much again.
    pub compiled_bytes_max: usize,
    /// How often one search may track back. Every place where a match could begin counts one too, so a text of so many
    /// bytes can always be looked through. A search without look-around and its kind never tracks back.
    pub backtracks_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pattern_bytes_max: 64 * 1024, compiled_bytes_max: 4 << 20, backtracks_max: 2_000_000 }
    }
}

/// Groups inside each other, and classes inside each other. It also bounds the stack; `fancy-regex` allows 64.
pub(crate) const NESTING_DEPTH_MAX: usize = 50;
