//! Storage in memory that fails where it is told to.

/// A disk in memory.
#[derive(Debug, Clone)]
pub struct FaultyDisk;
/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum Fault {}
