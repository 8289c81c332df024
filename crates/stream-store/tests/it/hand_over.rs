//! The hand-over of group commit, under shuttle: threads are run in thousands of interleavings that it chooses.
//!
//! The queue is the product's own source. Around it stands a writer that does what the product's does, in its order: it takes a
//! group, writes, syncs once, publishes, and acknowledges. Checked in each interleaving: nothing waits for ever (shuttle
//! reports a deadlock, so a lost wake-up too); each append is written once, in the order of its sender, and durable and
//! visible when it is acknowledged; what runs between commits sees all that its sender had sent and nothing half done; whoever
//! sends to a writer that has stopped learns it. Not checked here: tokio's own semaphore, oneshot and notify.

use shuttle::sync::{Arc, Condvar, Mutex};
use shuttle::thread;

use crate::queue::{Closed, Receiver, Sender, queue};

/// What the disk holds and what readers see.
#[derive(Debug, Default)]
struct Log {
    written: Vec<(usize, usize)>,
    durable: usize,
    visible: usize,
}

/// An answer that one thread waits for; `false` when the writer is gone.
#[derive(Debug, Default)]
struct Answer {
    given: Mutex<Option<bool>>,
    changed: Condvar,
}

/// The writer's end of an answer.
struct Reply(Arc<Answer>);

impl Reply {
    fn give(self, done: bool) {
        *self.0.given.lock().unwrap() = Some(done);
        self.0.changed.notify_one();
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.0.given.lock().unwrap().get_or_insert(false);
        self.0.changed.notify_one();
    }
}

fn answer() -> (Reply, Arc<Answer>) {
    let answer = Arc::new(Answer::default());
    (Reply(Arc::clone(&answer)), answer)
}

fn wait(answer: &Answer) -> bool {
    let mut given = answer.given.lock().unwrap();
    while given.is_none() {
        given = answer.changed.wait(given).unwrap();
    }
    given.unwrap()
}

enum Command {
    Append { sender: usize, number: usize, reply: Reply },
    Exclusive { sender: usize, sent: usize, reply: Reply },
    Close,
}

fn write(queue: &Receiver<Command>, log: &Mutex<Log>) {
    let weight = |command: &Command| matches!(command, Command::Append { .. }).then_some(1);
    loop {
        let group = queue.next_group(3, weight);
        if group.is_empty() {
            return;
        }
        assert!(group.len() <= 3);
        let mut appends = Vec::new();
        for command in group {
            match command {
                Command::Append { sender, number, reply } => appends.push((sender, number, reply)),
                Command::Exclusive { sender, sent, reply } => {
                    assert!(appends.is_empty(), "an append is under way");
                    let log = log.lock().unwrap();
                    assert_eq!((log.durable, log.visible), (log.written.len(), log.written.len()));
                    assert_eq!(log.written.iter().filter(|(from, _)| *from == sender).count(), sent);
                    reply.give(true);
                }
                Command::Close => return,
            }
        }
        log.lock().unwrap().written.extend(appends.iter().map(|(sender, number, _)| (*sender, *number)));
        {
            let mut log = log.lock().unwrap();
            log.durable = log.written.len();
        }
        {
            let mut log = log.lock().unwrap();
            log.visible = log.durable;
        }
        for (_, _, reply) in appends {
            reply.give(true);
        }
    }
}

/// Sends two appends before it waits for either, then something that runs between commits, then one more append.
fn send(queue: &Sender<Command>, log: &Mutex<Log>, sender: usize) {
    let append = |number| {
        let (reply, answer) = answer();
        queue.send(Command::Append { sender, number, reply }).map(|()| answer)
    };
    let acknowledged = |number, answer: Result<Arc<Answer>, Closed>| {
        if !answer.is_ok_and(|answer| wait(&answer)) {
            return;
        }
        let log = log.lock().unwrap();
        let there = log.written.iter().position(|written| *written == (sender, number));
        let there = there.expect("what is acknowledged was written");
        assert!(there < log.durable && there < log.visible);
    };
    let first = append(0);
    let second = append(1);
    acknowledged(0, first);
    acknowledged(1, second);
    let (reply, between) = answer();
    if queue.send(Command::Exclusive { sender, sent: 2, reply }).is_ok() {
        wait(&between);
    }
    let third = append(2);
    acknowledged(2, third);
}

fn senders_and_a_writer(closed_early: bool) {
    const SENDERS: usize = 2;
    let (sender, receiver) = queue();
    let sender = Arc::new(sender);
    let log = Arc::new(Mutex::new(Log::default()));
    let writer = {
        let log = Arc::clone(&log);
        thread::spawn(move || write(&receiver, &log))
    };
    let senders: Vec<_> = (0..SENDERS)
        .map(|number| {
            let (queue, log) = (Arc::clone(&sender), Arc::clone(&log));
            thread::spawn(move || send(&queue, &log, number))
        })
        .collect();
    if closed_early {
        let _ = sender.send(Command::Close);
    }
    drop(sender);
    for thread in senders {
        thread.join().unwrap();
    }
    writer.join().unwrap();
    let log = log.lock().unwrap();
    assert!(closed_early || log.written.len() == 3 * SENDERS);
    for sender in 0..SENDERS {
        let numbers: Vec<_> = log.written.iter().filter(|(from, _)| *from == sender).collect();
        assert!(numbers.windows(2).all(|pair| pair[0].1 + 1 == pair[1].1), "{numbers:?}");
    }
}

#[test]
fn every_append_is_acknowledged_once_it_is_durable_and_none_waits_for_ever() {
    shuttle::check_random(|| senders_and_a_writer(false), 3_000);
    shuttle::check_pct(|| senders_and_a_writer(false), 1_000, 3);
}

#[test]
fn a_writer_that_stops_leaves_nobody_waiting() {
    shuttle::check_random(|| senders_and_a_writer(true), 3_000);
    shuttle::check_pct(|| senders_and_a_writer(true), 1_000, 3);
}

/// Two commands against the moment at which the last sender goes: the interleavings in order, not by chance.
#[test]
fn the_last_sender_may_go_at_any_moment() {
    shuttle::check_dfs(
        || {
            let (sender, receiver) = queue();
            let receiving = thread::spawn(move || {
                let mut all = Vec::new();
                loop {
                    let group = receiver.next_group(2, |number| (*number != 1).then_some(1));
                    if group.is_empty() {
                        return all;
                    }
                    all.extend(group);
                }
            });
            for number in 0..2 {
                sender.send(number).unwrap();
            }
            drop(sender);
            assert_eq!(receiving.join().unwrap(), [0, 1]);
        },
        Some(5_000),
    );
}
