//! `alluvium seed-db`: the synthetic source database.

use std::path::PathBuf;

use alluvium_posting_emulator::seed::SEED_TABLES;

use crate::failure::Failure;
use crate::posting::{self, SeededDatabase};
use crate::progress;

/// The SQLite file when nothing names another.
const DATABASE_DEFAULT: &str = "alluvium-data/source/pinterest.db";

/// The arguments of `seed-db`.
#[derive(Debug, clap::Args)]
pub(crate) struct SeedDbArgs {
    /// The SQLite file to write; an existing one is left alone unless --force [default: alluvium-data/source/pinterest.db]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The credentials file to write, mode 0600, for `emulate` and `up`; one that names a MySQL, MariaDB or PostgreSQL server is
    /// read instead, and the tables are written there
    #[arg(long, value_name = "FILE", default_value = "alluvium-data/db_creds.yaml")]
    credentials: PathBuf,
    /// Rows of each of the three tables
    #[arg(long, default_value_t = posting::SOURCE_ROWS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rows: u32,
    /// The same seed writes the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Replaces an existing database and credentials file, or the three tables on the server
    #[arg(long)]
    force: bool,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn run(args: SeedDbArgs) -> Result<(), Failure> {
    if args.database.is_none()
        && let Some(server) =
            posting::seed_server(&args.credentials, args.rows, args.seed, args.force).await?
    {
        return say(&args, &server);
    }
    let database = args.database.clone().unwrap_or_else(|| PathBuf::from(DATABASE_DEFAULT));
    for path in [&database, &args.credentials] {
        if path.exists() && !args.force {
            return Err(Failure::usage(format!(
                "{} is there already: --force replaces it, --database and --credentials name others",
                path.display()
            )));
        }
    }
    let shown = database.display().to_string();
    let target = SeededDatabase { database, credentials: args.credentials.clone() };
    posting::seed_database(&target, args.rows, args.seed).await?;
    say(&args, &shown)
}

fn say(args: &SeedDbArgs, database: &str) -> Result<(), Failure> {
    if args.json {
        progress::result_line(
            &serde_json::json!({
                "database": database,
                "credentials": args.credentials,
                "rows": args.rows,
                "tables": SEED_TABLES,
            })
            .to_string(),
        )?;
    } else {
        progress::result_line(&format!(
            "{}: pinterest_data, geolocation_data and user_data with {} rows each; credentials in {}",
            database,
            args.rows,
            args.credentials.display()
        ))?;
    }
    Ok(())
}
