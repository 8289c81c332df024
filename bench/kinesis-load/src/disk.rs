//! The limit that the disk sets: synced writes one after the other, and nothing else.

use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::arguments::RunArguments;
use crate::table;

/// Bytes of the writes: a page, 64 records of 1 KiB, a request of 500 such records, and a commit of eight of them.
const SIZES: [usize; 4] = [4 * 1024, 68 * 1024, 512 * 1024, 4 * 1024 * 1024];

pub(crate) fn run(run: &RunArguments) -> Result<()> {
    table::head(
        "The disk",
        "Synced writes one after the other: behind the end of a file, and over bytes that are there already.",
        &["bytes", "appended", "", "written over", ""],
    );
    for bytes in SIZES {
        let appended = synced(run, bytes, false)?;
        let over = synced(run, bytes, true)?;
        let shown =
            |per_sec: f64| [format!("{per_sec:.0}/s"), format!("{:.0} MB/s", per_sec * bytes as f64 / 1e6)];
        let [[appended, appended_mb], [over, over_mb]] = [shown(appended), shown(over)];
        table::row(&[table::count(bytes as f64), appended, appended_mb, over, over_mb]);
    }
    Ok(())
}

/// Synced writes per second.
fn synced(run: &RunArguments, bytes: usize, over: bool) -> Result<f64> {
    let path = run.data_dir.join("disk");
    let file = fs_err::OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
    let block = vec![7; bytes];
    // What is written over is at most this long, so the file stays small.
    let slots = (64 * 1024 * 1024 / bytes as u64).max(1);
    if over {
        for slot in 0..slots {
            file.file().write_all_at(&block, slot * bytes as u64)?;
        }
        file.sync_all()?;
    }
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < Duration::from_secs_f64(run.seconds) {
        let slot = if over { count % slots } else { count };
        file.file().write_all_at(&block, slot * bytes as u64)?;
        file.sync_data()?;
        count += 1;
    }
    let per_sec = count as f64 / started.elapsed().as_secs_f64();
    drop(file);
    fs_err::remove_file(&path)?;
    Ok(per_sec)
}
