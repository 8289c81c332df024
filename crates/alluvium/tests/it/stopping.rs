//! A stop: what has begun is finished, what idles is closed, and the program ends by itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use serde_json::json;

use crate::program::{Server, kinesis, kinesis_headers};
use crate::wire_client::{Connection, authority};

fn interrupt(server: &Server) {
    let id = server.program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success()));
}

#[test]
fn a_request_under_way_is_finished_and_what_idles_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &["--creating-ms", "0"]);
    kinesis(&server.endpoint, "CreateStream", &json!({"StreamName": "s", "ShardCount": 1}));
    let address = authority(&server.endpoint).to_owned();

    let silent = TcpStream::connect(&address).unwrap();
    let mut half = TcpStream::connect(&address).unwrap();
    half.write_all(b"PRI * HT").unwrap();

    let body = json!({"StreamName": "s", "Data": "AAAA", "PartitionKey": "k"}).to_string();
    let mut socket = TcpStream::connect(&address).unwrap();
    let mut head = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in kinesis_headers("Kinesis_20131202.PutRecord") {
        head.extend([name, ": ", value, "\r\n"]);
    }
    socket.write_all((head + "\r\n").as_bytes()).unwrap();
    let mut interim = [0; 25];
    socket.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun");

    interrupt(&server);
    alluvium_testkit::wait_until("the port is closed", || TcpStream::connect(&address).is_err());
    socket.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("SequenceNumber"), "{answer}");

    let ended = server.program.wait();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("still open"), "{}", ended.stderr);
    drop((silent, half));

    let again = Server::start(&dir.path().join("data"), &[]);
    let iterator = kinesis(
        &again.endpoint,
        "GetShardIterator",
        &json!({"StreamName": "s", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}),
    );
    let page = kinesis(&again.endpoint, "GetRecords", &iterator.json());
    assert_eq!(page.json()["Records"].as_array().map(Vec::len), Some(1), "{}", page.body);
}

#[tokio::test]
async fn idle_connections_of_both_versions_do_not_hold_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"), &[]);
    let connect = || tokio::net::TcpStream::connect(authority(&server.endpoint));
    let mut connections =
        [Connection::h1(connect().await.unwrap()).await, Connection::h2(connect().await.unwrap()).await];
    for connection in &mut connections {
        assert_eq!(
            connection.kinesis(&server.endpoint, "ListStreams", "{}".to_owned()).await.unwrap().0,
            200
        );
    }
    let ended = tokio::task::spawn_blocking(|| server.program.interrupt()).await.unwrap();
    assert_eq!(ended.code(), 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("still open"), "{}", ended.stderr);
}
