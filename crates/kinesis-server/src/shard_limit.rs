//! How many open shards the account may have.

use alluvium_kinesis_model::{Exception, ExceptionKind};

use crate::server::Server;

impl Server {
    /// How many open shards there are, over all streams.
    pub(crate) fn open_shard_count(&self) -> u64 {
        self.streams().iter().map(|stream| stream.open_shards().len() as u64).sum()
    }

    /// Refuses `more` shards that would exceed the account's limit.
    pub(crate) fn check_shard_limit(&self, more: u64) -> Result<(), Exception> {
        let limit = self.options.shard_limit;
        let present = self.open_shard_count();
        if present + more <= limit {
            return Ok(());
        }
        let (account_id, region) = (&self.options.account_id, &self.options.region);
        Err(Exception::new(
            ExceptionKind::LimitExceeded,
            format!(
                "This request would exceed the shard limit for the account {account_id} in {region}. Current shard count \
                 for the account: {present}. Limit: {limit}. Number of additional shards that would have resulted from this \
                 request: {more}. Refer to the AWS Service Limits page \
                 (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to \
                 request higher limits."
            ),
        ))
    }
}
