//! Events and exceptions as frames of `application/vnd.amazon.eventstream`.

use alluvium_kinesis_model::Exception;
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;

use crate::protocol::Wire;

/// The content type of an answer made of frames.
pub(crate) const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// Bytes of a frame beside its payload: prelude, checksums and the three headers.
const OVERHEAD_BYTES: usize = 256;

/// What the frame before all others says: that the subscription was made.
pub(crate) fn initial_response(wire: Wire) -> Bytes {
    frame("event", ":event-type", "initial-response", wire, wire.empty_structure())
}

/// An event with its payload.
pub(crate) fn event(wire: Wire, payload: Vec<u8>) -> Bytes {
    frame("event", ":event-type", "SubscribeToShardEvent", wire, payload)
}

/// An exception, which ends the stream.
pub(crate) fn exception(wire: Wire, exception: &Exception) -> Bytes {
    // The model of the event stream calls its internal failure by another name than the protocol does.
    let name = match exception.kind.wire_name() {
        "InternalFailure" => "InternalFailureException",
        name => name,
    };
    frame("exception", ":exception-type", name, wire, wire.exception_body(exception))
}

fn frame(
    message_type: &'static str,
    type_header: &'static str,
    name: &'static str,
    wire: Wire,
    payload: Vec<u8>,
) -> Bytes {
    let text = |text: &'static str| HeaderValue::String(text.into());
    let bytes = payload.len() + OVERHEAD_BYTES;
    let message = Message::new(payload)
        .add_header(Header::new(":message-type", text(message_type)))
        .add_header(Header::new(type_header, text(name)))
        .add_header(Header::new(":content-type", text(wire.content_type())));
    let mut frame = Vec::with_capacity(bytes);
    write_message_to(&message, &mut frame).expect("headers are short and a payload is far below 4 GiB");
    frame.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_carry_their_type_content_type_and_payload() {
        let exception = Exception::not_found("gone");
        let bytes = super::exception(Wire::Json, &exception);
        let message =
            aws_smithy_eventstream::frame::read_message_from(bytes).expect("a frame with good checksums");
        let headers: Vec<(String, String)> = message
            .headers()
            .iter()
            .map(|header| {
                let value = header.value().as_string().expect("text").as_str().to_owned();
                (header.name().as_str().to_owned(), value)
            })
            .collect();
        assert_eq!(
            headers,
            [
                (":message-type", "exception"),
                (":exception-type", "ResourceNotFoundException"),
                (":content-type", "application/x-amz-json-1.1")
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert_eq!(message.payload().as_ref(), br#"{"__type":"ResourceNotFoundException","message":"gone"}"#);
    }
}
