//! Spark's side: our script for it, run by the Python that was named.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::definition::{SCHEMA, SQL};
use crate::pass::Pass;
use crate::section;

const SCRIPT: &str = include_str!("../spark_files.py");

/// Cleans the records of `input` so many times in one Spark, and says what each pass took.
pub(crate) fn passes(python: &Path, input: &Path, output: &Path, passes: usize) -> Result<Vec<Pass>> {
    fs_err::create_dir_all(output)?;
    let (script, sql) = (output.join("spark_files.py"), output.join("pin.sql"));
    fs_err::write(&script, SCRIPT)?;
    fs_err::write(&sql, SQL)?;
    let mut command = Command::new(python);
    command.arg(&script).arg(input).arg(output).arg(&sql).arg(SCHEMA).arg(passes.to_string());
    section::passes(&mut command)
        .context("Spark's side failed: it needs a Python with pyspark, and Java 17 or later on the PATH")
}
