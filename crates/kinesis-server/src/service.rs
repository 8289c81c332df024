//! The service as HTTP: one request in, one answer out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_cloudwatch::ProcessValue;
use alluvium_iam::{Caller, RequestOrigin};
use alluvium_kinesis_model::operations::SubscribeToShardInput;
use alluvium_kinesis_model::{
    Exception, ExceptionKind, Extension, Operation, OperationInput, OperationOutput,
};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};

use crate::answer::{self, Answer, ResponseBody};
use crate::authenticate::authenticate;
use crate::authorize::Target;
use crate::gate;
use crate::measure;
use crate::operations;
use crate::protocol::{self, Asked, Wire};
use crate::server::Server;
use crate::subscription;

/// The Kinesis service, ready to be called from a listener or from within the process. Clones are the same service.
#[derive(Debug, Clone)]
pub struct KinesisService {
    server: Arc<Server>,
}

impl KinesisService {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        Self { server }
    }

    /// What the process tells of the service and of its store, beside the metrics.
    pub fn process_values(&self) -> Vec<ProcessValue> {
        let mut values = self.server.measures.requests();
        values.extend(measure::of_store(&self.server));
        values
    }
}

impl tower::Service<Request<Bytes>> for KinesisService {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let server = Arc::clone(&self.server);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            if answer::is_preflight(&parts.method, &parts.headers) {
                return Ok(answer::preflight(&parts.headers));
            }
            let answer = answer_to(server, &parts, &body).await;
            Ok(answer.into_response(&parts.headers))
        })
    }
}

async fn answer_to(server: Arc<Server>, parts: &Parts, body: &Bytes) -> Answer {
    let (asked, wire) = match protocol::recognise(&parts.method, &parts.headers, body) {
        Ok(recognised) => recognised,
        Err(answer) => return answer,
    };
    if let Asked::Extension(_) = asked
        && let Some(exception) = wire.unreadable(body)
    {
        return wire.exception(&exception);
    }
    if body.is_empty() {
        return wire.exception(&Exception::bare(ExceptionKind::Serialization));
    }
    let caller = match authenticate(&server.authenticator, parts, body) {
        Ok(caller) => caller,
        Err(exception) => return wire.exception(&wire.unless_unparsable(body, exception)),
    };
    let pass = match gate::pass(&server, asked, wire, body).await {
        Ok(pass) => pass,
        Err(exception) => {
            if let Asked::Kinesis(operation) = asked {
                server.measures.answered(operation, Some(&exception));
            }
            return wire.exception(&exception);
        }
    };
    let answering = Arc::clone(&server);
    let origin = RequestOrigin::of_request(parts);
    let call = Call { server, wire, asked, caller, origin };
    let result = if asked.changes_streams() {
        call.answer_to_the_end(body.clone()).await
    } else {
        call.answer(body).await
    };
    let result = pass.leave(result);
    if let Asked::Kinesis(operation) = asked {
        answering.measures.answered(operation, result.as_ref().err());
    }
    result.unwrap_or_else(|exception| wire.exception(&exception))
}

/// One request whose sender is known.
struct Call {
    server: Arc<Server>,
    wire: Wire,
    asked: Asked,
    caller: Caller,
    origin: RequestOrigin,
}

impl Call {
    async fn answer(self, body: &Bytes) -> Result<Answer, Exception> {
        match self.asked {
            Asked::Kinesis(operation) => self.kinesis(operation, body).await,
            Asked::Extension(extension) => self.extension(extension, body).await,
        }
    }

    /// The same in a task of its own. A listener drops the answer that it waits for when the connection is cut, and a change
    /// has several steps: it is made whole, and no other one begins before.
    async fn answer_to_the_end(self, body: Bytes) -> Result<Answer, Exception> {
        tokio::spawn(async move { self.answer(&body).await }).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a change of a stream ended before its time");
            Err(Exception::new(ExceptionKind::InternalFailure, "The change may or may not have been made."))
        })
    }

    async fn kinesis(self, operation: Operation, body: &Bytes) -> Result<Answer, Exception> {
        match operation {
            Operation::AddTagsToStream => self.run(body, operations::add_tags_to_stream).await,
            Operation::CreateStream => self.run(body, operations::create_stream).await,
            Operation::DecreaseStreamRetentionPeriod => {
                self.run(body, operations::decrease_stream_retention_period).await
            }
            Operation::DeleteStream => self.run(body, operations::delete_stream).await,
            Operation::DescribeStream => self.run(body, operations::describe_stream).await,
            Operation::DescribeStreamSummary => self.run(body, operations::describe_stream_summary).await,
            Operation::GetRecords => self.run(body, measure::get_records).await,
            Operation::GetShardIterator => self.run(body, operations::get_shard_iterator).await,
            Operation::IncreaseStreamRetentionPeriod => {
                self.run(body, operations::increase_stream_retention_period).await
            }
            Operation::ListShards => self.run(body, operations::list_shards).await,
            Operation::ListStreams => self.run(body, operations::list_streams).await,
            Operation::ListTagsForResource => self.run(body, operations::list_tags_for_resource).await,
            Operation::ListTagsForStream => self.run(body, operations::list_tags_for_stream).await,
            Operation::MergeShards => self.run(body, operations::merge_shards).await,
            Operation::PutRecord => self.run(body, measure::put_record).await,
            Operation::PutRecords => self.run(body, measure::put_records).await,
            Operation::RemoveTagsFromStream => self.run(body, operations::remove_tags_from_stream).await,
            Operation::SplitShard => self.run(body, operations::split_shard).await,
            Operation::TagResource => self.run(body, operations::tag_resource).await,
            Operation::UntagResource => self.run(body, operations::untag_resource).await,
            Operation::UpdateShardCount => self.run(body, operations::update_shard_count).await,
            Operation::UpdateStreamMode => self.run(body, operations::update_stream_mode).await,
            Operation::DeleteResourcePolicy => self.run(body, operations::delete_resource_policy).await,
            Operation::DeregisterStreamConsumer => {
                self.run(body, operations::deregister_stream_consumer).await
            }
            Operation::DescribeAccountSettings => self.run(body, operations::describe_account_settings).await,
            Operation::DescribeLimits => self.run(body, operations::describe_limits).await,
            Operation::DescribeStreamConsumer => self.run(body, operations::describe_stream_consumer).await,
            Operation::DisableEnhancedMonitoring => {
                self.run(body, operations::disable_enhanced_monitoring).await
            }
            Operation::EnableEnhancedMonitoring => {
                self.run(body, operations::enable_enhanced_monitoring).await
            }
            Operation::GetResourcePolicy => self.run(body, operations::get_resource_policy).await,
            Operation::ListStreamConsumers => self.run(body, operations::list_stream_consumers).await,
            Operation::PutResourcePolicy => self.run(body, operations::put_resource_policy).await,
            Operation::RegisterStreamConsumer => self.run(body, operations::register_stream_consumer).await,
            Operation::StartStreamEncryption => self.run(body, operations::start_stream_encryption).await,
            Operation::StopStreamEncryption => self.run(body, operations::stop_stream_encryption).await,
            Operation::UpdateAccountSettings => self.run(body, operations::update_account_settings).await,
            Operation::UpdateMaxRecordSize => self.run(body, operations::update_max_record_size).await,
            Operation::UpdateStreamRecordDistributionStrategy => {
                self.run(body, operations::update_stream_record_distribution_strategy).await
            }
            Operation::UpdateStreamWarmThroughput => {
                self.run(body, operations::update_stream_warm_throughput).await
            }
            Operation::SubscribeToShard => self.subscribe(body),
        }
    }

    /// Reads the body, asks whether the caller may do this, and begins to push.
    fn subscribe(self, body: &Bytes) -> Result<Answer, Exception> {
        let input = self.wire.read::<SubscribeToShardInput>(body)?;
        self.server.authorize(&self.caller, self.asked, &self.origin, &input)?;
        let subscription = measure::subscribe_to_shard(&self.server, input)?;
        Ok(subscription::push(subscription, self.wire))
    }

    async fn extension(self, extension: Extension, body: &Bytes) -> Result<Answer, Exception> {
        match extension {
            Extension::GetFaultInjection => self.run(body, operations::get_fault_injection).await,
            Extension::PurgeStream => self.run(body, operations::purge_stream).await,
            Extension::PutFaultInjection => self.run(body, operations::put_fault_injection).await,
        }
    }

    /// Reads the body, asks whether the caller may do this, does the work, and writes the answer.
    async fn run<I, O, F>(
        self,
        body: &Bytes,
        work: impl FnOnce(Arc<Server>, I) -> F,
    ) -> Result<Answer, Exception>
    where
        I: OperationInput + Target,
        O: OperationOutput + Send + 'static,
        F: Future<Output = Result<O, Exception>>,
    {
        let input = self.wire.read::<I>(body)?;
        self.server.authorize(&self.caller, self.asked, &self.origin, &input)?;
        let output = work(self.server, input).await?;
        Ok(self.wire.answer(output))
    }
}
