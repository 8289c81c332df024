//! PutMetricData (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>): either all data of
//! a request are kept, or none and the first fault is told.

use crate::dimensions::Dimensions;
use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::metrics::{Datum, Metrics};
use crate::operations::{bounded_text, dimensions, namespace, unit};
use crate::statistics::Statistics;
use crate::unit::Unit;

pub(crate) fn put_metric_data(metrics: &Metrics, mut members: Members) -> Result<(), Exception> {
    let found = namespace(&mut members)?;
    let namespace = members.required("Namespace", found)?;
    if namespace.starts_with("AWS/") {
        return Err(Exception::invalid_value(
            "The value AWS/ for parameter Namespace is invalid: what begins so is measured by the services themselves.",
        ));
    }
    let mut data = members.structures("MetricData")?;
    // Metrics that say what they are about; nobody here asks for that.
    for mut about in members.structures("EntityMetricData")?.unwrap_or_default() {
        data.get_or_insert_default().extend(about.structures("MetricData")?.unwrap_or_default());
    }
    let data = members.required("MetricData", data.filter(|data| !data.is_empty()))?;
    if data.len() > limits::DATA_PER_PUT_MAX {
        return Err(Exception::invalid_value(format!(
            "The collection MetricData must not have a size greater than {}; it has {}.",
            limits::DATA_PER_PUT_MAX,
            data.len()
        )));
    }
    let now_millis = metrics.now_millis();
    let data = data.into_iter().map(|datum| read(datum, now_millis)).collect::<Result<Vec<_>, _>>()?;
    for (dimensions, datum) in data {
        metrics.put(&namespace, dimensions, &datum);
    }
    Ok(())
}

fn read(mut members: Members, now_millis: i64) -> Result<(Dimensions, Datum), Exception> {
    let name = bounded_text(&mut members, "MetricName", limits::NAME_CHARS_MAX)?;
    let name = members.required("MetricName", name)?;
    let dimensions = dimensions(&mut members)?;
    let unit = unit(&mut members)?.unwrap_or(Unit::NONE);
    if let Some(secs) = members.integer("StorageResolution")?
        && !matches!(secs, 1 | 60)
    {
        let path = members.path("StorageResolution");
        return Err(Exception::invalid_value(format!("The parameter {path} must be 1 or 60; it is {secs}.")));
    }
    let timestamp_millis = members.timestamp_millis("Timestamp")?.unwrap_or(now_millis);
    let earliest = now_millis.saturating_sub(limits::DATUM_AGE_MILLIS_MAX);
    let latest = now_millis.saturating_add(limits::DATUM_AHEAD_MILLIS_MAX);
    if !(earliest..=latest).contains(&timestamp_millis) {
        let path = members.path("Timestamp");
        return Err(Exception::invalid_value(format!(
            "The parameter {path} must specify a time within the past two weeks and at most two hours ahead."
        )));
    }
    let statistics = statistics(&mut members)?;
    Ok((dimensions, Datum { name, unit, timestamp_millis, statistics }))
}

/// The values, in the one of three ways in which they came.
fn statistics(members: &mut Members) -> Result<Statistics, Exception> {
    let value = members.number("Value")?;
    let set = members.structure("StatisticValues")?;
    let values = members.numbers("Values")?;
    let counts = members.numbers("Counts")?;
    match (value, set, values) {
        (Some(value), None, None) => {
            check_value(members, "Value", value)?;
            Ok(Statistics::of(value, 1.0))
        }
        (None, Some(set), None) => statistic_set(set),
        (None, None, Some(values)) => each_value(members, &values, counts),
        (None, None, None) => Err(Exception::new(
            crate::exception::ExceptionKind::MissingParameter,
            format!(
                "At least one of the parameters {}, {} and {} must be specified.",
                members.path("Value"),
                members.path("Values"),
                members.path("StatisticValues")
            ),
        )),
        (value, set, _) => {
            let first = if value.is_some() { "Value" } else { "StatisticValues" };
            let second = if value.is_some() && set.is_some() { "StatisticValues" } else { "Values" };
            Err(Exception::invalid_combination(format!(
                "The parameters {} and {} are mutually exclusive and you have specified both.",
                members.path(first),
                members.path(second)
            )))
        }
    }
}

fn statistic_set(mut set: Members) -> Result<Statistics, Exception> {
    let mut required = |name| {
        let number = set.number(name)?;
        let number = set.required(name, number)?;
        check_value(&set, name, number).map(|()| number)
    };
    let (count, sum) = (required("SampleCount")?, required("Sum")?);
    let (min, max) = (required("Minimum")?, required("Maximum")?);
    if count <= 0.0 || min > max {
        let path = set.path("SampleCount");
        return Err(Exception::invalid_value(format!(
            "The parameter {path} must be greater than 0, and Minimum no greater than Maximum."
        )));
    }
    Ok(Statistics::of_sums(count, sum, min, max))
}

fn each_value(members: &Members, values: &[f64], counts: Option<Vec<f64>>) -> Result<Statistics, Exception> {
    let max = limits::VALUES_PER_DATUM_MAX;
    if values.is_empty() || values.len() > max {
        let (path, count) = (members.path("Values"), values.len());
        return Err(Exception::invalid_value(format!(
            "The parameter {path} must have from 1 to {max} members; it has {count}."
        )));
    }
    let counts = counts.unwrap_or_else(|| vec![1.0; values.len()]);
    if counts.len() != values.len() {
        let (values_path, counts_path) = (members.path("Values"), members.path("Counts"));
        return Err(Exception::invalid_value(format!(
            "The parameters {values_path} and {counts_path} must be of the same size; they have {} and {} members.",
            values.len(),
            counts.len()
        )));
    }
    let mut statistics: Option<Statistics> = None;
    for (value, count) in values.iter().zip(counts) {
        check_value(members, "Values", *value)?;
        check_value(members, "Counts", count)?;
        if count <= 0.0 {
            let path = members.path("Counts");
            return Err(Exception::invalid_value(format!(
                "The parameter {path} must have members greater than 0; one is {count}."
            )));
        }
        match &mut statistics {
            Some(statistics) => statistics.add(*value, count),
            None => statistics = Some(Statistics::of(*value, count)),
        }
    }
    statistics.ok_or_else(|| Exception::missing(&members.path("Values")))
}

fn check_value(members: &Members, name: &str, value: f64) -> Result<(), Exception> {
    if value.is_finite() && value.abs() <= limits::VALUE_MAGNITUDE_MAX {
        return Ok(());
    }
    let path = members.path(name);
    Err(Exception::invalid_value(format!(
        "The value {value} for parameter {path} is invalid: it must be within -2^360 and 2^360."
    )))
}
