//! What the store's errors become on the wire. This file alone decides what a client reads and what the log keeps: paths and
//! causes go to the log, once.

use std::sync::atomic::Ordering;

use alluvium_kinesis_model::{Exception, ExceptionKind, ShardId};
use alluvium_stream_store::{AppendError, CatalogError, ReadError, WriteRefusal};

use crate::server::Server;

impl Server {
    /// Why records were not acknowledged.
    pub(crate) fn append_exception(
        &self,
        stream_name: &str,
        shard: ShardId,
        error: &AppendError,
    ) -> Exception {
        match error {
            AppendError::StreamNotFound { .. } => self.stream_not_found(stream_name),
            AppendError::TooLarge { .. } => Exception::invalid_argument(error.to_string()),
            AppendError::ShardClosed { .. } => Exception::new(
                ExceptionKind::ProvisionedThroughputExceeded,
                format!("{shard} of stream {stream_name} is being resharded. Try again."),
            ),
            AppendError::Refused(refusal) => self.refused(refusal),
            AppendError::OutcomeUnknown(refusal) => {
                tracing::error!(stream = stream_name, %shard, error = %refusal, "records may or may not be durable");
                internal_failure(
                    "The records could not be confirmed as stored: they may or may not be there. Nothing that was \
                     acknowledged before is lost.",
                )
            }
            AppendError::ShardNotFound { .. } | AppendError::NoRecords { .. } => {
                tracing::error!(stream = stream_name, %shard, %error, "the store refused a routed append");
                internal_failure("The records could not be stored.")
            }
            AppendError::Closed => closing(),
        }
    }

    /// Why records cannot be read.
    pub(crate) fn read_exception(&self, stream_name: &str, shard: ShardId, error: &ReadError) -> Exception {
        match error {
            ReadError::StreamNotFound { .. } | ReadError::ShardNotFound { .. } => {
                self.shard_not_found(stream_name, shard)
            }
            ReadError::Corrupt(_) | ReadError::Io(_) => {
                tracing::error!(stream = stream_name, %shard, %error, "cannot read records");
                internal_failure("The records could not be read.")
            }
        }
    }

    /// Why a stream cannot be made or deleted.
    pub(crate) fn catalog_exception(&self, stream_name: &str, error: &CatalogError) -> Exception {
        match error {
            CatalogError::StreamExists { .. } => self.stream_exists(stream_name),
            CatalogError::StreamNotFound { .. } => self.stream_not_found(stream_name),
            CatalogError::OutOfRange { .. } => {
                Exception::new(ExceptionKind::LimitExceeded, error.to_string())
            }
            CatalogError::Refused(refusal) => self.refused(refusal),
            CatalogError::Closed => closing(),
            CatalogError::BadReshard { .. }
            | CatalogError::ConsumerExists { .. }
            | CatalogError::ConsumerNotFound { .. }
            | CatalogError::Database(_)
            | CatalogError::Io(_) => {
                tracing::error!(stream = stream_name, %error, "cannot change the stream catalog");
                internal_failure("The stream could not be changed.")
            }
        }
    }

    /// Why a setting of the account cannot be kept.
    pub(crate) fn account_exception(&self, error: &CatalogError) -> Exception {
        match error {
            CatalogError::Refused(refusal) => self.refused(refusal),
            CatalogError::Closed => closing(),
            other => {
                tracing::error!(error = %other, "cannot change the account's settings");
                internal_failure("The account's settings could not be changed.")
            }
        }
    }

    /// The store takes no more writes. The log says so once, however many requests are refused for it.
    fn refused(&self, refusal: &WriteRefusal) -> Exception {
        if !self.refusal_logged.swap(true, Ordering::Relaxed) {
            tracing::error!(error = %refusal, "records are refused from now on");
        }
        let cause = if refusal.is_disk_full() { "its disk is full" } else { "a write to its disk failed" };
        internal_failure(format!(
            "The server takes no more writes because {cause}. Nothing of this request was stored, nothing that was \
             acknowledged before is lost, and reads go on."
        ))
    }
}

fn internal_failure(message: impl Into<String>) -> Exception {
    Exception::new(ExceptionKind::InternalFailure, message)
}

fn closing() -> Exception {
    internal_failure("The server is shutting down.")
}
