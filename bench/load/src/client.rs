//! One connection of HTTP/1.1: sends bytes that were made before, and reads the answer with as little work as can be.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is read at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A connection that is made again when the server has closed it.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
    filled: usize,
    read: usize,
}

/// Where the body of an answer goes.
#[derive(Debug)]
pub struct Kept<'a> {
    /// It is appended here.
    pub bytes: &'a mut Vec<u8>,
    /// The most bytes here; the rest is read and forgotten.
    pub bytes_max: usize,
}

impl<'a> Kept<'a> {
    /// All of it.
    pub fn whole(bytes: &'a mut Vec<u8>) -> Self {
        Self { bytes, bytes_max: usize::MAX }
    }
}

/// How much of a body is left.
enum Left {
    Bytes(usize),
    Chunks,
    UntilClosed,
}

impl Connection {
    /// To this address; it is made with the first request.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: vec![0; BUFFER_BYTES], filled: 0, read: 0 }
    }

    /// Sends a request and reads its answer; the body goes to `body` when there is one. Returns the status.
    pub async fn exchange(&mut self, request: &[u8], body: Option<Kept<'_>>) -> Result<u16> {
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            stream
        };
        self.filled = 0;
        self.read = 0;
        stream.write_all(request).await?;
        let (status, left, closes) = self.head(&mut stream).await?;
        self.body(&mut stream, left, body).await?;
        if !closes {
            self.stream = Some(stream);
        }
        Ok(status)
    }

    /// Reads more, over what was taken already when there is no room. False at the end of the connection.
    async fn more(&mut self, stream: &mut TcpStream) -> Result<bool> {
        if self.read == self.filled {
            self.read = 0;
            self.filled = 0;
        } else if self.filled == self.buffer.len() {
            self.buffer.copy_within(self.read..self.filled, 0);
            self.filled -= self.read;
            self.read = 0;
        }
        if self.filled == self.buffer.len() {
            bail!("a line of the answer is longer than {BUFFER_BYTES} bytes");
        }
        let count = stream.read(&mut self.buffer[self.filled..]).await?;
        self.filled += count;
        Ok(count > 0)
    }

    /// Takes what is there up to an end, which is taken too; waits for it.
    async fn until(&mut self, stream: &mut TcpStream, end: &[u8]) -> Result<String> {
        loop {
            let there = &self.buffer[self.read..self.filled];
            if let Some(place) = there.windows(end.len()).position(|window| window == end) {
                let text = String::from_utf8_lossy(&there[..place]).into_owned();
                self.read += place + end.len();
                return Ok(text);
            }
            if !self.more(stream).await? {
                bail!("the server closed the connection in place of an answer");
            }
        }
    }

    async fn head(&mut self, stream: &mut TcpStream) -> Result<(u16, Left, bool)> {
        let head = self.until(stream, b"\r\n\r\n").await?;
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = first.split(' ').nth(1).and_then(|text| text.parse().ok()).context("a status")?;
        let mut left = Left::UntilClosed;
        let mut closes = first.starts_with("HTTP/1.0");
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                left = Left::Bytes(value.parse()?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") && value.contains("chunked") {
                left = Left::Chunks;
            } else if name.eq_ignore_ascii_case("connection") {
                closes = value.eq_ignore_ascii_case("close");
            }
        }
        closes |= matches!(left, Left::UntilClosed);
        Ok((status, left, closes))
    }

    async fn body(&mut self, stream: &mut TcpStream, left: Left, mut body: Option<Kept<'_>>) -> Result<()> {
        match left {
            Left::Bytes(count) => self.take(stream, count, body.as_mut()).await,
            Left::UntilClosed => {
                while self.more(stream).await? {
                    let count = self.filled - self.read;
                    self.take(stream, count, body.as_mut()).await?;
                }
                Ok(())
            }
            Left::Chunks => loop {
                let size = self.until(stream, b"\r\n").await?;
                let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
                self.take(stream, size, body.as_mut()).await?;
                self.until(stream, b"\r\n").await?;
                if size == 0 {
                    return Ok(());
                }
            },
        }
    }

    async fn take(
        &mut self,
        stream: &mut TcpStream,
        mut count: usize,
        mut body: Option<&mut Kept<'_>>,
    ) -> Result<()> {
        while count > 0 {
            if self.read == self.filled && !self.more(stream).await? {
                bail!("the server closed the connection within a body");
            }
            let taken = count.min(self.filled - self.read);
            if let Some(kept) = body.as_deref_mut() {
                let wanted = taken.min(kept.bytes_max.saturating_sub(kept.bytes.len()));
                kept.bytes.extend_from_slice(&self.buffer[self.read..self.read + wanted]);
            }
            self.read += taken;
            count -= taken;
        }
        Ok(())
    }
}
