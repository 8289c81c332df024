//! GetMetricStatistics (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html>). Periods begin
//! with StartTime; one whose values came in two units gives two datapoints.

use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::metrics::Metrics;
use crate::operations::{bounded_text, dimensions, namespace, period_secs, time_range, unit};
use crate::periods::{Span, Wanted, by_unit};
use crate::statistic::Statistic;
use crate::statistics::Statistics;
use crate::unit::Unit;
use alluvium_aws_query::Document;

/// The statistics that an answer has, by the names under which they were asked for.
struct Asked {
    plain: Vec<(&'static str, Statistic)>,
    extended: Vec<(String, Statistic)>,
}

pub(crate) fn get_metric_statistics(metrics: &Metrics, mut members: Members) -> Result<Document, Exception> {
    let found = namespace(&mut members)?;
    let namespace = members.required("Namespace", found)?;
    let found = bounded_text(&mut members, "MetricName", limits::NAME_CHARS_MAX)?;
    let name = members.required("MetricName", found)?;
    let dimensions = dimensions(&mut members)?;
    let found = period_secs(&mut members)?;
    let period_secs = members.required("Period", found)?;
    let (start_millis, end_millis) = time_range(&mut members)?;
    let unit = unit(&mut members)?;
    let asked = Asked::read(&mut members)?;
    check_datapoints(end_millis.saturating_sub(start_millis), period_secs)?;
    metrics.sweep();

    let wanted = Wanted { namespace, name, dimensions, unit };
    let span = Span::new(start_millis, end_millis, period_secs);
    let mut datapoints = Vec::new();
    for (unit, periods) in by_unit(metrics, &wanted, span) {
        for (begins_millis, statistics) in periods {
            datapoints.push(asked.datapoint(begins_millis, unit, &statistics));
        }
    }
    Ok(Document::structure([
        ("Label", Document::text(wanted.name)),
        ("Datapoints", Document::List(datapoints)),
    ]))
}

fn check_datapoints(millis: i64, period_secs: i64) -> Result<(), Exception> {
    let datapoints = millis / 1_000 / period_secs;
    let max = limits::STATISTICS_DATAPOINTS_MAX;
    if datapoints <= max {
        return Ok(());
    }
    Err(Exception::invalid_combination(format!(
        "You have requested up to {datapoints} datapoints, which exceeds the limit of {max}. You may reduce the datapoints \
         requested by increasing Period, or decreasing the time range."
    )))
}

impl Asked {
    fn read(members: &mut Members) -> Result<Self, Exception> {
        let plain = members.texts("Statistics")?.unwrap_or_default();
        let extended = members.texts("ExtendedStatistics")?.unwrap_or_default();
        if plain.is_empty() && extended.is_empty() {
            return Err(Exception::missing("Statistics"));
        }
        if plain.len() > limits::STATISTICS_MAX || extended.len() > limits::EXTENDED_STATISTICS_MAX {
            return Err(Exception::invalid_value(format!(
                "The parameter Statistics must have at most {} members, and ExtendedStatistics {}; they have {} and {}.",
                limits::STATISTICS_MAX,
                limits::EXTENDED_STATISTICS_MAX,
                plain.len(),
                extended.len()
            )));
        }
        let plain = plain.into_iter().map(|name| {
            let known = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
            let known = known.into_iter().find(|known| *known == name);
            known.and_then(|name| Some((name, Statistic::parse_plain(name)?))).ok_or_else(|| {
                Exception::invalid_value(
                    "The parameter Statistics must be one of SampleCount, Average, Sum, Minimum, Maximum.",
                )
            })
        });
        let extended = extended.into_iter().map(|name| match Statistic::parse_percentile(&name) {
            Some(statistic) => Ok((name, statistic)),
            None => Err(Exception::invalid_value(
                "The parameter ExtendedStatistics must be a percentile such as p99 or p99.9; others are not served here.",
            )),
        });
        Ok(Self { plain: plain.collect::<Result<_, _>>()?, extended: extended.collect::<Result<_, _>>()? })
    }

    fn datapoint(&self, begins_millis: i64, unit: Unit, statistics: &Statistics) -> Document {
        let mut members = vec![("Timestamp".into(), Document::Timestamp(begins_millis))];
        for (name, statistic) in &self.plain {
            if let Some(value) = statistics.value(*statistic) {
                members.push(((*name).into(), Document::Float(value)));
            }
        }
        members.push(("Unit".into(), Document::text(unit.as_str())));
        let extended: Vec<_> = self
            .extended
            .iter()
            .filter_map(|(name, statistic)| {
                Some((name.clone(), Document::Float(statistics.value(*statistic)?)))
            })
            .collect();
        if !extended.is_empty() {
            members.push(("ExtendedStatistics".into(), Document::Map(extended)));
        }
        Document::Structure(members)
    }
}
