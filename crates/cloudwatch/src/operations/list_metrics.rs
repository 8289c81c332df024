//! ListMetrics (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html>). Metrics come in the order in
//! which they were first seen, so a page goes on where the one before it ended, whatever came meanwhile.

use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::metrics::{MINUTE_MILLIS, Metrics};
use crate::operations::{bounded_text, metric_document, namespace};
use crate::page_token::PageToken;
use crate::scope::Scope;
use crate::series::Series;
use alluvium_aws_query::Document;

/// Minutes in which `RecentlyActive` wants a point: three hours.
const RECENT_MINUTES: i64 = 3 * 60;

struct Filter {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Vec<(String, Option<String>)>,
    /// Minute from which on there has to be a point.
    active_from: Option<i64>,
}

pub(crate) fn list_metrics(
    metrics: &Metrics,
    account_id: &str,
    mut members: Members,
) -> Result<Document, Exception> {
    let token = members.text("NextToken")?;
    let with_owners = members.boolean("IncludeLinkedAccounts")?.unwrap_or(false);
    let owner = bounded_text(&mut members, "OwningAccount", limits::NAME_CHARS_MAX)?;
    let filter = Filter::read(&mut members, metrics.now_millis())?;
    let request = format!("{:?} {:?} {owner:?}", filter.namespace, (&filter.metric_name, &filter.dimensions));
    let invalid =
        || Exception::invalid_value("The parameter NextToken is not one that this request was given.");
    let from = match token {
        None => (0, 0),
        Some(token) => PageToken::parse(&token, &request).ok_or_else(invalid)?.place(),
    };
    metrics.sweep();

    let mut found = Vec::new();
    let mut next = None;
    let ours = owner.is_none_or(|owner| owner == account_id);
    'scopes: for scope in metrics.scopes_from(from.0).iter().filter(|_| ours) {
        if !filter.takes_scope(scope) {
            continue;
        }
        let series = scope.series();
        for (index, one) in series.iter().enumerate() {
            // A metric that comes in several units is one metric.
            let shown_before =
                series[..index].iter().any(|other| other.name == one.name && filter.takes(other));
            if (scope.id, index as u64) < from || shown_before || !filter.takes(one) {
                continue;
            }
            if found.len() == limits::METRICS_PER_PAGE_MAX {
                next = Some(PageToken::new((scope.id, index as u64), &request).to_string());
                break 'scopes;
            }
            found.push(metric_document(&scope.namespace, &one.name, &scope.dimensions));
        }
    }
    let owners = with_owners.then(|| Document::List(vec![Document::text(account_id); found.len()]));
    Ok(Document::structure([
        ("Metrics", Document::List(found)),
        ("NextToken", Document::or_null(next.map(Document::Text))),
        ("OwningAccounts", Document::or_null(owners)),
    ]))
}

impl Filter {
    fn read(members: &mut Members, now_millis: i64) -> Result<Self, Exception> {
        let recently = members.text("RecentlyActive")?;
        if recently.as_deref().is_some_and(|period| period != "PT3H") {
            return Err(Exception::invalid_value("The parameter RecentlyActive must be PT3H."));
        }
        let list = members.structures("Dimensions")?.unwrap_or_default();
        if list.len() > limits::DIMENSION_FILTERS_MAX {
            let (max, count) = (limits::DIMENSION_FILTERS_MAX, list.len());
            return Err(Exception::invalid_value(format!(
                "The parameter Dimensions must have at most {max} members; it has {count}."
            )));
        }
        let mut dimensions = Vec::with_capacity(list.len());
        for mut filter in list {
            let name = bounded_text(&mut filter, "Name", limits::NAME_CHARS_MAX)?;
            let name = filter.required("Name", name)?;
            dimensions.push((name, bounded_text(&mut filter, "Value", limits::DIMENSION_VALUE_CHARS_MAX)?));
        }
        Ok(Self {
            namespace: namespace(members)?,
            metric_name: bounded_text(members, "MetricName", limits::NAME_CHARS_MAX)?,
            dimensions,
            active_from: recently.map(|_| now_millis.div_euclid(MINUTE_MILLIS) - RECENT_MINUTES),
        })
    }

    fn takes_scope(&self, scope: &Scope) -> bool {
        let same_namespace = self.namespace.as_ref().is_none_or(|wanted| *wanted == scope.namespace);
        same_namespace
            && self.dimensions.iter().all(|(name, value)| scope.dimensions.has(name, value.as_deref()))
    }

    fn takes(&self, series: &Series) -> bool {
        let same_name = self.metric_name.as_ref().is_none_or(|wanted| *wanted == series.name);
        let last = series.last_minute();
        same_name && last.is_some_and(|last| self.active_from.is_none_or(|from| last >= from))
    }
}
