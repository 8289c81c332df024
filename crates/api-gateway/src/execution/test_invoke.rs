//! TestInvokeMethod: one method of an API as it is being edited, run without a deployment, with its log.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html>
//!
//! What must stay true: the steps are those of a real request but for who may call; nothing that the test changes outlives it.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method as HttpMethod, Request, Response};
use indexmap::IndexMap;

use super::arrival::{Arrival, TEST_STAGE};
use super::execution_log::Notes;
use super::header_case::shown;
use super::routing::Routed;
use super::{method_request, run_method};
use crate::compile::{DeployedStage, path_parameters};
use crate::gateway::{ApiGateway, Environment};
use crate::invoke_url::InvokeUrl;
use crate::model::{Deployment, HttpVerb, Resource, RestApi, Stage};

/// What TestInvokeMethod sends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestRequest {
    /// Such as `/pets/123?type=dog`; absent is the resource's own path.
    pub path_with_query_string: Option<String>,
    /// One value of each name.
    pub headers: IndexMap<String, String>,
    /// For a name that is here, the values of [`Self::headers`] do not count.
    pub multi_value_headers: IndexMap<String, Vec<String>>,
    /// The payload.
    pub body: String,
    /// `$stageVariables`.
    pub stage_variables: IndexMap<String, String>,
}

/// What TestInvokeMethod answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestInvoked {
    /// The status of the method response.
    pub status: u16,
    /// Its payload as text.
    pub body: String,
    /// Of several values of a name the last.
    pub headers: IndexMap<String, String>,
    /// All values of each name.
    pub multi_value_headers: IndexMap<String, Vec<String>>,
    /// API Gateway's lines.
    pub log: String,
    /// Milliseconds.
    pub latency: u64,
}

impl ApiGateway {
    /// Runs one method of an API as it is now, without a deployment (TestInvokeMethod). `None` when the API has no such method.
    pub async fn test_invoke_method(
        &self,
        api_id: &str,
        resource_id: &str,
        verb: HttpVerb,
        test: TestRequest,
    ) -> Option<TestInvoked> {
        let api = self.rest_api(api_id)?;
        let resource = api.resources.get(resource_id)?;
        execute_test(&self.0.environment, &api, resource, verb, test).await
    }
}

/// Runs the method `verb` of `resource`, one of `api`'s. `None` when the resource has no such method.
async fn execute_test(
    environment: &Environment,
    api: &RestApi,
    resource: &Resource,
    verb: HttpVerb,
    test: TestRequest,
) -> Option<TestInvoked> {
    let stage = Stage {
        stage_name: TEST_STAGE.to_owned(),
        variables: test.stage_variables.clone(),
        ..Stage::default()
    };
    let stage = DeployedStage::of_one_method(api, resource, verb, &stage)?;
    let target = test.path_with_query_string.as_deref().filter(|path| !path.is_empty());
    let (path, query) = split(target.unwrap_or(&resource.path));
    let url = InvokeUrl { api_id: api.id.clone(), stage: TEST_STAGE.to_owned(), path };
    let mut arrival = Arrival::of(environment, &stage, &url, parts(verb, &query, &test));
    arrival.is_test = true;
    let (_, method) = stage.router.resources().flatten().next()?;
    let path_parameters = path_parameters(&resource.path, &url.path);
    let mut notes = Notes::of_test(environment.clock);
    let body = Bytes::from(test.body);
    let response = match method_request::check_size(&arrival.parts.headers, &body) {
        Ok(()) => run_method(&arrival, Routed { method, path_parameters }, body, &mut notes).await,
        Err(error) => super::gateway_response::respond(&arrival, None, &error, &mut notes),
    };
    let latency = notes.since(arrival.time).as_millis();
    let log = notes.finish(&api.id, TEST_STAGE, &arrival.ids.request);
    let log = log.map(|log| log.to_string()).unwrap_or_default();
    Some(invoked(&response, &method.response_header_names(), log, u64::try_from(latency).unwrap_or(u64::MAX)))
}

impl DeployedStage {
    /// A stage with nothing but one method of an API as it is now.
    fn of_one_method(api: &RestApi, resource: &Resource, verb: HttpVerb, stage: &Stage) -> Option<Self> {
        let method = resource.resource_methods.get(&verb)?.clone();
        let mut deployment =
            Deployment::of(&RestApi { resources: IndexMap::new(), ..api.clone() }, String::new(), None, 0);
        let resource =
            Resource { resource_methods: [(verb, method)].into_iter().collect(), ..resource.clone() };
        deployment.resources.insert(resource.id.clone(), resource);
        Some(Self::compile(&api.id, stage, &deployment))
    }
}

fn split(target: &str) -> (String, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    (path, query.to_owned())
}

/// A request line and headers; what no header can carry is left out.
fn parts(verb: HttpVerb, query: &str, test: &TestRequest) -> Parts {
    let mut parts = Request::new(()).into_parts().0;
    parts.method = HttpMethod::from_bytes(verb.as_str().as_bytes()).unwrap_or(HttpMethod::GET);
    parts.uri = format!("/?{query}").parse().unwrap_or_default();
    let single = test.headers.iter().filter(|(name, _)| !test.multi_value_headers.contains_key(*name));
    let many = test
        .multi_value_headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    for (name, value) in single.chain(many) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value.as_bytes()))
        {
            parts.headers.append(name, value);
        }
    }
    parts
}

fn invoked(response: &Response<Bytes>, declared: &[String], log: String, latency: u64) -> TestInvoked {
    let mut multi_value_headers: IndexMap<String, Vec<String>> = IndexMap::new();
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        multi_value_headers.entry(shown(name.as_str(), declared)).or_default().push(value);
    }
    let headers = multi_value_headers
        .iter()
        .filter_map(|(name, values)| Some((name.clone(), values.last()?.clone())))
        .collect();
    TestInvoked {
        status: response.status().as_u16(),
        body: String::from_utf8_lossy(response.body()).into_owned(),
        headers,
        multi_value_headers,
        log,
        latency,
    }
}
