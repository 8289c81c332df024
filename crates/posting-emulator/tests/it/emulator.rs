//! Whole runs against the scripted server: what is sent, what counts, what is tried again, and how a run ends.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use alluvium_posting_emulator::emulator::{
    EmulatorOptions, Outcome, Progress, Report, Retries, RowChoice, Signer, StartError, StopReason, run,
};
use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source, seed};
use tempfile::TempDir;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::scripted_server::{Reply, ScriptedServer};

const PIN: &str = "streaming-u1-pin";

async fn source(rows: u32) -> (TempDir, Source) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source.db");
    seed::write_database(&path, rows, 1).await.unwrap();
    let source = Source::open(&DatabaseCredentials::sqlite(&path), Feed::pinterest("u1")).await.unwrap();
    (folder, source)
}

fn options(server: &ScriptedServer, posts: Option<u64>) -> EmulatorOptions {
    EmulatorOptions {
        posts,
        seed: 42,
        retries: Retries {
            count_max: 2,
            pause_first: Duration::from_millis(1),
            pause_max: Duration::from_millis(2),
        },
        ..EmulatorOptions::new(server.invoke_url.clone())
    }
}

fn no_progress() -> watch::Sender<Progress> {
    watch::Sender::new(Progress::default())
}

fn shown(report: &Report) -> String {
    let mut lines = vec![format!("posts {}", report.posts)];
    for stream in &report.streams {
        let (label, acknowledged, errors, retries) =
            (&stream.label, stream.acknowledged, stream.errors, stream.retries);
        lines.push(format!("{label} acknowledged {acknowledged} errors {errors} retries {retries}"));
    }
    for tally in &report.errors {
        lines.push(format!("{} x {}: {}", tally.count, tally.kind, tally.sample));
    }
    lines.push(match &report.outcome {
        Outcome::Completed => "completed".to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        Outcome::Stopped(reason) => format!("stopped: {reason}"),
    });
    lines.join("\n")
}

/// Three posts, of which the requests for the pins are answered by `script`; the report up to its outcome, pins only.
async fn check(script: impl Fn(usize) -> Reply + Send + Sync + 'static, expected: &[&str]) {
    let server =
        ScriptedServer::start(move |stream, n| if stream == PIN { script(n) } else { Reply::Acknowledge })
            .await;
    let (_folder, source) = source(20).await;
    let report =
        run(&source, &options(&server, Some(3)), no_progress(), CancellationToken::new()).await.unwrap();
    let shown = shown(&report);
    let of_pins: Vec<&str> =
        shown.lines().filter(|line| !line.starts_with("geo") && !line.starts_with("user")).collect();
    assert_eq!(of_pins, expected);
}

#[tokio::test]
async fn each_post_puts_the_same_row_of_the_three_tables_in_order() {
    let server = ScriptedServer::acknowledging().await;
    let (_folder, source) = source(20).await;
    let report =
        run(&source, &options(&server, Some(5)), no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(
        shown(&report),
        "posts 5\npin acknowledged 5 errors 0 retries 0\ngeo acknowledged 5 errors 0 retries 0\n\
         user acknowledged 5 errors 0 retries 0\ncompleted"
    );
    let mut row_numbers = Vec::new();
    for (feed, stream) in ["pin", "geo", "user"].into_iter().enumerate() {
        let stream = format!("streaming-u1-{stream}");
        let requests = server.received_for(&stream);
        for request in &requests {
            assert_eq!(request.method, "PUT");
            let key = request.body["Data"].as_object().unwrap().values().next().unwrap();
            let row_number = key.as_u64().unwrap();
            let row = source.row(feed, row_number).await.unwrap();
            let expected = serde_json::json!({
                "StreamName": stream, "Data": row.data, "PartitionKey": row_number.to_string(),
            });
            assert_eq!(request.body.to_string(), expected.to_string());
        }
        row_numbers.push(
            requests
                .iter()
                .map(|put| put.body["PartitionKey"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(row_numbers[0].len(), 5);
    assert!(row_numbers.iter().all(|numbers| *numbers == row_numbers[0]), "{row_numbers:?}");
}

#[tokio::test]
async fn the_seed_decides_which_rows_are_posted() {
    let (_folder, source) = source(1_000).await;
    let mut chosen = Vec::new();
    for seed in [1, 1, 2] {
        let server = ScriptedServer::acknowledging().await;
        let options = EmulatorOptions { seed, ..options(&server, Some(6)) };
        run(&source, &options, no_progress(), CancellationToken::new()).await.unwrap();
        let pins = server.received_for(PIN);
        chosen.push(pins.iter().map(|put| put.body["PartitionKey"].to_string()).collect::<Vec<_>>());
    }
    assert_eq!(chosen[0], chosen[1]);
    assert_ne!(chosen[0], chosen[2]);
}

#[tokio::test]
async fn an_error_body_inside_http_200_is_counted_with_its_text() {
    let gone = r#"{"__type":"ResourceNotFoundException","message":"Stream is gone"}"#;
    check(
        move |n| if n == 1 { Reply::Answer(200, gone) } else { Reply::Acknowledge },
        &[
            "posts 3",
            "pin acknowledged 2 errors 1 retries 0",
            "1 x ResourceNotFoundException: ResourceNotFoundException: Stream is gone",
            "completed",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_500_a_429_and_a_throttle_inside_200_are_tried_again_until_acknowledged() {
    let throttle = r#"{"__type":"ProvisionedThroughputExceededException","message":"slow down"}"#;
    check(
        move |n| match n {
            0 => Reply::Answer(500, r#"{"message":"Internal server error"}"#),
            1 => Reply::Answer(429, r#"{"message":"Too Many Requests"}"#),
            3 => Reply::Answer(200, throttle),
            _ => Reply::Acknowledge,
        },
        &["posts 3", "pin acknowledged 3 errors 0 retries 3", "completed"],
    )
    .await;
}

#[tokio::test]
async fn retries_are_bounded_and_then_one_error() {
    check(
        |n| if n < 3 { Reply::Answer(503, "<html>down</html>") } else { Reply::Acknowledge },
        &[
            "posts 3",
            "pin acknowledged 2 errors 1 retries 2",
            "1 x HTTP 503: HTTP 503 Service Unavailable: <html>down</html>",
            "completed",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_is_closed_without_an_answer_is_tried_again() {
    check(
        |n| if n == 0 { Reply::Close } else { Reply::Acknowledge },
        &["posts 3", "pin acknowledged 3 errors 0 retries 1", "completed"],
    )
    .await;
}

#[tokio::test]
async fn a_403_is_not_tried_again() {
    check(
        |n| if n == 0 { Reply::Answer(403, r#"{"message":"Forbidden"}"#) } else { Reply::Acknowledge },
        &[
            "posts 3",
            "pin acknowledged 2 errors 1 retries 0",
            "1 x HTTP 403: HTTP 403 Forbidden: Forbidden",
            "completed",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_server_that_refuses_everything_ends_the_run() {
    let server = ScriptedServer::start(|stream, _| {
        if stream == PIN { Reply::Answer(403, r#"{"message":"Forbidden"}"#) } else { Reply::Acknowledge }
    })
    .await;
    let (_folder, source) = source(20).await;
    let report =
        run(&source, &options(&server, None), no_progress(), CancellationToken::new()).await.unwrap();
    let Outcome::Stopped(StopReason::Refused { failures, .. }) = &report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!(*failures, 10);
    assert_eq!(server.received_for(PIN).len(), 10);
    assert!(shown(&report).ends_with(
        "stopped: gave up after 10 records in a row failed for stream streaming-u1-pin; the last: HTTP 403 Forbidden: \
         Forbidden"
    ));
}

#[tokio::test]
async fn a_cancelled_run_finishes_what_is_in_flight_and_logs_every_acknowledgement() {
    let allowed = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&allowed);
    let server = ScriptedServer::start(move |_, _| Reply::AcknowledgeWhen(Arc::clone(&gate))).await;
    let (folder, source) = source(20).await;
    let ack_log = folder.path().join("acks.jsonl");
    let options = EmulatorOptions { ack_log: Some(ack_log.clone()), ..options(&server, None) };
    let cancel = CancellationToken::new();
    let (progress, token) = (no_progress(), cancel.clone());
    let seen = progress.subscribe();
    let running = tokio::spawn(async move { run(&source, &options, progress, token).await });
    server.arrived(3).await;
    cancel.cancel();
    allowed.add_permits(1_000);
    let report = running.await.unwrap().unwrap();

    assert!(matches!(report.outcome, Outcome::Cancelled), "{report:?}");
    assert!(report.posts >= 1);
    assert_eq!(report.error_count(), 0);
    // A post that was begun is whole.
    assert!(report.streams.iter().all(|stream| stream.acknowledged == report.posts), "{report:?}");
    assert_eq!(report.acknowledged(), server.received().len() as u64);
    assert_eq!(seen.borrow().acknowledged(), report.acknowledged());
    assert_eq!(sorted_lines(ack_log), server.acknowledged_lines());
}

#[tokio::test]
async fn the_ack_log_is_appended_to() {
    let server = ScriptedServer::acknowledging().await;
    let (folder, source) = source(20).await;
    let ack_log = folder.path().join("acks.jsonl");
    fs_err::write(&ack_log, "{\"a\":1}\n").unwrap();
    let options = EmulatorOptions { ack_log: Some(ack_log.clone()), ..options(&server, Some(4)) };
    run(&source, &options, no_progress(), CancellationToken::new()).await.unwrap();
    let lines = sorted_lines(ack_log);
    assert_eq!(lines[0], "{\"a\":1}");
    assert_eq!(lines[1..], server.acknowledged_lines());
    assert_eq!(lines.len(), 1 + 12);
}

#[tokio::test]
async fn an_ack_log_that_cannot_be_written_is_fatal() {
    let server = ScriptedServer::acknowledging().await;
    let (folder, source) = source(20).await;
    let unopenable =
        EmulatorOptions { ack_log: Some(folder.path().join("no/acks")), ..options(&server, Some(1)) };
    let error = run(&source, &unopenable, no_progress(), CancellationToken::new()).await.unwrap_err();
    assert!(matches!(&error, StartError::AckLog(_)) && error.to_string().contains("no/acks"), "{error}");

    let full = EmulatorOptions { ack_log: Some("/dev/full".into()), ..options(&server, None) };
    let report = run(&source, &full, no_progress(), CancellationToken::new()).await.unwrap();
    let text = shown(&report);
    assert!(text.contains("stopped: cannot write the ack log: ") && text.contains("/dev/full"), "{text}");
}

#[tokio::test]
async fn an_unusable_invoke_url_is_refused_before_anything_is_sent() {
    let server = ScriptedServer::acknowledging().await;
    let (_folder, source) = source(1).await;
    for (url, problem) in [
        ("127.0.0.1:4566/prod", "must begin with http:// or https://"),
        ("ftp://h/prod", "must begin with http:// or https://"),
        ("http://h/prod?x=1", "must not have a query or a fragment"),
        ("http://h h/", "invalid uri character"),
        ("", "must begin with http:// or https://"),
    ] {
        let options = EmulatorOptions { invoke_url: url.to_owned(), ..options(&server, Some(1)) };
        let error = run(&source, &options, no_progress(), CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("invoke URL {url}: {problem}"));
    }
}

#[tokio::test]
async fn names_under_localhost_are_this_machine() {
    let server = ScriptedServer::acknowledging().await;
    let (_folder, source) = source(5).await;
    let mut options = options(&server, Some(1));
    options.invoke_url = options.invoke_url.replace("127.0.0.1", "a1b2c3.execute-api.localhost") + "/";
    let report = run(&source, &options, no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(report.acknowledged(), 3, "{report:?}");
}

fn sorted_lines(path: PathBuf) -> Vec<String> {
    let text = fs_err::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn posted_keys(server: &ScriptedServer) -> Vec<u64> {
    let key =
        |put: &crate::scripted_server::Received| put.body["PartitionKey"].as_str().unwrap().parse().unwrap();
    server.received_for(PIN).iter().map(key).collect()
}

#[tokio::test]
async fn a_sequential_run_posts_each_row_once_and_goes_on_where_it_ended() {
    let (folder, source) = source(20).await;
    let resume = folder.path().join("resume.json");
    let server = ScriptedServer::acknowledging().await;
    let sequential = |posts| EmulatorOptions {
        rows: RowChoice::Sequential,
        resume: Some(resume.clone()),
        ..options(&server, posts)
    };
    for posts in [Some(7), Some(5), None] {
        let report = run(&source, &sequential(posts), no_progress(), CancellationToken::new()).await.unwrap();
        assert!(matches!(report.outcome, Outcome::Completed), "{report:?}");
    }
    assert_eq!(posted_keys(&server), (0..20).collect::<Vec<_>>());
    // All is done: nothing is left to post.
    let report = run(&source, &sequential(None), no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(report.posts, 0);
}

#[tokio::test]
async fn a_run_that_was_stopped_is_resumed_at_the_first_row_that_was_not_acknowledged() {
    let (folder, source) = source(20).await;
    let resume = folder.path().join("resume.json");
    let refusing = ScriptedServer::start(|stream, n| {
        if stream == PIN && n >= 4 { Reply::Answer(503, "down") } else { Reply::Acknowledge }
    })
    .await;
    let cancel = CancellationToken::new();
    let first = EmulatorOptions {
        rows: RowChoice::Sequential,
        resume: Some(resume.clone()),
        retries: Retries { count_max: 1_000_000, ..options(&refusing, None).retries },
        ..options(&refusing, None)
    };
    let running = tokio::spawn({
        let (source, cancel) = (source.clone(), cancel.clone());
        async move { run(&source, &first, no_progress(), cancel).await }
    });
    refusing.arrived(30).await;
    cancel.cancel();
    running.await.unwrap().unwrap();
    let server = ScriptedServer::acknowledging().await;
    let second = EmulatorOptions {
        rows: RowChoice::Sequential,
        resume: Some(resume.clone()),
        ..options(&server, None)
    };
    run(&source, &second, no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(posted_keys(&server), (4..20).collect::<Vec<_>>());

    fs_err::write(&resume, r#"{"next_row":3,"tables":["other"]}"#).unwrap();
    let error = run(&source, &second, no_progress(), CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("it is of a run through other, this one goes through"), "{error}");
    fs_err::write(&resume, "{").unwrap();
    let error = run(&source, &second, no_progress(), CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("resume.json: it is not one of ours"), "{error}");
}

#[tokio::test]
async fn puts_of_different_keys_of_a_table_are_under_way_at_once() {
    let allowed = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&allowed);
    let server = ScriptedServer::start(move |stream, _| {
        if stream == PIN { Reply::AcknowledgeWhen(Arc::clone(&gate)) } else { Reply::Acknowledge }
    })
    .await;
    let (_folder, source) = source(3).await;
    let options = EmulatorOptions { concurrency: 8, ..options(&server, Some(40)) };
    let running = tokio::spawn({
        let source = source.clone();
        async move { run(&source, &options, no_progress(), CancellationToken::new()).await }
    });
    // None of them is answered, so a single lane would have one.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while server.received_for(PIN).len() < 2 {
        assert!(tokio::time::Instant::now() < deadline, "the second one never came");
        tokio::task::yield_now().await;
    }
    allowed.add_permits(1_000);
    let report = running.await.unwrap().unwrap();
    assert_eq!(report.acknowledged(), 120);
    assert!(report.latency.p50 <= report.latency.p99 && report.latency.p99 <= report.latency.max);
    assert!(report.latency.max > Duration::ZERO);
}

#[tokio::test]
async fn a_run_of_a_duration_ends_when_it_is_over() {
    let server = ScriptedServer::acknowledging().await;
    let (_folder, source) = source(20).await;
    let options = EmulatorOptions {
        duration: Some(Duration::from_millis(300)),
        rate: "20".parse().unwrap(),
        ..options(&server, None)
    };
    let report = run(&source, &options, no_progress(), CancellationToken::new()).await.unwrap();
    assert!(matches!(report.outcome, Outcome::Completed), "{report:?}");
    assert!((1..=7).contains(&report.posts), "{report:?}");
}

#[tokio::test]
async fn an_api_key_and_a_signature_are_sent_with_every_put() {
    let server = ScriptedServer::acknowledging().await;
    let (_folder, source) = source(20).await;
    let signer = Signer::new(|mut request| {
        Box::pin(async move {
            let digest = format!("{} {}", request.method(), request.body().len());
            request.headers_mut().insert("authorization", digest.parse().unwrap());
            Ok(request)
        })
    });
    let with_both = EmulatorOptions {
        api_key: Some("abcdefghijklmnopqrst".into()),
        signer: Some(signer),
        ..options(&server, Some(2))
    };
    run(&source, &with_both, no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(server.received().len(), 6);
    for put in server.received() {
        assert_eq!(put.headers["x-api-key"], "abcdefghijklmnopqrst");
        assert_eq!(put.headers["authorization"], format!("PUT {}", put.body.to_string().len()));
    }
    assert!(!format!("{with_both:?}").contains("abcdefghij"));
    let refused = EmulatorOptions { api_key: Some("a\nb".into()), ..options(&server, Some(1)) };
    let error = run(&source, &refused, no_progress(), CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().starts_with("the API key is no text that a header can carry"), "{error}");
    let unsigned = Signer::new(|_| Box::pin(async { Err("no key".to_owned()) }));
    let unsigned = EmulatorOptions { signer: Some(unsigned), ..options(&server, Some(1)) };
    let report = run(&source, &unsigned, no_progress(), CancellationToken::new()).await.unwrap();
    assert_eq!(report.errors[0].kind, "signing");
}
