//! `source`: the tables of the source database and the streams that their rows go to.

use alluvium_posting_emulator::Feed;

use super::raw::{RawEmulator, RawSource, RawSourceTable};
use super::resolve::Resolver;
use super::yaml_error::failure_at;
use crate::failure::Failure;

impl Resolver<'_> {
    /// The tables that `source` names; else the three of the example, to the streams that `emulator.streams` names.
    pub(super) fn feeds(
        &self,
        source: Option<&RawSource>,
        emulator: Option<&RawEmulator>,
        user_id: &str,
    ) -> Result<Vec<Feed>, Failure> {
        let streams = emulator.and_then(|emulator| emulator.streams.as_ref());
        let tables = source.map(|source| source.tables.as_slice()).unwrap_or_default();
        if tables.is_empty() {
            let mut feeds = Feed::pinterest(user_id);
            if let Some(streams) = streams {
                for (feed, stream) in feeds.iter_mut().zip([&streams.pin, &streams.geo, &streams.user]) {
                    feed.stream = self.stream_name(stream)?;
                }
            }
            return Ok(feeds);
        }
        if let Some(streams) = streams {
            return Err(self.wrong(
                &streams.pin,
                "`source.tables` names the streams already: take `emulator.streams` out",
            ));
        }
        let mut feeds: Vec<Feed> = Vec::with_capacity(tables.len());
        for table in tables {
            let feed = self.feed(table)?;
            if feeds.iter().any(|earlier| earlier.stream == feed.stream) {
                let message = format!("two tables go to stream {:?}: give each one its own", feed.stream);
                return Err(failure_at(self.origin, table.stream.referenced, &message));
            }
            if feeds.iter().any(|earlier| earlier.label == feed.label) {
                let at = table.label.as_ref().unwrap_or(&table.name).referenced;
                let message =
                    format!("two tables are called {:?} in reports: give one another `label`", feed.label);
                return Err(failure_at(self.origin, at, &message));
            }
            feeds.push(feed);
        }
        Ok(feeds)
    }

    fn feed(&self, raw: &RawSourceTable) -> Result<Feed, Failure> {
        let table = self.text(&raw.name)?;
        if table.is_empty() {
            return Err(self.wrong(&raw.name, "the table has no name"));
        }
        Ok(Feed {
            label: raw.label.as_ref().map_or(Ok(table.clone()), |label| self.text(label))?,
            key_column: self.text(&raw.key)?,
            stream: self.stream_name(&raw.stream)?,
            table,
        })
    }
}
