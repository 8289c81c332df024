//! `alluvium emulate`: posts against any invoke URL.

use std::path::PathBuf;

use alluvium_posting_emulator::Feed;
use alluvium_posting_emulator::emulator::{EmulatorOptions, Retries};

use crate::config::EXAMPLE_USER_ID;
use crate::failure::Failure;
use crate::posting::{self, PostingPlan};
use crate::{interrupt, progress};

/// The arguments of `emulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct EmulateArgs {
    /// The stage's invoke URL; posts go to its /streams/{stream-name}/record
    #[arg(long, value_name = "URL")]
    invoke_url: String,
    /// The source database's credentials (see `alluvium seed-db`)
    #[arg(long, value_name = "FILE", default_value = "alluvium-data/db_creds.yaml")]
    credentials: PathBuf,
    /// The streams are streaming-<user_id>-pin, -geo and -user
    #[arg(long, default_value = EXAMPLE_USER_ID)]
    user_id: String,
    /// How many posts, each of three records [default: until Ctrl-C]
    #[arg(long)]
    posts: Option<u64>,
    /// `max`, `human` (0 to 2 s between posts) or posts per second
    #[arg(long, default_value = "max")]
    rate: String,
    /// The same seed chooses the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Appends one line of JSON per acknowledged record: stream, shard id, sequence number
    #[arg(long, value_name = "FILE")]
    ack_log: Option<PathBuf>,
    /// Prints the report as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: EmulateArgs) -> Result<(), Failure> {
    let plan = PostingPlan {
        credentials: args.credentials,
        feeds: Feed::pinterest(&args.user_id),
        options: EmulatorOptions {
            invoke_url: args.invoke_url,
            posts: args.posts,
            rate: posting::rate(&args.rate)?,
            seed: args.seed,
            retries: Retries::default(),
            ack_log: args.ack_log,
        },
    };
    let report = posting::run(plan, interrupt::token()?).await?;
    if args.json {
        progress::result_line(&posting::report_json(&report).to_string())?;
    } else {
        let acknowledged: Vec<String> = report
            .streams
            .iter()
            .map(|stream| format!("{} {}", stream.stream, stream.acknowledged))
            .collect();
        progress::result_line(&format!("posts sent    {}", report.posts))?;
        progress::result_line(&format!("acknowledged  {}", acknowledged.join(", ")))?;
        for tally in &report.errors {
            progress::result_line(&format!(
                "errors        {} x {}: {}",
                tally.count, tally.kind, tally.sample
            ))?;
        }
    }
    posting::verdict(&report)?;
    match report.error_count() {
        0 => Ok(()),
        errors => Err(Failure::Failed(anyhow::anyhow!("{errors} records were not acknowledged"))),
    }
}
