//! Every limit of this crate with its unit. Those of the service are Amazon's
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>); those of the store are ours.

/// Metrics in one PutMetricData.
pub(crate) const DATA_PER_PUT_MAX: usize = 1_000;
/// Distinct values in one datum.
pub(crate) const VALUES_PER_DATUM_MAX: usize = 150;
/// Dimensions of a metric.
pub(crate) const DIMENSIONS_MAX: usize = 30;
/// Characters of a namespace, of a metric's name and of a dimension's name.
pub(crate) const NAME_CHARS_MAX: usize = 255;
/// Characters of a dimension's value.
pub(crate) const DIMENSION_VALUE_CHARS_MAX: usize = 1_024;
/// The largest magnitude of a value: 2^360.
pub(crate) const VALUE_MAGNITUDE_MAX: f64 = 2.348_542_582_773_833_3e108;
/// How far back a datum may lie, in milliseconds: two weeks.
pub(crate) const DATUM_AGE_MILLIS_MAX: i64 = 14 * 24 * 3_600_000;
/// How far ahead a datum may lie, in milliseconds: two hours.
pub(crate) const DATUM_AHEAD_MILLIS_MAX: i64 = 2 * 3_600_000;

/// Queries in one GetMetricData.
pub(crate) const QUERIES_MAX: usize = 500;
/// Datapoints in one page of GetMetricData.
pub(crate) const DATAPOINTS_PER_PAGE_MAX: usize = 100_800;
/// Datapoints in one answer of GetMetricStatistics.
pub(crate) const STATISTICS_DATAPOINTS_MAX: i64 = 1_440;
/// Names in `Statistics`.
pub(crate) const STATISTICS_MAX: usize = 5;
/// Names in `ExtendedStatistics`.
pub(crate) const EXTENDED_STATISTICS_MAX: usize = 10;
/// The longest period, in seconds: a day.
pub(crate) const PERIOD_SECS_MAX: i64 = 86_400;
/// Metrics in one page of ListMetrics.
pub(crate) const METRICS_PER_PAGE_MAX: usize = 500;
/// Dimensions in the filter of ListMetrics.
pub(crate) const DIMENSION_FILTERS_MAX: usize = 10;

/// Requests that are answered at the same time, our choice: more would take threads from those who read streams from files.
pub(crate) const REQUESTS_AT_ONCE_MAX: usize = 4;
/// Bytes of a request's body as it comes over the wire: Amazon's 1 MiB.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a body once it is unzipped.
pub(crate) const UNZIPPED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Values in a body's tree: what the largest PutMetricData that is allowed holds, 1,000 data of 150 values, 150 counts, and 30
/// dimensions of three values each, and room for the rest.
pub(crate) const DOCUMENT_VALUES_MAX: usize = 450_000;
/// How deep a body may be nested; the deepest member that is asked for is 6 levels down.
pub(crate) const DOCUMENT_DEPTH_MAX: usize = 32;
/// Characters of a page token.
pub(crate) const TOKEN_CHARS_MAX: usize = 512;

/// Minutes for which points are kept: a day. Under pressure of [`POINT_BYTES_MAX`] it is less.
pub(crate) const RETENTION_MINUTES: i64 = 24 * 60;
/// Bytes that all points may take together: 64 MiB. Past it the oldest minutes go first, of all metrics alike.
pub(crate) const POINT_BYTES_MAX: i64 = 64 * 1024 * 1024;
/// Metrics that clients may put; past it the tenth of them that was silent for longest goes.
pub(crate) const CUSTOM_SERIES_MAX: usize = 20_000;
/// Bytes of the namespaces and dimensions of metrics that clients may put, each counted twice because it is kept twice: 64 MiB. Past
/// it goes the tenth that was silent for longest.
pub(crate) const NAME_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Sets of dimensions that this program itself may measure in one namespace, such as streams and shards; what comes later is not
/// kept. Each service has a namespace of its own, so none takes the room of another.
pub(crate) const METERS_PER_NAMESPACE_MAX: usize = 50_000;
/// Buckets of one minute's histogram; past it the two lowest are made one.
pub(crate) const HISTOGRAM_BUCKETS_MAX: usize = 160;
/// Lanes of a meter: threads that record at the same time without waiting for each other.
pub(crate) const LANES_MAX: usize = 8;
