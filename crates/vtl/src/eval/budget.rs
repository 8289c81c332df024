//! What a rendering may still spend. What must stay true: a budget only shrinks.

use crate::{
    error::Failure,
    limits::{ENTRY_BYTES, Limits},
};

/// Steps and bytes that are left.
pub(crate) struct Budget {
    steps_left: u64,
    steps_max: u64,
    bytes_left: u64,
    bytes_max: u64,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            steps_left: limits.steps_max,
            steps_max: limits.steps_max,
            bytes_left: limits.memory_bytes_max,
            bytes_max: limits.memory_bytes_max,
        }
    }

    /// Pays for one step.
    pub(crate) fn step(&mut self) -> Result<(), Failure> {
        self.steps(1)
    }

    /// Pays for `count` steps.
    pub(crate) fn steps(&mut self, count: u64) -> Result<(), Failure> {
        match self.steps_left.checked_sub(count) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Err(Failure::Limit { limit: self.steps_max, unit: "steps" }),
        }
    }

    /// Pays for a new string of `count` bytes.
    pub(crate) fn bytes(&mut self, count: u64) -> Result<(), Failure> {
        match self.bytes_left.checked_sub(count) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => Err(Failure::Limit { limit: self.bytes_max, unit: "bytes of memory" }),
        }
    }

    /// Pays for `count` entries of a list or map, made or touched.
    pub(crate) fn entries(&mut self, count: usize) -> Result<(), Failure> {
        self.steps(count as u64)?;
        self.bytes((count as u64).saturating_mul(ENTRY_BYTES))
    }

    /// The steps that are left, for a task that counts down by itself.
    pub(crate) fn steps_mut(&mut self) -> &mut u64 {
        &mut self.steps_left
    }
}
