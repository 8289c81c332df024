//! `alluvium.yaml`: from text to one typed, complete value, resolved once at start.
//!
//! What must stay true: nothing further in reads the environment or a configuration file again; every error names the
//! file, the line and the column; unknown keys are errors with a suggestion.

mod faults;
mod files;
mod iam;
mod listen;
mod pipeline;
mod raw;
mod resolve;
mod service;
mod source;
mod substitute;
mod yaml_error;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use alluvium_iam::GivenPolicy;
use alluvium_kinesis_model::operations::FaultInjection;
use alluvium_lakehouse::{AccessKey, PipelineDefinition};
use alluvium_posting_emulator::Feed;
use alluvium_posting_emulator::emulator::Rate;
use indexmap::IndexMap;

pub(crate) use files::ConfigFiles;
pub(crate) use listen::listen_address;
pub(crate) use pipeline::{ACCESS_KEY_TABLE_DEFAULT, directory_url};

use crate::failure::Failure;
use substitute::Substitution;

/// The user id of the built-in example.
pub(crate) const EXAMPLE_USER_ID: &str = "demo";
/// Where data goes when nothing says otherwise; relative to the working directory.
pub(crate) const DATA_DIR_DEFAULT: &str = "alluvium-data";
/// The configuration that is looked for in the working directory.
pub(crate) const CONFIG_FILE_DEFAULT: &str = "alluvium.yaml";
/// The AWS endpoint's address when nothing says otherwise; the port that users of other emulators expect.
pub(crate) const LISTEN_DEFAULT: &str = "127.0.0.1:4566";

/// How long a stream stays CREATING, UPDATING or DELETING when nothing says otherwise, in milliseconds: long enough to be seen,
/// far below a waiter's step.
pub(crate) const TRANSITION_MILLIS_DEFAULT: u32 = 200;
/// The longest such time, in milliseconds: an hour.
pub(crate) const TRANSITION_MILLIS_MAX: u32 = 3_600_000;
/// How many open shards there may be when nothing says otherwise: AWS's own quota in its largest regions
/// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>).
pub(crate) const SHARD_LIMIT_DEFAULT: u64 = 20_000;

/// Where the streams are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KinesisChoice {
    /// Our own service, in this process.
    Embedded,
    /// Amazon Kinesis, with the SDK's credential chain.
    Aws,
    /// Another server that speaks Kinesis, at this URL.
    Url(String),
}

/// Whose requests the servers answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AuthChoice {
    /// Any well-formed signature, as emulators do.
    Any,
    /// Only signatures made with an access key of ours.
    Enforce,
}

/// When a record is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DurabilityChoice {
    /// When it is on the disk: a power loss loses nothing that was acknowledged
    Sync,
    /// When the operating system has it: faster, safe when the program is killed; a power loss may lose the newest records
    Os,
}

/// What is throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LimitsChoice {
    /// Nothing
    None,
    /// What AWS throttles, as fast as it does (docs/streams.md)
    Aws,
}

/// How our own Kinesis behaves.
#[derive(Debug, Clone)]
pub(crate) struct ServiceConfig {
    /// When a record is acknowledged.
    pub(crate) durability: DurabilityChoice,
    /// How long a stream stays CREATING, UPDATING or DELETING, in milliseconds.
    pub(crate) creating_millis: u32,
    /// How many open shards there may be over all streams.
    pub(crate) shard_limit: u64,
    /// Whether on-demand streams follow their traffic.
    pub(crate) on_demand_scaling: bool,
    /// What is throttled.
    pub(crate) limits: LimitsChoice,
    /// What goes wrong on purpose.
    pub(crate) faults: FaultInjection,
}

/// The files of the certificate that TLS is spoken with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The chain in PEM form, the server's own certificate first.
    pub(crate) certificate: PathBuf,
    /// The private key in PEM form.
    pub(crate) key: PathBuf,
}

/// An IAM user that the configuration names.
#[derive(Debug, Clone)]
pub(crate) struct UserConfig {
    /// The user's name.
    pub(crate) name: String,
    /// The user's access key, when the configuration has one of its own.
    pub(crate) access_key: Option<AccessKey>,
    /// What the user may do; `None` is everything.
    pub(crate) policies: Option<Vec<GivenPolicy>>,
}

/// An IAM role that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleConfig {
    /// The role's name.
    pub(crate) name: String,
    /// Who may act as the role: a trust policy in JSON.
    pub(crate) trust: String,
    /// What the role may do.
    pub(crate) policies: Vec<GivenPolicy>,
}

/// A stream that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamConfig {
    /// The stream's name.
    pub(crate) name: String,
    /// The number of shards of a provisioned stream; `None` makes it on-demand.
    pub(crate) shard_count: Option<u32>,
}

/// A REST API that the configuration names, read and substituted.
#[derive(Debug, Clone)]
pub(crate) struct ApiConfig {
    /// The definition's file name, for messages.
    pub(crate) file_name: String,
    /// The OpenAPI text after substitution.
    pub(crate) definition: String,
    /// The stage that it is deployed to.
    pub(crate) stage: String,
    /// The stage's variables.
    pub(crate) variables: IndexMap<String, String>,
}

/// The posting emulator's part of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct EmulatorConfig {
    /// How many posts to send; `None` goes on until stopped.
    pub(crate) posts: Option<u64>,
    /// How fast.
    pub(crate) rate: Rate,
    /// The seed of every random choice.
    pub(crate) seed: u64,
    /// The invoke URL; `None` is the first API of this configuration.
    pub(crate) invoke_url: Option<String>,
}

/// A pipeline with where its access key is to be found.
#[derive(Debug, Clone)]
pub(crate) struct PipelineConfig {
    /// What to read, how to clean, where to write.
    pub(crate) definition: PipelineDefinition,
    /// The Delta table that holds access keys.
    pub(crate) access_key_table: PathBuf,
    /// The `User name` of the row to use.
    pub(crate) access_key_user: String,
}

/// A complete configuration.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// What messages call the configuration: its path or the built-in example.
    pub(crate) origin: String,
    /// The user's id, a part of the stream and table names.
    pub(crate) user_id: String,
    /// The AWS region that names and signatures carry.
    pub(crate) region: String,
    /// The AWS account that ARNs carry.
    pub(crate) account_id: String,
    /// Where streams, APIs, keys and tables are kept.
    pub(crate) data_dir: PathBuf,
    /// The AWS endpoint's address.
    pub(crate) listen: SocketAddr,
    /// TLS on that address, beside plain HTTP; `None` without a certificate.
    pub(crate) tls: Option<TlsFiles>,
    /// Where the streams are.
    pub(crate) kinesis: KinesisChoice,
    /// Whose requests are answered.
    pub(crate) auth: AuthChoice,
    /// How our own Kinesis behaves.
    pub(crate) service: ServiceConfig,
    /// IAM users that are made, each with an access key.
    pub(crate) users: Vec<UserConfig>,
    /// IAM roles that are made.
    pub(crate) roles: Vec<RoleConfig>,
    /// Streams that are made.
    pub(crate) streams: Vec<StreamConfig>,
    /// REST APIs that are imported and deployed.
    pub(crate) apis: Vec<ApiConfig>,
    /// `db_creds.yaml` of the source database.
    pub(crate) database_credentials: PathBuf,
    /// The tables of the source database, and the stream that each one's rows go to.
    pub(crate) feeds: Vec<Feed>,
    /// The posting emulator, when `up` is to run one.
    pub(crate) emulator: Option<EmulatorConfig>,
    /// The pipelines, in the order of the file.
    pub(crate) pipelines: Vec<PipelineConfig>,
}

/// What the command line says over the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConfigOverrides {
    /// `--user-id`.
    pub(crate) user_id: Option<String>,
    /// `--data-dir`.
    pub(crate) data_dir: Option<PathBuf>,
    /// `--listen`.
    pub(crate) listen: Option<SocketAddr>,
    /// `--tls-certificate` and `--tls-key`.
    pub(crate) tls: Option<TlsFiles>,
    /// `--region`.
    pub(crate) region: Option<String>,
    /// `--account-id`.
    pub(crate) account_id: Option<String>,
    /// `--auth`.
    pub(crate) auth: Option<AuthChoice>,
    /// `--insecure`.
    pub(crate) insecure: bool,
    /// `--durability`.
    pub(crate) durability: Option<DurabilityChoice>,
    /// `--creating-ms`.
    pub(crate) creating_millis: Option<u32>,
    /// `--shard-limit`.
    pub(crate) shard_limit: Option<u64>,
    /// `--no-on-demand-scaling`.
    pub(crate) no_on_demand_scaling: bool,
    /// `--limits`.
    pub(crate) limits: Option<LimitsChoice>,
}

impl Config {
    /// Reads the file at `path`; without one, `alluvium.yaml` of the working directory; without that, the built-in example.
    pub(crate) fn load(path: Option<&Path>, overrides: &ConfigOverrides) -> Result<Self, Failure> {
        let default_path = Path::new(CONFIG_FILE_DEFAULT);
        match path {
            Some(path) => resolve::resolve(&ConfigFiles::of_file(path)?, overrides),
            None if default_path.exists() => {
                resolve::resolve(&ConfigFiles::of_file(default_path)?, overrides)
            }
            None => Self::example(overrides),
        }
    }

    /// The shipped example, `examples/pinterest`, which is part of the program.
    pub(crate) fn example(overrides: &ConfigOverrides) -> Result<Self, Failure> {
        resolve::resolve(&ConfigFiles::example(), overrides)
    }

    /// Servers and nothing else: no users, streams, APIs or pipelines.
    pub(crate) fn servers_only(overrides: &ConfigOverrides) -> Result<Self, Failure> {
        resolve::resolve(&ConfigFiles::Nothing, overrides)
    }

    /// A text of the user's with `${user_id}`, `${region}` and `${account_id}` replaced.
    pub(crate) fn substituted(&self, text: &str) -> Result<String, String> {
        let known =
            [("user_id", &*self.user_id), ("region", &*self.region), ("account_id", &*self.account_id)];
        Substitution { known: &known, environment: false }.apply(text)
    }

    /// The directory of the Delta tables.
    pub(crate) fn tables_dir(&self) -> PathBuf {
        self.data_dir.join("tables")
    }

    /// The pipeline of this name, or a usage error that lists those there are.
    pub(crate) fn pipeline(&self, name: &str) -> Result<&PipelineConfig, Failure> {
        self.pipelines.iter().find(|pipeline| pipeline.definition.name == name).ok_or_else(|| {
            let names: Vec<&str> =
                self.pipelines.iter().map(|pipeline| pipeline.definition.name.as_str()).collect();
            let hint = yaml_error::did_you_mean(name, &names);
            Failure::usage(format!(
                "{}: there is no pipeline {name:?}{hint}; the pipelines are: {}",
                self.origin,
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            ))
        })
    }
}
