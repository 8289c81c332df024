//! Commits of several appends, crashed at each of their operations on the disk.
//!
//! What must stay true: the model here knows nothing of frames or zeros, only what each append was answered.

use std::collections::BTreeMap;

use super::*;
use crate::storage::Fault;
use crate::verify_directory;

/// So small that the commits below use up the zeros of a segment, seal it, and bring zeros in the next one.
const SEGMENT_BYTES: u64 = 300 * 1024;
const COMMITS: usize = 9;

/// What an append to one shard had, and what became of it.
struct Told {
    shard: u32,
    texts: Vec<String>,
    answer: Result<Appended, AppendError>,
}

/// Runs some commits, each of seven appends to three shards.
fn run(writer: &mut Writer, shards: &[Arc<ShardLog>]) -> Vec<Told> {
    let room = Arc::new(Semaphore::new(100));
    let mut told = Vec::new();
    for commit in 0..COMMITS {
        let length = [10, 9_000, 300][commit % 3];
        let mut sent = Vec::new();
        let (mut appends, mut answers) = (Vec::new(), Vec::new());
        for append in 0..7_u32 {
            let parts: Vec<(u32, Vec<String>)> = [append * 2, append * 2 + 1]
                .into_iter()
                .map(|part| {
                    (part % 3, vec![format!("{commit}.{part} {}", "~".repeat(length)), "second".into()])
                })
                .collect();
            let (reply, answer) = Reply::new();
            let record = |text: &String| NewRecord { partition_key: "k".into(), data: text.clone().into() };
            appends.push(Append {
                parts: parts
                    .iter()
                    .map(|(shard, texts)| {
                        (Arc::clone(&shards[*shard as usize]), texts.iter().map(record).collect())
                    })
                    .collect(),
                now_millis: NOW + i64::from(append % 2),
                bytes: 2 * length,
                permit: Arc::clone(&room).try_acquire_owned().expect("there is room"),
                reply,
            });
            sent.push(parts);
            answers.push(answer);
        }
        let _ = writer.commit(appends);
        for (parts, answer) in sent.into_iter().zip(answers) {
            for ((shard, texts), answer) in parts.into_iter().zip(answer.blocking_recv().expect("an answer"))
            {
                told.push(Told { shard, texts, answer });
            }
        }
    }
    told
}

/// What is found must be what was acknowledged, and after it whole appends of those whose outcome is unknown.
fn compare(disk: &FaultyDisk, told: &[Told], context: &str) {
    let report = verify_directory(disk, Path::new(DIR), &[], &mut |_| {}).expect("it is read");
    assert!(report.is_sound(), "{context}: {report:?}");
    let (shared, _) =
        open::open(options(), Arc::new(disk.clone())).unwrap_or_else(|error| panic!("{context}: {error}"));
    let stream = shared.streams.read().expect("no poison").by_id.keys().copied().next().expect("a stream");
    let entry = shared.entry(stream).expect("it is there");
    for shard in 0..SHARDS {
        let there = texts_of(&shared, entry.shard(ShardId(shard)).expect("a shard"));
        let of_shard = told.iter().filter(|told| told.shard == shard);
        let mut promised = BTreeMap::new();
        let mut unknown = Vec::new();
        for told in of_shard {
            match &told.answer {
                Ok(appended) => {
                    promised.extend((appended.first.counter..).zip(&told.texts));
                    assert!(unknown.is_empty(), "{context}: acknowledged after one that was not");
                }
                Err(AppendError::OutcomeUnknown(_)) => unknown.push(&told.texts),
                Err(AppendError::Refused(_)) => {}
                Err(other) => panic!("{context}: {other}"),
            }
        }
        assert!(promised.keys().copied().eq(1..=promised.len() as u64), "{context}: counters of {shard}");
        let mut expected: Vec<&String> = promised.into_values().collect();
        assert!(there.len() >= expected.len(), "{context}: shard {shard} lost some of {expected:?}");
        for texts in unknown {
            if there.len() > expected.len() {
                expected.extend(texts);
            }
        }
        assert!(there.iter().eq(expected), "{context}: shard {shard} has {there:?}");
    }
}

fn options() -> StoreOptions {
    StoreOptions { segment_bytes_max: SEGMENT_BYTES, ..StoreOptions::new(DIR) }
}

#[test]
fn no_crash_in_a_commit_of_many_loses_or_invents_anything() {
    let mut operation = 0;
    loop {
        let mut is_over = true;
        for fault in [Fault::PowerLoss, Fault::TornWrite, Fault::DiskFull, Fault::Error, Fault::ShortWrite] {
            let disk = FaultyDisk::new();
            let (mut writer, shared, shards) = writer(&disk, options());
            let begin = disk.operations();
            disk.fail_at(begin + operation, fault);
            let told = run(&mut writer, &shards);
            let context = format!("{fault:?} at {operation}");
            is_over &= !disk.has_failed();
            compare(&disk.after_kill(), &told, &context);
            for seed in 0..3 {
                compare(&disk.after_power_loss(seed), &told, &format!("{context}, seed {seed}"));
            }
            drop((writer, shared));
        }
        if is_over {
            break;
        }
        operation += 1;
    }
    assert!(operation > 25, "{operation} operations: commits, zeros, a seal, a new segment");
}
