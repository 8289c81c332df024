//! The service as HTTP: one request in, one answer out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_iam::Caller;
use alluvium_kinesis_model::{Exception, ExceptionKind, Operation, OperationInput, OperationOutput};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};

use crate::answer::{self, Answer, ResponseBody};
use crate::authenticate::authenticate;
use crate::authorize::Target;
use crate::measure;
use crate::operations;
use crate::protocol::{self, Wire};
use crate::server::Server;

/// The Kinesis service, ready to be called from a listener or from within the process. Clones are the same service.
#[derive(Debug, Clone)]
pub struct KinesisService {
    server: Arc<Server>,
}

impl KinesisService {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        Self { server }
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
    let (operation, wire) = match protocol::recognise(&parts.method, &parts.headers, body) {
        Ok(recognised) => recognised,
        Err(answer) => return answer,
    };
    if body.is_empty() {
        return wire.exception(&Exception::bare(ExceptionKind::Serialization));
    }
    let caller = match authenticate(&server.authenticator, parts, body) {
        Ok(caller) => caller,
        Err(exception) => return wire.exception(&wire.unless_unparsable(body, exception)),
    };
    let answering = Arc::clone(&server);
    let call = Call { server, wire, operation, caller };
    let result = match operation {
        Operation::AddTagsToStream => call.run(body, operations::add_tags_to_stream).await,
        Operation::CreateStream => call.run(body, operations::create_stream).await,
        Operation::DecreaseStreamRetentionPeriod => {
            call.run(body, operations::decrease_stream_retention_period).await
        }
        Operation::DeleteStream => call.run(body, operations::delete_stream).await,
        Operation::DescribeStream => call.run(body, operations::describe_stream).await,
        Operation::DescribeStreamSummary => call.run(body, operations::describe_stream_summary).await,
        Operation::GetRecords => call.run(body, measure::get_records).await,
        Operation::GetShardIterator => call.run(body, operations::get_shard_iterator).await,
        Operation::IncreaseStreamRetentionPeriod => {
            call.run(body, operations::increase_stream_retention_period).await
        }
        Operation::ListShards => call.run(body, operations::list_shards).await,
        Operation::ListStreams => call.run(body, operations::list_streams).await,
        Operation::ListTagsForResource => call.run(body, operations::list_tags_for_resource).await,
        Operation::ListTagsForStream => call.run(body, operations::list_tags_for_stream).await,
        Operation::MergeShards => call.run(body, operations::merge_shards).await,
        Operation::PutRecord => call.run(body, measure::put_record).await,
        Operation::PutRecords => call.run(body, measure::put_records).await,
        Operation::RemoveTagsFromStream => call.run(body, operations::remove_tags_from_stream).await,
        Operation::SplitShard => call.run(body, operations::split_shard).await,
        Operation::TagResource => call.run(body, operations::tag_resource).await,
        Operation::UntagResource => call.run(body, operations::untag_resource).await,
        Operation::UpdateShardCount => call.run(body, operations::update_shard_count).await,
        Operation::UpdateStreamMode => call.run(body, operations::update_stream_mode).await,
    };
    answering.measures.answered(operation, result.as_ref().err());
    result.unwrap_or_else(|exception| wire.exception(&exception))
}

/// One request whose sender is known.
struct Call {
    server: Arc<Server>,
    wire: Wire,
    operation: Operation,
    caller: Caller,
}

impl Call {
    /// Reads the body, asks whether the caller may do this, does the work, and writes the answer.
    async fn run<I, O, F>(
        self,
        body: &Bytes,
        work: impl FnOnce(Arc<Server>, I) -> F,
    ) -> Result<Answer, Exception>
    where
        I: OperationInput + Target,
        O: OperationOutput,
        F: Future<Output = Result<O, Exception>>,
    {
        let input = self.wire.read::<I>(body)?;
        self.server.authorize(&self.caller, self.operation, input.resource())?;
        let output = work(self.server, input).await?;
        Ok(self.wire.answer(&output))
    }
}
