//! One call of an operation: what the client sent, taken apart as far as every operation needs it.
//!
//! What must stay true: a call is only made for a caller who may make it.

use std::sync::Arc;

use alluvium_iam::{Authorizer, Caller, RequestOrigin};
use bytes::Bytes;
use http::HeaderMap;

use super::error::ControlError;
use super::members::Members;
use super::patch::{PatchOperation, read_patch};
use super::routing::PathParameters;
use crate::gateway::ApiGateway;

/// One call of an operation.
pub(crate) struct Call {
    pub(crate) gateway: ApiGateway,
    /// The region in ARNs and host names.
    pub(crate) region: Arc<str>,
    /// Who calls.
    pub(crate) caller: Caller,
    /// Who says what callers may do.
    pub(crate) authorizer: Authorizer,
    /// Where the request came from.
    pub(crate) origin: RequestOrigin,
    /// The operation's name with a small first letter and `Input` behind it; constraint messages call the body so.
    pub(crate) input_name: String,
    pub(crate) path: PathParameters,
    /// In the order of the URL, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    /// A parameter of the path, by the name that the route gives it.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The first query parameter of this name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a query parameter. A value with commas is a list.
    pub(crate) fn query_all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.query.iter().filter(move |(known, _)| known == name);
        values.flat_map(|(_, value)| value.split(',')).filter(|value| !value.is_empty())
    }

    /// The members of the JSON body. An empty body has none.
    pub(crate) fn members(&self) -> Result<Members, ControlError> {
        Members::parse(&self.body, &self.input_name)
    }

    /// The body of an update.
    pub(crate) fn patch(&self) -> Result<Vec<PatchOperation>, ControlError> {
        let mut members = self.members()?;
        let operations = read_patch(&mut members)?;
        members.finish()?;
        Ok(operations)
    }

    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn now_millis(&self) -> i64 {
        self.gateway.0.environment.clock.now_millis()
    }

    /// The account, twelve digits.
    pub(crate) fn account_id(&self) -> &str {
        &self.gateway.0.environment.account_id
    }
}
