//! One connection's bytes: what was read to tell the protocol is given back first, a peer that takes nothing is let go, and the
//! end of an HTTP/2 connection is left to the client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A stream whose first bytes were read already, and whose writes may not stall for ever.
pub(super) struct WireIo<S> {
    stream: S,
    first: Bytes,
    write_stall_max: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    linger_max: Option<Duration>,
    lingering: Option<Pin<Box<Sleep>>>,
}

/// How much is read and thrown away at a time while the client is waited for.
const LINGER_PIECE_BYTES: usize = 512;

impl<S: AsyncRead + AsyncWrite + Unpin> WireIo<S> {
    /// Reads from a stream for as long as what comes begins as `opening` does, at most all of it. Returns the stream with what
    /// was read put back, and how much of the opening came.
    pub(super) async fn after_opening(
        mut stream: S,
        opening: &[u8],
        write_stall_max: Duration,
    ) -> io::Result<(Self, usize)> {
        let mut first = vec![0; opening.len()];
        let (mut filled, mut matching) = (0, 0);
        while filled == matching && matching < opening.len() {
            let read = stream.read(&mut first[filled..]).await?;
            if read == 0 {
                break;
            }
            filled += read;
            matching +=
                opening[matching..].iter().zip(&first[matching..filled]).take_while(|(a, b)| a == b).count();
        }
        first.truncate(filled);
        let first = Bytes::from(first);
        let wire = Self { stream, first, write_stall_max, stalled: None, linger_max: None, lingering: None };
        Ok((wire, matching))
    }

    /// Leaves it to the client to end the connection, for as long as this. A client that has said that it asks for nothing more
    /// may still be reading its last answer: Node.js throws away what it has not read when the server closes first.
    pub(super) fn lingers(mut self, linger_max: Duration) -> Self {
        self.linger_max = Some(linger_max);
        self
    }

    /// Waits for the client's end, or for the time.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(linger_max) = self.linger_max else { return Poll::Ready(Ok(())) };
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        ready!(self.bounded(context, flushed))?;
        let lingering = self.lingering.get_or_insert_with(|| Box::pin(tokio::time::sleep(linger_max)));
        if lingering.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        loop {
            let mut piece = [0; LINGER_PIECE_BYTES];
            let mut buffer = ReadBuf::new(&mut piece);
            match ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The client has gone, one way or the other.
                Ok(()) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
    }

    /// The first bytes that were read and not yet given back.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// Passes the outcome of a write on; one that is not done starts the time, and past it the connection is broken.
    fn bounded<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall_max = self.write_stall_max;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall_max)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client took nothing of its answer")))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WireIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.has_remaining() {
            let take = self.first.len().min(buffer.remaining());
            let given = self.first.split_to(take);
            buffer.put_slice(&given);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WireIo<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.bounded(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_linger(context))?;
        let ended = Pin::new(&mut self.stream).poll_shutdown(context);
        self.bounded(context, ended)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    const OPENING: &[u8] = b"PRI * HTTP/2";
    const STALL_MAX: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn what_was_read_to_tell_the_protocol_is_given_back() {
        for (sent, matching) in [
            (&b"PRI * HTTP/2 and more"[..], OPENING.len()),
            (b"POST / HTTP/1.1", 1),
            (b"PRI", 3),
            (b"PRX", 2),
            (b"G", 0),
            (b"", 0),
        ] {
            let (client, server) = tokio::io::duplex(64);
            let mut client = client;
            let sending = tokio::spawn(async move {
                // In pieces, as a network may.
                for byte in sent {
                    client.write_all(&[*byte]).await.unwrap();
                    tokio::task::yield_now().await;
                }
            });
            let (mut wire, found) = WireIo::after_opening(server, OPENING, STALL_MAX).await.unwrap();
            assert_eq!(found, matching, "{sent:?}");
            let mut whole = Vec::new();
            wire.read_to_end(&mut whole).await.unwrap();
            assert_eq!(whole, sent);
            sending.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_is_let_go_after_the_time() {
        let (client, server) = tokio::io::duplex(64);
        let (mut wire, _) = WireIo::after_opening(server, b"", STALL_MAX).await.unwrap();
        let began = tokio::time::Instant::now();
        let refused = wire.write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), STALL_MAX);
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_is_left_to_the_client_for_a_while() {
        let linger_max = Duration::from_secs(2);
        let lingering = |server| async move {
            let (wire, _) = WireIo::after_opening(server, b"", STALL_MAX).await.unwrap();
            let mut wire = wire.lingers(linger_max);
            wire.shutdown().await.unwrap();
        };
        // A client that is still there is waited for, whatever it says, and no longer than the time.
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(b"late words").await.unwrap();
        let began = tokio::time::Instant::now();
        lingering(server).await;
        assert_eq!(began.elapsed(), linger_max);

        // One that goes is not.
        let (client, server) = tokio::io::duplex(64);
        let closing = tokio::spawn(lingering(server));
        tokio::time::sleep(linger_max / 2).await;
        let began = tokio::time::Instant::now();
        drop(client);
        closing.await.unwrap();
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_slowly_is_kept() {
        let (mut client, server) = tokio::io::duplex(64);
        let (mut wire, _) = WireIo::after_opening(server, b"", STALL_MAX).await.unwrap();
        let reading = tokio::spawn(async move {
            let mut taken = [0; 50];
            for _ in 0..20 {
                tokio::time::sleep(STALL_MAX / 2).await;
                client.read_exact(&mut taken).await.unwrap();
            }
        });
        wire.write_all(&[0; 1000]).await.unwrap();
        wire.flush().await.unwrap();
        reading.await.unwrap();
    }
}
