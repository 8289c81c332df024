//! Large answers in pieces: each is written when the client has taken those before it.
//!
//! What must stay true: all pieces together are the bytes that the answer has as a whole. A page of 10 MiB never stands in
//! memory as 14 MiB of base64 beside its records, and no connection waits until another one's page is written to its end.

use std::convert::Infallible;

use alluvium_kinesis_model::{CborWriter, JsonWriter, OperationOutput, Writer};
use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};

use crate::answer::ResponseBody;
use crate::limits::PIECE_BYTES;
use crate::protocol::Wire;

/// The body of an answer in pieces. Over HTTP/1.1 it goes out in chunks, for nobody counts it before it is written.
pub(crate) fn body<O: OperationOutput + Send + 'static>(wire: Wire, output: O) -> ResponseBody {
    match wire {
        Wire::Json => boxed(Pieces { output, writer: JsonWriter::default(), place: Some(0) }),
        Wire::Cbor => boxed(Pieces { output, writer: CborWriter::default(), place: Some(0) }),
    }
}

fn boxed(pieces: impl Iterator<Item = Bytes> + Send + 'static) -> ResponseBody {
    let frames = pieces.map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
    StreamBody::new(stream::iter(frames)).boxed_unsync()
}

struct Pieces<O, W> {
    output: O,
    writer: W,
    /// Where the next piece begins; `None` when all of them are written.
    place: Option<usize>,
}

impl<O: OperationOutput, W: Writer> Iterator for Pieces<O, W> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        self.place = self.output.write_piece(&mut self.writer, self.place?, PIECE_BYTES);
        Some(self.writer.take_bytes(PIECE_BYTES).into())
    }
}
