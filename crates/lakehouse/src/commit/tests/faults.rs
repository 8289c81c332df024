//! Errors whose outcome is unknown, resolved by looking.

use std::sync::Arc;

use object_store::memory::InMemory;

use super::faulty_store::{Fault, FaultyStore};
use super::{CommitError, ids, open, over, positions, put};

#[tokio::test]
async fn whatever_the_store_answers_a_batch_is_in_the_table_once() {
    use Fault::{Lie, LostAnswer, LostRequest, MetItself, None};
    for plan in [
        &[LostRequest][..],
        &[LostAnswer],
        &[MetItself],
        &[Lie],
        &[LostRequest, LostAnswer],
        &[LostRequest, MetItself],
        &[None, LostAnswer],
        &[MetItself, LostAnswer],
    ] {
        let store = FaultyStore::over(Arc::new(InMemory::new()));
        let log_store = over(store.clone());
        let mut table = open(&log_store, "worker").await;
        put(&mut table, "s0", 0, 2).await.expect("the store works");
        store.plan(plan);
        put(&mut table, "s0", 2, 5).await.unwrap_or_else(|error| panic!("{plan:?}: {error}"));
        put(&mut table, "s0", 5, 6).await.unwrap_or_else(|error| panic!("{plan:?}: {error}"));
        assert_eq!(ids(&log_store).await, [1, 2, 3, 4, 5, 6], "{plan:?}");
        assert_eq!(positions(&log_store).await, "s0@6/3", "{plan:?}");
    }
}

#[tokio::test]
async fn a_store_that_never_takes_the_commit_leaves_nothing_and_may_be_tried_again() {
    let store = FaultyStore::over(Arc::new(InMemory::new()));
    let log_store = over(store.clone());
    let mut table = open(&log_store, "worker").await;
    store.plan(&[Fault::LostRequest; 5]);
    let error = put(&mut table, "s0", 0, 2).await.expect_err("five lost requests");
    assert!(matches!(error, CommitError::Failed { attempts: 5, .. }) && error.is_transient(), "{error}");
    assert_eq!(positions(&log_store).await, "");
    put(&mut table, "s0", 0, 2).await.expect("the store works again");
    assert_eq!((ids(&log_store).await, positions(&log_store).await), (vec![1, 2], "s0@2/1".into()));
}

#[tokio::test]
async fn in_doubt_it_stops_and_the_table_opened_anew_knows() {
    let store = FaultyStore::over(Arc::new(InMemory::new()));
    let log_store = over(store.clone());
    let mut table = open(&log_store, "worker").await;
    store.plan(&[Fault::LostAnswerAndLog]);
    let error = put(&mut table, "s0", 0, 2).await.expect_err("nobody can say");
    assert!(matches!(error, CommitError::InDoubt { .. }) && !error.is_transient(), "{error}");
    store.plan(&[]);
    assert_eq!((ids(&log_store).await, positions(&log_store).await), (vec![1, 2], "s0@2/1".into()));
}

#[tokio::test]
async fn a_table_whose_creation_lost_its_answer_is_used_all_the_same() {
    for fault in [Fault::LostAnswer, Fault::MetItself] {
        let store = FaultyStore::over(Arc::new(InMemory::new()));
        let log_store = over(store.clone());
        store.plan(&[fault]);
        let mut table = open(&log_store, "worker").await;
        let committed = put(&mut table, "s0", 0, 1).await.expect("the store works");
        assert_eq!(committed.version, 1, "{fault:?}: made once");
    }
}
