//! A request as it arrives: what is known of it before it is routed.
//!
//! What must stay true: everything that a template, a mapping or a log may ask about a request is computed when it is asked for,
//! so a request that asks for nothing pays for nothing.

use std::time::SystemTime;

use http::header;
use http::request::Parts;

use crate::access::Identity;
use crate::compile::{DeployedMethod, DeployedStage};
use crate::gateway::Environment;
use crate::invoke_url::InvokeUrl;
use crate::request_ids::RequestIds;
use crate::template::RequestContext;

/// The stage that TestInvokeMethod pretends.
pub(super) const TEST_STAGE: &str = "test-invoke-stage";

/// A request that is not routed yet.
pub(super) struct Arrival<'a> {
    pub(super) environment: &'a Environment,
    pub(super) stage: &'a DeployedStage,
    pub(super) url: &'a InvokeUrl,
    /// All but the body.
    pub(super) parts: Parts,
    pub(super) ids: RequestIds,
    /// When it came.
    pub(super) time: SystemTime,
    /// Whether TestInvokeMethod made it.
    pub(super) is_test: bool,
}

impl<'a> Arrival<'a> {
    pub(super) fn of(
        environment: &'a Environment,
        stage: &'a DeployedStage,
        url: &'a InvokeUrl,
        parts: Parts,
    ) -> Self {
        let time = environment.clock.now();
        Self { environment, stage, url, parts, ids: RequestIds::new(), time, is_test: false }
    }

    /// The text of a header; empty when there is none.
    pub(super) fn header(&self, name: header::HeaderName) -> &str {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What `$context` says about this request, and about the method once it is known.
    pub(super) fn context(&self, method: Option<&DeployedMethod>) -> RequestContext {
        let host = self.parts.uri.host().unwrap_or_else(|| self.header(header::HOST));
        let domain_name = if self.is_test {
            "testPrefix.testDomainName"
        } else {
            host.split(':').next().unwrap_or_default()
        };
        let stage_name = if self.is_test { TEST_STAGE } else { &self.stage.stage_name };
        RequestContext {
            account_id: self.environment.account_id.clone(),
            api_id: self.stage.api_id.clone(),
            deployment_id: self.stage.deployment_id.clone(),
            domain_name: domain_name.to_owned(),
            domain_prefix: domain_name.split('.').next().unwrap_or_default().to_owned(),
            identity: Identity::default(),
            extended_request_id: self.ids.extended.clone(),
            http_method: self.parts.method.as_str().to_owned(),
            path: self.path_with_stage(),
            protocol: format!("{:?}", self.parts.version),
            request_id: self.ids.request.clone(),
            request_time: crate::request_ids::common_log_time(self.time),
            request_time_epoch_millis: alluvium_clock::millis_of(self.time),
            resource_id: method.map(|method| method.resource_id.clone()).unwrap_or_default(),
            resource_path: method.map(|method| method.path.clone()).unwrap_or_default(),
            source_ip: self.source_ip(),
            stage: stage_name.to_owned(),
            user_agent: self.header(header::USER_AGENT).to_owned(),
        }
    }

    fn path_with_stage(&self) -> String {
        let path = &self.url.path;
        match (self.is_test, path.as_str()) {
            (true, _) => path.clone(),
            (false, "/") => format!("/{}/", self.url.stage),
            (false, _) => format!("/{}{path}", self.url.stage),
        }
    }

    /// The address of the client.
    pub(super) fn source_ip(&self) -> String {
        if self.is_test {
            return "test-invoke-source-ip".to_owned();
        }
        crate::access::source_ip(&self.parts).map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string())
    }
}
