//! `alluvium stream`: what AWS's own clients cannot ask of a stream, against a server that runs.

use alluvium_api_gateway::network_hop;
use alluvium_sigv4::{Credentials, SigningParams, sign};
use aws_config::Region;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::ProvideCredentials;
use bytes::Bytes;
use clap::Subcommand;
use http::{Request, StatusCode, header};
use tower::ServiceExt;

use crate::failure::Failure;
use crate::progress;

/// The operation (docs/streams.md).
const PURGE_TARGET: &str = "Alluvium_20261123.PurgeStream";
/// Signs where the machine has no credentials: a server without users answers any well-formed signature.
const ANY_KEY: (&str, &str) = ("AKIAANYBODY0000000000", "any");

/// The commands of `stream`.
#[derive(Debug, Subcommand)]
pub(crate) enum StreamCommand {
    /// Removes all records of a stream; its shards, settings, consumers and iterators stay
    #[command(
        after_help = "Signs with the credentials of the environment or of a profile (AWS_ACCESS_KEY_ID, AWS_PROFILE ..).\n\n\
                            Example:  alluvium stream purge orders --endpoint http://127.0.0.1:4566"
    )]
    Purge(PurgeArgs),
}

/// The arguments of `stream purge`.
#[derive(Debug, clap::Args)]
pub(crate) struct PurgeArgs {
    /// The stream's name
    #[arg(value_name = "NAME")]
    name: String,
    /// The server
    #[arg(long, value_name = "URL", env = "AWS_ENDPOINT_URL", default_value = "http://127.0.0.1:4566")]
    endpoint: String,
    /// The region of the signature
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Only asks whether it would be done
    #[arg(long)]
    dry_run: bool,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(command: StreamCommand) -> Result<(), Failure> {
    let StreamCommand::Purge(args) = command;
    purge(&args).await
}

async fn purge(args: &PurgeArgs) -> Result<(), Failure> {
    let found = found_credentials(&args.region).await;
    let signer = match &found {
        Some(found) => format!("access key {}", found.access_key_id),
        None => "no credentials: neither AWS_ACCESS_KEY_ID nor AWS_PROFILE or the like gives any".to_owned(),
    };
    let credentials = found.unwrap_or_else(|| Credentials::new(ANY_KEY.0, ANY_KEY.1));
    let request = signed(args, &credentials)?;
    let response = network_hop()?.oneshot(request).await.map_err(|error| {
        let cause = anyhow::anyhow!(error);
        anyhow::anyhow!("{}: {cause:#}; does the server run there (--endpoint)?", args.endpoint)
    })?;
    let said = serde_json::from_slice::<serde_json::Value>(response.body()).unwrap_or_default();
    let error_type = said["__type"].as_str().unwrap_or_default();
    // A dry run that would succeed is answered with this error, as AWS does.
    let is_done =
        response.status() == StatusCode::OK || (args.dry_run && error_type == "DryRunOperationException");
    if !is_done {
        let message = said["message"].as_str().unwrap_or("no message");
        let what = if error_type.is_empty() { response.status().to_string() } else { error_type.to_owned() };
        return Err(Failure::Failed(anyhow::anyhow!(
            "cannot purge stream {}: {what}: {message} (asked with {signer})",
            args.name
        )));
    }
    if args.json {
        let done = serde_json::json!({ "stream": args.name, "purged": !args.dry_run });
        progress::result_line(&done.to_string())?;
    } else if args.dry_run {
        progress::result_line(&format!("stream {} would be purged", args.name))?;
    } else {
        progress::result_line(&format!("stream {} is purged", args.name))?;
    }
    Ok(())
}

fn signed(args: &PurgeArgs, credentials: &Credentials) -> Result<Request<Bytes>, Failure> {
    let endpoint: http::Uri = args
        .endpoint
        .parse()
        .map_err(|error| Failure::usage(format!("--endpoint {:?} is no URL: {error}", args.endpoint)))?;
    if endpoint.scheme().is_none() || endpoint.authority().is_none() {
        let message = format!("--endpoint {:?} is no URL such as http://127.0.0.1:4566", args.endpoint);
        return Err(Failure::usage(message));
    }
    let body = serde_json::json!({ "StreamName": args.name, "DryRun": args.dry_run }).to_string();
    let (mut parts, body) = Request::post(endpoint)
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
        .header("x-amz-target", PURGE_TARGET)
        .body(Bytes::from(body))?
        .into_parts();
    let params = SigningParams {
        credentials,
        region: &args.region,
        service: "kinesis",
        now: alluvium_clock::Clock::system().now(),
        keys: None,
    };
    sign(&mut parts, &body, &params).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Request::from_parts(parts, body))
}

/// What the environment or a profile gives. A machine's metadata service is not asked: it would be waited for in vain outside of AWS,
/// and its credentials are not for a server of one's own.
async fn found_credentials(region: &str) -> Option<Credentials> {
    let config = ProviderConfig::default().with_region(Some(Region::new(region.to_owned())));
    let profile = ProfileFileCredentialsProvider::builder().configure(&config).build();
    let environment = EnvironmentVariableCredentialsProvider::new();
    let chain = CredentialsProviderChain::first_try("environment", environment).or_else("profile", profile);
    let found = chain.provide_credentials().await.ok()?;
    Some(Credentials {
        access_key_id: found.access_key_id().to_owned(),
        secret_access_key: found.secret_access_key().to_owned().into(),
        session_token: found.session_token().map(str::to_owned),
    })
}
