//! `alluvium sql`: one query over the Delta tables.

use std::path::PathBuf;

use alluvium_lakehouse::{QueryError, QueryOptions, TableCatalog, query};

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::progress;

/// The arguments of `sql`.
#[derive(Debug, clap::Args)]
pub(crate) struct SqlArgs {
    /// One SELECT (or SHOW TABLES, DESCRIBE, EXPLAIN)
    query: String,
    /// Configuration whose data directory is read [default: alluvium.yaml, else alluvium-data]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory; its tables/ hold the Delta tables
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How the rows are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The same as --format json: one JSON object per row
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The most rows that are printed; what is left out is said on stderr
    #[arg(long, default_value_t = 100_000)]
    max_rows: usize,
}

/// How the rows of a result are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Aligned columns, for people.
    Table,
    /// With a header.
    Csv,
    /// One object per row.
    Json,
}

/// Runs the command.
pub(crate) async fn run(args: SqlArgs) -> Result<(), Failure> {
    let overrides = ConfigOverrides { data_dir: args.data_dir, ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let tables_dir = config.tables_dir();
    let catalog = tokio::task::spawn_blocking(move || TableCatalog::under(&tables_dir)).await??;
    let options = QueryOptions { rows_max: args.max_rows, ..QueryOptions::default() };
    let result = query(&catalog, &args.query, &options).await.map_err(failure_of)?;

    let format = if args.json { Format::Json } else { args.format };
    let text = match format {
        Format::Table => result.to_table()? + "\n",
        Format::Csv => text_of(|out| result.write_csv(out))?,
        Format::Json => text_of(|out| result.write_json_lines(out))?,
    };
    progress::result_text(&text)?;
    if result.is_cut() {
        progress::note(&format!("there are more than {} rows; --max-rows prints more", args.max_rows));
    }
    Ok(())
}

fn text_of(write: impl FnOnce(&mut Vec<u8>) -> Result<(), QueryError>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

/// What the user wrote is a usage error; what the tables or the machine did is not.
fn failure_of(error: QueryError) -> Failure {
    match error {
        QueryError::Parse { .. }
        | QueryError::StatementCount { .. }
        | QueryError::ReadOnly { .. }
        | QueryError::UnknownTable { .. } => Failure::usage_from(error),
        QueryError::List { .. }
        | QueryError::Table(_)
        | QueryError::Run { .. }
        | QueryError::Write { .. } => Failure::Failed(error.into()),
    }
}
