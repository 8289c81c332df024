//! `serve` killed under load: after a restart every acknowledged record is there, in order, and nothing was invented.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::program::{Server, kinesis, try_kinesis};

fn read_all(endpoint: &str) -> Vec<(String, String)> {
    let iterator = kinesis(
        endpoint,
        "GetShardIterator",
        &serde_json::json!({"StreamName": "s", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}),
    );
    let mut iterator = iterator.json()["ShardIterator"].as_str().expect("an iterator").to_owned();
    let mut records = Vec::new();
    loop {
        let page = kinesis(endpoint, "GetRecords", &serde_json::json!({"ShardIterator": iterator})).json();
        let got = page["Records"].as_array().expect("records");
        if got.is_empty() {
            return records;
        }
        for record in got {
            records.push((record["SequenceNumber"].to_string(), record["Data"].as_str().unwrap().to_owned()));
        }
        page["NextShardIterator"].as_str().expect("an open shard goes on").clone_into(&mut iterator);
    }
}

#[test]
fn killed_under_load_every_acknowledged_record_is_there_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let server = Server::start(&data_dir, &["--creating-ms", "0"]);
    let created =
        kinesis(&server.endpoint, "CreateStream", &serde_json::json!({"StreamName": "s", "ShardCount": 1}));
    assert_eq!(created.status, 200, "{}", created.body);

    let dead = AtomicBool::new(false);
    let (acknowledged, killed) = thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (endpoint, dead) = (server.endpoint.clone(), &dead);
                scope.spawn(move || put_until_dead(&endpoint, writer, dead))
            })
            .collect();
        alluvium_testkit::wait_until("some hundred records are stored", || {
            read_all(&server.endpoint).len() > 300
        });
        dead.store(true, Ordering::SeqCst);
        server.program.kill();
        (writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>(), true)
    });
    assert!(killed);

    let again = Server::start(&data_dir, &[]);
    let records = read_all(&again.endpoint);
    let datas: Vec<&str> = records.iter().map(|(_, data)| data.as_str()).collect();
    let mut numbers: Vec<&String> = records.iter().map(|(number, _)| number).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), records.len(), "a sequence number stands twice");
    assert!(
        records.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "56 digits each, so text order is their order"
    );
    for (writer, acks) in acknowledged.iter().enumerate() {
        let own: Vec<&str> = datas.iter().copied().filter(|data| data.starts_with(&prefix(writer))).collect();
        assert!(
            own.len() >= acks.len(),
            "writer {writer}: {} acknowledged, {} stored",
            acks.len(),
            own.len()
        );
        assert_eq!(own[..acks.len()], acks.iter().map(String::as_str).collect::<Vec<_>>(), "writer {writer}");
        assert!(
            own.len() <= acks.len() + 1,
            "writer {writer}: only the record in flight may be stored without its acknowledgement"
        );
    }
}

/// Base64 of the writer's number in a fixed width begins alike for all of its records.
fn prefix(writer: usize) -> String {
    ["d3Iw", "d3Ix", "d3Iy", "d3Iz"][writer].to_owned()
}

/// Puts records one after the other until the server is gone; the data that was acknowledged, in order.
fn put_until_dead(endpoint: &str, writer: usize, dead: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0..1_000_000_u32 {
        // "wr0" to "wr3" in base64, then six digits, which are base64 as they stand with two more.
        let data = format!("{}{number:08}", prefix(writer));
        let put = try_kinesis(
            endpoint,
            "PutRecord",
            &serde_json::json!({"StreamName": "s", "PartitionKey": "p", "Data": data}),
        );
        match put {
            Ok(answer) if answer.status == 200 => acknowledged.push(data),
            _ if dead.load(Ordering::SeqCst) => break,
            Ok(answer) => panic!("a put was refused: {} {}", answer.status, answer.body),
            Err(error) => panic!("a put failed while the server was alive: {error}"),
        }
    }
    acknowledged
}
