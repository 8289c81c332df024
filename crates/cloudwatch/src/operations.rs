//! One file per operation: its input, its checks, its work, its answer. What several of them take is here.

mod get_metric_data;
mod get_metric_statistics;
mod list_metrics;
mod put_metric_data;

pub(crate) use get_metric_data::get_metric_data;
pub(crate) use get_metric_statistics::get_metric_statistics;
pub(crate) use list_metrics::list_metrics;
pub(crate) use put_metric_data::put_metric_data;

use std::borrow::Cow;

use crate::dimensions::Dimensions;
use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::unit::{self, Unit};
use alluvium_aws_query::Document;

/// Takes a text of 1 to `chars_max` characters.
fn bounded_text(members: &mut Members, name: &str, chars_max: usize) -> Result<Option<String>, Exception> {
    let Some(text) = members.text(name)? else { return Ok(None) };
    let chars = text.chars().count();
    if (1..=chars_max).contains(&chars) {
        return Ok(Some(text));
    }
    let path = members.path(name);
    Err(Exception::invalid_value(format!(
        "The parameter {path} must be from 1 to {chars_max} characters long; it has {chars}."
    )))
}

/// Takes a namespace.
fn namespace(members: &mut Members) -> Result<Option<String>, Exception> {
    let namespace = bounded_text(members, "Namespace", limits::NAME_CHARS_MAX)?;
    if namespace.as_ref().is_some_and(|namespace| namespace.starts_with(':')) {
        let path = members.path("Namespace");
        return Err(Exception::invalid_value(format!("The parameter {path} must not begin with a colon.")));
    }
    Ok(namespace)
}

/// Takes the dimensions of a metric.
fn dimensions(members: &mut Members) -> Result<Dimensions, Exception> {
    let list = members.structures("Dimensions")?.unwrap_or_default();
    if list.len() > limits::DIMENSIONS_MAX {
        let (path, count) = (members.path("Dimensions"), list.len());
        let max = limits::DIMENSIONS_MAX;
        return Err(Exception::invalid_value(format!(
            "The parameter {path} must have at most {max} members; it has {count}."
        )));
    }
    let mut pairs = Vec::with_capacity(list.len());
    for mut dimension in list {
        let name = bounded_text(&mut dimension, "Name", limits::NAME_CHARS_MAX)?;
        let name = dimension.required("Name", name)?;
        let value = bounded_text(&mut dimension, "Value", limits::DIMENSION_VALUE_CHARS_MAX)?;
        pairs.push((name, dimension.required("Value", value)?));
    }
    let dimensions = Dimensions::new(pairs);
    if let Some([(name, _), _]) = dimensions.pairs().array_windows().find(|[one, next]| one.0 == next.0) {
        let path = members.path("Dimensions");
        return Err(Exception::invalid_value(format!("The parameter {path} has the name {name:?} twice.")));
    }
    Ok(dimensions)
}

/// Takes a unit.
fn unit(members: &mut Members) -> Result<Option<Unit>, Exception> {
    let Some(name) = members.text("Unit")? else { return Ok(None) };
    let Some(unit) = Unit::parse(&name) else {
        let (path, all) = (members.path("Unit"), unit::ALL.join(", "));
        return Err(Exception::invalid_value(format!("The parameter {path} must be one of {all}.")));
    };
    Ok(Some(unit))
}

/// Takes a period, in seconds: 1, 5, 10, 20, 30 or a multiple of 60 up to a day.
fn period_secs(members: &mut Members) -> Result<Option<i64>, Exception> {
    let Some(secs) = members.integer("Period")? else { return Ok(None) };
    let max = limits::PERIOD_SECS_MAX;
    let valid = matches!(secs, 1 | 5 | 10 | 20 | 30) || (secs > 0 && secs % 60 == 0 && secs <= max);
    if !valid {
        let path = members.path("Period");
        return Err(Exception::invalid_value(format!(
            "The parameter {path} must be 1, 5, 10, 20, 30 or a multiple of 60 up to {max}; it is {secs}."
        )));
    }
    Ok(Some(secs))
}

/// Takes the first and the last point in time, in milliseconds; the last is exclusive.
fn time_range(members: &mut Members) -> Result<(i64, i64), Exception> {
    let mut required = |name| {
        let millis = members.timestamp_millis(name)?;
        members.required(name, millis)
    };
    let (start, end) = (required("StartTime")?, required("EndTime")?);
    if start < end {
        return Ok((start, end));
    }
    Err(Exception::validation("The parameter StartTime must be less than the parameter EndTime."))
}

/// A metric as answers show it.
fn metric_document(namespace: &str, name: &str, dimensions: &Dimensions) -> Document {
    let dimensions = dimensions.pairs().iter().map(|(name, value)| {
        Document::structure([("Name", Document::text(name)), ("Value", Document::text(value))])
    });
    Document::Structure(vec![
        (Cow::Borrowed("Namespace"), Document::text(namespace)),
        (Cow::Borrowed("MetricName"), Document::text(name)),
        (Cow::Borrowed("Dimensions"), Document::List(dimensions.collect())),
    ])
}
