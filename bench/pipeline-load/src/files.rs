//! From files: the records of a folder into a table, as fast as it goes.

use std::path::Path;

use alluvium_lakehouse::{PipelineControl, PipelineReport, count_rows, run_records};
use alluvium_load::own_usage;
use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::pass::Pass;
use crate::{definition, records};

/// The child: cleans the records so many times, each time into a new table, and prints each pass.
pub(crate) async fn measure(input: &Path, output: &Path, passes: usize) -> Result<()> {
    for number in 0..passes {
        let directory = output.join(format!("table-{number}"));
        let (before, began) = (own_usage()?, Instant::now());
        let report = clean(input, &directory).await?;
        let (seconds, after) = (began.elapsed().as_secs_f64(), own_usage()?);
        Pass::between(report.rows, seconds, before, after).print();
        let counted = count_rows(&definition::table(&directory)?).await?;
        if counted != report.rows || report.rows != report.input_rows {
            bail!("{} records gave {} rows, and {counted} are in the table", report.input_rows, report.rows);
        }
        fs_err::remove_dir_all(&directory)?;
    }
    Ok(())
}

async fn clean(input: &Path, directory: &Path) -> Result<PipelineReport> {
    let definition = definition::pin(directory)?;
    // Nobody listens to the progress here.
    let (progress, _) = mpsc::channel(1);
    let open = |_| records::read(input);
    let (control, options) = (PipelineControl::new(), definition::options());
    Ok(run_records(&definition, "files", open, &control, progress, &options).await?)
}
