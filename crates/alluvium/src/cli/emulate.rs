//! `alluvium emulate`: posts against any invoke URL.

use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use alluvium_posting_emulator::Feed;
use alluvium_posting_emulator::emulator::{EmulatorOptions, Report, RowChoice};
use secrecy::SecretString;

use crate::config::{Config, ConfigOverrides, EXAMPLE_USER_ID};
use crate::failure::Failure;
use crate::posting::{self, PostingPlan, millis};
use crate::{interrupt, progress, signer};

/// Where the credentials are when nothing says otherwise.
const CREDENTIALS_DEFAULT: &str = "alluvium-data/db_creds.yaml";
/// PUTs of one table that may be on their way at the same time: one connection each.
const CONCURRENCY_MAX: u16 = 1_024;
/// API Gateway's keys have 20 to 128 characters.
const API_KEY_BYTES_MAX: u64 = 1_024;

/// The arguments of `emulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct EmulateArgs {
    /// The stage's invoke URL; posts go to its /streams/{stream-name}/record
    #[arg(long, value_name = "URL")]
    invoke_url: String,
    /// Takes the tables, their streams and the credentials file from this configuration's `source`
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The source database's credentials (see `alluvium seed-db`) [default: alluvium-data/db_creds.yaml]
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The streams are streaming-<user_id>-pin, -geo and -user
    #[arg(long, default_value = EXAMPLE_USER_ID, conflicts_with = "config")]
    user_id: String,
    /// How many posts, each of one record per table [default: until Ctrl-C, --duration, or the last row]
    #[arg(long)]
    posts: Option<u64>,
    /// How long to post, such as 90s, 5m or 1h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Duration>,
    /// `max`, `human` (0 to 2 s between posts) or posts per second
    #[arg(long, default_value = "max")]
    rate: String,
    /// Posts that may go at once after a quiet time, with a rate in posts per second [default: those of the last second]
    #[arg(long, value_name = "POSTS", value_parser = clap::value_parser!(u32).range(1..))]
    burst: Option<u32>,
    /// PUTs of each table that may be on their way at once; above 1 the records of a partition key stay in order, not those of a table
    #[arg(long, value_name = "PUTS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=i64::from(CONCURRENCY_MAX)))]
    concurrency: u16,
    /// Which rows: any, again and again, or each once in the order of the keys
    #[arg(long, value_enum, default_value_t = RowsFlag::Random)]
    rows: RowsFlag,
    /// Only rows whose key is a whole number in this range, both ends included
    #[arg(long, value_name = "FROM..TO", value_parser = keys, allow_hyphen_values = true)]
    keys: Option<RangeInclusive<i64>>,
    /// With --rows sequential: keeps in this file how far the run came, and begins where the last one ended
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    resume: Option<PathBuf>,
    /// The same seed chooses the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File with the API key that x-api-key carries, for methods that ask for one
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Signs each request (SigV4), for methods with AWS_IAM, with the key of AWS_ACCESS_KEY_ID, AWS_PROFILE or the like
    #[arg(long)]
    sign: bool,
    /// The region that signatures carry
    #[arg(long, default_value = "us-east-1", requires = "sign")]
    region: String,
    /// Appends one line of JSON per acknowledged record: stream, shard id, sequence number
    #[arg(long, value_name = "FILE")]
    ack_log: Option<PathBuf>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
}

/// Which rows are posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RowsFlag {
    /// Any row, as often as it is drawn
    Random,
    /// Each row once, in the order of the keys
    Sequential,
}

/// Runs the command.
pub(crate) async fn run(args: EmulateArgs) -> Result<(), Failure> {
    let plan = plan(&args).await?;
    let report = posting::run(plan, interrupt::token()?).await?;
    if args.json {
        progress::result_line(&posting::report_json(&report).to_string())?;
    } else {
        say(&report)?;
    }
    posting::verdict(&report)?;
    match report.error_count() {
        0 => Ok(()),
        errors => Err(Failure::Failed(anyhow::anyhow!("{errors} records were not acknowledged"))),
    }
}

async fn plan(args: &EmulateArgs) -> Result<PostingPlan, Failure> {
    if args.resume.is_some() && args.rows != RowsFlag::Sequential {
        return Err(Failure::usage(
            "--resume goes with --rows sequential: random rows have no place to go on from",
        ));
    }
    let rate = posting::rate(&args.rate)?;
    if args.burst.is_some() && matches!(args.rate.as_str(), "max" | "human") {
        return Err(Failure::usage(
            "--burst goes with --rate in posts per second, such as --rate 50 --burst 100",
        ));
    }
    let (feeds, credentials) = match &args.config {
        Some(path) => {
            let config = Config::load(Some(path), &ConfigOverrides::default())?;
            (config.feeds, config.database_credentials)
        }
        None => (Feed::pinterest(&args.user_id), PathBuf::from(CREDENTIALS_DEFAULT)),
    };
    let api_key = args.api_key_file.as_deref().map(api_key).transpose()?;
    let signer = if args.sign { Some(signer::signer(&args.region).await?) } else { None };
    Ok(PostingPlan {
        credentials: args.credentials.clone().unwrap_or(credentials),
        feeds,
        keys: args.keys.clone(),
        options: EmulatorOptions {
            posts: args.posts,
            duration: args.duration,
            rate,
            burst: args.burst,
            concurrency: args.concurrency.into(),
            rows: match args.rows {
                RowsFlag::Random => RowChoice::Random,
                RowsFlag::Sequential => RowChoice::Sequential,
            },
            resume: args.resume.clone(),
            api_key,
            signer,
            seed: args.seed,
            ack_log: args.ack_log.clone(),
            ..EmulatorOptions::new(args.invoke_url.clone())
        },
    })
}

/// The file's text without the blanks around it.
fn api_key(path: &Path) -> Result<SecretString, Failure> {
    let mut text = String::new();
    let file = fs_err::File::open(path).map_err(Failure::usage_from)?;
    file.take(API_KEY_BYTES_MAX + 1).read_to_string(&mut text).map_err(Failure::usage_from)?;
    if text.trim().is_empty() || text.len() as u64 > API_KEY_BYTES_MAX {
        return Err(Failure::usage(format!(
            "{}: an API key of up to {API_KEY_BYTES_MAX} bytes is expected",
            path.display()
        )));
    }
    Ok(text.trim().into())
}

/// `90s`, `5m`, `1h`, `250ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0)];
    let found = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let seconds = found.and_then(|(number, seconds)| Some(number.parse::<f64>().ok()? * seconds));
    match seconds.map(Duration::try_from_secs_f64) {
        Some(Ok(duration)) if !duration.is_zero() => Ok(duration),
        _ => Err("give a number with ms, s, m or h, such as 90s".to_owned()),
    }
}

/// `1000..2000`.
fn keys(text: &str) -> Result<RangeInclusive<i64>, String> {
    let ends =
        text.split_once("..").and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    match ends {
        Some((first, last)) if first <= last => Ok(first..=last),
        _ => Err("give two whole numbers, the smaller first, such as 1000..2000".to_owned()),
    }
}

fn say(report: &Report) -> Result<(), Failure> {
    let acknowledged: Vec<String> =
        report.streams.iter().map(|stream| format!("{} {}", stream.stream, stream.acknowledged)).collect();
    let seconds = report.elapsed.as_secs_f64();
    let rate = report.acknowledged() as f64 / seconds.max(0.001);
    let latency = &report.latency;
    progress::result_line(&format!("posts sent    {}", report.posts))?;
    progress::result_line(&format!("acknowledged  {}", acknowledged.join(", ")))?;
    progress::result_line(&format!("took          {seconds:.1} s, {rate:.0} records/s"))?;
    progress::result_line(&format!(
        "latency       p50 {} ms, p90 {} ms, p99 {} ms, p99.9 {} ms, max {} ms",
        millis(latency.p50),
        millis(latency.p90),
        millis(latency.p99),
        millis(latency.p999),
        millis(latency.max)
    ))?;
    for tally in &report.errors {
        progress::result_line(&format!("errors        {} x {}: {}", tally.count, tally.kind, tally.sample))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ranges_are_read_and_what_is_none_is_refused() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for text in ["", "5", "s", "-1s", "0s", "1e300h", "NaNs"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(keys("-5..7"), Ok(-5..=7));
        for text in ["", "5", "7..5", "a..b", "1..", "1...2"] {
            assert!(keys(text).is_err(), "{text}");
        }
    }
}
