//! The catalog's version: tables are made when they are missing, and those of an earlier version are brought up to this one.
//!
//! What must stay true: one transaction takes a catalog from one version to the next, so a crash leaves it in either.

use redb::{Database, ReadableTable, WriteTransaction};

use super::tables::{ACCOUNT, CONSUMERS, DETAILS, META, SHARDS, STREAMS, SYNCED, TAGS, TRIMS, VERSION};
use crate::settings::StreamSettings;
use crate::stream_id_text;

/// Version of the tables that this program writes, and the newest that it reads.
pub(crate) const CATALOG_VERSION: u64 = 2;

/// Makes or changes tables as this version wants them; returns the version of tables that are newer.
pub(super) fn bring_up(database: &Database) -> Result<Option<u64>, redb::Error> {
    let transaction = super::begin(database)?;
    let found = transaction.open_table(META)?.get(VERSION)?.map(|value| value.value());
    match found {
        Some(CATALOG_VERSION) => return Ok(None),
        Some(newer) if newer > CATALOG_VERSION => return Ok(Some(newer)),
        Some(1) => from_1(&transaction)?,
        _ => {
            transaction.open_table(STREAMS)?;
            transaction.open_table(SHARDS)?;
            transaction.open_table(TRIMS)?;
        }
    }
    transaction.open_table(META)?.insert(VERSION, CATALOG_VERSION)?;
    transaction.open_table(DETAILS)?;
    transaction.open_table(TAGS)?;
    transaction.open_table(CONSUMERS)?;
    transaction.open_table(ACCOUNT)?;
    transaction.open_table(SYNCED)?;
    transaction.commit()?;
    Ok(None)
}

/// Version 1 knew streams, shards and trims only.
fn from_1(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    let settings = StreamSettings::default();
    let distribution = super::tables::distribution_number(settings.record_distribution);
    let mut details = transaction.open_table(DETAILS)?;
    for entry in transaction.open_table(STREAMS)?.iter()? {
        let id = entry?.0.value();
        let stream_id = stream_id_text::generate(id);
        let row = (&*stream_id, settings.record_kib_max, None, distribution, None, 0, None, None, 0);
        details.insert(id, row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tables::NEXT_STREAM_ID;
    use super::super::{CATALOG_FILE, Catalog};
    use super::*;
    use crate::storage::{FaultyDisk, Storage};
    use std::path::Path;

    const DIR: &str = "/data";

    /// A catalog as version 1 wrote it, with one stream of one shard.
    fn version_1() -> FaultyDisk {
        let disk = FaultyDisk::new();
        let file = disk.create(&Path::new(DIR).join(CATALOG_FILE)).expect("made");
        let database = Database::builder().create_with_backend(super::super::Backend(file)).expect("made");
        let transaction = database.begin_write().expect("begun");
        {
            let mut meta = transaction.open_table(META).expect("opened");
            meta.insert(VERSION, 1).expect("written");
            meta.insert(NEXT_STREAM_ID, 8).expect("written");
            let row = ("old", 2, 1_000, 48, 1, 2_000);
            transaction.open_table(STREAMS).expect("opened").insert(7, row).expect("written");
            let row = (0, u128::MAX, None, None, 1, None);
            transaction.open_table(SHARDS).expect("opened").insert((7, 0), row).expect("written");
            transaction.open_table(TRIMS).expect("opened").insert((7, 0), (3, 1_500)).expect("written");
        }
        transaction.commit().expect("committed");
        disk.sync_dir(Path::new(DIR)).expect("synced");
        disk
    }

    #[test]
    fn a_catalog_of_version_1_opens_with_default_settings_and_keeps_its_stream_id() {
        let disk = version_1();
        let load = || Catalog::open(&disk, Path::new(DIR)).and_then(|catalog| catalog.load(Path::new(DIR)));
        let content = load().expect("read");
        let stream = &content.streams[0];
        assert_eq!((stream.name.as_str(), stream.retention_hours, stream.shards.len()), ("old", 48, 1));
        assert_eq!(*stream.settings, StreamSettings::default());
        assert_eq!(content.trims[0].through_counter, 3);
        let again = load().expect("read");
        assert_eq!(again.streams, content.streams, "the stream id stays");
    }

    #[test]
    fn a_catalog_of_a_later_version_is_refused() {
        let disk = FaultyDisk::new();
        drop(Catalog::open(&disk, Path::new(DIR)).expect("made"));
        let file = disk.open(&Path::new(DIR).join(CATALOG_FILE)).expect("opened");
        let database = Database::builder().create_with_backend(super::super::Backend(file)).expect("opened");
        let transaction = database.begin_write().expect("begun");
        transaction.open_table(META).expect("opened").insert(VERSION, CATALOG_VERSION + 1).expect("written");
        transaction.commit().expect("committed");
        drop(database);
        let refused = Catalog::open(&disk, Path::new(DIR)).expect_err("refused").to_string();
        assert!(refused.contains("has format version 3, this program reads up to version 2"), "{refused}");
    }

    #[test]
    fn a_crash_while_it_is_brought_up_leaves_either_version() {
        let whole = {
            let disk = version_1();
            let before = disk.operations();
            Catalog::open(&disk, Path::new(DIR)).expect("opened");
            before..disk.operations()
        };
        for operation in whole {
            for seed in 0..4 {
                let disk = version_1();
                disk.fail_at(operation, crate::Fault::PowerLoss);
                let _ = Catalog::open(&disk, Path::new(DIR));
                let found = disk.after_power_loss(seed);
                let catalog = Catalog::open(&found, Path::new(DIR)).expect("opened");
                let content = catalog.load(Path::new(DIR)).expect("read");
                assert_eq!(content.streams[0].id, 7);
            }
        }
    }
}
