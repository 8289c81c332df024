//! Recording from many threads, and what goes when there is too much.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::statistic::Statistic;

const SPECS: &[MetricSpec] = &[
    MetricSpec { name: "Latency", unit: Unit::MILLISECONDS },
    MetricSpec { name: "Success", unit: Unit::COUNT },
];

fn metrics() -> Metrics {
    Metrics::new(Clock::starting_at(UNIX_EPOCH + Duration::from_hours(480_000)))
}

fn sum(metrics: &Metrics, namespace: &str, dimensions: &[(&str, &str)], name: &str) -> f64 {
    let Some(scope) = metrics.scope(namespace, &Dimensions::of(dimensions)) else { return 0.0 };
    let series = scope.series();
    let points = series.iter().filter(|one| one.name == name).flat_map(|one| one.points(i64::MIN, i64::MAX));
    points.filter_map(|(_, statistics)| statistics.value(Statistic::Sum)).sum()
}

fn datum(metrics: &Metrics, name: &str, minutes_ago: i64) -> Datum {
    Datum {
        name: name.to_owned(),
        unit: Unit::NONE,
        timestamp_millis: metrics.now_millis() - minutes_ago * MINUTE_MILLIS,
        statistics: Statistics::of(1.0, 1.0),
    }
}

#[tokio::test(start_paused = true)]
async fn what_many_threads_record_while_others_read_is_counted_once() {
    let metrics = metrics();
    let (threads, rounds) = (4, 20_000);
    std::thread::scope(|threads_scope| {
        for _ in 0..threads {
            threads_scope.spawn(|| {
                let meter = metrics.meter("AWS/Test", &[("StreamName", "s")], SPECS);
                let now_millis = metrics.now_millis();
                for round in 0..rounds {
                    let latency = Measured { metric: 0, value: 2.0 };
                    let success = Measured { metric: 1, value: 1.0 };
                    // A place that is not in the list is nobody's.
                    let stray = Measured { metric: 7, value: 1.0 };
                    meter.record(now_millis + i64::from(round), &[latency, success, stray]);
                    if round % 1_000 == 0 {
                        sum(&metrics, "AWS/Test", &[("StreamName", "s")], "Success");
                    }
                }
            });
        }
    });
    let count = f64::from(threads * rounds);
    let found = ["Latency", "Success"].map(|name| sum(&metrics, "AWS/Test", &[("StreamName", "s")], name));
    assert!(found.iter().zip([2.0 * count, count]).all(|(found, expected)| (found - expected).abs() < 0.5));
}

#[tokio::test(start_paused = true)]
async fn points_go_after_a_day_and_metrics_with_them_unless_they_are_still_measured() {
    let metrics = metrics();
    let meter = metrics.meter("AWS/Test", &[], SPECS);
    meter.record(metrics.now_millis(), &[Measured { metric: 1, value: 1.0 }]);
    metrics.put("Mine", Dimensions::default(), &datum(&metrics, "Custom", 5));
    metrics.put("Mine", Dimensions::default(), &datum(&metrics, "Older", limits::RETENTION_MINUTES + 1));
    assert_eq!(metrics.scopes_from(0).len(), 2);
    tokio::time::advance(Duration::from_hours(25)).await;
    metrics.sweep();
    let left: Vec<_> = metrics.scopes_from(0).iter().map(|scope| scope.namespace.clone()).collect();
    assert_eq!(left, ["AWS/Test"]);
    assert_eq!(metrics.kept.point_bytes.load(Ordering::Relaxed), 0);
    drop(meter);
    tokio::time::advance(Duration::from_mins(1)).await;
    metrics.sweep();
    assert!(metrics.scopes_from(0).is_empty());
}

#[tokio::test(start_paused = true)]
async fn too_many_custom_metrics_push_out_those_that_were_silent_for_longest() {
    let metrics = metrics();
    for index in 0..=limits::CUSTOM_SERIES_MAX {
        let dimensions = Dimensions::of(&[("Id", &index.to_string())]);
        let minutes_ago = if index < 10 { 0 } else { 60 };
        metrics.put("Mine", dimensions, &datum(&metrics, "Custom", minutes_ago));
    }
    assert_eq!(metrics.kept.custom_series.load(Ordering::Relaxed), limits::CUSTOM_SERIES_MAX / 10 * 9);
    let newest = ("Id", "3");
    assert!(sum(&metrics, "Mine", &[newest], "Custom") > 0.5, "what was put last stays");
}

/// Two hours ahead is allowed, and was taken for newer than anything that others put since.
#[tokio::test(start_paused = true)]
async fn metrics_that_are_put_ahead_of_time_do_not_outlast_those_of_now() {
    let metrics = metrics();
    let put = |name: &str, index: usize, minutes_ago: i64| {
        let dimensions = Dimensions::of(&[(name, &index.to_string())]);
        metrics.put("Mine", dimensions, &datum(&metrics, "Custom", minutes_ago));
    };
    for index in 0..limits::CUSTOM_SERIES_MAX / 2 {
        put("Ahead", index, -110);
    }
    for index in 0..=limits::CUSTOM_SERIES_MAX / 2 {
        put("Now", index, 0);
    }
    let scopes = metrics.scopes_from(0);
    let count_of = |name: &str| scopes.iter().filter(|scope| scope.dimensions.pairs()[0].0 == *name).count();
    assert_eq!(count_of("Now"), limits::CUSTOM_SERIES_MAX / 2 + 1, "those that came last stay");
    assert_eq!(scopes.len(), limits::CUSTOM_SERIES_MAX / 10 * 9);
}

/// One namespace full of meters once left no room for those of any other.
#[tokio::test(start_paused = true)]
async fn a_namespace_with_too_many_meters_leaves_room_in_the_others() {
    let metrics = metrics();
    let measured = [Measured { metric: 1, value: 1.0 }];
    let meter =
        |namespace: &str, index: usize| metrics.meter(namespace, &[("Id", &index.to_string())], SPECS);
    let meters: Vec<_> =
        (0..=limits::METERS_PER_NAMESPACE_MAX).map(|index| meter("AWS/Full", index)).collect();
    assert_eq!(metrics.scopes_from(0).len(), limits::METERS_PER_NAMESPACE_MAX);
    let other = meter("AWS/Other", 1);
    other.record(metrics.now_millis(), &measured);
    assert!(sum(&metrics, "AWS/Other", &[("Id", "1")], "Success") > 0.5);
    drop(meters);
    tokio::time::advance(Duration::from_mins(1)).await;
    metrics.sweep();
    let again = meter("AWS/Full", limits::METERS_PER_NAMESPACE_MAX);
    again.record(metrics.now_millis(), &measured);
    let dimensions = [("Id", limits::METERS_PER_NAMESPACE_MAX.to_string())];
    assert!(sum(&metrics, "AWS/Full", &[(dimensions[0].0, &dimensions[0].1)], "Success") > 0.5);
}

#[tokio::test(start_paused = true)]
async fn too_many_bytes_of_names_push_out_what_was_silent_for_longest() {
    let metrics = metrics();
    let value = "x".repeat(limits::DIMENSION_VALUE_CHARS_MAX);
    let names: Vec<_> = (0..limits::DIMENSIONS_MAX).map(|index| format!("name {index}")).collect();
    let mut bytes_max = 0;
    for index in 0..1_500 {
        let index = index.to_string();
        let mut pairs: Vec<_> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
        pairs[0].1 = &index;
        metrics.put("Mine", Dimensions::of(&pairs), &datum(&metrics, "Custom", 0));
        bytes_max = bytes_max.max(metrics.kept.name_bytes.load(Ordering::Relaxed));
    }
    assert!(bytes_max > limits::NAME_BYTES_MAX / 2, "{bytes_max}");
    assert!(bytes_max <= limits::NAME_BYTES_MAX + 100_000, "{bytes_max}");
    assert!(metrics.scopes_from(0).len() < 1_200);
    tokio::time::advance(Duration::from_hours(25)).await;
    metrics.sweep();
    assert_eq!(metrics.kept.name_bytes.load(Ordering::Relaxed), 0);
    assert_eq!(metrics.kept.custom_series.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn too_many_points_push_out_the_oldest_minutes() {
    let metrics = metrics();
    let mut spread = Statistics::of(1.0, 1.0);
    for exponent in 0..1_000 {
        spread.add((f64::from(exponent) / 8.0).exp2(), 1.0);
    }
    let minutes = 600;
    let rounds =
        limits::POINT_BYTES_MAX / (minutes * i64::try_from(spread.heap_bytes()).expect("it is small")) + 2;
    for round in 0..rounds {
        for minutes_ago in (0..minutes).rev() {
            let values = Datum { statistics: spread.clone(), ..datum(&metrics, "Custom", minutes_ago) };
            metrics.put("Mine", Dimensions::of(&[("Id", &round.to_string())]), &values);
        }
    }
    assert!(metrics.kept.point_bytes.load(Ordering::Relaxed) <= limits::POINT_BYTES_MAX);
    let scope = metrics.scope("Mine", &Dimensions::of(&[("Id", "1")])).expect("it is still there");
    let (first, last) = scope.minutes().expect("it has points");
    let now_minute = metrics.now_millis() / MINUTE_MILLIS;
    assert_eq!(last, now_minute);
    assert!(first > now_minute - minutes + 1);
}
