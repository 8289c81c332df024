//! The limit that the HTTP library sets: a server that reads each request whole and answers a constant of about the size that
//! ours answers. No signature, no parsing, no record.

use std::convert::Infallible;
use std::net::SocketAddr;

use anyhow::Result;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

/// Bytes of an answer to PutRecord.
const PUT_RECORD_BYTES: usize = 115;
/// Bytes of an answer to PutRecords with 500 records.
const PUT_RECORDS_BYTES: usize = 62_000;
/// Bytes of a full page of 10,000 records of 1 KiB.
const GET_RECORDS_BYTES: usize = 15_500_000;

/// Serves until the process ends.
pub(crate) async fn serve(address: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(address).await?;
    let answers =
        [PUT_RECORD_BYTES, PUT_RECORDS_BYTES, GET_RECORDS_BYTES].map(|bytes| Bytes::from(vec![b' '; bytes]));
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let answers = answers.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, answers.clone()));
            let served = auto::Builder::new(TokioExecutor::new());
            // A client that goes away is no error here.
            let _ = served.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    [put_record, put_records, get_records]: [Bytes; 3],
) -> Result<Response<Full<Bytes>>, Infallible> {
    let target = request.headers().get("x-amz-target").map(|value| value.as_bytes().to_vec());
    // What cannot be read is answered all the same; the load fails on the next write.
    let _ = request.into_body().collect().await;
    let body = match target.as_deref() {
        Some(b"Kinesis_20131202.PutRecords") => put_records,
        Some(b"Kinesis_20131202.GetRecords") => get_records,
        _ => put_record,
    };
    Ok(Response::new(Full::new(body)))
}
