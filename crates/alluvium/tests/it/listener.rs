//! The port against clients that are large, odd or broken: each gets an answer or is let go, and the server lives.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::program::{Server, http, kinesis, kinesis_headers};
use crate::tls::server_with_tls;
use crate::wire_client::{Connection, authority, tls};

const TARGET: &str = "Kinesis_20131202.ListStreams";

/// A connection whose reads end after a time, so that a silent server fails the test.
fn connect(server: &Server) -> TcpStream {
    let socket = TcpStream::connect(authority(&server.endpoint)).unwrap();
    socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    socket
}

/// The head of a Kinesis request.
fn head(server: &Server, more: &[(&str, &str)]) -> String {
    let mut head = format!("POST / HTTP/1.1\r\nHost: {}\r\n", authority(&server.endpoint));
    for (name, value) in kinesis_headers(TARGET).iter().chain(more) {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    head + "\r\n"
}

/// Reads up to the blank line that ends a head, one byte at a time.
fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap_or_else(|error| {
            panic!("no whole head ({error}): {}", String::from_utf8_lossy(&head));
        });
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn is_alive(server: &Server) {
    let health = http("GET", &format!("{}/_alluvium/health", server.endpoint), &[], "");
    assert_eq!(health.status, 200);
}

fn start(dir: &Path) -> Server {
    Server::start(&dir.join("data"), &["--creating-ms", "0"])
}

#[test]
fn a_client_that_expects_100_continue_gets_it_before_it_sends_its_body() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path());
    let mut socket = connect(&server);
    let expecting = [("Content-Length", "2"), ("Expect", "100-continue")];
    // Twice on the connection: it is kept.
    for _ in 0..2 {
        socket.write_all(head(&server, &expecting).as_bytes()).unwrap();
        assert!(read_head(&mut socket).starts_with("HTTP/1.1 100 "));
        socket.write_all(b"{}").unwrap();
        let answer = read_head(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let length = answer.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        socket.read_exact(&mut vec![0; length.parse().unwrap()]).unwrap();
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_sent_when_the_client_asks() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path());
    let mut socket = connect(&server);
    let expecting = [("Content-Length", "99999999"), ("Expect", "100-continue")];
    socket.write_all(head(&server, &expecting).as_bytes()).unwrap();
    let answer = read_head(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    is_alive(&server);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_whether_its_length_is_told_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let endpoint = server.ready["tls_endpoint"].as_str().unwrap();
    let large = "x".repeat(17 * 1024 * 1024);
    for protocol in ["http/1.1", "h2"] {
        let stream = tls(endpoint, &[protocol]).await;
        let mut connection = match protocol {
            "h2" => Connection::h2(stream).await,
            _ => Connection::h1(stream).await,
        };
        let (status, body) = connection.kinesis(endpoint, "ListStreams", large.clone()).await.unwrap();
        assert_eq!(status, 413, "{protocol}: {body}");
    }
    let answer = tokio::task::spawn_blocking(move || {
        let mut socket = connect(&server);
        socket.write_all(head(&server, &[("Transfer-Encoding", "chunked")]).as_bytes()).unwrap();
        let chunk = format!("{:x}\r\n{}\r\n", 1024 * 1024, "x".repeat(1024 * 1024));
        for _ in 0..17 {
            socket.write_all(chunk.as_bytes()).unwrap();
        }
        socket.write_all(b"0\r\n\r\n").unwrap();
        let answer = read_head(&mut socket);
        is_alive(&server);
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn ten_mebibytes_of_records_fit_one_request_in_both_versions() {
    let dir = tempfile::tempdir().unwrap();
    let server = server_with_tls(&dir.path().join("data"));
    let endpoint = server.ready["tls_endpoint"].as_str().unwrap();
    let created = kinesis(&server.endpoint, "CreateStream", &json!({"StreamName": "large", "ShardCount": 1}));
    assert_eq!(created.status, 200, "{}", created.body);
    alluvium_testkit::wait_until("the stream is active", || {
        let asked = json!({"StreamName": "large"});
        kinesis(&server.endpoint, "DescribeStreamSummary", &asked).body.contains("ACTIVE")
    });
    // 786,420 bytes each in base64 of 1,048,560 characters.
    let data = "AAAA".repeat(262_140);
    let record = json!({"Data": data, "PartitionKey": "k"});
    let records = json!({"StreamName": "large", "Records": vec![record; 13]}).to_string();
    assert!(records.len() > 13 * 1024 * 1024);
    for protocol in ["http/1.1", "h2"] {
        let stream = tls(endpoint, &[protocol]).await;
        let mut connection = match protocol {
            "h2" => Connection::h2(stream).await,
            _ => Connection::h1(stream).await,
        };
        let (status, body) = connection.kinesis(endpoint, "PutRecords", records.clone()).await.unwrap();
        assert_eq!((status, &body["FailedRecordCount"]), (200, &json!(0)), "{protocol}");
    }
}

#[test]
fn bytes_that_are_no_request_end_their_connection_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path());
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\na: {}\r\n\r\n", "b".repeat(200_000));
    let cases: [&[u8]; 9] = [
        b"\x00\x01\x02\x03\x04\x05\x06\x07",
        // A TLS handshake where there is no certificate.
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        // The opening of HTTP/2, and then no frame of it.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        many_headers.as_bytes(),
        long_header.as_bytes(),
    ];
    for case in cases {
        let mut socket = connect(&server);
        // A server that refuses may close before all is sent.
        let _ = socket.write_all(case);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            !answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"),
            "{:?} got {answer}",
            String::from_utf8_lossy(&case[..case.len().min(40)])
        );
    }
    is_alive(&server);
}

#[test]
fn any_host_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path());
    for host in [
        "kinesis.us-east-1.amazonaws.com",
        "111122223333.control-kinesis.eu-west-1.amazonaws.com",
        "x",
        "[::1]:4566",
    ] {
        let mut headers = kinesis_headers(TARGET).to_vec();
        headers.push(("Host", host));
        let answer = http("POST", &server.endpoint, &headers, "{}");
        assert_eq!(answer.status, 200, "{host}: {}", answer.body);
    }
}
