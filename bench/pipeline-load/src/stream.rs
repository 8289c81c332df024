//! Through a stream of the same process: first what has piled up, then records that are put while the pipeline runs.

use std::path::Path;
use std::time::Duration;

use alluvium_lakehouse::{PipelineControl, PipelineDefinition, Trigger, count_rows, run_pipeline};
use alluvium_load::own_usage;
use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::definition;
use crate::kinesis::Kinesis;
use crate::pass::Pass;

const SHARDS: i32 = 4;

/// The child: prints a pass for the backlog and one for records that are put meanwhile.
pub(crate) async fn measure(input: &Path, output: &Path) -> Result<()> {
    let kinesis = Kinesis::start(output, SHARDS).await?;
    let backlog = kinesis.put_all(input).await?;
    let definition =
        PipelineDefinition { trigger: Trigger::AvailableNow, ..definition::pin(&output.join("table"))? };
    let (progress, _) = mpsc::channel(1);
    let (before, began) = (own_usage()?, Instant::now());
    let control = PipelineControl::new();
    let report =
        run_pipeline(&definition, &kinesis.client, &control, progress, &definition::options()).await?;
    let pass = Pass::between(report.rows, began.elapsed().as_secs_f64(), before, own_usage()?);
    expect(&definition, backlog).await?;
    pass.print();

    let pass = live(&kinesis, input, &definition).await?;
    expect(&definition, backlog + pass.rows).await?;
    pass.print();
    kinesis.close().await;
    Ok(())
}

/// Puts the records and cleans them at once; the pass ends when the last row is in the table.
async fn live(kinesis: &Kinesis, input: &Path, definition: &PipelineDefinition) -> Result<Pass> {
    let definition =
        PipelineDefinition { trigger: Trigger::ProcessingTime(Duration::from_secs(1)), ..definition.clone() };
    let (progress, _) = mpsc::channel(1);
    let (control, options) = (PipelineControl::new(), definition::options());
    let (before, began) = (own_usage()?, Instant::now());
    let run = run_pipeline(&definition, &kinesis.client, &control, progress, &options);
    let put = async {
        let put = kinesis.put_all(input).await;
        control.drain();
        put
    };
    let (report, put) = tokio::join!(run, put);
    let (report, put) = (report?, put?);
    if report.rows != put {
        bail!("{put} records were put and {} rows came", report.rows);
    }
    Ok(Pass::between(report.rows, began.elapsed().as_secs_f64(), before, own_usage()?))
}

async fn expect(definition: &PipelineDefinition, rows: u64) -> Result<()> {
    let counted = count_rows(&definition.sink.table).await?;
    if counted != rows {
        bail!("{rows} records were put, and {counted} rows are in the table");
    }
    Ok(())
}
