//! GetMetricData (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>): one statistic of each of many
//! metrics. Periods begin at multiples of their length. Expressions are refused by name.

use crate::exception::{Exception, ExceptionKind};
use crate::limits;
use crate::members::Members;
use crate::metrics::Metrics;
use crate::operations::{bounded_text, dimensions, namespace, period_secs, time_range, unit};
use crate::page_token::PageToken;
use crate::periods::{Span, Wanted, of_all_units};
use crate::statistic::Statistic;
use alluvium_aws_query::Document;

struct Request {
    queries: Vec<Query>,
    start_millis: i64,
    end_millis: i64,
    ascending: bool,
    datapoints_max: usize,
    token: Option<String>,
}

struct Query {
    id: String,
    label: Option<String>,
    wanted: Wanted,
    statistic: Statistic,
    period_secs: i64,
    return_data: bool,
}

pub(crate) fn get_metric_data(metrics: &Metrics, members: Members) -> Result<Document, Exception> {
    let request = Request::read(members)?;
    let identity = request.identity();
    let (first_query, mut given) = match &request.token {
        None => (0, 0),
        Some(token) => {
            let token = PageToken::parse(token, &identity).ok_or_else(|| {
                let text = "The parameter NextToken is not one that this request was given.";
                Exception::new(ExceptionKind::InvalidNextToken, text)
            })?;
            let (query, given) = token.place();
            (usize::try_from(query).unwrap_or(usize::MAX), usize::try_from(given).unwrap_or(usize::MAX))
        }
    };
    metrics.sweep();

    let mut room = request.datapoints_max;
    let mut results = Vec::new();
    let mut next = None;
    for (index, query) in request.queries.iter().enumerate().skip(first_query) {
        if !query.return_data {
            continue;
        }
        let mut datapoints = query.datapoints(metrics, &request);
        let all = datapoints.len();
        datapoints.drain(..given.min(all));
        let complete = datapoints.len() <= room;
        datapoints.truncate(room);
        room -= datapoints.len();
        let given_now = given.saturating_add(datapoints.len());
        results.push(query.result(&datapoints, complete));
        if !complete {
            next = Some(PageToken::new((index as u64, given_now as u64), &identity).to_string());
            break;
        }
        given = 0;
    }
    Ok(Document::structure([
        ("MetricDataResults", Document::List(results)),
        ("NextToken", Document::or_null(next.map(Document::Text))),
        ("Messages", Document::List(Vec::new())),
    ]))
}

impl Request {
    fn read(mut members: Members) -> Result<Self, Exception> {
        let queries = members.structures("MetricDataQueries")?;
        let queries = members.required("MetricDataQueries", queries.filter(|queries| !queries.is_empty()))?;
        if queries.len() > limits::QUERIES_MAX {
            let (max, count) = (limits::QUERIES_MAX, queries.len());
            return Err(Exception::validation(format!(
                "The parameter MetricDataQueries must have at most {max} members; it has {count}."
            )));
        }
        let queries = queries.into_iter().map(Query::read).collect::<Result<Vec<_>, _>>()?;
        check_ids(&queries)?;
        let (start_millis, end_millis) = time_range(&mut members)?;
        let ascending = match members.text("ScanBy")?.as_deref() {
            None | Some("TimestampDescending") => false,
            Some("TimestampAscending") => true,
            Some(_) => {
                let text = "The parameter ScanBy must be one of TimestampDescending, TimestampAscending.";
                return Err(Exception::validation(text));
            }
        };
        let most = limits::DATAPOINTS_PER_PAGE_MAX;
        let datapoints_max = match members.integer("MaxDatapoints")? {
            None => most,
            Some(asked) => {
                usize::try_from(asked).ok().filter(|asked| (1..=most).contains(asked)).ok_or_else(|| {
                    Exception::validation(format!(
                        "The parameter MaxDatapoints must be from 1 to {most}; it is {asked}."
                    ))
                })?
            }
        };
        let token = members.text("NextToken")?;
        Ok(Self { queries, start_millis, end_millis, ascending, datapoints_max, token })
    }

    /// What a token belongs to: all that decides on the answer but the size of a page.
    fn identity(&self) -> String {
        let queries: Vec<_> = self
            .queries
            .iter()
            .map(|query| (&query.id, &query.wanted, query.statistic, query.period_secs, query.return_data))
            .collect();
        format!("{queries:?} {} {} {}", self.start_millis, self.end_millis, self.ascending)
    }
}

fn check_ids(queries: &[Query]) -> Result<(), Exception> {
    let mut ids: Vec<_> = queries.iter().map(|query| query.id.as_str()).collect();
    ids.sort_unstable();
    match ids.array_windows().find(|[one, next]| one == next) {
        Some([twice, _]) => Err(Exception::validation(format!(
            "The values for parameter Id in MetricDataQueries must be unique; {twice:?} is there twice."
        ))),
        None => Ok(()),
    }
}

impl Query {
    fn read(mut members: Members) -> Result<Self, Exception> {
        let id = bounded_text(&mut members, "Id", limits::NAME_CHARS_MAX)?;
        let id = members.required("Id", id)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.bytes().all(plain) {
            let path = members.path("Id");
            return Err(Exception::validation(format!(
                "The value {id} for parameter {path} is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
            )));
        }
        if members.text("Expression")?.is_some() {
            let path = members.path("Expression");
            return Err(Exception::validation(format!(
                "The parameter {path} is not supported: metric math is not served here. Ask for each metric with MetricStat."
            )));
        }
        let label = members.text("Label")?;
        let return_data = members.boolean("ReturnData")?.unwrap_or(true);
        let stat = members.structure("MetricStat")?;
        let mut stat = members.required("MetricStat", stat)?;
        let metric = stat.structure("Metric")?;
        let mut metric = stat.required("Metric", metric)?;
        let found = namespace(&mut metric)?;
        let namespace = metric.required("Namespace", found)?;
        let found = bounded_text(&mut metric, "MetricName", limits::NAME_CHARS_MAX)?;
        let name = metric.required("MetricName", found)?;
        let dimensions = dimensions(&mut metric)?;
        let unit = unit(&mut stat)?;
        let found = period_secs(&mut stat)?;
        let period_secs = stat.required("Period", found)?;
        let found = stat.text("Stat")?;
        let found = stat.required("Stat", found)?;
        let statistic = Statistic::parse(&found).ok_or_else(|| {
            let path = stat.path("Stat");
            Exception::validation(format!(
                "The parameter {path} must be SampleCount, Average, Sum, Minimum, Maximum or a percentile such as p99; others \
                 are not served here."
            ))
        })?;
        let wanted = Wanted { namespace, name, dimensions, unit };
        Ok(Self { id, label, wanted, statistic, period_secs, return_data })
    }

    /// The datapoints in the order of the request.
    fn datapoints(&self, metrics: &Metrics, request: &Request) -> Vec<(i64, f64)> {
        let span = Span::new(request.start_millis, request.end_millis, self.period_secs).aligned();
        let periods = of_all_units(metrics, &self.wanted, span);
        let mut datapoints: Vec<_> = periods
            .into_iter()
            .filter_map(|(begins_millis, statistics)| {
                Some((begins_millis, statistics.value(self.statistic)?))
            })
            .collect();
        if !request.ascending {
            datapoints.reverse();
        }
        datapoints
    }

    fn result(&self, datapoints: &[(i64, f64)], complete: bool) -> Document {
        let timestamps = datapoints.iter().map(|(millis, _)| Document::Timestamp(*millis)).collect();
        let values = datapoints.iter().map(|(_, value)| Document::Float(*value)).collect();
        let label = self.label.as_ref().unwrap_or(&self.wanted.name);
        Document::structure([
            ("Id", Document::text(&self.id)),
            ("Label", Document::text(label)),
            ("Timestamps", Document::List(timestamps)),
            ("Values", Document::List(values)),
            ("StatusCode", Document::text(if complete { "Complete" } else { "PartialData" })),
        ])
    }
}
