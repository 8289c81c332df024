//! The service itself: the APIs that exist, how they come to be, and what answers their invoke URLs.
//!
//! What must stay true: a change is on disk before anybody sees it, and it is seen whole; a request runs against the stage as it
//! was when the request came.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use alluvium_clock::Clock;
use alluvium_iam::Authenticator;
use alluvium_sigv4::SigningKeyCache;
use bytes::Bytes;
use http::{Request, Response};
use indexmap::IndexMap;

use crate::access::AccessState;
use crate::access_logs::AccessLogs;
use crate::account::AccountState;
use crate::compile::{DeployedStage, MethodProblem};
use crate::control::{ControlOptions, ControlService};
use crate::execution;
use crate::execution_logs::ExecutionLogs;
use crate::hop::{AwsServiceTarget, HttpHop, HttpHops};
use crate::import::{Definition, ImportError, ImportMode, ImportWarning, Parsed, Place};
use crate::invoke_url::InvokeUrl;
use crate::limits::{DEPLOYMENTS_MAX, STAGES_MAX};
use crate::model::{Deployment, RESOURCE_ID_CHARS, RestApi, Stage, new_id};
use crate::service::InvokeService;
use crate::stage_variables::check_stage_variables;
use crate::state::{Change, Loaded, LoadedApi, OpenError, SaveError, StateFile};

/// What a gateway is told at its start. [`GatewayOptions::new`] gives the defaults.
#[derive(Clone)]
pub struct GatewayOptions {
    /// The account, twelve digits; `$context.accountId`.
    pub account_id: String,
    /// The region in every ARN.
    pub region: String,
    /// Who tells callers apart and what their policies allow. Without it, AWS_IAM methods and APIs with a resource policy let
    /// nobody in.
    pub authenticator: Option<Authenticator>,
    /// What is throttled beside what stages and usage plans say.
    pub limits: Limits,
    /// How AWS services are reached, by the name that an integration's URI has for them, such as `kinesis`. An integration with
    /// a service that is not here answers 500.
    pub services: HashMap<String, AwsServiceTarget>,
    /// The way to HTTP integrations; `None` is the network.
    pub http: Option<HttpHop>,
    /// Whether an error's cause is told to the client in the header `x-alluvium-cause`. The body is API Gateway's own either way.
    pub explains_errors: bool,
}

/// What is throttled though nobody has set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// Nothing.
    #[default]
    None,
    /// The account's requests, 10,000 a second and 5,000 at once, as AWS does
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
    Aws,
}

impl GatewayOptions {
    /// Without AWS services, without users, nothing throttled, and errors not explained to clients.
    pub fn new(account_id: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account_id: account_id.into(),
            region: region.into(),
            authenticator: None,
            limits: Limits::None,
            services: HashMap::new(),
            http: None,
            explains_errors: false,
        }
    }
}

/// Where access logs are, in the directory of the APIs.
const LOGS_DIRECTORY: &str = "logs";

/// What the steps of a request need of the gateway.
pub(crate) struct Environment {
    pub(crate) clock: Clock,
    pub(crate) account_id: String,
    pub(crate) region: String,
    pub(crate) authenticator: Option<Authenticator>,
    pub(crate) access: AccessState,
    pub(crate) services: HashMap<String, AwsServiceTarget>,
    pub(crate) http: HttpHops,
    pub(crate) execution_logs: ExecutionLogs,
    pub(crate) access_logs: AccessLogs,
    pub(crate) explains_errors: bool,
    pub(crate) signing_keys: SigningKeyCache,
}

/// The API Gateway service. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct ApiGateway(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) environment: Environment,
    file: Mutex<StateFile>,
    pub(crate) apis: RwLock<HashMap<String, ApiState>>,
    pub(crate) account: RwLock<Arc<AccountState>>,
}

/// One API in memory.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) api: Arc<RestApi>,
    pub(crate) deployments: HashMap<String, Arc<Deployment>>,
    pub(crate) stages: HashMap<String, Arc<DeployedStage>>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The API's id.
    pub api_id: String,
    /// Whether the API is new.
    pub is_new: bool,
    /// What the definition says without effect.
    pub warnings: Vec<ImportWarning>,
}

/// Why a definition was not stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreApiError {
    /// The definition is refused.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// There is no such API.
    #[error("there is no API '{0}'")]
    NoApi(String),
    /// It could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Why a deployment was not made.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// There is no such API.
    #[error("there is no API '{0}'")]
    NoApi(String),
    /// The API has nothing to deploy.
    #[error("the REST API '{0}' has no methods; add one before deploying it")]
    NoMethods(String),
    /// The name cannot be a stage's.
    #[error("stage name '{0}' must be 1 to 128 letters, digits, hyphens and underscores")]
    StageName(String),
    /// The API has as many stages as it may have.
    #[error(
        "the REST API '{api_id}' has {STAGES_MAX} stages already; delete one before making '{stage_name}'"
    )]
    TooManyStages {
        /// The API.
        api_id: String,
        /// The stage that there is no room for.
        stage_name: String,
    },
    /// The API has as many deployments as it may have.
    #[error(
        "the REST API '{0}' has {DEPLOYMENTS_MAX} deployments already; delete old ones that no stage shows"
    )]
    TooManyDeployments(String),
    /// A stage variable cannot be, or there are too many.
    #[error("{0}")]
    Variables(String),
    /// A method cannot run.
    #[error(transparent)]
    Method(#[from] Box<MethodProblem>),
    /// It could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl ApiGateway {
    /// Opens the APIs kept in `directory`, which is created when it is not there. Blocks on the disk.
    pub fn open(directory: &Path, options: GatewayOptions, clock: Clock) -> Result<Self, OpenError> {
        let (file, loaded) = StateFile::open(directory)?;
        Ok(Self::with(file, loaded, options, clock, Some(directory.join(LOGS_DIRECTORY))))
    }

    /// A gateway that keeps nothing.
    pub fn in_memory(options: GatewayOptions, clock: Clock) -> Result<Self, OpenError> {
        let (file, loaded) = StateFile::in_memory()?;
        Ok(Self::with(file, loaded, options, clock, None))
    }

    fn with(
        file: StateFile,
        loaded: Loaded,
        options: GatewayOptions,
        clock: Clock,
        logs: Option<PathBuf>,
    ) -> Self {
        let access = AccessState::load(&loaded.account, loaded.usage, options.limits);
        let environment = Environment {
            clock,
            account_id: options.account_id,
            authenticator: options.authenticator.map(|known| known.in_region(&options.region)),
            region: options.region,
            access,
            services: options.services,
            http: HttpHops::new(options.http),
            execution_logs: ExecutionLogs::default(),
            access_logs: AccessLogs::new(logs),
            explains_errors: options.explains_errors,
            signing_keys: SigningKeyCache::default(),
        };
        environment.http.put_certificates(&loaded.account);
        let apis =
            loaded.apis.into_iter().map(|loaded| (loaded.api.id.clone(), ApiState::of(loaded))).collect();
        let account = RwLock::new(Arc::new(loaded.account));
        Self(Arc::new(Inner { environment, file: Mutex::new(file), apis: RwLock::new(apis), account }))
    }

    /// A stage that shows this client certificate to its backends: the API's id and the stage's name.
    pub(crate) fn stage_that_shows(&self, certificate_id: &str) -> Option<(String, String)> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        let stages = apis
            .values()
            .flat_map(|state| state.api.stages.values().map(move |stage| (&state.api.id, stage)));
        let mut showing =
            stages.filter(|(_, stage)| stage.client_certificate_id.as_deref() == Some(certificate_id));
        showing.next().map(|(api_id, stage)| (api_id.clone(), stage.stage_name.clone()))
    }

    /// Makes a new API of a definition (ImportRestApi). Blocks on the disk.
    pub fn import_rest_api(&self, definition: Definition<'_>) -> Result<Imported, StoreApiError> {
        let parsed = definition.parse()?;
        self.store(&self.file(), definition, None, parsed)
    }

    /// Replaces what an API consists of with a definition (PutRestApi in overwrite mode). The API keeps its id, its stages and
    /// what is deployed to them. Blocks on the disk.
    pub fn put_rest_api(&self, api_id: &str, definition: Definition<'_>) -> Result<Imported, StoreApiError> {
        let parsed = definition.parse()?;
        let file = self.file();
        let existing = self.rest_api(api_id).ok_or_else(|| StoreApiError::NoApi(api_id.to_owned()))?;
        self.store(&file, definition, Some(&existing), parsed)
    }

    /// Puts a definition over the API of the same title, or makes a new one; so that the same file always has the same id.
    /// Blocks on the disk.
    pub fn import_or_put_rest_api(&self, definition: Definition<'_>) -> Result<Imported, StoreApiError> {
        let parsed = definition.parse()?;
        let file = self.file();
        let existing = self.rest_apis().into_iter().find(|api| api.name == parsed.title);
        self.store(&file, definition, existing.as_deref(), parsed)
    }

    fn store(
        &self,
        file: &StateFile,
        definition: Definition<'_>,
        existing: Option<&RestApi>,
        mut parsed: Parsed,
    ) -> Result<Imported, StoreApiError> {
        let warnings = std::mem::take(&mut parsed.warnings);
        let now_millis = self.0.environment.clock.now_millis();
        let over = existing.map(|api| (api, ImportMode::Overwrite));
        let api = parsed.into_rest_api(over, now_millis).map_err(|problem| ImportError {
            file: definition.file_name.to_owned(),
            place: Place::default(),
            problem,
        })?;
        let api = Arc::new(api);
        file.commit(&[Change::PutApi(&api)])?;
        let imported = Imported { api_id: api.id.clone(), is_new: existing.is_none(), warnings };
        let mut apis = self.0.apis.write().unwrap_or_else(PoisonError::into_inner);
        match apis.get_mut(&api.id) {
            Some(state) => state.api = api,
            None => {
                apis.insert(api.id.clone(), ApiState::of(LoadedApi { api, deployments: Vec::new() }));
            }
        }
        Ok(imported)
    }

    /// Deploys an API as it is now and moves the stage, made when it is not there, to the deployment (CreateDeployment). As on
    /// AWS, a method that cannot run is deployed with the others, and answers 500. Returns the deployment's id. Blocks on the disk.
    pub fn create_deployment(
        &self,
        api_id: &str,
        stage_name: &str,
        variables: &IndexMap<String, String>,
    ) -> Result<String, DeployError> {
        self.deploy(&self.file(), api_id, stage_name, variables, Broken::Answers500)
    }

    /// Like [`Self::create_deployment`], but refuses an API with a method that cannot run, and leaves the stage alone when it
    /// already shows the API as it is now with the same variables. When the API has as many deployments as it may have, the oldest that
    /// no stage shows is removed. Returns the id of the stage's deployment. Blocks on the disk.
    pub fn deploy_if_changed(
        &self,
        api_id: &str,
        stage_name: &str,
        variables: &IndexMap<String, String>,
    ) -> Result<String, DeployError> {
        let file = self.file();
        let state = self.state_of(api_id)?;
        if let Some(stage) = state.api.stages.get(stage_name)
            && stage.variables == *variables
            && let Some(deployment) = state.deployments.get(&stage.deployment_id)
            && deployment.shows(&state.api)
        {
            return Ok(deployment.id.clone());
        }
        self.deploy(&file, api_id, stage_name, variables, Broken::Refused)
    }

    fn deploy(
        &self,
        file: &StateFile,
        api_id: &str,
        stage_name: &str,
        variables: &IndexMap<String, String>,
        broken: Broken,
    ) -> Result<String, DeployError> {
        check_stage_name(stage_name)?;
        check_stage_variables(variables).map_err(|problem| DeployError::Variables(problem.to_string()))?;
        let mut next = self.state_of(api_id)?;
        let now_millis = self.0.environment.clock.now_millis();
        let deployment = snapshot(&next.api, now_millis)?;
        let mut api = RestApi::clone(&next.api);
        if !api.stages.contains_key(stage_name) && api.stages.len() >= STAGES_MAX {
            let (api_id, stage_name) = (api_id.to_owned(), stage_name.to_owned());
            return Err(DeployError::TooManyStages { api_id, stage_name });
        }
        let existing = api.stages.get(stage_name).cloned();
        let stage = Stage {
            stage_name: stage_name.to_owned(),
            deployment_id: deployment.id.clone(),
            variables: variables.clone(),
            created_millis: existing.as_ref().map_or(now_millis, |stage| stage.created_millis),
            last_updated_millis: now_millis,
            ..existing.unwrap_or_default()
        };
        let deployed = DeployedStage::compile(api_id, &stage, &deployment);
        match (broken, deployed.problems().next()) {
            (Broken::Refused, Some(problem)) => return Err(DeployError::Method(Box::new(problem.clone()))),
            _ => tell_of(&deployed),
        }
        api.stages.insert(stage_name.to_owned(), stage);
        let removed = next.room_for_deployment(broken)?;
        let mut changes = vec![Change::PutApi(&api), Change::PutDeployment(api_id, &deployment)];
        changes.extend(removed.iter().map(|id| Change::DeleteDeployment(api_id, id)));
        file.commit(&changes)?;
        if let Some(id) = &removed {
            next.deployments.remove(id);
        }
        let deployment_id = deployment.id.clone();
        next.api = Arc::new(api);
        next.deployments.insert(deployment_id.clone(), Arc::new(deployment));
        next.stages.insert(stage_name.to_owned(), Arc::new(deployed));
        self.0.apis.write().unwrap_or_else(PoisonError::into_inner).insert(api_id.to_owned(), next);
        Ok(deployment_id)
    }

    /// The API of this id, as it is being edited.
    pub fn rest_api(&self, api_id: &str) -> Option<Arc<RestApi>> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        apis.get(api_id).map(|state| Arc::clone(&state.api))
    }

    /// The deployments of an API, in no order; none when there is no such API.
    pub(crate) fn deployments(&self, api_id: &str) -> Vec<Arc<Deployment>> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        apis.get(api_id).map(|state| state.deployments.values().cloned().collect()).unwrap_or_default()
    }

    /// All APIs, the oldest first.
    pub fn rest_apis(&self) -> Vec<Arc<RestApi>> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<RestApi>> = apis.values().map(|state| Arc::clone(&state.api)).collect();
        all.sort_by(|left, right| (left.created_millis, &left.id).cmp(&(right.created_millis, &right.id)));
        all
    }

    /// The execution logs of the stages that keep some.
    pub fn execution_logs(&self) -> &ExecutionLogs {
        &self.0.environment.execution_logs
    }

    /// A tower service that answers invoke URLs.
    pub fn invoke_service(&self) -> InvokeService {
        InvokeService::new(self.clone())
    }

    /// A tower service that answers API Gateway's own REST API. It writes on threads that may block.
    pub fn control_service(&self, options: ControlOptions) -> ControlService {
        ControlService::new(self.clone(), options)
    }

    /// Answers one request for `url`. An API whose own endpoint is disabled answers requests to custom domain names alone; the
    /// request's host tells which it is.
    pub async fn invoke(&self, url: &InvokeUrl, request: Request<Bytes>) -> Response<Bytes> {
        let environment = &self.0.environment;
        let stage = {
            let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
            apis.get(&url.api_id)
                .map(|state| (state.stages.get(&url.stage).cloned(), state.api.disable_execute_api_endpoint))
        };
        let cause = match stage {
            Some((_, true)) if !self.is_for_domain_name(&request) => {
                format!(
                    "API {} has disableExecuteApiEndpoint set; call it through a custom domain name",
                    url.api_id
                )
            }
            Some((Some(stage), _)) => {
                let response = execution::execute(environment, &stage, url, request).await;
                self.save_usage_later();
                return response;
            }
            Some((None, _)) => format!("API {} has no stage '{}'", url.api_id, url.stage),
            None if url.api_id.is_empty() => {
                "the domain name has no base path mapping for this path".to_owned()
            }
            None => format!("there is no API {}", url.api_id),
        };
        tracing::debug!("{cause}");
        execution::forbidden(environment.explains_errors.then_some(cause.as_str()))
    }

    pub(crate) fn file(&self) -> std::sync::MutexGuard<'_, StateFile> {
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_of(&self, api_id: &str) -> Result<ApiState, DeployError> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        apis.get(api_id).cloned().ok_or_else(|| DeployError::NoApi(api_id.to_owned()))
    }
}

impl ApiState {
    /// Whether there is room for one deployment more; the id is that of the one to be removed for it, the oldest that no stage
    /// shows.
    fn room_for_deployment(&self, broken: Broken) -> Result<Option<String>, DeployError> {
        if self.deployments.len() < DEPLOYMENTS_MAX {
            return Ok(None);
        }
        let is_shown = |id: &str| {
            self.api.stages.values().any(|stage| {
                let canary =
                    stage.canary_settings.as_ref().and_then(|canary| canary.deployment_id.as_deref());
                stage.deployment_id == id || canary == Some(id)
            })
        };
        let unshown = self.deployments.values().filter(|deployment| !is_shown(&deployment.id));
        let oldest = unshown.min_by_key(|deployment| (deployment.created_millis, &deployment.id));
        match (broken, oldest) {
            (Broken::Refused, Some(oldest)) => Ok(Some(oldest.id.clone())),
            _ => Err(DeployError::TooManyDeployments(self.api.id.clone())),
        }
    }

    /// A stage without its deployment stays closed, and the log says why; the others open.
    fn of(loaded: LoadedApi) -> Self {
        let deployments: HashMap<String, Arc<Deployment>> = loaded
            .deployments
            .into_iter()
            .map(|deployment| (deployment.id.clone(), Arc::new(deployment)))
            .collect();
        let mut stages = HashMap::new();
        for (name, stage) in &loaded.api.stages {
            let Some(deployment) = deployments.get(&stage.deployment_id) else {
                tracing::error!(api = %loaded.api.id, stage = %name, "the stage stays closed: its deployment is not stored; deploy it again");
                continue;
            };
            let deployed = DeployedStage::compile(&loaded.api.id, stage, deployment);
            tell_of(&deployed);
            stages.insert(name.clone(), Arc::new(deployed));
        }
        Self { api: loaded.api, deployments, stages }
    }
}

/// What becomes of methods that cannot run.
#[derive(Clone, Copy)]
enum Broken {
    /// Nothing is deployed.
    Refused,
    /// They are deployed, as on AWS, and answer 500.
    Answers500,
}

/// Says in the log which methods of a stage cannot run, and why.
pub(crate) fn tell_of(stage: &DeployedStage) {
    for problem in stage.problems() {
        tracing::warn!(api = %stage.api_id, stage = %stage.stage_name, %problem, "this method answers 500 to every request; correct it and deploy it again");
    }
}

fn snapshot(api: &RestApi, now_millis: i64) -> Result<Deployment, DeployError> {
    if api.resources.values().all(|resource| resource.resource_methods.is_empty()) {
        return Err(DeployError::NoMethods(api.id.clone()));
    }
    Ok(Deployment::of(api, new_id(RESOURCE_ID_CHARS), None, now_millis))
}

/// Whether a stage may have this name: 1 to 128 letters, digits, hyphens and underscores.
pub(crate) fn is_stage_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn check_stage_name(name: &str) -> Result<(), DeployError> {
    if is_stage_name(name) { Ok(()) } else { Err(DeployError::StageName(name.to_owned())) }
}
