//! Where the processor's time goes: decoding, the SQL, Parquet, and the rest.
//!
//! Decoding alone is the cleaning with a SELECT of bare columns; Parquet and the rest are what a whole run takes beyond the
//! cleaning, told apart by the time that the run itself gives for writing.

use std::path::Path;
use std::sync::Arc;

use alluvium_lakehouse::{BatchProgress, Cleaner, PipelineControl, RawRecord, run_records};
use alluvium_load::own_usage;
use anyhow::Result;
use serde_json::json;
use tokio::sync::mpsc;

use crate::definition::{self, STREAM};
use crate::records::{self, ChunkedLines};

/// The fields as they are.
const BARE: &str = "SELECT index, unique_id, title, description, poster_name, follower_count, tag_list, is_image_or_video, \
    image_src, downloaded, save_location, category FROM stream";

/// The child: prints microseconds of the processor for each record.
pub(crate) async fn measure(input: &Path, output: &Path) -> Result<()> {
    let (folder, directory) = (input.to_owned(), output.to_owned());
    let (decode, clean) = tokio::task::spawn_blocking(move || {
        let decode = clean_alone(&folder, &Cleaner::prepare(&definition::with_sql(&directory, BARE)?)?)?;
        let clean = clean_alone(&folder, &Cleaner::prepare(&definition::pin(&directory)?)?)?;
        Ok::<_, anyhow::Error>((decode, clean))
    })
    .await??;
    let definition = definition::pin(&output.join("table"))?;
    let (progress, mut batches) = mpsc::channel::<BatchProgress>(64);
    let watch = async move {
        let mut millis = [0; 3];
        while let Some(batch) = batches.recv().await {
            let steps = batch.duration_millis;
            for (sum, step) in millis.iter_mut().zip([steps.clean, steps.write, steps.commit]) {
                *sum += step;
            }
        }
        millis
    };
    let before = own_usage()?;
    let (control, options) = (PipelineControl::new(), definition::options());
    let run = run_records(&definition, "files", |_| records::read(input), &control, progress, &options);
    let (report, [clean_millis, write_millis, commit_millis]) = tokio::join!(run, watch);
    let rows = report?.rows as f64;
    let whole = 1e6 * (own_usage()?.cpu_seconds - before.cpu_seconds) / rows;
    println!(
        "{}",
        json!({
            "decode": decode,
            "sql": clean - decode,
            "rest": whole - clean,
            "whole": whole,
            "clean_millis": clean_millis,
            "write_millis": write_millis,
            "commit_millis": commit_millis,
        })
    );
    Ok(())
}

/// Microseconds of the processor for each record, cleaned on this thread.
fn clean_alone(input: &Path, cleaner: &Cleaner) -> Result<f64> {
    let (mut rows, mut seconds) = (0, 0.0);
    let (shard_id, stream): (Arc<str>, Arc<str>) = (Arc::from("records"), Arc::from(STREAM));
    for lines in ChunkedLines::of(input)? {
        let record = |data| RawRecord {
            data,
            partition_key: String::new(),
            sequence_number: String::new(),
            sub_sequence_number: None,
            shard_id: shard_id.clone(),
            stream: stream.clone(),
            arrival_millis: 0,
        };
        let records = lines?.into_iter().map(record).collect();
        let began = tokio::time::Instant::now();
        rows += cleaner.clean(records)?.row_count();
        seconds += began.elapsed().as_secs_f64();
    }
    Ok(1e6 * seconds / rows as f64)
}
