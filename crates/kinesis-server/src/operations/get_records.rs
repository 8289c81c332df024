//! GetRecords: a page of a shard, and where to go on.
//!
//! What must stay true, because consumers build on it: an answer has a next iterator or it has child shards, and never both;
//! the last record of a closed shard has been given before the next iterator is missing.

use std::sync::Arc;

use alluvium_kinesis_model::operations::{ChildShard, GetRecordsInput, GetRecordsOutput, RecordView};
use alluvium_kinesis_model::{Exception, OperationOutput, ShardId, Writer};
use alluvium_stream_store::{Page, PageLimits, ReadFrom, StoredRecord, Stream};

use crate::authorize::{Resource, Target};
use crate::operations::check_dry_run;
use crate::page_room::HeldRoom;
use crate::server::Server;
use crate::shard_iterator::ShardIterator;
use crate::stream_lookup::is_encrypted;

/// A page with all that the answer says beside its records.
pub(crate) struct PageOutput {
    stream: Arc<Stream>,
    shard: ShardId,
    page: Page,
    next_shard_iterator: Option<String>,
    millis_behind_latest: u64,
    child_shards: Vec<ChildShard>,
    is_encrypted: bool,
    /// Given back when the client has taken the page.
    _room: HeldRoom,
}

impl Target for GetRecordsInput {
    fn resource(&self) -> Resource<'_> {
        Resource::ShardIterator(&self.shard_iterator)
    }
}

pub(crate) async fn get_records(
    server: Arc<Server>,
    input: GetRecordsInput,
) -> Result<PageOutput, Exception> {
    let now_millis = server.clock.now_millis();
    let key = &server.options.token_key;
    let iterator = ShardIterator::open(key, &input.shard_iterator, now_millis)?;
    if let Some(arn) = &input.stream_arn
        && arn.stream_name.as_str() != iterator.stream_name
    {
        let text = format!("StreamARN {arn} is not the stream of the ShardIterator.");
        return Err(Exception::invalid_argument(text));
    }
    let name = iterator.stream_name.clone();
    let no_shard = || server.shard_not_found(&name, iterator.shard);
    let stream = server.stream_by_number(iterator.stream_id).ok_or_else(no_shard)?;
    if input.stream_id.as_ref().is_some_and(|id| **id != *stream.stream_id) {
        let text = "StreamId is not of the stream of the ShardIterator.";
        return Err(Exception::invalid_argument(text));
    }
    let is_encrypted = is_encrypted(&stream);
    check_dry_run(input.dry_run)?;
    if !server.throttle.gives_page(iterator.stream_id, iterator.shard) {
        return Err(server.shard_rate_exceeded(&name, iterator.shard));
    }

    let mut room = server.page_room.take();
    let limits = PageLimits { records_max: input.limit as usize, bytes_max: room.bytes_max() };
    let page = server
        .store
        .read(iterator.stream_id, iterator.shard, iterator.from, limits, now_millis)
        .await
        .map_err(|error| server.read_exception(&name, iterator.shard, &error))?;

    let page_bytes = bytes_of(&page);
    room.shrink_to(page_bytes);
    server.throttle.gave_page(iterator.stream_id, iterator.shard, page_bytes);
    let millis_behind_latest = millis_behind_latest(&page, now_millis);
    let shard = iterator.shard;
    let (stream, next_shard_iterator, child_shards) =
        if page.tip.closed && page.next_counter_inclusive > page.tip.counter {
            // The page says that the shard is closed, so the stream as it is now has its children.
            let stream = server.stream_by_number(iterator.stream_id).ok_or_else(no_shard)?;
            let child_shards = children(&stream, shard);
            (stream, None, child_shards)
        } else {
            let from = ReadFrom::CounterInclusive(page.next_counter_inclusive);
            let next = ShardIterator { made_millis: now_millis, from, ..iterator };
            (stream, Some(next.seal(key)), Vec::new())
        };
    Ok(PageOutput {
        stream,
        shard,
        page,
        next_shard_iterator,
        millis_behind_latest,
        child_shards,
        is_encrypted,
        _room: room,
    })
}

/// A record as answers show it.
pub(crate) fn record_view(record: &StoredRecord) -> RecordView<'_> {
    RecordView {
        sequence: record.sequence,
        arrival_millis: record.arrival_millis,
        data: &record.data,
        partition_key: &record.partition_key,
    }
}

/// The bytes of a page's records, data and partition keys together.
pub(crate) fn bytes_of(page: &Page) -> usize {
    page.records.iter().map(|record| record.data.len() + record.partition_key.len()).sum()
}

/// How far the end of a page is behind the present: 0 when nothing comes after it, else the age of its last record.
pub(crate) fn millis_behind_latest(page: &Page, now_millis: i64) -> u64 {
    if page.next_counter_inclusive > page.tip.counter {
        return 0;
    }
    let last = page.records.last().map(|record| record.arrival_millis);
    let arrival_millis = last.or(page.tip.arrival_millis).unwrap_or(now_millis);
    u64::try_from(now_millis - arrival_millis).unwrap_or(0)
}

/// The shards that follow a closed one.
pub(crate) fn children(stream: &Stream, parent: ShardId) -> Vec<ChildShard> {
    stream
        .shards
        .iter()
        .filter(|shard| shard.parent == Some(parent) || shard.adjacent_parent == Some(parent))
        .map(|shard| ChildShard {
            shard_id: shard.id,
            parent_shards: [shard.parent, shard.adjacent_parent].into_iter().flatten().collect(),
            hash_key_range: shard.hash_key_range,
        })
        .collect()
}

impl PageOutput {
    /// The stream and the shard that the page is of.
    pub(crate) fn place(&self) -> (&Stream, ShardId) {
        (&self.stream, self.shard)
    }

    /// What the store gave.
    pub(crate) fn page(&self) -> &Page {
        &self.page
    }

    /// How far the page's end is behind the present.
    pub(crate) fn millis_behind_latest(&self) -> u64 {
        self.millis_behind_latest
    }

    fn view(&self) -> GetRecordsOutput<'_, StoredRecord> {
        GetRecordsOutput {
            records: &self.page.records,
            view: record_view,
            next_shard_iterator: self.next_shard_iterator.as_deref(),
            millis_behind_latest: self.millis_behind_latest,
            child_shards: &self.child_shards,
            is_encrypted: self.is_encrypted,
        }
    }
}

impl OperationOutput for PageOutput {
    fn bytes_estimate(&self) -> usize {
        self.view().bytes_estimate()
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        self.view().write(writer);
    }

    fn write_piece<W: Writer>(&self, writer: &mut W, place: usize, bytes: usize) -> Option<usize> {
        self.view().write_piece(writer, place, bytes)
    }
}
