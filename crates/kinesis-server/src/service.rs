//! The service as HTTP: one request in, one answer out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alluvium_kinesis_model::{Exception, ExceptionKind, Operation, OperationInput, OperationOutput};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};

use crate::answer::{self, Answer, ResponseBody};
use crate::authenticate::authenticate;
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
    if let Err(exception) = authenticate(&server.authenticator, parts, body) {
        return wire.exception(&wire.unless_unparsable(body, exception));
    }
    let result = match operation {
        Operation::CreateStream => run(server, wire, body, operations::create_stream).await,
        Operation::DeleteStream => run(server, wire, body, operations::delete_stream).await,
        Operation::DescribeStream => run(server, wire, body, operations::describe_stream).await,
        Operation::DescribeStreamSummary => {
            run(server, wire, body, operations::describe_stream_summary).await
        }
        Operation::GetRecords => run(server, wire, body, operations::get_records).await,
        Operation::GetShardIterator => run(server, wire, body, operations::get_shard_iterator).await,
        Operation::ListShards => run(server, wire, body, operations::list_shards).await,
        Operation::ListStreams => run(server, wire, body, operations::list_streams).await,
        Operation::PutRecord => run(server, wire, body, operations::put_record).await,
        Operation::PutRecords => run(server, wire, body, operations::put_records).await,
    };
    result.unwrap_or_else(|exception| wire.exception(&exception))
}

/// Reads the body, does the work, and writes the answer.
async fn run<I, O, F>(
    server: Arc<Server>,
    wire: Wire,
    body: &Bytes,
    work: impl FnOnce(Arc<Server>, I) -> F,
) -> Result<Answer, Exception>
where
    I: OperationInput,
    O: OperationOutput,
    F: Future<Output = Result<O, Exception>>,
{
    let input = wire.read::<I>(body)?;
    let output = work(server, input).await?;
    Ok(wire.answer(&output))
}
