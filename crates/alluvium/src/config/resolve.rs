//! From the raw file to the typed configuration: substitution, defaults, checks, and the files that it names.

use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

use alluvium_kinesis_model::StreamName;
use alluvium_posting_emulator::emulator::{Rate, RateError};
use indexmap::IndexMap;

use super::files::ConfigFiles;
use super::listen::listen_address;
use super::raw::{RawApi, RawConfig, RawEmulator, RawStream, RawTls, Text};
use super::substitute::Substitution;
use super::yaml_error::{did_you_mean, failure_at, yaml_failure};
use super::{
    ApiConfig, AuthChoice, Config, ConfigOverrides, DATA_DIR_DEFAULT, EXAMPLE_USER_ID, EmulatorConfig,
    KinesisChoice, LISTEN_DEFAULT, StreamConfig, TlsFiles, UserConfig,
};
use crate::failure::Failure;

/// The region when nothing says otherwise.
const REGION_DEFAULT: &str = "us-east-1";
/// The longest name of a region, in bytes; twice the longest of AWS.
const REGION_BYTES_MAX: usize = 32;
/// The account when nothing says otherwise; the one that other emulators show.
const ACCOUNT_ID_DEFAULT: &str = "000000000000";

/// What every part of the resolution needs.
pub(super) struct Resolver<'a> {
    pub(super) origin: &'a str,
    pub(super) files: &'a ConfigFiles,
    pub(super) known: Vec<(&'static str, String)>,
    pub(super) tables_dir: PathBuf,
}

/// Resolves a configuration; see the module.
pub(super) fn resolve(files: &ConfigFiles, overrides: &ConfigOverrides) -> Result<Config, Failure> {
    let origin = files.origin();
    let raw: RawConfig =
        serde_saphyr::from_str(files.text()).map_err(|error| yaml_failure(&origin, &error))?;
    let mut resolver = Resolver { origin: &origin, files, known: Vec::new(), tables_dir: PathBuf::new() };

    let user_id = resolver.own_or(raw.user_id.as_ref(), overrides.user_id.as_deref(), EXAMPLE_USER_ID)?;
    let region = resolver.own_or(raw.region.as_ref(), overrides.region.as_deref(), REGION_DEFAULT)?;
    let account_id =
        resolver.own_or(raw.account_id.as_ref(), overrides.account_id.as_deref(), ACCOUNT_ID_DEFAULT)?;
    check_user_id(&user_id)?;
    check_region(&region)?;
    check_account_id(&account_id)?;
    resolver.known =
        vec![("user_id", user_id.clone()), ("region", region.clone()), ("account_id", account_id.clone())];

    let data_dir = match (&overrides.data_dir, &raw.data_dir) {
        (Some(path), _) => path.clone(),
        (None, Some(text)) => files.path_of(&resolver.text(text)?),
        (None, None) => files.path_of(DATA_DIR_DEFAULT),
    };
    let data_dir = plain_path(&data_dir)?;
    resolver.tables_dir = data_dir.join("tables");
    let database_credentials = match raw.source.as_ref().and_then(|source| source.credentials.as_ref()) {
        Some(credentials) => files.path_of(&resolver.text(credentials)?),
        None => data_dir.join("db_creds.yaml"),
    };
    let feeds = resolver.feeds(raw.source.as_ref(), raw.emulator.as_ref(), &user_id)?;

    let users = resolver.users(&raw.iam.users)?;
    let auth = resolver.auth(raw.iam.auth.as_ref(), overrides.auth, &users)?;
    let listen = resolver.listen(raw.listen.as_ref(), overrides.listen)?;
    if !listen.ip().is_loopback() && auth != AuthChoice::Enforce && !overrides.insecure {
        return Err(Failure::usage(format!(
            "listening on {listen} would let others on the network in without a key: set `auth: enforce` (--auth enforce), \
             listen on 127.0.0.1, or say --insecure"
        )));
    }
    if let (Some(emulator), true) = (&raw.emulator, raw.apis.is_empty())
        && emulator.invoke_url.is_none()
    {
        return Err(Failure::usage(format!(
            "{origin}: the emulator needs an API to post to: name one in `apis`, or set `emulator.invoke_url`"
        )));
    }
    Ok(Config {
        listen,
        auth,
        users,
        kinesis: resolver.kinesis(raw.kinesis.as_ref())?,
        tls: resolver.tls(raw.tls.as_ref(), overrides)?,
        service: resolver.service(&raw, overrides)?,
        roles: resolver.roles(&raw.iam.roles)?,
        streams: resolver.streams(&raw.streams)?,
        apis: raw.apis.iter().map(|api| resolver.api(api)).collect::<Result<_, _>>()?,
        emulator: raw.emulator.as_ref().map(|emulator| resolver.emulator(emulator)).transpose()?,
        pipelines: resolver.pipelines(&raw.pipelines)?,
        origin: origin.clone(),
        user_id,
        region,
        account_id,
        data_dir,
        database_credentials,
        feeds,
    })
}

/// The path from the root, without `..`: object-store URLs know no parent.
fn plain_path(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path)
        .map_err(|error| Failure::usage(format!("data directory {}: {error}", path.display())))?;
    let mut plain = PathBuf::new();
    for component in absolute.components() {
        if component == Component::ParentDir {
            // `..` after a link leads to the parent of where the link points.
            plain = plain.canonicalize().unwrap_or(plain);
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    Ok(plain)
}

/// A user id goes into stream names, table names and ARNs, so it keeps to what all of them take.
fn check_user_id(user_id: &str) -> Result<(), Failure> {
    let fits = (1..=64).contains(&user_id.len())
        && user_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if fits {
        return Ok(());
    }
    Err(Failure::usage(format!("user_id {user_id:?} is not 1 to 64 characters of [a-zA-Z0-9_-]")))
}

/// A region goes into every ARN and into host names: words and a number, as `us-east-1` or `us-gov-west-1`.
fn check_region(region: &str) -> Result<(), Failure> {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = region.split('-').collect();
    if let [first, words @ .., number] = parts.as_slice()
        && first.len() >= 2
        && !words.is_empty()
        && is_word(first)
        && words.iter().all(|word| is_word(word))
        && is_number(number)
        && region.len() <= REGION_BYTES_MAX
    {
        return Ok(());
    }
    Err(Failure::usage(format!("region {region:?} is no region such as {REGION_DEFAULT} or eu-central-1")))
}

/// An account id goes into every ARN.
fn check_account_id(account_id: &str) -> Result<(), Failure> {
    if account_id.len() == 12 && account_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "account_id {account_id:?} is not twelve digits such as {ACCOUNT_ID_DEFAULT} (in YAML quote it)"
    )))
}

impl Resolver<'_> {
    /// A scalar with its `${NAME}`s replaced.
    pub(super) fn text(&self, text: &Text) -> Result<String, Failure> {
        let known: Vec<(&str, &str)> =
            self.known.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Substitution { known: &known, environment: true }
            .apply(&text.value)
            .map_err(|message| self.wrong(text, &message))
    }

    pub(super) fn texts(&self, texts: &[Text]) -> Result<Vec<String>, Failure> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn own_or(&self, own: Option<&Text>, over: Option<&str>, default: &str) -> Result<String, Failure> {
        match (over, own) {
            (Some(over), _) => Ok(over.to_owned()),
            (None, Some(own)) => self.text(own),
            (None, None) => Ok(default.to_owned()),
        }
    }

    pub(super) fn wrong(&self, text: &Text, message: &str) -> Failure {
        failure_at(self.origin, text.referenced, message)
    }

    /// One of a few words, or an error that lists them.
    pub(super) fn choice<T: Copy>(
        &self,
        text: &Text,
        what: &str,
        choices: &[(&str, T)],
    ) -> Result<T, Failure> {
        let value = self.text(text)?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return Ok(*choice);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        Err(self.wrong(
            text,
            &format!("{what} {value:?} is none of: {}{}", words.join(", "), did_you_mean(&value, &words)),
        ))
    }

    fn listen(&self, own: Option<&Text>, over: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
        let default = || LISTEN_DEFAULT.parse().expect("the default is an address");
        let Some(own) = own else { return Ok(over.unwrap_or_else(default)) };
        let value = self.text(own)?;
        let of_file = listen_address(&value)
            .map_err(|message| self.wrong(own, &format!("listen {value:?}: {message}")))?;
        Ok(over.unwrap_or(of_file))
    }

    fn tls(&self, own: Option<&RawTls>, overrides: &ConfigOverrides) -> Result<Option<TlsFiles>, Failure> {
        if let Some(over) = &overrides.tls {
            return Ok(Some(over.clone()));
        }
        let Some(own) = own else { return Ok(None) };
        Ok(Some(TlsFiles {
            certificate: self.files.path_of(&self.text(&own.certificate)?),
            key: self.files.path_of(&self.text(&own.key)?),
        }))
    }

    fn kinesis(&self, own: Option<&Text>) -> Result<KinesisChoice, Failure> {
        let Some(own) = own else { return Ok(KinesisChoice::Embedded) };
        let value = self.text(own)?;
        match value.as_str() {
            "embedded" => Ok(KinesisChoice::Embedded),
            "aws" => Ok(KinesisChoice::Aws),
            url if url.starts_with("http://") || url.starts_with("https://") => {
                url.parse::<http::Uri>()
                    .map_err(|error| self.wrong(own, &format!("kinesis {value:?} is no URL: {error}")))?;
                Ok(KinesisChoice::Url(url.trim_end_matches('/').to_owned()))
            }
            _ => Err(self.wrong(
                own,
                &format!("kinesis {value:?} is none of: embedded, aws, a URL such as http://127.0.0.1:4567"),
            )),
        }
    }

    /// What the flag or the file says; else only our keys where there are users, and anybody's where there are none.
    fn auth(
        &self,
        own: Option<&Text>,
        over: Option<AuthChoice>,
        users: &[UserConfig],
    ) -> Result<AuthChoice, Failure> {
        let by_users = if users.is_empty() { AuthChoice::Any } else { AuthChoice::Enforce };
        let choices = [("any", AuthChoice::Any), ("enforce", AuthChoice::Enforce)];
        let of_file = own.map(|own| self.choice(own, "auth", &choices)).transpose()?;
        Ok(over.or(of_file).unwrap_or(by_users))
    }

    fn rate(&self, own: Option<&Text>) -> Result<Rate, Failure> {
        let Some(own) = own else { return Ok(Rate::Unlimited) };
        self.text(own)?.parse().map_err(|error: RateError| self.wrong(own, &error.to_string()))
    }

    pub(super) fn stream_name(&self, text: &Text) -> Result<String, Failure> {
        let name = self.text(text)?;
        StreamName::parse(&name).map_err(|error| self.wrong(text, &error.to_string()))?;
        Ok(name)
    }

    /// The streams, each name once.
    fn streams(&self, raw: &[RawStream]) -> Result<Vec<StreamConfig>, Failure> {
        let mut streams = IndexMap::with_capacity(raw.len());
        for stream in raw {
            let config = self.stream(stream)?;
            let place = stream.name.referenced;
            if let Some((first, _)) = streams.insert(config.name.clone(), (place, config.clone())) {
                let message = format!(
                    "stream {:?} is named twice, first in line {}, column {}: take one of them out",
                    config.name,
                    first.line(),
                    first.column()
                );
                return Err(failure_at(self.origin, place, &message));
            }
        }
        Ok(streams.into_values().map(|(_, config)| config).collect())
    }

    fn stream(&self, raw: &RawStream) -> Result<StreamConfig, Failure> {
        let shard_count = raw.shard_count.as_ref().map(|count| count.value);
        if let (Some(0), Some(count)) = (shard_count, &raw.shard_count) {
            return Err(failure_at(
                self.origin,
                count.referenced,
                "shard_count 0: a stream has at least one shard",
            ));
        }
        Ok(StreamConfig { name: self.stream_name(&raw.name)?, shard_count })
    }

    fn api(&self, raw: &RawApi) -> Result<ApiConfig, Failure> {
        let file_name = self.text(&raw.file)?;
        let text = self.files.read(&file_name).map_err(|message| self.wrong(&raw.file, &message))?;
        let known: Vec<(&str, &str)> =
            self.known.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let definition = Substitution { known: &known, environment: false }
            .apply(&text)
            .map_err(|message| Failure::usage(format!("{file_name}: {message}")))?;
        let mut variables = IndexMap::new();
        for (name, value) in &raw.variables {
            variables.insert(name.clone(), self.text(value)?);
        }
        Ok(ApiConfig { file_name, definition, stage: self.text(&raw.stage)?, variables })
    }

    fn emulator(&self, raw: &RawEmulator) -> Result<EmulatorConfig, Failure> {
        Ok(EmulatorConfig {
            posts: raw.posts,
            rate: self.rate(raw.rate.as_ref())?,
            seed: raw.seed.unwrap_or(1),
            invoke_url: raw.invoke_url.as_ref().map(|url| self.text(url)).transpose()?,
        })
    }
}
