//! `alluvium seed-db`: the synthetic source database.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::posting::{self, SeededDatabase};
use crate::progress;

/// The arguments of `seed-db`.
#[derive(Debug, clap::Args)]
pub(crate) struct SeedDbArgs {
    /// The SQLite file to write; an existing one is left alone unless --force
    #[arg(long, value_name = "FILE", default_value = "alluvium-data/source/pinterest.db")]
    database: PathBuf,
    /// The credentials file to write, mode 0600, for `emulate` and `up`
    #[arg(long, value_name = "FILE", default_value = "alluvium-data/db_creds.yaml")]
    credentials: PathBuf,
    /// Rows of each of the three tables
    #[arg(long, default_value_t = posting::SOURCE_ROWS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rows: u32,
    /// The same seed writes the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Replaces an existing database and credentials file
    #[arg(long)]
    force: bool,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: SeedDbArgs) -> Result<(), Failure> {
    for path in [&args.database, &args.credentials] {
        if path.exists() && !args.force {
            return Err(Failure::usage(format!(
                "{} is there already: --force replaces it, --database and --credentials name others",
                path.display()
            )));
        }
    }
    let database = SeededDatabase { database: args.database, credentials: args.credentials };
    posting::seed_database(&database, args.rows, args.seed).await?;
    if args.json {
        progress::result_line(
            &serde_json::json!({
                "database": database.database,
                "credentials": database.credentials,
                "rows": args.rows,
                "tables": ["pinterest_data", "geolocation_data", "user_data"],
            })
            .to_string(),
        )?;
    } else {
        progress::result_line(&format!(
            "{}: pinterest_data, geolocation_data and user_data with {} rows each; credentials in {}",
            database.database.display(),
            args.rows,
            database.credentials.display()
        ))?;
    }
    Ok(())
}
