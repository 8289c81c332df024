//! Functions that Spark has and a cleaning query cannot, each with the reason.

const AGGREGATES: [&str; 24] = [
    "any_value",
    "approx_count_distinct",
    "approx_percentile",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "count",
    "count_if",
    "first",
    "first_value",
    "last",
    "last_value",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "percentile",
    "stddev",
    "sum",
];

const WINDOWS: [&str; 8] =
    ["cume_dist", "dense_rank", "lag", "lead", "ntile", "percent_rank", "rank", "row_number"];

const ROWS: [&str; 7] =
    ["explode", "explode_outer", "inline", "posexplode", "posexplode_outer", "stack", "json_tuple"];

const RANDOM: [&str; 9] = [
    "monotonically_increasing_id",
    "rand",
    "randn",
    "random",
    "randstr",
    "shuffle",
    "uniform",
    "uuid",
    "spark_partition_id",
];

const NOW: [&str; 6] =
    ["curdate", "current_date", "current_time", "current_timestamp", "localtimestamp", "now"];

/// Why a function is refused, if it is one of these.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let families: [(&[&str], &str); 5] = [
        (&AGGREGATES, "is an aggregate; a cleaning query makes one row of one record"),
        (&WINDOWS, "is a window function; a cleaning query sees one record at a time"),
        (&ROWS, "makes several rows; a cleaning query makes one row of one record"),
        (
            &RANDOM,
            "would give another value when the record is read again; derive it from the record's columns",
        ),
        (
            &NOW,
            "would give another value when the record is read again; use approximateArrivalTimestamp, when Kinesis took it",
        ),
    ];
    families.into_iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| reason)
}
